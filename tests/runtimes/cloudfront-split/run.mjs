// Conformance of rules that CloudFront runs in their cheapest places: `node tests/runtimes/cloudfront-split/run.mjs [text in a
// name …]`. Every case of Lambda@Edge, once with a function at the viewer events and Lambda@Edge at the origin events, and once
// more with a response headers policy besides. Where no function can be had, Lambda@Edge is at all events. Of the cases that need
// what viewers send and what CloudFront tells of them at once, those are ours that a function can do at the viewer's side.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { node } from "../cloudfront-functions/engines.mjs";
import { checkSyntax } from "../cloudfront-functions/syntax.mjs";
import { pass } from "../lambda-edge/edge.mjs";
import { caseFiles, holdsOn } from "../shared/cases.mjs";
import { expectOutcome } from "../shared/expect.mjs";
import { Ledger, Unrepresentable } from "../shared/ledger.mjs";
import { project } from "../shared/project.mjs";
import { pairOf } from "./pair.mjs";

const { cloudfrontSplit } = await import(pathToFileURL(join(project, "node_modules/selvedge/dist/tools/cloudfront-split.js")).href);
const { FindingsError } = await import(pathToFileURL(join(project, "node_modules/selvedge/dist/tools/findings-error.js")).href);
const { lambdaEdge } = await import("selvedge/compiled/regex/lambda-edge");

const KEY = "conformance of the pair";
const engine = node();
const ledger = new Ledger({ name: "cloudfront-split", title: "A CloudFront Function and Lambda@Edge", folder: import.meta.url });
const ran = { function: 0, lambda: 0, policy: 0, together: 0 };
for (const { name: file, cases } of caseFiles()) {
  for (const one of cases) {
    if (holdsOn("cloudfront", one) || isTogether(one)) await ledger.check(file, one.name, () => runCase(one));
  }
}
ledger.close();
assert(process.argv.length > 2 || ran.together >= 6, `${ran.together} cases see in a function what Lambda@Edge sees at two events`);
console.log(`  rules in a function: ${ran.function}, in Lambda@Edge: ${ran.lambda}, in a policy: ${ran.policy}`);

/** Whether only a function sees all that the rules of a case read. */
function isTogether({ needs = [], ...one }) {
  if (!needs.includes("onePass") || !holdsOn("cloudfront-functions", { needs, ...one })) return false;
  const found = canSplit(one.rules, true) && !canSplit(one.rules, false);
  if (found) ran.together++;
  return found;
}

function canSplit(rules, functions) {
  try {
    cloudfrontSplit(rules, { key: KEY, functions });
    return true;
  } catch (error) {
    if (error instanceof FindingsError) return false;
    throw error;
  }
}

async function runCase(one) {
  assert(!one.problem, one.problem);
  const isWhole = one.start === undefined && one.end === undefined;
  for (const [way, options] of [["", {}], ["(policy) ", { policies: true }]]) {
    const split = cloudfrontSplit(one.rules, { key: KEY, ...options });
    for (const { runs } of split.rules) ran[runs]++;
    if (!isWhole && (split.policy.length > 0 || split.rules.some(({ because }) => because.includes("joins")))) {
      if (way !== "") continue;
      throw new Unrepresentable("the case is about a stage whose rules run elsewhere");
    }
    if (split.function !== null) checkSyntax(split.function.source);
    const lambda = lambdaEdge(split.plan);
    const handler = () => (split.function === null ? lambda : pairOf(split, lambda, engine, one.request ?? {}));
    for (const [seen, rewritten] of [["", false], ["(viewer-response sees the rewritten request) ", true]]) {
      const outcome = await pass(handler(), one, { rewritten });
      if (outcome.response) outcome.response.headers = withPolicy(outcome.response.headers, split.policy);
      expectOutcome(one.expect, outcome, `${way}${seen}`);
    }
  }
}

/** What a response headers policy makes of a response. */
function withPolicy(headers, policy) {
  const changed = { ...headers };
  for (const { name, value, replaces } of policy) {
    const key = name.toLowerCase();
    if (value === null) delete changed[key];
    else if (replaces || changed[key] === undefined) changed[key] = [value];
  }
  return changed;
}
