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

test("undefined and null leave the message; an object takes its place; async or not", async () => {
  for (const wrap of [(value) => value, async (value) => value, (value) => ({ then: (done) => done(value) })]) {
    for (const nothing of [undefined, null]) assert.equal((await send({ viewerRequest: () => wrap(nothing) })).uri, "/");
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

// AWS: "Restrictions on edge functions" (disallowed headers; status; bodies), "Lambda@Edge event structure".
test("what CloudFront would refuse never gets there, and one line names the hook and the field", async (t) => {
  const error = mock.method(console, "error", () => {});
  t.after(() => error.mock.restore());
  const said = () => {
    const lines = error.mock.calls.map(({ arguments: [line] }) => line);
    error.mock.resetCalls();
    return lines;
  };
  const refused = { status: "503", statusDescription: "Service Unavailable", headers: headers({ "Cache-Control": "no-store", "X-Answer": "1" }) };
  for (const [returned, field] of [
    [{ statusCode: 401 }, /status undefined/],
    [{ status: 99 }, /status 99/],
    [{ status: "2000" }, /status 2000/],
    [new Response(null, { status: 401 }), /returned Response;/],
    [new Response("no", { status: 401 }), /returned Response;/],
    [new Request("https://example.org/"), /returned Request;/],
    [[{ status: "401" }], /returned Array;/],
    // What an author may take for an answer: nothing passes that it may have meant to stop.
    [401, /returned Number;/],
    ["401", /returned String;/],
    [true, /returned Boolean;/],
    [false, /returned Boolean;/],
    ["", /returned String;/],
    [0, /returned Number;/],
    [() => ({ status: "401" }), /returned Function;/],
    [{ status: "401", body: { error: 1 } }, /body/],
    [{ status: "401", body: "eA==", bodyEncoding: "hex" }, /bodyEncoding;/],
    // "Generated responses": 40 KB with its headers.
    [{ status: "401", body: "x".repeat(40_961) }, /body;/],
    [{ status: "401", body: "eHh4".repeat(13_654), bodyEncoding: "base64" }, /body;/],
    [{ uri: "no-slash", method: "GET" }, /uri/],
  ]) {
    for (const wrap of [(value) => value, async (value) => value]) {
      assert.deepEqual(await send({ viewerRequest: () => wrap(returned) }), refused);
      const lines = said();
      assert.equal(lines.length, 1);
      assert.match(lines[0], /^selvedge: the hook viewerRequest returned .+; it may return the request, \{ status, headers, body \} or undefined$/);
      assert.match(lines[0], field);
    }
  }
});

test("a header that CloudFront refuses is left out, and the rest goes on", async (t) => {
  const error = mock.method(console, "error", () => {});
  t.after(() => error.mock.restore());
  const said = () => {
    const lines = error.mock.calls.map(({ arguments: [line] }) => line);
    error.mock.resetCalls();
    return lines;
  };
  const mine = { connection: [{ key: "Connection", value: "close" }], "x-edge-me": [{ value: "1" }], "X-Amzn-RequestId": [{ value: "1" }], "x-amzn-cf-id": [{ value: "1" }], "x-list": "text", "x-number": [{ value: 1 }], "x-split": [{ value: "a\r\nB: c" }] };
  const answer = await send({ viewerRequest: () => ({ status: "401", headers: { ...headers({ "X-Mine": "1" }), ...mine } }) });
  assert.deepEqual(answer, { status: "401", headers: headers({ "X-Mine": "1", "X-Answer": "1" }) });
  assert.deepEqual(said(), ["selvedge: the hook viewerRequest returned invalid headers connection,x-edge-me,X-Amzn-RequestId,x-amzn-cf-id,x-list,x-number,x-split"]);
  assert.deepEqual(await send({ viewerRequest: () => ({ status: "401", headers: ["no"] }) }), { status: "401", headers: headers({ "X-Answer": "1" }) });
  assert.match(said().join(), /headers 0$/);
  for (const fields of [new Headers({ "WWW-Authenticate": "Basic" }), new Map([["www-authenticate", []]])]) {
    assert.deepEqual(await send({ viewerRequest: () => ({ status: "401", headers: fields }) }), { status: "401", headers: headers({ "X-Answer": "1" }) });
    assert.match(said().join(), /headers \[object (Headers|Map)\]$/);
  }
  // Read-only at request triggers; at origin-response only some are, and the origin's own Content-Length may stay.
  const own = { "content-length": [{ value: "2" }], "Transfer-Encoding": [{ value: "chunked" }], via: [{ value: "1.1 me" }] };
  const made = await send({ viewerRequest: () => ({ status: "401", body: "no", headers: own }) });
  assert.deepEqual(made, { status: "401", body: "no", headers: headers({ "X-Answer": "1" }) });
  assert.match(said().join(), /headers content-length,Transfer-Encoding,via$/);
  assert.deepEqual((await send({ originResponse: () => ({ status: "200", headers: { ...own } }) }, "origin-response")).headers, own);
  assert.deepEqual((await send({ viewerRequest: () => ({ uri: "/", headers: { ...own } }) })).headers, own);
  assert.deepEqual(said(), []);
  // Changed in place, too, at every stage.
  const add = (message) => { message.headers.connection = [{ key: "Connection", value: "close" }]; };
  for (const [type, hook] of [["viewer-request", "viewerRequest"], ["origin-request", "originRequest"], ["origin-response", "originResponse"], ["viewer-response", "viewerResponse"]]) {
    const message = await send({ [hook]: add }, type);
    assert.equal("connection" in message.headers, false, type);
    assert.deepEqual(said(), [`selvedge: the hook ${hook} returned invalid headers connection`]);
  }
  assert.equal((await send({ viewerRequest: (request) => { request.headers["x-own"] = [{ key: "X-Own", value: "1" }]; } })).headers["x-own"].length, 1);
  assert.deepEqual(said(), []);
});

test("an answer at origin-request may have 1 MB", async (t) => {
  const error = mock.method(console, "error", () => {});
  t.after(() => error.mock.restore());
  const status = async (length) => (await send({ originRequest: () => ({ status: "200", body: "x".repeat(length) }) }, "origin-request")).status;
  assert.deepEqual([await status(1_048_000), await status(1_048_577)], ["200", "503"]);
});

test("at the response stages a result that CloudFront refuses is emptied, or kept by nobody", async (t) => {
  const error = mock.method(console, "error", () => {});
  t.after(() => error.mock.restore());
  const origin = await send({ originResponse: () => ({ statusCode: 200 }) }, "origin-response");
  assert.deepEqual([origin.status, origin.body, origin.headers["cache-control"][0].value], ["503", "", "no-store"]);
  for (const wrong of [() => ({ status: "503" }), (response) => { response.status = "503"; }, (response) => ({ ...response, body: "x" }), () => 503, () => false]) {
    const viewer = await send({ viewerResponse: wrong }, "viewer-response");
    assert.deepEqual([viewer.status, viewer.body, viewer.headers["cache-control"][0].value], ["200", undefined, "no-store"]);
  }
  assert.equal(error.mock.callCount(), 6);
  assert.match(error.mock.calls[5].arguments[0], /the hook viewerResponse returned Boolean; it may return \{ status, headers, body \} or undefined$/);
});
