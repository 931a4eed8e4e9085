// Fuzz targets in JavaScript: `node tests/fuzz/run.mjs TARGET [--seconds N] [--seed N]`; `cargo xtask fuzz` starts it.
//
// Inputs are changed at random. Now and then V8 is asked which blocks ran: an input of a batch that reached new ones is kept,
// and changed further.
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { Random } from "../oracles/random.mjs";
import * as requestTarget from "./request-target.mjs";

/** What a change puts in. */
const PIECES = ["/", "//", "..", "/.", "%2e", "%2F", "%5c", "\\", "?", "#", ":", "@", "[::1]", "http://", "*", "%", "%%36b", ";", " ", "\t", ":80", "host"];

const TARGETS = { "request-target": requestTarget };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean" }, seconds: { type: "string", default: "10" }, seed: { type: "string", default: String(Date.now() % 2 ** 31) } },
});
if (values.list) {
  for (const [name, { about }] of Object.entries(TARGETS)) console.log(`${name.padEnd(20)} ${about}`);
} else {
  const [name] = positionals;
  if (TARGETS[name] === undefined) throw new Error(`there is no target ${name}`);
  await fuzz(name, TARGETS[name], Number(values.seconds), Number(values.seed));
}

async function fuzz(name, { check, module, seeds }, seconds, seed) {
  const random = new Random(seed);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const seen = new Set();
  const corpus = [...seeds];
  for (const text of corpus) run(text);
  await blocks();

  const until = performance.now() + seconds * 1000;
  let executions = 0;
  while (performance.now() < until) {
    const batch = Array.from({ length: 2_000 }, () => changed(random.pick(corpus), random.pick(corpus), random));
    for (const text of batch) run(text);
    executions += batch.length;
    // Which of them it was is found by running them again, one by one.
    if ((await blocks()) === 0) continue;
    corpus.push(...batch.filter(() => random.maybe(0.002)));
  }
  console.log(`${name}: ${executions} executions, ${seen.size} blocks of ${new URL(module).pathname.split("/").pop()}, seed ${seed}`);

  function run(text) {
    try {
      check(text);
    } catch (error) {
      throw new Error(`${name} with ${JSON.stringify(text)}`, { cause: error });
    }
  }

  /** How many blocks ran that never had. */
  async function blocks() {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const before = seen.size;
    for (const { url, functions } of result) {
      if (url !== module) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) if (count > 0) seen.add(`${startOffset}-${endOffset}`);
      }
    }
    return seen.size - before;
  }
}

/** Some characters put in, taken out or replaced, by what another input has or by any. */
function changed(text, other, random) {
  for (let left = 1 + random.below(5); left > 0; left--) {
    const at = random.below(text.length + 1);
    const from = random.below(other.length + 1);
    const piece = random.pick([other.slice(from, from + random.below(9)), random.pick(PIECES), String.fromCharCode(random.below(256))]);
    text = text.slice(0, at) + piece + text.slice(at + random.below(4));
  }
  return text;
}
