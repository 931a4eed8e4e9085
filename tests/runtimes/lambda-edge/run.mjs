// Conformance of the Lambda@Edge adapter: `node tests/runtimes/lambda-edge/run.mjs [text in a name …]`. Every case of
// tests/cases, stage by stage, and every event of tests/events. The one runtime here whose messages are not of the Fetch
// standard, so it has a pass of its own; the rest is what the others use.
import assert from "node:assert/strict";
import { caseFiles, holdsOn, jsonFiles, known } from "../shared/cases.mjs";
import { expectOutcome, expectProblems } from "../shared/expect.mjs";
import { Ledger } from "../shared/ledger.mjs";
import "../shared/project.mjs";
import { pass } from "./edge.mjs";
import { hooks } from "./hooks.mjs";
import { validate } from "./validate.mjs";

const { compile, RulesError } = await import("selvedge/compile");
const { lambdaEdge } = await import("selvedge/lambda-edge");
const { lambdaEdge: compiledLambdaEdge } = await import("selvedge/compiled/regex/lambda-edge");
const { lambdaEdge: smallLambdaEdge } = await import("selvedge/compiled/small/lambda-edge");

const [major] = process.versions.node.split(".");
const ledger = new Ledger({ name: `lambda-edge-${major}`, title: `selvedge/lambda-edge in Node ${process.versions.node}`, folder: import.meta.url });
for (const { name: file, cases, errors } of caseFiles()) {
  for (const one of cases) {
    if (!holdsOn("cloudfront", one)) continue;
    await ledger.check(file, one.name, () => runCase(one));
  }
  for (const one of errors) await ledger.check(file, `error: ${one.name}`, () => runError(one));
}
for (const { name: file, content } of jsonFiles("events")) {
  for (const one of Array.isArray(content) ? content : (content.cases ?? [content])) {
    await ledger.check("events", `${file}: ${one.name}`, () => runEvent(one));
  }
}
ledger.close();

async function runCase(one) {
  assert(!one.problem, one.problem);
  const plain = lambdaEdge(one.rules);
  const plan = compile(one.rules, { platform: "cloudfront" });
  const small = withSmallReader(plan);
  // The second pass finds out whether anything that the first returned is shared.
  for (const [way, handler, options] of [
    ["", plain, {}],
    ["(again, viewer-response sees the rewritten request) ", plain, { rewritten: true }],
    ["(compiled) ", compiledLambdaEdge(plan), {}],
    ...(small ? [["(small reader) ", small, {}]] : []),
  ]) {
    const outcome = await pass(handler, one, options);
    expectOutcome(one.expect, outcome, way);
    outcome.results.forEach(spoil);
  }
}

/** A handler with the small reader; nothing where the plan asks for more, which it then says. */
function withSmallReader(plan) {
  try {
    return smallLambdaEdge(plan);
  } catch (error) {
    assert.match(error.message, /asks for a larger reader|has regular expressions/);
    return undefined;
  }
}

function runError({ problem, platform = "cloudfront", rules, problems }) {
  assert(!problem, problem);
  let found = null;
  try {
    compile(rules, { platform });
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    found = error.problems;
  }
  expectProblems(problems, found);
}

async function runEvent(one) {
  known(["name", "source", "note", "rules", "hook", "event", "result", "events", "results"], one);
  const events = one.events ?? [one.event];
  const results = one.results ?? [one.result];
  assert.equal(events.length, results.length, "as many results as events");
  assert(one.hook === undefined || hooks[one.hook], `hooks.mjs has no ${one.hook}`);
  const handler = lambdaEdge(one.rules ?? {}, hooks[one.hook]);
  for (let round = 0; round < 2; round++) {
    for (const [i, event] of events.entries()) {
      const result = await handler(structuredClone(event), {});
      assert.deepStrictEqual(JSON.parse(JSON.stringify(result)), results[i]);
      assert.deepStrictEqual(result, results[i]);
      const { cf } = event.Records[0];
      validate(cf.config.eventType, cf, result);
      spoil(result);
    }
  }
}

/** Changes everything in a returned message that can be changed. */
function spoil(value) {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  for (const key of Object.keys(value)) {
    spoil(value[key]);
    if (typeof value[key] !== "object") value[key] = "spoiled";
  }
  if (Array.isArray(value)) value.push({ key: "Spoiled", value: "spoiled" });
  else value.spoiled = [{ key: "Spoiled", value: "spoiled" }];
}
