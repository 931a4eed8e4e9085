// The soak: node --expose-gc tests/soak/run.mjs [--events N] [--requests N] [--seed N]. README.md says what must hold.
import { parseArgs } from "node:util";
import { text } from "./memory.mjs";
import { entry } from "../bench/package.mjs";
import { pathToFileURL } from "node:url";
import { soakLambda } from "./lambda.mjs";
import { soakSockets } from "./sockets.mjs";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "10000000" },
    requests: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [events, requests, seed] = [values.events, values.requests, values.seed].map(Number);
if (typeof globalThis.gc !== "function") throw new Error("run it as node --expose-gc");
console.log(`seed ${seed}, Node ${process.versions.node}`);

const load = (name) => import(pathToFileURL(entry(name)).href);
const { compile } = await load("compile/compile");
const { lambdaEdge } = await load("compiled/regex/lambda-edge");
const { middleware } = await load("compiled/regex/node");
const { edge } = await load("compiled/regex/fetch");

const runs = [];
if (events > 0) runs.push(await soakLambda({ lambdaEdge, compile, events, seed }));
// Half of the requests for each.
for (const kind of ["node", "fetch"]) {
  if (requests > 0) runs.push(await soakSockets({ kind, middleware, edge, compile, requests: Math.ceil(requests / 2), seed }));
}

const rows = runs.map(({ name, count, seconds, compared, memory }) => ({
  name,
  count: count.toLocaleString("en"),
  "a second": Math.round(count / seconds).toLocaleString("en"),
  compared,
  "heap first": text(memory.first.heap),
  "heap last": text(memory.last.heap),
  "wasm first": text(memory.first.wasm),
  "wasm last": text(memory.last.wasm),
}));
console.table(rows);
for (const { name, memory } of runs) console.log(`${name}: MB of heap at each time: ${memory.curve}`);
for (const { name, outcomes } of runs) {
  const sorted = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  if (sorted.length > 0) console.log(`${name}: ${sorted.map(([outcome, count]) => `${outcome} ${count}`).join(", ")}`);
}
const problems = runs.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
for (const problem of problems) console.error(`FAILED ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
