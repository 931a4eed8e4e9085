// What ops do to messages, on a fake reader that decides what the test says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, headers } from "./events.mjs";
import { KINDS, OPS, planOf, readerOf } from "./fake.mjs";
import { createHandler } from "./internal.mjs";

const REQUEST = 1;
const RESPONSE = 2;

/** A handler whose stage always decides on the list of ops. */
function always(stage, ops, { ask, ...options } = {}) {
  const plan = planOf({ stages: { [stage]: {} }, lists: { ops }, ...options });
  return createHandler(plan.bytes, () => readerOf({ decide: () => plan.at.ops, ask: ask?.(plan) }));
}

const onResponse = (ops, response, options) => always(RESPONSE, ops, options)(event("origin-response", { response }), {});
const onRequest = (ops, request, options) => always(REQUEST, ops, options)(event("origin-request", { request }), {});
const prefix = (start) => () => (_op, name) => name.startsWith(start);

test("set: fresh arrays, untouched ones by identity, the same message", async () => {
  const handler = always(RESPONSE, [[OPS.set, "X-One", "1"], [OPS.set, "x-Two", "a\nb"]]);
  const sent = event("origin-response", { response: { headers: headers({ Server: "S3", "X-ONE": "old" }), future: 1 } });
  const { response } = sent.Records[0].cf;
  const { server } = response.headers;
  const result = await handler(sent, {});
  assert.equal(result, response);
  assert.equal(result.headers.server, server);
  assert.deepEqual(result, {
    status: "200", statusDescription: "OK", future: 1,
    headers: { server: [{ key: "Server", value: "S3" }], "x-one": [{ key: "X-One", value: "1" }], "x-two": [{ key: "x-Two", value: "a" }, { key: "x-Two", value: "b" }] },
  });
  result.headers["x-two"][0].value = "changed";
  result.headers["x-one"].push("more");
  const again = await handler(event("origin-response"), {});
  assert.deepEqual(again.headers, headers({ "X-One": "1", "x-Two": ["a", "b"] }));
});

test("remove and wildcards: whatever the names are, and again with the same names", async () => {
  const handler = always(RESPONSE, [[OPS.remove, "Server"], [OPS.removeWildcard, "x-amz-meta-*"], [OPS.set, "A", "1"]], { ask: prefix("x-amz-meta-") });
  const varied = [["Date"], ["Date", "Server"], ["x-amz-meta-a", "Date"], ["Date", "x-amz-meta-b", "A", "Server"], [], ["A"], ["Date", "Server", "X"], ["Date", "Server"], ["Date"]];
  for (const names of [...varied, ...varied, ...varied]) {
    const from = headers(Object.fromEntries(names.map((name) => [name, "v"])));
    const left = names.filter((name) => name === "Date" || name === "X").map((name) => [name, "v"]);
    const result = await handler(event("origin-response", { response: { headers: from } }), {});
    assert.deepEqual(result.headers, headers({ ...Object.fromEntries(left), A: "1" }), names.join());
  }
});

test("a header called __proto__ survives, can be set and removed", async () => {
  const withProto = (names) => event("origin-response", { response: { headers: JSON.parse(`{${names.map((name) => `"${name}":[{"key":"${name}","value":"v"}]`)}}`) } });
  const remover = always(RESPONSE, [[OPS.removeWildcard, "x-*"]], { ask: prefix("x-") });
  for (let i = 0; i < 4; i++) {
    const { headers: kept } = await remover(withProto(["x-a", "__proto__", "b", "constructor"]), {});
    assert.deepEqual(Object.keys(kept).sort(), ["__proto__", "b", "constructor"]);
    assert.equal(Object.getPrototypeOf(kept), Object.prototype);
    assert.equal(Object.getOwnPropertyDescriptor(kept, "__proto__").value[0].value, "v");
  }
  const setter = await always(RESPONSE, [[OPS.set, "__proto__", "new"]])(withProto(["a"]), {});
  assert.deepEqual(JSON.parse(JSON.stringify(setter.headers)), JSON.parse('{"a":[{"key":"a","value":"v"}],"__proto__":[{"key":"__proto__","value":"new"}]}'));
  const removed = await always(RESPONSE, [[OPS.remove, "__proto__"]])(withProto(["a", "__proto__"]), {});
  assert.deepEqual(Object.keys(removed.headers), ["a"]);
  const defaulted = await always(RESPONSE, [[OPS.default, "constructor", "1"]])(withProto(["a"]), {});
  assert.deepEqual(defaulted.headers.constructor, [{ key: "constructor", value: "1" }]);
});

test("the order of ops on one header counts", async () => {
  const table = [
    [[[OPS.set, "A", "1"], [OPS.remove, "A"]], {}],
    [[[OPS.remove, "A"], [OPS.set, "A", "1"]], { A: "1" }],
    [[[OPS.set, "A", "1"], [OPS.append, "A", "2"]], { A: ["1", "2"] }],
    [[[OPS.append, "A", "2"], [OPS.set, "A", "1"]], { A: "1" }],
    [[[OPS.append, "A", "2"]], { A: ["0", "2"] }],
    [[[OPS.default, "A", "2"]], { A: "0" }],
    [[[OPS.remove, "A"], [OPS.default, "A", "2"]], { A: "2" }],
    [[[OPS.set, "A", "1"], [OPS.removeWildcard, "a*"], [OPS.append, "A", "2"]], { A: "2" }],
    [[[OPS.append, "A", "1"], [OPS.removeWildcard, "a*"]], {}],
    [[[OPS.remove, "A"], [OPS.append, "A", "1"], [OPS.default, "A", "2"], [OPS.append, "A", "3"]], { A: ["1", "3"] }],
  ];
  for (const [ops, expected] of table) {
    const { headers: result } = await onResponse(ops, { headers: headers({ A: "0" }) }, { ask: prefix("a") });
    assert.deepEqual(result, headers(expected), JSON.stringify(ops));
  }
});

test("Vary is merged, lines are replaced one by one", async () => {
  const ask = (plan) => (op, text) => op === plan.op("ops", 0) ? (text.includes("Origin") ? false : `${text}, Origin`) : text.startsWith("http:") && text.replace("http:", "https:");
  const ops = [[OPS.vary, "Vary", "Origin"], [OPS.replace, "Location"]];
  const run = (lines) => onResponse(ops, { headers: headers(lines) }, { ask }).then((response) => response.headers);
  assert.deepEqual(await run({}), headers({ Vary: "Origin" }));
  assert.deepEqual(await run({ vary: ["A", "B"] }), JSON.parse('{"vary":[{"key":"Vary","value":"A, B, Origin"}]}'));
  assert.deepEqual(await run({ VARY: "Origin" }), headers({ VARY: "Origin" }));
  const sent = event("origin-response", { response: { headers: headers({ location: ["/a", "http://x", "\u00e9"] }) } });
  const first = sent.Records[0].cf.response.headers.location[0];
  const result = await always(RESPONSE, ops, { ask })(sent, {});
  assert.deepEqual(result.headers.location.map(({ value }) => value), ["/a", "https://x", "\u00e9"]);
  assert.equal(result.headers.location[0], first);
});

test("ops that skip answers of 400 and more", async () => {
  const ops = [[OPS.set, "Cache-Control", "public", 1], [OPS.set, "A", "1"], [OPS.remove, "B", "", 1]];
  const run = (status) => onResponse(ops, { status, headers: headers({ B: "0" }) });
  for (const status of ["200", "399", 304, "", undefined, {}]) assert.deepEqual((await run(status)).headers, headers({ "Cache-Control": "public", A: "1" }));
  for (const status of ["400", "503", 404]) assert.deepEqual((await run(status)).headers, headers({ B: "0", A: "1" }));
});

test("URI and query; over the limit the answer is 414", async () => {
  const uri = (ops, request, options) => onRequest(ops, request, options).then((result) => [result.uri, result.querystring]);
  assert.deepEqual(await uri([[OPS.appendPath, "", ".gz"]], { uri: "/%zz\ud800", querystring: "a" }), ["/%zz\ud800.gz", "a"]);
  assert.deepEqual(await uri([[OPS.setPath, "", "/b"], [OPS.appendPath, "", ".br"], [OPS.setQuery, "", "x=1"]], { uri: "/a" }), ["/b.br", "x=1"]);
  const ops = [[OPS.appendPath, "", ".gz"], [OPS.set, "A", "1"], [OPS.setOrigin, "", "custom\ntdomainName=x.example"]];
  const { status, uri: path, headers: lines } = await onRequest(ops, { uri: "/12345" }, { maxUri: 9 });
  assert.deepEqual([status, path, lines], ["414", undefined, headers({ "Cache-Control": "no-store" })]);
  assert.equal((await onRequest(ops, { uri: "/1234" }, { maxUri: 9 })).uri, "/1234.gz");
  assert.equal((await onRequest(ops, { uri: "/123456789" }, { maxUri: 0 })).uri, "/123456789.gz");
});

test("origins: the same kind is merged, another kind is whole", async () => {
  const run = (record, origin) => onRequest([[OPS.setOrigin, "", record]], origin && { origin }).then((request) => [request.origin, request.headers.host]);
  const s3 = { s3: { authMethod: "origin-access-identity", customHeaders: {}, domainName: "a.s3.amazonaws.com", path: "/v2", region: "", future: 1 } };
  assert.deepEqual(await run("s3\ntregion=eu-central-1\ntdomainName=b.s3.amazonaws.com", s3), [
    { s3: { ...s3.s3, region: "eu-central-1", domainName: "b.s3.amazonaws.com" } },
    [{ key: "host", value: "b.s3.amazonaws.com" }],
  ]);
  assert.deepEqual(await run("s3\ntpath=/x", s3), [{ s3: { ...s3.s3, path: "/x" } }, [{ key: "Host", value: "example.org" }]]);
  assert.deepEqual(await run("custom\ntdomainName=x.example\nnport=8080\nlsslProtocols=TLSv1,TLSv1.1\nhX-Key=a=b\nhX-Key=c", s3), [
    { custom: { customHeaders: { "x-key": [{ key: "X-Key", value: "a=b" }, { key: "X-Key", value: "c" }] }, domainName: "x.example", keepaliveTimeout: 5, path: "", port: 8080, protocol: "https", readTimeout: 30, sslProtocols: ["TLSv1", "TLSv1.1"] } },
    [{ key: "host", value: "x.example" }],
  ]);
  assert.deepEqual((await run("s3\ntdomainName=b\nh", undefined))[0], { s3: { authMethod: "none", customHeaders: {}, domainName: "b", path: "", region: "" } });
});

test("custom headers of an origin may have any name", async () => {
  const [origin] = await onRequest([[OPS.setOrigin, "", "custom\ntdomainName=x.example\nh__proto__=a\nhconstructor=b\nhConstructor=c"]]).then((request) => [request.origin]);
  // What Lambda makes of it is JSON.
  const { customHeaders } = JSON.parse(JSON.stringify(origin)).custom;
  assert.deepEqual(Object.entries(customHeaders), [
    ["__proto__", [{ key: "__proto__", value: "a" }]],
    ["constructor", [{ key: "constructor", value: "b" }, { key: "Constructor", value: "c" }]],
  ]);
});

test("answers: body, no body, and the rules for answers", async () => {
  const plan = planOf({
    stages: { 1: {}, 5: { status: true, inputs: [[KINDS.responseHeader, "location"]] } },
    lists: { answer: [[OPS.set, "X-Request", "only"], [OPS.answer, "Found", "text", 1, 302], [OPS.set, "Location", "/x"]], security: [[OPS.set, "X-Frame-Options", "DENY"]] },
  });
  const seen = [];
  const handler = createHandler(plan.bytes, () => readerOf({ decide: (stage, fields, _, status) => (stage === 1 ? plan.at.answer : (seen.push([fields, status]), plan.at.security)) }));
  seen.length = 0;
  assert.deepEqual(await handler(event("origin-request"), {}), { status: "302", statusDescription: "Found", body: "text", headers: headers({ Location: "/x", "X-Frame-Options": "DENY" }) });
  assert.deepEqual(seen, [[["/x"], 302]]);
  assert.equal("body" in (await handler(event("origin-request", { request: { method: "HEAD" } }), {})), false);
  assert.deepEqual(await onRequest([[OPS.answer, "", "aGk=", 2, 200]]), { status: "200", body: "aGk=", bodyEncoding: "base64", headers: {} });
  assert.deepEqual(await onRequest([[OPS.answer, "No Content", "", 0, 204]]), { status: "204", statusDescription: "No Content", headers: {} });
});

test("an answer at origin-response replaces status and body, and what described the body", async () => {
  const lines = headers({ ETag: "x", "Content-Length": "3", "Content-Encoding": "gzip", "Last-Modified": "x", "Content-Range": "x", Via: "v", "Cache-Control": "no-store" });
  // With the flag, an edit is for files alone.
  for (const [flags, caching] of [[0, "public"], [1, "no-store"]]) {
    const ops = [[OPS.answer, "OK", "sorry", 1, 200], [OPS.set, "Cache-Control", "public", flags]];
    assert.deepEqual(await onResponse(ops, { status: "404", headers: lines }), { status: "200", statusDescription: "OK", body: "sorry", headers: headers({ Via: "v", "Cache-Control": caching }) });
  }
  assert.deepEqual(await onResponse([[OPS.answer, "Found", "", 0, 302], [OPS.set, "Location", "/b"]], { status: "503" }), { status: "302", statusDescription: "Found", body: "", headers: headers({ Location: "/b" }) });
});

test("decisions of several parts, with texts that come per event", async () => {
  const plan = planOf({
    stages: { 1: { inputs: [[KINDS.path]] } },
    lists: { answer: [[OPS.answer, "Moved", "", 0, 301]], location: [[OPS.set, "Location"]], more: [[OPS.set, "A", "1"]], path: [[OPS.setPath]] },
  });
  const decide = (_, [path]) => (path === "/r" ? [[plan.op("path"), "/rewritten/\u00e9"], plan.at.more] : [plan.at.answer, [plan.op("location"), `/new${path}`], plan.at.more]);
  const handler = createHandler(plan.bytes, () => readerOf({ decide }));
  for (const path of ["/a", "/b", "/a"]) {
    const result = await handler(event("origin-request", { request: { uri: path } }), {});
    assert.deepEqual(result, { status: "301", statusDescription: "Moved", headers: headers({ Location: `/new${path}`, A: "1" }) });
  }
  const { uri, headers: lines } = await handler(event("origin-request", { request: { uri: "/r" } }), {});
  assert.deepEqual([uri, lines.a], ["/rewritten/\u00e9", [{ key: "A", value: "1" }]]);
});

test("frozen events are copied, not changed", async () => {
  const freeze = (value) => (typeof value === "object" && value !== null ? (Object.values(value).forEach(freeze), Object.freeze(value)) : value);
  const sent = freeze(event("origin-request", { request: { uri: "/a" } }));
  const before = JSON.stringify(sent);
  const ops = [[OPS.appendPath, "", ".gz"], [OPS.set, "A", "1"], [OPS.append, "Host", "b"], [OPS.setOrigin, "", "s3\ntdomainName=b"]];
  const result = await always(REQUEST, ops)(sent, {});
  assert.deepEqual([result.uri, result.headers, result.clientIp], ["/a.gz", headers({ host: "b", A: "1" }), "198.51.100.24"]);
  assert.equal(JSON.stringify(sent), before);
  const response = freeze(event("origin-response", { response: { headers: headers({ "X-A": "1" }) } }));
  assert.deepEqual((await always(RESPONSE, [[OPS.removeWildcard, "x-*"], [OPS.append, "B", "2"]], { ask: prefix("x-") })(response, {})).headers, headers({ B: "2" }));
  assert.deepEqual((await always(RESPONSE, [[OPS.answer, "OK", "x", 1, 200]])(response, {})).body, "x");
});
