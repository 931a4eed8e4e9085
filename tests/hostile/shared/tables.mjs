// The tables, with every member checked: what is misspelt would test nothing.
import assert from "node:assert/strict";
import { known, jsonFiles } from "../../runtimes/shared/cases.mjs";

const ROW = ["name", "source", "on"];
const MEMBERS = {
  "engine.json": ["head", "long", "body", "status"],
  "targets.json": ["head", "h2", "status", "path", "query", "host"],
  "origins.json": ["request", "body", "asked", "origin", "status", "headers", "absent", "phrase", "answer", "broken"],
};

/** Every table: `{ name, rules, rows }`. */
export function tables() {
  return jsonFiles("hostile").map(({ name, content }) => {
    known(["about", "adapters", "rules", "rows"], content);
    const members = MEMBERS[name] ?? assert.fail(`${name} is not in the README`);
    const names = new Set();
    for (const row of content.rows) {
      known([...ROW, ...members], row);
      assert(typeof row.source === "string", `${row.name}: no source`);
      assert(!names.has(row.name), `${row.name}: twice`);
      names.add(row.name);
      for (const other of Object.values(row.on ?? {})) if (typeof other !== "string") known(["why", ...members], other);
    }
    return { name, ...content };
  });
}

/** The row as an adapter has it: `{ row }`, or `{ reason }` where it cannot be had there. */
export function rowFor({ on = {}, ...row }, { name, kinds }) {
  const other = [name, ...kinds].map((key) => on[key]).find((each) => each !== undefined);
  return typeof other === "string" ? { reason: other } : { row: { ...row, ...other } };
}
