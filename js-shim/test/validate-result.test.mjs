// `validateResult` on the documented rejections: tests/validation/README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { validateResult } from "../../pkg/dist/index.js";
import { resultOf } from "../../tests/validation/result.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/validation/${name}`, import.meta.url), "utf8"));
const EVENTS = read("events.json");

test("every row of the table", () => {
  for (const row of read("rejections.json")) {
    const sent = structuredClone(EVENTS[row.trigger]);
    const found = validateResult(row.trigger, { Records: [{ cf: sent }] }, resultOf(row, sent.response ?? sent.request));
    if (row.severity === null) assert.deepEqual(found, [], row.name);
    else assert.ok(found.some(({ severity, place, message }) => severity === row.severity && place === row.place && message.includes(row.message)), `${row.name}: ${JSON.stringify(found)}`);
    for (const { rule, help } of found) assert.ok(rule.length > 10 && help.length > 10, row.name);
  }
});

test("before and after are told, and what is not JSON is an error", () => {
  const event = { Records: [{ cf: EVENTS["viewer-request"] }] };
  const request = structuredClone(EVENTS["viewer-request"].request);
  request.headers.host[0].value = "other.example";
  const [{ before, after }] = validateResult("viewer-request", event, request);
  assert.deepEqual([before, after], ["example.org", "other.example"]);
  request.self = request;
  assert.match(validateResult("viewer-request", event, request)[0].message, /not parsable/);
  assert.match(validateResult("viewer-request", event, undefined)[0].message, /must be an object type/);
  for (const [odd, after] of [[{ a: 1n }, /BigInt/], [{ toJSON: () => { throw new Error("mine"); } }, /^Error: mine$/], [{ toJSON: () => { throw null; } }, /not an error/]]) {
    const [found] = validateResult("viewer-request", event, odd);
    assert.deepEqual([found.severity, found.place, "before" in found], ["error", "", false]);
    assert.match(found.message, /not parsable/);
    assert.match(found.after, after);
  }
});
