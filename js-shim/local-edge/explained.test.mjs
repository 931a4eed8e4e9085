// Which rules the inspector names at a stage: node --test js-shim/local-edge/explained.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "../test/source.mjs";

const { explained } = await source("local-edge/inspector/explained.ts");

const RULES = [{ name: "rules.json", form: "rules", text: '{ "headers": [{ "for": "/*", "set": { "X-A": "1" } }] }' }];
const request = { method: "GET", host: "example.org", url: "/a", headers: {}, viewer: { clientIp: "192.0.2.1", device: [] }, id: "id" };
const stages = (by) => ({ "viewer-request": {}, "origin-request": {}, "origin-response": { by }, "viewer-response": {} });
const acted = (by, areInHandler) => {
  const told = explained({ ...request, stages: stages(by) }, RULES, "cloudfront", areInHandler);
  return told.flatMap(({ stage, steps }) => steps.filter(({ verdict }) => verdict === "acted").map(({ place }) => `${stage} ${place}`));
};

test("rules are named where they ran: not at a trigger that a handler has", () => {
  assert.deepEqual(acted("rules", false), ["origin-response headers[0]"]);
  assert.deepEqual(acted(undefined, false), ["origin-response headers[0]"]);
  assert.deepEqual(acted("/site/handler.mjs", false), []);
  assert.deepEqual(acted("/site/handler.mjs", true), ["origin-response headers[0]"]);
});

test("what comes after a failure did not run, and no rule did anything there", () => {
  const fails = { "viewer-request": { ran: true }, "origin-request": { ran: true, by: "/site/handler.mjs" }, "origin-response": { ran: false }, "viewer-response": { ran: false } };
  const told = explained({ ...request, fault: "it throws", stages: fails }, RULES, "cloudfront", false);
  assert.deepEqual(told.map(({ stage }) => stage), ["viewer-request"]);
});
