// Conformance of generated CloudFront Functions: `node tests/runtimes/cloudfront-functions/run.mjs [text in a name …]`. Every
// case of tests/cases that a function can do, in each engine that stands in for CloudFront's, judged by a strict model of the
// event and of what a function may return. What a function cannot do is an error of the compiler, and skipped with its reason.
import { caseFiles, holdsOn } from "../shared/cases.mjs";
import { expectOutcome } from "../shared/expect.mjs";
import { Ledger, Unrepresentable } from "../shared/ledger.mjs";
import "../shared/project.mjs";
import { pass } from "./edge.mjs";
import { njs, node, quickjs } from "./engines.mjs";
import { neverTakesLong, neverThrows } from "./odd.mjs";
import { compare, pairsOf } from "./random.mjs";
import { checkSyntax } from "./syntax.mjs";

const { cloudfrontFunction, FindingsError } = await import("selvedge");
const KEY = "conformance of functions";
const PAIRS = 2000;

const checks = [];
for (const { name: file, cases } of caseFiles()) {
  for (const one of cases) {
    if (!holdsOn("cloudfront-functions", one)) continue;
    const ways = [["", {}], ["(viewer-response sees the rewritten request) ", { rewritten: true }]];
    const compiled = functionOf(one);
    for (const [way, options] of ways) checks.push({ file, one, way, options, compiled });
    // What can be in a store decides the same from there.
    const stored = functionOf(one, "always");
    if (stored.store) for (const [way, options] of ways) checks.push({ file, one, way: `(from a store) ${way}`, options, compiled: stored });
  }
}

let failed = 0;
const engines = [node(), await quickjs(), njs()];
if (engines.at(-1) === undefined) console.log("njs is not installed (Debian: apt-get install njs), so it is left out");
for (const engine of engines.filter((engine) => engine !== undefined)) {
  const ledger = new Ledger({ name: `cloudfront-functions-${engine.name.split(" ")[0].toLowerCase()}`, title: `CloudFront Functions in ${engine.name}`, folder: import.meta.url });
  const wanted = checks.filter(({ file, one }) => ledger.wants(file, one.name));
  const outcomes = await run(engine, wanted);
  const cases = new Map();
  for (const check of wanted) cases.set(check.one, [...(cases.get(check.one) ?? []), check]);
  for (const [one, ways] of cases) {
    await ledger.check(ways[0].file, one.name, () => {
      for (const check of ways) {
        const outcome = outcomes.get(check);
        if (outcome instanceof Error) throw outcome;
        expectOutcome(one.expect, outcome, check.way);
      }
    });
  }
  await ledger.check("odd", "nothing that a viewer sends makes a function throw", () => neverThrows(engine));
  if (engine === engines[0]) await ledger.check("odd", "nothing that a viewer sends takes long", () => neverTakesLong(engine));
  // The plan's reader decides the same; more pairs in `cargo xtask test --all`.
  if (engine === engines[0]) await ledger.check("random", "random rules next to the plan's reader", () => compare(PAIRS));
  ledger.close();
  failed ||= process.exitCode;
}

process.exitCode = failed;

/** All passes side by side: each round hands one event of each to the engine. */
async function run(engine, checks) {
  const outcomes = new Map();
  let open = [];
  const step = (check, passing, result) => {
    try {
      const { done, value } = result === undefined ? passing.next() : passing.next(result);
      if (done) outcomes.set(check, value);
      else open.push({ check, passing, call: { source: check.compiled.source, store: pairsOf(check.compiled), ...value } });
    } catch (error) {
      outcomes.set(check, error);
    }
  };
  for (const check of checks) {
    if (check.compiled instanceof Error) outcomes.set(check, check.compiled);
    else step(check, pass(check.one, check.options));
  }
  while (open.length > 0) {
    const round = open;
    open = [];
    const results = await engine.run(round.map(({ call }) => call));
    round.forEach(({ check, passing }, at) => {
      if (results[at] instanceof Error) outcomes.set(check, results[at]);
      else step(check, passing, results[at]);
    });
  }
  return outcomes;
}

/** The function of a case's rules; or why there is none. */
function functionOf({ problem, rules }, store) {
  if (problem) return new Error(problem);
  try {
    const made = cloudfrontFunction(rules, { key: KEY, store });
    checkSyntax(made.source);
    return made;
  } catch (error) {
    if (!(error instanceof FindingsError)) return error;
    const refused = error.findings.find(({ code }) => ["not-on-platform", "forbidden-header", "hidden-condition"].includes(code));
    return refused ? new Unrepresentable(`a function cannot do it: ${refused.message.replace(/"[^"]*"/g, "…").replace(/to (set|append|remove|default|replace) \S+/, "to $1 it")}`) : error;
  }
}
