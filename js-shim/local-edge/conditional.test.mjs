// Conditions and ranges: node --test js-shim/local-edge/conditional.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "../test/source.mjs";

const { isPreconditionFailed, isUnchanged, rangeOf } = await source("local-edge/origin/conditional.ts");
const { mapOf } = await source("local-edge/message.ts");

const MODIFIED = "Sat, 01 Jan 2000 00:00:00 GMT";
const LATER = "Sat, 01 Jan 2000 01:00:00 GMT";

// RFC 9110 §8.8.3.2 (weak comparison), §13.1.2 and §13.1.3; the cases are those of npm fresh (test/fresh.js).
test("If-None-Match and If-Modified-Since", () => {
  const [none, since] = ["If-None-Match", "If-Modified-Since"];
  for (const [fields, etag, modified, expected] of [
    [[], '"foo"', MODIFIED, false],
    [[[none, '"foo"']], '"foo"', undefined, true],
    [[[none, '"foo"']], '"bar"', undefined, false],
    [[[none, ' "bar" , "foo"']], '"foo"', undefined, true],
    [[[none, '"bar",\t"foo"']], '"foo"', undefined, true],
    [[[none, '"foo"']], undefined, undefined, false],
    [[[none, 'W/"foo"']], 'W/"foo"', undefined, true],
    [[[none, 'W/"foo"']], '"foo"', undefined, true],
    [[[none, '"foo"']], 'W/"foo"', undefined, true],
    [[[none, "*"]], '"foo"', undefined, true],
    [[[none, '*, "bar"']], '"foo"', undefined, false],
    // §8.8.3: etagc is any character but the quote, so also a comma.
    [[[none, '"a,b"']], '"a,b"', undefined, true],
    [[[none, '"x", "a,b", "y"']], 'W/"a,b"', undefined, true],
    [[[none, '"a,b"']], '"b"', undefined, false],
    [[[since, MODIFIED]], undefined, LATER, false],
    [[[since, LATER]], undefined, MODIFIED, true],
    [[[since, MODIFIED]], undefined, undefined, false],
    [[[since, "foo"]], undefined, MODIFIED, false],
    [[[since, MODIFIED]], undefined, "foo", false],
    [[[none, '"foo"'], [since, MODIFIED]], '"foo"', LATER, true],
    [[[none, '"foo"'], [since, LATER]], '"bar"', MODIFIED, false],
  ]) {
    assert.equal(isUnchanged(mapOf(fields), etag, modified), expected, JSON.stringify([fields, etag, modified]));
  }
});

// RFC 9110 §13.1.1: strong comparison; §13.1.4.
test("If-Match and If-Unmodified-Since", () => {
  for (const [name, value, etag, expected] of [
    ["If-Match", '"foo"', '"foo"', false],
    ["If-Match", '"bar", "foo"', '"foo"', false],
    ["If-Match", '"bar"', '"foo"', true],
    ["If-Match", "*", 'W/"foo"', false],
    ["If-Match", 'W/"foo"', 'W/"foo"', true],
    ["If-Match", '"a,b"', '"a,b"', false],
    ["If-Unmodified-Since", LATER, '"foo"', false],
    ["If-Unmodified-Since", "Fri, 31 Dec 1999 00:00:00 GMT", '"foo"', true],
    ["If-Unmodified-Since", "foo", '"foo"', false],
  ]) {
    assert.equal(isPreconditionFailed(mapOf([[name, value]]), etag, MODIFIED), expected, `${name}: ${value}`);
  }
});

// RFC 9110 §14.1.2, §14.2 and §13.1.5; of several ranges a server may send the whole.
test("Range and If-Range", () => {
  for (const [range, condition, etag, expected] of [
    ["bytes=0-4", undefined, '"foo"', [0, 4]],
    ["Bytes=0-4", undefined, '"foo"', [0, 4]],
    ["bytes=2-", undefined, '"foo"', [2, 8]],
    ["bytes=-3", undefined, '"foo"', [6, 8]],
    ["bytes=-50", undefined, '"foo"', [0, 8]],
    ["bytes=2-50", undefined, '"foo"', [2, 8]],
    ["bytes=9-50", undefined, '"foo"', "unsatisfiable"],
    ["bytes=-0", undefined, '"foo"', "unsatisfiable"],
    ["bytes=5-2", undefined, '"foo"', undefined],
    ["bytes=0-0,2-3", undefined, '"foo"', undefined],
    ["lines=0-4", undefined, '"foo"', undefined],
    ["bytes=-", undefined, '"foo"', undefined],
    ["bytes=0-4", '"foo"', '"foo"', [0, 4]],
    ["bytes=0-4", '"bar"', '"foo"', undefined],
    ["bytes=0-4", MODIFIED, '"foo"', [0, 4]],
    ["bytes=0-4", LATER, '"foo"', undefined],
    ["bytes=0-4", 'W/"foo"', 'W/"foo"', undefined],
  ]) {
    const fields = [["Range", range], ...(condition === undefined ? [] : [["If-Range", condition]])];
    assert.deepEqual(rangeOf(mapOf(fields), 9, etag, MODIFIED), expected, `${range} ${condition} ${etag}`);
  }
});
