// What goes into the reader, what happens when it traps, and events of every shape; on a fake reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, headers } from "./events.mjs";
import { KINDS, OPS, planOf, readerOf } from "./fake.mjs";
import { createHandler } from "./internal.mjs";
import { quietly } from "./quiet.mjs";

const ALL = [[KINDS.path], [KINDS.query], [KINDS.method], [KINDS.clientIp], [KINDS.id], [KINDS.header, "cookie"], [KINDS.header, "constructor"]];

function spy(inputs, options = {}) {
  const plan = planOf({ stages: { 0: { inputs, ...options.stage } } });
  let reader;
  const handler = createHandler(plan.bytes, () => (reader = readerOf(options)));
  return { handler, fields: () => reader.texts.at(-1), reader: () => reader };
}

test("inputs in order; odd types count as absent", async () => {
  const { handler, fields } = spy(ALL);
  await handler(event("viewer-request", { request: { uri: "/ü", querystring: "a=1", headers: headers({ Cookie: ["a=1", "b=2"] }) } }), {});
  assert.deepEqual(fields(), ["/ü", "a=1", "GET", "198.51.100.24", "id==", "a=1\nb=2", "\x01"]);
  for (const odd of [null, 1, true, [], {}, [null], [{}], [{ value: 1 }], [1]]) {
    const sent = event("viewer-request", { request: { uri: odd, querystring: odd, method: odd, clientIp: odd, headers: { cookie: odd } } });
    sent.Records[0].cf.config.requestId = odd;
    const result = await handler(sent, {});
    assert.equal(result, sent.Records[0].cf.request);
    assert.deepEqual(fields(), ["/", "", "\x01", "\x01", "\x01", "\x01", "\x01"]);
  }
  for (const odd of [undefined, null, 1, "x", []]) {
    await handler(event("viewer-request", { request: { headers: odd } }), {});
    assert.equal(fields()[5], "\x01");
  }
  await handler(event("viewer-request", { request: { headers: { cookie: [null, { value: "a" }, { value: 2 }, { key: "c", value: "b" }] } } }), {});
  assert.equal(fields()[5], "a\nb");
});

test("short, long, very long, not ASCII, broken: the path arrives", async () => {
  const { handler, fields } = spy([[KINDS.path]]);
  for (const uri of ["", "/", "nothing", "/" + "a".repeat(23), "/" + "b".repeat(24), "/ä", "/" + "é€😀".repeat(9), "/" + "c".repeat(8191), "/" + "ü".repeat(70000)]) {
    await handler(event("viewer-request", { request: { uri } }), {});
    assert.equal(fields()[0], uri);
  }
  for (const uri of ["/\ud800", "/" + "\udfff".repeat(40)]) {
    await handler(event("viewer-request", { request: { uri } }), {});
    assert.equal(fields()[0], uri.toWellFormed?.() ?? uri.replaceAll(/[\ud800-\udfff]/g, "\ufffd"));
  }
});

test("as many headers as a stage may look at", async () => {
  const names = Array.from({ length: 64 }, (_, i) => `x-${i}`);
  const { handler, fields } = spy(names.map((name) => [KINDS.header, name]));
  const sent = headers(Object.fromEntries(names.map((name) => [name, name.repeat(40)])));
  await handler(event("viewer-request", { request: { headers: sent } }), {});
  assert.deepEqual(fields(), names.map((name) => name.repeat(40)));
});

test("NUL in a value is cleaned when the reader says so", async () => {
  for (const inputs of [ALL, [[KINDS.path]]]) {
    const { handler, fields } = spy(inputs, { decide: (_, fields) => (fields.length === inputs.length ? 0 : -2) });
    await handler(event("viewer-request", { request: { uri: "/a\0b" } }), {});
    assert.equal(fields()[0], "/a\ufffdb");
  }
});

test("the working memory grows, and views are taken again", async () => {
  const { handler, fields } = spy([[KINDS.path]], { small: true });
  await handler(event("viewer-request", { request: { uri: "/" + "x".repeat(5000) } }), {});
  assert.equal(fields()[0].length, 5001);
  await handler(event("viewer-request", { request: { uri: "/y" } }), {});
  assert.equal(fields()[0], "/y");
});

test("a reader whose memory one message has made large gives way to a new one", async () => {
  const plan = planOf({ stages: { 0: { inputs: [[KINDS.path]] } } });
  const readers = [];
  const handler = createHandler(plan.bytes, () => {
    readers.push(readerOf({}));
    return readers.at(-1);
  });
  const send = (uri) => handler(event("viewer-request", { request: { uri } }), {});
  // What viewers can send does not cost a reader, however often it comes.
  for (const uri of ["/" + "x".repeat(65536), "/a", "/" + "x".repeat(65536), "/b"]) await send(uri);
  assert.equal(readers.length, 1);
  await send("/" + "x".repeat(2 << 20));
  await send("/" + "x".repeat(2 << 20));
  assert.equal(readers.length, 1);
  await send("/c");
  await send("/d");
  assert.equal(readers.length, 2);
  assert.deepEqual(readers[1].texts.map(([path]) => path), ["/c", "/d"]);
});

test("a memory that grew behind our back leaves no stale view", async () => {
  const { handler, fields, reader } = spy([[KINDS.path]]);
  reader().memory.grow(1);
  await handler(event("viewer-request", { request: { uri: "/after" } }), {});
  assert.equal(fields()[0], "/after");
});

test("answers that depend on small numbers alone are remembered", async () => {
  const plan = planOf({ stages: { 2: { accept: true, status: true }, 1: { accept: true }, 0: {} }, lists: { gz: [[OPS.appendPath, "", ".gz"]] } });
  let accepts = 0;
  const reader = readerOf({ decide: (stage, _, accept) => (stage === 1 && accept === 1 ? plan.at.gz : 0), accept: (value) => (accepts++, value.includes("gzip") ? 1 : 0) });
  const handler = createHandler(plan.bytes, () => reader);
  const send = (type, value, status = "200") => handler(event(type, { request: { uri: "/a", headers: value === undefined ? {} : headers({ "Accept-Encoding": value }) }, response: { status } }), {});
  for (let i = 0; i < 3; i++) {
    assert.equal((await send("origin-request", "gzip")).uri, "/a.gz");
    assert.equal((await send("origin-request", ["br", "gzip"])).uri, "/a.gz");
    assert.equal((await send("origin-request", "br")).uri, "/a");
    assert.equal((await send("origin-request", undefined)).uri, "/a");
    await send("origin-response", "gzip", "404");
    await send("origin-response", "gzip", 65535);
    await send("viewer-request");
  }
  assert.equal(accepts, 4);
  const seen = [];
  const spied = createHandler(plan.bytes, () => readerOf({ decide: (_, __, accept) => (seen.push(accept), 0) }));
  seen.length = 0;
  for (const method of ["GET", "HEAD", "POST", "get", 1]) await spied(event("origin-request", { request: { method, headers: headers({ "Accept-Encoding": "gzip" }) } }), {});
  assert.deepEqual(seen, [1, 0x10001, 0x20001]);
  assert.equal(reader.calls, 2 + 2 + 1);
});

const trap = () => { throw new WebAssembly.RuntimeError("unreachable"); };

test("a trap: the message goes on unchanged, the engine is made anew, one line is logged", async () => {
  const plan = planOf({ stages: { 0: { inputs: [[KINDS.path]] }, 2: {} }, lists: { ops: [[OPS.vary, "Vary", "A"], [OPS.set, "A", "1"]] } });
  let made = 0;
  const handler = createHandler(plan.bytes, () => (made++, readerOf({ decide: (stage, [path]) => (stage === 2 ? plan.at.ops : path === "/trap" ? trap() : 0), ask: trap })));
  const sent = event("viewer-request", { request: { uri: "/trap" } });
  const [result, log] = await quietly(() => handler(sent, {}));
  assert.equal(result, sent.Records[0].cf.request);
  assert.equal(made, 2);
  assert.equal(log.length, 1);
  assert.match(log[0], /^selvedge: the engine stopped at viewer-request: .*unreachable; the message goes on unchanged; the engine was made anew$/);
  const [, silence] = await quietly(() => handler(event("viewer-request"), {}));
  assert.deepEqual([silence, made], [[], 2]);
  // Half-way through the ops of a response: nothing of them is left.
  const half = { headers: headers({ Vary: "B" }) };
  const [response] = await quietly(() => handler(event("origin-response", { response: half }), {}));
  assert.deepEqual(response.headers, half.headers);
});

test("a trap at a stage that blocks: 503, no-store; no-store alone where the status cannot change", async () => {
  const stages = { 0: { inputs: [[KINDS.path]] }, 2: { inputs: [[KINDS.path]] }, 3: { inputs: [[KINDS.path]] }, 4: {} };
  const plan = planOf({ stages, blocks: [0, 1, 2, 3], lists: { more: [[OPS.set, "Cache-Control", "public"]] } });
  const handler = createHandler(plan.bytes, () => readerOf({ decide: (stage) => (stage === 4 ? plan.at.more : trap()) }));
  const blocked = { status: "503", statusDescription: "Service Unavailable", headers: headers({ "Cache-Control": "no-store" }) };
  const [first, log] = await quietly(() => handler(event("viewer-request"), {}));
  assert.deepEqual(first, blocked);
  assert.match(log[0], /the answer is 503/);
  const lines = headers({ Via: "v", ETag: "x", "Transfer-Encoding": "chunked" });
  const [second] = await quietly(() => handler(event("origin-response", { response: { headers: lines } }), {}));
  assert.deepEqual(second, { ...blocked, body: "", headers: headers({ "Cache-Control": "no-store", Via: "v", "Transfer-Encoding": "chunked" }) });
  const kept = { ...lines, ...headers({ "Cache-Control": "public, max-age=60" }) };
  const [third, line] = await quietly(() => handler(event("viewer-response", { response: { headers: kept } }), {}));
  assert.deepEqual([third.status, third.headers], ["200", { ...lines, ...headers({ "Cache-Control": "no-store" }) }]);
  assert.match(line[0], /viewer-response.*the response goes on with no-store/);
});

test("a trap at a stage that does not block passes, whatever the others do; a note from outside goes", async () => {
  const note = headers({ "X-Selvedge": ["forged", "twice"], Cookie: "a=1" });
  for (const [foreignNote, left] of [[true, headers({ Cookie: "a=1" })], [false, note]]) {
    const stages = { 0: { inputs: [[KINDS.path]], foreignNote }, 1: { inputs: [[KINDS.path]] } };
    const handler = createHandler(planOf({ stages, blocks: [1, 2, 3, 4, 5] }).bytes, () => readerOf({ decide: trap }));
    const sent = event("viewer-request", { request: { headers: note } });
    const [passed] = await quietly(() => handler(sent, {}));
    assert.equal(passed, sent.Records[0].cf.request);
    assert.deepEqual(passed.headers, left);
    const [blocked] = await quietly(() => handler(event("origin-request"), {}));
    assert.equal(blocked.status, "503");
  }
});

test("an engine that cannot be made anew is tried again at the next event", async () => {
  const plan = planOf({ stages: { 0: { inputs: [[KINDS.path]] } } });
  let made = 0;
  const handler = createHandler(plan.bytes, () => {
    if (++made === 2) throw new RangeError("out of memory");
    return readerOf({ decide: (_, [path]) => (path === "/trap" && made === 1 ? trap() : 0) });
  });
  const [, log] = await quietly(() => handler(event("viewer-request", { request: { uri: "/trap" } }), {}));
  assert.match(log[0], /could not be made anew: RangeError: out of memory/);
  const [, silence] = await quietly(() => handler(event("viewer-request"), {}));
  assert.deepEqual([silence, made], [[], 3]);
});

test("what is no CloudFront event is a TypeError that says so", async () => {
  const handler = createHandler(planOf({}).bytes, () => readerOf({}));
  const cf = { config: { eventType: "viewer-request" }, request: {} };
  const records = (value) => ({ Records: [{ cf: value }] });
  const table = [
    [undefined, /got undefined/], [null, /got null/], [1, /got number/], ["x", /got string/], [[], /got an object with nothing/], [{}, /got an object with nothing/],
    [{ version: "2.0", rawPath: "/", headers: {} }, /got an object with version, rawPath, headers/], [{ Records: [] }, /Records/], [records(null), /Records/],
    [records({ request: {} }), /got no cf.config/], [records({ config: {} }), /got no cf.request/],
    [records({ ...cf, config: {} }), /eventType undefined/], [records({ ...cf, config: { eventType: "viewer-reqest" } }), /eventType "viewer-reqest"/],
    [records({ ...cf, config: { eventType: "origin-response" } }), /got no cf.response/],
  ];
  for (const [wrong, message] of table) {
    await assert.rejects(async () => handler(wrong, {}), (error) => error instanceof TypeError && /^selvedge: expected a CloudFront event/.test(error.message) && message.test(error.message), JSON.stringify(wrong));
  }
  assert.equal(handler.length, 2);
});

test("plans that a reader refuses, or that are for another platform", () => {
  const load = (options, reader = {}) => () => createHandler(planOf(options).bytes, () => readerOf(reader));
  for (const [code, message] of [[1, /not a plan/], [2, /another version/], [3, /too short or too long/], [4, /checksum/], [5, /regular expressions.*regex/], [6, /records point outside/], [9, /code 9/]]) {
    assert.throws(load({}, { code }), { name: "PlanError", message });
  }
  assert.throws(load({ platform: 1 }), { name: "PlanError", message: /it is for cloudflare/ });
});
