// Conformance of the Lambda@Edge adapter as built: `node tests/runtimes/lambda-edge/run.mjs [text in a name …]`.
// Every case of tests/cases and every event of tests/events, through pkg/dist.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { pass, STAGES } from "./edge.mjs";
import { hooks } from "./hooks.mjs";
import { validate } from "./validate.mjs";

const root = new URL("../../../", import.meta.url);
const dist = (entry) => import(new URL(`pkg/dist/${entry}.js`, root));
const { compile, RulesError } = await dist("compile");
const { lambdaEdge } = await dist("lambda-edge");
const { lambdaEdge: compiledLambdaEdge } = await dist("compiled/regex/lambda-edge");

const skips = json(new URL("skips.json", import.meta.url));
const wanted = process.argv.slice(2);
const used = new Set();
let passed = 0;
let failed = 0;
let skipped = 0;

for (const file of files("tests/cases/")) {
  const { cases = [], errors = [], ...rest } = json(file.url);
  await check(file.name, "(file)", () => known(rest, ["about", "$schema"]));
  for (const one of cases) {
    if (one.platforms && !one.platforms.includes("cloudfront")) continue;
    await check(file.name, one.name, () => runCase(one));
  }
  for (const one of errors) await check(file.name, `error: ${one.name}`, () => runError(one));
}
for (const file of files("tests/events/")) {
  const content = json(file.url);
  for (const one of Array.isArray(content) ? content : (content.cases ?? [content])) await check(file.name, one.name, () => runEvent(one));
}
if (wanted.length === 0) {
  for (const { file, name } of skips) {
    if (used.has(`${file} ${name}`)) continue;
    failed++;
    console.log(`FAIL skips.json: there is no ${file}: ${name}`);
  }
}
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function check(file, name, run) {
  if (wanted.length > 0 && !wanted.some((text) => `${file}: ${name}`.includes(text))) return;
  const skip = skips.find((entry) => entry.file === file && entry.name === name);
  if (skip) used.add(`${file} ${name}`);
  let problem;
  try {
    await run();
    if (skip) problem = "it is in skips.json, but passes";
    else passed++;
  } catch (error) {
    if (skip?.reason) skipped++;
    else problem = error instanceof assert.AssertionError || error instanceof RulesError ? error.message : error.stack;
  }
  if (problem === undefined) return;
  failed++;
  console.log(`FAIL ${file}: ${name}\n     ${problem.replaceAll("\n", "\n     ")}`);
}

async function runCase(one) {
  known(one, ["name", "source", "note", "rules", "platforms", "request", "origin", "start", "end", "expect"]);
  known(one.request, ["method", "url", "headers", "clientIp", "country", "device", "id"]);
  known(one.origin, ["status", "headers", "body"]);
  known(one.expect, ["request", "response"]);
  known(one.expect.request, ["path", "query", "headers", "absent", "origin"]);
  known(one.expect.response, ["status", "headers", "absent", "body"]);
  for (const stage of [one.start, one.end]) assert(stage === undefined || STAGES.includes(stage), `no stage ${stage}`);
  assert("source" in one && Object.keys(one.expect).length > 0, "a case has a source and expects something");

  const plain = lambdaEdge(one.rules);
  const fromPlan = compiledLambdaEdge(compile(one.rules, { platform: "cloudfront" }));
  // The second pass finds out whether anything that the first returned is shared.
  for (const [way, handler, options] of [
    ["", plain, {}],
    ["(again, viewer-response sees the rewritten request) ", plain, { rewritten: true }],
    ["(compiled) ", fromPlan, {}],
  ]) {
    const outcome = await pass(handler, one, options);
    expectRequest(one.expect.request, outcome, way);
    expectResponse(one.expect.response, outcome, way);
    outcome.results.forEach(spoil);
  }
}

function expectRequest(expected, { request, default: origin }, way) {
  if (expected === undefined) return;
  if (expected === null || request === null) {
    assert.equal(request === null, expected === null, `${way}${request === null ? "the origin was not asked" : "the origin was asked"}`);
    return;
  }
  if ("path" in expected) assert.equal(request.uri, expected.path, `${way}path: ${request.uri}, expected ${expected.path}`);
  if ("query" in expected) assert.equal(request.querystring, expected.query, `${way}query: ${request.querystring}, expected ${expected.query}`);
  const lines = Object.entries(request.headers).map(([name, entries]) => [name, entries.map(({ value }) => value)]);
  expectHeaders(expected, Object.fromEntries(lines), `${way}request`);
  if ("origin" in expected) expectSubset(request.origin, expected.origin ?? origin, `${way}origin`);
}

function expectResponse(expected, { response }, way) {
  if (expected === undefined) return;
  assert(response, `${way}there is no response`);
  if ("status" in expected) assert.equal(response.status, expected.status, `${way}status: ${response.status}, expected ${expected.status}`);
  expectHeaders(expected, response.headers, `${way}response`);
  if ("body" in expected) assert.equal(response.body, expected.body, `${way}body: ${JSON.stringify(response.body)}, expected ${JSON.stringify(expected.body)}`);
}

function expectHeaders({ headers = {}, absent = [] }, lines, place) {
  for (const [name, expected] of Object.entries(headers)) {
    const found = Object.hasOwn(lines, name) ? lines[name] : undefined;
    assert(isDeepStrictEqual(found, expected), `${place} header ${name}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
  for (const name of absent) assert(!Object.hasOwn(lines, name), `${place} header ${name} is there: ${JSON.stringify(lines[name])}`);
}

function expectSubset(found, expected, place) {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected)) {
    assert(isDeepStrictEqual(found, expected), `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    return;
  }
  assert(typeof found === "object" && found !== null, `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  for (const [name, value] of Object.entries(expected)) expectSubset(found[name], value, `${place}.${name}`);
}

function runError({ platform = "cloudfront", rules, problems, ...rest }) {
  known(rest, ["name", "source", "note"]);
  let found;
  try {
    compile(rules, { platform });
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    found = [...error.problems];
  }
  assert(found, "the rules compile");
  const open = [...found];
  const missing = problems.filter((problem) => {
    known(problem, ["place", "says"]);
    const at = open.findIndex(({ place, message, help }) => {
      const text = `${message} ${help}`.toLowerCase();
      return place === problem.place && (problem.says ?? []).every((fragment) => text.includes(fragment.toLowerCase()));
    });
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
  const lines = [...missing.map((problem) => `missing: ${JSON.stringify(problem)}`), ...open.map((problem) => `too many: ${JSON.stringify(problem)}`)];
  assert(lines.length === 0, lines.join("\n"));
}

async function runEvent(one) {
  known(one, ["name", "source", "note", "rules", "hook", "event", "result", "events", "results"]);
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

function known(object, names) {
  for (const name of Object.keys(object ?? {})) assert(names.includes(name), `unknown member ${name}`);
}

function files(folder) {
  const url = new URL(folder, root);
  const names = readdirSync(url).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => ({ name, url: new URL(name, url) }));
}

function json(url) {
  return JSON.parse(readFileSync(url, "utf8"));
}
