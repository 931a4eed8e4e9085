// Copies and comparisons of messages: node --test js-shim/local-edge/message.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "../test/source.mjs";

const { copyOf, isSame, mapOf } = await source("local-edge/message.ts");

const EVENT = { uri: "/", count: 1, none: null, yes: true, headers: mapOf([["Host", "a"], ["X-A", "1"], ["x-a", "2"], ["__proto__", "p"], ["constructor", "c"]]) };

test("a copy is what JSON makes of it, and nothing of it is shared", () => {
  const copy = copyOf(EVENT);
  assert.equal(JSON.stringify(copy), JSON.stringify(EVENT));
  copy.headers["x-a"][0].value = "changed";
  copy.headers.__proto__[0].value = "changed";
  assert.deepEqual([EVENT.headers["x-a"][0].value, EVENT.headers["__proto__"][0].value], ["1", "p"]);
  assert.equal({}.value, undefined);
});

test("messages are the same where their JSON is, whatever the order of members", () => {
  const changed = (change) => {
    const copy = JSON.parse(JSON.stringify(EVENT));
    change(copy);
    return copy;
  };
  assert.ok(isSame(EVENT, changed(() => {})));
  assert.ok(isSame(EVENT, changed((it) => { delete it.uri; it.uri = "/"; })));
  for (const change of [
    (it) => { it.uri = "/x"; },
    (it) => { delete it.none; },
    (it) => { it.more = 1; },
    (it) => { it.headers["x-a"].pop(); },
    (it) => { it.headers["x-a"].reverse(); },
    (it) => { it.headers["x-a"] = {}; },
    (it) => { it.headers["__proto__"][0].value = "q"; },
    (it) => { it.count = "1"; },
    (it) => { it.none = {}; },
  ]) assert.equal(isSame(EVENT, changed(change)), false, String(change));
  // A member of every object is not a member of this one.
  assert.equal(isSame({ a: 1 }, { toString: 1 }), false);
  assert.equal(isSame([], {}), false);
});
