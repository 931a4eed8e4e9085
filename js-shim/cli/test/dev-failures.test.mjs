// `selvedge dev` where handlers, origins and viewers misbehave: it stays up, says what happened, and nothing is answered with 500.
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder } from "./run.mjs";

const SITE = { "site/index.html": "home" };
const request = "event.Records[0].cf.request";

/** What fills memory that no limit of the heap counts, or fills the heap at once. */
const LEAKS = {
  "buffers from request to request": `const all = []; exports.handler = async (event) => { all.push(Buffer.alloc(6e7, 1)); return ${request}; };`,
  "buffers in a loop that never ends": `exports.handler = async () => { for (const all = [];;) all.push(Buffer.alloc(6e7, 1)); };`,
  "one text that is larger than the heap": `exports.handler = async () => ({ status: "200", body: "x".repeat(3e8) });`,
};

for (const [name, source] of Object.entries(LEAKS)) {
  test(`a handler that leaks ${name} is ended, and the next request has a new one`, async (t) => {
    const edge = await dev(t, folder(t, { ...SITE, "h.cjs": source }), "--origin", "site", "--handler", "viewer-request=h.cjs", "--timeout", "100");
    let answer;
    for (let i = 0; i < 12 && answer?.status !== 503; i++) answer = await edge.get(`/?${i}`);
    assert.equal(answer.status, 503);
    assert.match(answer.text, /more than 128 MB/);
    assert.match((await edge.get("/again")).text, /NoSuchKey|more than 128 MB/);
    assert.equal(edge.child.exitCode, null);
  });
}

/** What is wrong with a file, and what the page says. */
const FILES = {
  "broken.mjs": ["export const handler = async (event) => {\n  const x = ;\n};", /broken\.mjs:2\s+const x = ;\s+\^\s+SyntaxError: Unexpected token/],
  "imports.mjs": ['import "./broken.mjs";\nexport const handler = async () => {};', /broken\.mjs:2\s+const x = ;/],
  "waits.mjs": ["await new Promise(() => {});\nexport const handler = async () => {};", /awaits at its top level never comes/],
  "default.mjs": [`export default async (event) => ${request};`, /exports no function &quot;handler&quot;; it exports default/],
  "object.cjs": ["exports.handler = {};", /&quot;handler&quot; is of type object/],
  "signal.cjs": ["exports.handler = async () => process.abort();", /ended its process by a signal/],
  "speaks.cjs": ['exports.handler = async () => { process.send("nonsense"); };', /process\.send is not a function/],
};

test("what is wrong with a file is said with its place", async (t) => {
  const cwd = folder(t, { ...SITE, ...Object.fromEntries(Object.entries(FILES).map(([file, [source]]) => [file, source])) });
  for (const [file, [, reason]] of Object.entries(FILES)) {
    const edge = await dev(t, cwd, "--origin", "site", "--handler", `viewer-request=${file}`, "--timeout", "20");
    const { status, text } = await edge.get("/");
    assert.equal(status, 503, file);
    assert.match(text, reason, file);
  }
});

/** Lambda lets a function load for ten seconds. A longer limit of calls holds for its load, too. */
test("a file that never loads is given up after Lambda's time", async (t) => {
  const edge = await dev(t, folder(t, { ...SITE, "h.mjs": "for (;;);" }), "--origin", "site", "--handler", "viewer-request=h.mjs", "--timeout", "2");
  const { status, text } = await edge.get("/");
  assert.deepEqual([status, /timed out after 10\.00 seconds, loading/.test(text)], [503, true]);
});

test("a handler that changes what Node has is nobody's error but its own", async (t) => {
  const handler = `exports.handler = async (event) => { JSON.stringify = () => "nonsense"; return ${request}; };`;
  const edge = await dev(t, folder(t, { ...SITE, "h.cjs": handler }), "--origin", "site", "--handler", "viewer-request=h.cjs");
  for (let n = 0; n < 2; n++) assert.equal((await edge.get("/index.html")).text, "home");
});

/** AWS's runtimes kept `context.done`, `succeed` and `fail` until Node 24 took callbacks away. */
test("what handlers of the first runtimes call is there, but for nodejs24.x", async (t) => {
  const cwd = folder(t, { ...SITE, "h.cjs": `exports.handler = (event, context) => { const r = ${request}; if (r.uri === "/done") context.done(null, r); else if (r.uri === "/fail") context.fail(new Error("failed so")); else context.succeed(r); };` });
  const edge = await dev(t, cwd, "--origin", "site", "--handler", "viewer-request=h.cjs", "--runtime", "nodejs22.x");
  assert.deepEqual([(await edge.get("/index.html")).text, (await edge.get("/done")).status], ["home", 404]);
  assert.match((await edge.get("/fail")).text, /failed so/);
  const newer = await dev(t, cwd, "--origin", "site", "--handler", "viewer-request=h.cjs", "--runtime", "nodejs24.x");
  assert.match((await newer.get("/done")).text, /context\.done is not a function/);
});

/** Results that AWS's documentation neither allows nor refuses. */
const OPEN = {
  "without headers": "delete r.headers",
  "with a header called __proto__": `Object.defineProperty(r.headers, "__proto__", { value: [{ key: "__proto__", value: "1" }], enumerable: true })`,
  "with a key that is not a text": `r.headers["x-a"] = [{ key: 5, value: "a" }]`,
  "with a list as a value": `r.headers["x-a"] = [{ key: "X-A", value: ["a", "b"] }]`,
  "with members that are null": "r.status = null; r.body = null; r.origin = null",
};

for (const [name, change] of Object.entries(OPEN)) {
  test(`a request that comes back ${name} goes on`, async (t) => {
    const cwd = folder(t, { ...SITE, "h.cjs": `exports.handler = async (event) => { const r = ${request}; ${change}; return r; };` });
    const edge = await dev(t, cwd, "--origin", "site", "--handler", "viewer-request=h.cjs", "--handler", "origin-request=h.cjs");
    const { status, text } = await edge.get("/");
    assert.deepEqual([status, text], [200, "home"], edge.printed);
  });
}

test("of what a result breaks, that which made it fail comes first", async (t) => {
  const handler = `exports.handler = async (event) => { const r = ${request}; r.method = "PUT"; r.headers.via = [{ key: "Via", value: "x" }]; return r; };`;
  const edge = await dev(t, folder(t, { ...SITE, "h.cjs": handler }), "--origin", "site", "--handler", "viewer-request=h.cjs");
  const { status, text } = await edge.get("/");
  assert.equal(status, 502);
  assert.match(text, /<pre>headers\.via:[^]*warning: method:/);
});

/** Bytes that an origin sends. RFC 9110 §15: a status is from 100 to 599; §7.6.1: what `Connection` names is for one hop. */
const ORIGINS = {
  "/status-0": ["HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n", 502],
  "/status-999": ["HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", 502],
  "/upgrade": ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", 502],
  "/nonsense": ["nonsense\r\n\r\n", 502],
  "/cut": ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab", 502],
  "/hop": ["HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 1\r\nContent-Length: 2\r\n\r\nok", 200],
};

for (const platform of ["cloudfront", "netlify"]) {
  test(`an origin that is not a server of HTTP: ${platform}`, async (t) => {
    const origin = createServer((socket) => socket.on("error", () => {}).once("data", (data) => socket.end(ORIGINS[/^\S+ (\S+)/.exec(data.toString())[1]][0])));
    await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve));
    t.after(() => origin.close());
    const edge = await dev(t, folder(t, SITE), "--origin", `http://127.0.0.1:${origin.address().port}`, "--platform", platform);
    for (const [path, [, status]] of Object.entries(ORIGINS)) {
      const answer = await edge.get(path);
      assert.equal(answer.status, status, `${path}\n${edge.printed}`);
      if (status === 200) assert.deepEqual([answer.headers["x-hop"], answer.headers["x-end"]], [undefined, "1"]);
    }
  });
}

test("a viewer that goes away is nobody's error, and a target in absolute form has the host", async (t) => {
  const handler = `exports.handler = async (event) => ({ status: "200", body: ${request}.headers.host.map(({ value }) => value).join() });`;
  const edge = await dev(t, folder(t, { ...SITE, "h.cjs": handler }), "--origin", "site", "--handler", "viewer-request=h.cjs", "--allow-host", "b.example");
  const raw = (text, isGone) => new Promise((resolve) => {
    let got = "";
    const socket = connect(new URL(edge.url).port, "127.0.0.1", () => socket.write(text, () => isGone && socket.destroy()));
    socket.setTimeout(20_000, () => socket.destroy()).setEncoding("latin1").on("data", (part) => (got += part)).on("close", () => resolve(got)).on("error", () => resolve(got));
  });
  await raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf", true);
  // RFC 9112 §3.2.2: `Host` is ignored.
  assert.match(await raw("GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"), /\r\n\r\nb\.example$/);
  assert.match(await raw("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.doesNotMatch(edge.printed, /aborted/);
});
