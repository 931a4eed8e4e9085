// Your own code: when it runs, what it may return, and what happens when it throws.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { event, headers } from "./events.mjs";
import { KINDS, OPS, planOf, readerOf } from "./fake.mjs";
import { createHandler } from "./internal.mjs";

const lists = { answer: [[OPS.answer, "OK", "", 0, 200]], one: [[OPS.set, "X-Rules", "1"]], two: [[OPS.append, "X-Answer", "1"]] };
const plan = planOf({ stages: { 0: { inputs: [[KINDS.path]] }, 2: {}, 4: {} }, lists });
const decide = (stage, [path]) => (stage === 4 ? plan.at.two : stage === 0 && path === "/answer" ? plan.at.answer : plan.at.one);
const handlerOf = (hooks) => createHandler(plan.bytes, () => readerOf({ decide }), hooks);
const send = (hooks, type = "viewer-request", parts = {}, context = {}) => handlerOf(hooks)(event(type, parts), context);

test("a hook runs after the rules of its stage, with the message and the context", async () => {
  const seen = [];
  const context = { awsRequestId: "1" };
  const hooks = {
    viewerRequest: (...args) => void seen.push(args),
    originRequest: (...args) => void seen.push(args),
    originResponse: (...args) => void seen.push(args),
    viewerResponse: (...args) => void seen.push(args),
  };
  const request = await send(hooks, "viewer-request", {}, context);
  assert.deepEqual(seen.pop(), [request, context]);
  assert.deepEqual(request.headers["x-rules"], [{ key: "X-Rules", value: "1" }]);
  await send(hooks, "origin-request", {}, context);
  assert.equal(seen.pop()[0].uri, "/");
  const response = await send(hooks, "origin-response", {}, context);
  const [given, about, last] = seen.pop();
  assert.deepEqual([given, about.uri, last], [response, "/", context]);
  await send(hooks, "viewer-response", {}, context);
  assert.equal(seen.pop().length, 3);
});

test("not when a rule answered", async () => {
  let called = false;
  const result = await send({ viewerRequest: () => { called = true; } }, "viewer-request", { request: { uri: "/answer" } });
  assert.deepEqual([result.status, called], ["200", false]);
});

test("undefined, null and odd values leave the message; an object takes its place; async or not", async () => {
  for (const wrap of [(value) => value, async (value) => value, (value) => ({ then: (done) => done(value) })]) {
    for (const odd of [undefined, null, 1, "x", false]) assert.equal((await send({ viewerRequest: () => wrap(odd) })).uri, "/");
    assert.equal((await send({ viewerRequest: (request) => wrap({ ...request, uri: "/b" }) })).uri, "/b");
    assert.equal((await send({ viewerRequest: (request) => { request.uri = "/c"; return wrap(); } })).uri, "/c");
    assert.deepEqual(await send({ originResponse: () => wrap({ status: "204" }) }, "origin-response"), { status: "204" });
  }
});

test("a returned response gets the rules for answers, on a copy", async () => {
  const shared = { status: "403", headers: headers({ "X-Answer": "0" }) };
  const handler = handlerOf({ viewerRequest: async () => shared });
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await handler(event("viewer-request"), {}), { status: "403", headers: headers({ "X-Answer": ["0", "1"] }) });
  }
  assert.deepEqual(shared, { status: "403", headers: headers({ "X-Answer": "0" }) });
  assert.deepEqual((await send({ viewerRequest: () => ({ status: 404 }) })).headers, headers({ "X-Answer": "1" }));
});

test("a hook that throws rejects, after one line", async () => {
  for (const [name, hook] of [["viewerRequest", () => { throw new Error("down\nhere"); }], ["originResponse", async () => { throw new Error("down\nhere"); }]]) {
    const error = mock.method(console, "error", () => {});
    await assert.rejects(send({ [name]: hook }, name === "viewerRequest" ? "viewer-request" : "origin-response"), /down/);
    error.mock.restore();
    assert.deepEqual(error.mock.calls.map(({ arguments: line }) => line), [[`selvedge: the hook ${name} threw Error: down here`]]);
  }
});

test("hooks that do not exist are found at load", () => {
  assert.throws(() => handlerOf({ viewerRequst() {} }), /no hook viewerRequst; the hooks are viewerRequest/);
  assert.throws(() => handlerOf({ viewerRequest: "x" }), /must be a function/);
  handlerOf({ viewerRequest: undefined });
});
