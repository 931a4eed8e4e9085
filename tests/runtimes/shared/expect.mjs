// What a case expects, against what came out. Everything here throws an AssertionError that says both.
//
// An outcome is `{ request, response }`. `request`: what the origin was asked, `{ path, query, headers, origin }`; null if
// it was not asked. `response`: what the viewer gets, `{ status, headers, body }`. Headers are `{ name: lines }`; lines
// that the runtime has joined are one string.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

/** @param way precedes each message: how the outcome came about */
export function expectOutcome({ request, response }, outcome, way) {
  expectRequest(request, outcome.request, way);
  expectResponse(response, outcome.response, way);
}

function expectRequest(expected, request, way) {
  if (expected === undefined) return;
  if (expected === null || request === null) {
    assert.equal(request === null, expected === null, `${way}${request === null ? "the origin was not asked" : "the origin was asked"}`);
    return;
  }
  for (const member of ["path", "query"]) {
    if (!(member in expected)) continue;
    assert.equal(request[member], expected[member], `${way}${member}: ${request[member]}, expected ${expected[member]}`);
  }
  expectHeaders(expected, request.headers, `${way}request`);
  if ("origin" in expected) expectOrigin(expected.origin, request, way);
}

/** `origin` is what the platform's request says of it, besides `default`; or a function that judges. */
function expectOrigin(expected, { origin }, way) {
  if (typeof origin === "function") origin(expected, way);
  else expectSubset(origin.chosen, expected ?? origin.default, `${way}origin`);
}

function expectResponse(expected, response, way) {
  if (expected === undefined) return;
  assert(response, `${way}there is no response`);
  if ("status" in expected) assert.equal(response.status, expected.status, `${way}status: ${response.status}, expected ${expected.status}`);
  expectHeaders(expected, response.headers, `${way}response`);
  if ("body" in expected) assert.equal(response.body, expected.body, `${way}body: ${JSON.stringify(response.body)}, expected ${JSON.stringify(expected.body)}`);
}

function expectHeaders({ headers = {}, absent = [] }, lines, place) {
  for (const [name, wanted] of Object.entries(headers)) {
    const found = Object.hasOwn(lines, name) ? lines[name] : undefined;
    const expected = typeof found === "string" ? joined(name, wanted) : wanted;
    assert(isDeepStrictEqual(found, expected), `${place} header ${name}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
  for (const name of absent) assert(!Object.hasOwn(lines, name), `${place} header ${name} is there: ${JSON.stringify(lines[name])}`);
}

/** As the Fetch standard joins lines; those of Cookie as RFC 9113 §8.2.3 does. */
function joined(name, lines) {
  return lines.join(name === "cookie" ? "; " : ", ");
}

function expectSubset(found, expected, place) {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected)) {
    assert(isDeepStrictEqual(found, expected), `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    return;
  }
  assert(typeof found === "object" && found !== null, `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  for (const [name, value] of Object.entries(expected)) expectSubset(found[name], value, `${place}.${name}`);
}

/** All problems and no others, in any order; null: the rules compiled. */
export function expectProblems(expected, found) {
  assert(found, "the rules compile");
  const open = [...found];
  const missing = expected.filter((problem) => {
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
