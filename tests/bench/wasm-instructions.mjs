// Instructions of WebAssembly for an event, in the scenarios of instructions.mjs: the reader that ships, called by the handlers that
// ship, but each run of its instructions adds its length to a counter (crates/xtask/src/wasm/counted.rs). So they are the same in each run
// and engine. `cargo xtask test --only instructions` writes the module that counts, and runs this; the counts are budgets in
// wasm-instructions.json:
//
//   node tests/bench/wasm-instructions.mjs [--keep]   fails where a count is 5 % over its budget; --keep writes the budgets anew
import { readFileSync } from "node:fs";
import { areWithin, budgetsIn, keepBudgets, rounded } from "./budgets.mjs";

const EVENTS = 1_000;
const BUDGETS = new URL("wasm-instructions.json", import.meta.url);
const READER = readFileSync(new URL("../../pkg/dist/reader.wasm", import.meta.url));
const COUNTED = readFileSync(new URL("../../target/xtask/wasm/reader.counted.wasm", import.meta.url));

/** The counters of all readers. */
const counters = [];

// The package unpacks its reader and compiles it: what counts takes its place.
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct: (Module, [bytes]) => new Module(READER.equals(new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength)) ? COUNTED : bytes),
});
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, args) {
    const instance = new Instance(...args);
    if (instance.exports.instructions !== undefined) counters.push(instance.exports.instructions);
    return instance;
  },
});

const { byHand, compile, compiled, edgeFromPlan, events, randomPaths, redirectSet } = await afterwards();

const SCENARIOS = {
  "decide-10": () => decisions(10),
  "decide-100000": () => decisions(100_000),
  "fetch-empty": () => exchanges({}, (i) => `/articles/page-${i}.html`),
  "fetch-seven-headers": () => exchanges({ headers: [{ for: "/*", set: byHand.sevenHeaders }] }, (i) => `/articles/page-${i}.html`),
  "fetch-wildcard-10": () => exchanges(wildcards(10), (i) => `/old/section-${i % 10}/some/page-${i}.html`),
  "fetch-wildcard-10000": () => exchanges(wildcards(10_000), (i) => `/old/section-${(i * 7_919) % 10_000}/some/page-${i}.html`),
};

/** What makes use of WebAssembly, imported after it was changed. */
async function afterwards() {
  const [own, { randomPaths, redirectSet }, events, byHand] = await Promise.all([
    import("./package.mjs"),
    import("./redirects.mjs"),
    import("./events.mjs"),
    import("./by-hand.mjs"),
  ]);
  return { ...own, randomPaths, redirectSet, events, byHand };
}

function decisions(size) {
  const set = redirectSet(size);
  const handler = compiled(set.rules);
  const paths = randomPaths(set, EVENTS);
  return (i) => {
    const event = JSON.parse(events.viewerRequest(i, paths[i]));
    // Handlers remember paths that come twice, but not with a query.
    event.Records[0].cf.request.querystring = `n=${i}`;
    return handler(event, {});
  };
}

/** As the tower layer has them: from a request to its response, around a constant answer. No path comes twice. */
function exchanges(rules, pathOf) {
  const site = edgeFromPlan(compile(rules, { platform: "fetch" }));
  const next = async () => new Response("page", { headers: { "content-type": "text/html", etag: '"d41d8cd98f00b204e9800998ecf8"' } });
  return (i) => site(new Request(`https://www.example.org${pathOf(i)}`, { headers: { "accept-encoding": "gzip, deflate, br, zstd", cookie: "session=100017" } }), next);
}

function wildcards(count) {
  return { redirects: Array.from({ length: count }, (_, n) => ({ from: `/old/section-${n}/*`, to: `/archive/${n}/:splat` })) };
}

const counts = {};
for (const [scenario, make] of Object.entries(SCENARIOS)) {
  const handle = make();
  const before = total();
  for (let i = 0; i < EVENTS; i++) await handle(i);
  counts[scenario] = Number(total() - before) / EVENTS;
}
if (counters.length === 0) throw new Error("no reader that counts was made: is pkg/dist/reader.wasm what the package brings as text?");
if (process.argv.includes("--keep")) keepBudgets(BUDGETS, rounded(counts));
else if (!areWithin(budgetsIn(BUDGETS), counts)) process.exitCode = 1;

function total() {
  return counters.reduce((sum, { value }) => sum + value, 0n);
}
