// Measures in this process, with this Node: node --expose-gc measure.mjs [--quick] [--only NAME]... FILE, where the
// results go as JSON.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { figures } from "./figures/index.mjs";

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", multiple: true } },
  allowPositionals: true,
});
const results = [];
for (const { measure, ...figure } of figures) {
  if (values.only !== undefined && !values.only.some((name) => figure.name.startsWith(name))) continue;
  process.stderr.write(`  Node ${process.versions.node}: ${figure.title}\n`);
  results.push({ ...figure, ...(await measure({ quick: values.quick })) });
  globalThis.gc?.();
}
writeFileSync(positionals[0], JSON.stringify({ node: process.version, quick: values.quick, figures: results }, null, 2) + "\n");
