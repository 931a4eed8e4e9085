// What passed, failed and was skipped in one runtime, by group of cases. Prints it, and writes the runtime's part of the
// grid that `cargo xtask test` prints: { name, title, groups: { FILE: { passed, failed, skipped: { REASON: COUNT } } } }.
import { AssertionError } from "node:assert";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reports } from "./project.mjs";

/** What the runtime cannot hold, and so cannot be asked to pass: found out there and then, never listed. */
export class Unrepresentable extends Error {}

export class Ledger {
  #groups = {};
  #rows = {};
  #used = new Set();
  #skips;
  #wanted;

  /**
   * @param name the runtime's, in the grid
   * @param title the runtime with its version
   * @param folder a URL; its skips.json lists `{ file, name, reason }`: cases that are known to fail
   * @param wanted only what holds one of these texts in its name
   */
  constructor({ name, title, folder, wanted = process.argv.slice(2) }) {
    Object.assign(this, { name, title });
    const skips = new URL("skips.json", folder);
    this.#skips = existsSync(skips) ? JSON.parse(readFileSync(skips, "utf8")) : [];
    this.#wanted = wanted;
  }

  wants(file, name) {
    return this.#wanted.length === 0 || this.#wanted.some((text) => `${file}: ${name}`.includes(text));
  }

  /** Runs one check, if it is wanted. One that skips.json names has to fail. What it resolves to is its outcome in the grid. */
  async check(file, name, run) {
    if (!this.wants(file, name)) return;
    const group = (this.#groups[file] ??= { passed: 0, failed: 0, skipped: {} });
    const skip = this.#skips.find((entry) => entry.file === file && entry.name === name);
    if (skip) this.#used.add(skip);
    let problem;
    const tell = (outcome) => outcome !== undefined && ((this.#rows[file] ??= {})[name] = outcome);
    try {
      tell(await run());
      if (skip) problem = "it is in skips.json, but passes";
      else group.passed++;
    } catch (error) {
      const reason = error instanceof Unrepresentable ? error.message : skip?.reason;
      if (reason) group.skipped[reason] = (group.skipped[reason] ?? 0) + 1;
      else problem = error instanceof AssertionError || error.name === "RulesError" ? error.message : error.stack;
    }
    if (problem !== undefined) this.#fail(file, name, problem);
  }

  #fail(file, name, problem) {
    (this.#groups[file] ??= { passed: 0, failed: 0, skipped: {} }).failed++;
    console.log(`FAIL ${file}: ${name}\n     ${problem.replaceAll("\n", "\n     ")}`);
  }

  /** Prints the sums, writes the report, and sets the exit code. */
  close() {
    if (this.#wanted.length === 0) {
      for (const skip of this.#skips) if (!this.#used.has(skip)) this.#fail("skips.json", `${skip.file}: ${skip.name}`, "there is no such case");
    }
    const groups = Object.values(this.#groups);
    const sum = (count) => groups.reduce((total, group) => total + count(group), 0);
    const [passed, failed] = [sum((group) => group.passed), sum((group) => group.failed)];
    const skipped = {};
    for (const [reason, count] of groups.flatMap((group) => Object.entries(group.skipped))) skipped[reason] = (skipped[reason] ?? 0) + count;
    console.log(`${this.title}: ${passed} passed, ${failed} failed`);
    for (const [reason, count] of Object.entries(skipped)) console.log(`  ${count} skipped: ${reason}`);
    if (reports && this.#wanted.length === 0) {
      mkdirSync(reports, { recursive: true });
      writeFileSync(join(reports, `${this.name}.json`), `${JSON.stringify({ name: this.name, title: this.title, groups: this.#groups, rows: this.#rows }, null, 2)}\n`);
    }
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  }
}
