// The benchmark: node tests/bench/run.mjs [--node MAJOR=BINARY]... [--quick] [--only NAME]...
//
// Measures the built package in each given Node (else in this one), one process each, counts native instructions, prints
// tables and writes target/bench/<version>.json. --only takes the beginning of a figure's name, as in that file.
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { countInstructions } from "./instructions.mjs";
import { output } from "./package.mjs";
import { met, print } from "./table.mjs";

const { values } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [] },
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
  },
});
const wanted = (name) => values.only.length === 0 || values.only.some((start) => name.startsWith(start));
const nodes = values.node.length === 0 ? [process.execPath] : values.node.map((node) => node.slice(node.indexOf("=") + 1));
const all = [];

for (const binary of nodes) {
  const { node, figures } = measure(binary);
  if (figures.length > 0) print(`Node ${node}`, figures);
  all.push(...figures);
}
if (wanted("instructions")) {
  process.stderr.write("  native instructions\n");
  const figures = countInstructions();
  writeFileSync(join(output, "native.json"), JSON.stringify({ figures }, null, 2) + "\n");
  print("native instructions", figures);
  all.push(...figures);
}
const missed = all.filter((figure) => met(figure) === false).length;
const reached = all.filter((figure) => met(figure) === true).length;
console.log(`\n${reached} targets met, ${missed} missed; JSON in ${output}`);

function measure(binary) {
  const file = join(output, `running-${process.pid}.json`);
  const script = fileURLToPath(new URL("measure.mjs", import.meta.url));
  const args = ["--expose-gc", script, ...(values.quick ? ["--quick"] : []), ...values.only.map((name) => `--only=${name}`)];
  const { status, error } = spawnSync(binary, [...args, file], { stdio: "inherit" });
  if (status !== 0) throw error ?? new Error(`${binary} ended with ${status}`);
  const result = JSON.parse(readFileSync(file, "utf8"));
  renameSync(file, join(output, `${result.node}.json`));
  return result;
}
