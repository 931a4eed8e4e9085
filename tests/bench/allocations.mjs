// Bytes that one event allocates on JavaScript's heap, through the handler that ships. They hardly differ from run to run: one
// thread compiles and collects, and a batch is counted while nothing is collected. The counts are budgets in allocations.json, for
// each version of Node:
//
//   node tests/bench/allocations.mjs [--keep]   fails where a count is 5 % over its budget; --keep writes the budgets anew
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { getHeapStatistics } from "node:v8";
import { areWithin, budgetsIn, keepBudgets, rounded } from "./budgets.mjs";
import * as byHand from "./by-hand.mjs";
import { s3Response, viewerRequest } from "./events.mjs";
import { compiled } from "./package.mjs";
import { randomPaths, redirectSet } from "./redirects.mjs";
import { quantile } from "./statistics.mjs";

const BATCH = 1_000;
/** Batches until V8 has optimised all that it will, and those that count. */
const WARM_UP = 15;
const COUNTED = 9;
/** One thread, so that nothing depends on when another gets its turn; room for all that a batch allocates. */
const FLAGS = ["--expose-gc", "--single-threaded", "--min-semi-space-size=64", "--max-semi-space-size=64"];
/** A process hangs, or it is done by then. */
const TIME_LIMIT = 120_000;
const BUDGETS = new URL("allocations.json", import.meta.url);
const CONTEXT = { awsRequestId: "bench", functionName: "bench", functionVersion: "1" };

const page = (i) => viewerRequest(i, `/articles/page-${i}.html`);
const response = (i) => s3Response(i);
const seven = { for: "/*", remove: ["x-amz-meta-*"], set: byHand.sevenHeaders };

/** By name: what makes the handler, and the nth event. */
const SCENARIOS = {
  "redirect-10": () => redirects(10),
  "redirect-1000": () => redirects(1_000),
  "seven-headers": () => [compiled({ headers: [seven] }), response],
  "wildcard-10": () => wildcards(10),
  "wildcard-10000": () => wildcards(10_000),
  "redirect-miss": () => [compiled({ redirects: [{ from: "/old/*", to: "/new/:splat" }] }), page],
};

function redirects(size) {
  const set = redirectSet(size);
  const paths = randomPaths(set, BATCH);
  return [compiled(set.rules), (i) => viewerRequest(i, paths[i % BATCH])];
}

function wildcards(size) {
  const from = (i) => `/old/section-${10_000 + i}/`;
  const redirects = Array.from({ length: size }, (_, i) => ({ from: `${from(i)}*`, to: `/new/${10_000 + i}/:splat` }));
  return [compiled({ redirects }), (i) => viewerRequest(i, `${from(i % size)}page-${i}.html`)];
}

/** Bytes for each event of one scenario, less those of a function that does nothing. */
async function allocated(scenario) {
  const [handler, text] = SCENARIOS[scenario]();
  const own = await median(handler, text);
  const none = await median(async () => undefined, text);
  return own - none;
}

async function median(handler, text) {
  const counts = [];
  for (let n = 0; n < WARM_UP + COUNTED; n++) {
    const events = Array.from({ length: BATCH }, (_, i) => JSON.parse(text(n * BATCH + i)));
    globalThis.gc();
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < events.length; i++) await handler(events[i], CONTEXT);
    const after = getHeapStatistics().used_heap_size;
    if (n >= WARM_UP) counts.push((after - before) / BATCH);
  }
  return quantile(counts, 0.5);
}

/** Each scenario in a process of its own: what one teaches V8 must not change another. */
function count() {
  return Object.fromEntries(Object.keys(SCENARIOS).map((scenario) => {
    const args = [...FLAGS, fileURLToPath(import.meta.url), scenario];
    const { status, error, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: TIME_LIMIT });
    if (status !== 0) throw new Error(`${scenario} ended with ${error?.message ?? status}`);
    return [scenario, Number(stdout)];
  }));
}

/** Budgets are for one version of Node: each has its own V8. */
function check(keep) {
  const [version] = process.versions.node.split(".");
  const budgets = budgetsIn(BUDGETS);
  if (!keep && budgets[version] === undefined) {
    console.log(`skipped: there are no budgets for Node ${version}`);
    return;
  }
  const counts = count();
  if (keep) keepBudgets(BUDGETS, { ...budgets, [version]: rounded(counts) });
  else if (!areWithin(budgets[version], counts)) process.exitCode = 1;
}

const [argument] = process.argv.slice(2);
if (Object.hasOwn(SCENARIOS, argument ?? "")) console.log(await allocated(argument));
else check(argument === "--keep");
