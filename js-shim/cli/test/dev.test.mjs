// `selvedge dev`: the pipeline end to end, what reloads, and every kind of handler that fails.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder, PATIENCE, selvedge } from "./run.mjs";

const SITE = { "site/index.html": "<h1>home</h1>", "site/a.txt": "0123456789", "site/new/x.html": "x" };
const request = "event.Records[0].cf.request";

test("rules in front of a folder: cache, redirects, headers, and what a bucket answers", async (t) => {
  const cwd = folder(t, { ...SITE, "rules.json": { redirects: [{ from: "/old/*", to: "/new/:splat" }], headers: [{ for: "/*", set: { "X-Tried": "yes" } }] } });
  const edge = await dev(t, cwd, "rules.json", "--origin", "site");
  const first = await edge.get("/a.txt");
  assert.deepEqual([first.status, first.text, first.headers["x-cache"], first.headers["x-tried"]], [200, "0123456789", "Miss from cloudfront", "yes"]);
  const second = await edge.get("/a.txt");
  assert.equal(second.headers["x-cache"], "Hit from cloudfront");
  assert.match(second.headers.age, /^\d+$/);
  assert.notEqual(first.headers["x-amz-cf-id"], second.headers["x-amz-cf-id"]);
  assert.match(first.headers.via, /\.cloudfront\.net \(CloudFront\)$/);
  // The default root object, because the folder has one.
  assert.equal((await edge.get("/")).text, "<h1>home</h1>");
  const moved = await edge.get("/old/x.html");
  assert.deepEqual([moved.status, moved.headers.location], [301, "/new/x.html"]);
  const missing = await edge.get("/none");
  assert.equal(missing.status, 404);
  assert.match(missing.text, /<Code>NoSuchKey<\/Code>/);

  // RFC 9110 §13 and §14.
  assert.equal((await edge.get("/a.txt", { headers: { "if-none-match": first.headers.etag } })).status, 304);
  const part = await edge.get("/a.txt", { headers: { range: "bytes=2-4" } });
  assert.deepEqual([part.status, part.text, part.headers["content-range"]], [206, "234", "bytes 2-4/10"]);
  assert.equal((await edge.get("/a.txt", { headers: { range: "bytes=20-" } })).status, 416);
  const head = await edge.get("/a.txt", { method: "HEAD" });
  assert.deepEqual([head.text, head.headers["content-length"]], ["", "10"]);

  // A file that changes is not served from the cache.
  writeFileSync(join(cwd, "site/a.txt"), "changed!");
  assert.equal((await edge.get("/a.txt")).text, "changed!");

  // Rules that change hold at once; those that are wrong are reported, and the last good ones stay.
  writeFileSync(join(cwd, "rules.json"), JSON.stringify({ redirects: [{ from: "/old/*", to: "/newer/:splat", status: 302 }] }));
  await edge.says(/reloaded after a change of .*rules\.json/);
  assert.equal((await edge.get("/old/x")).headers.location, "/newer/x");
  writeFileSync(join(cwd, "rules.json"), '{ "redirects": [{ "from": "old" }] }');
  await edge.says(/rules\.json: cannot be used; what was there before stays/);
  assert.equal((await edge.get("/old/x")).headers.location, "/newer/x");
});

test("nothing outside the folder is served", async (t) => {
  const cwd = folder(t, { ...SITE, "secret.txt": "secret" });
  symlinkSync(join(cwd, "secret.txt"), join(cwd, "site/link.txt"));
  symlinkSync(cwd, join(cwd, "site/up"));
  symlinkSync(join(cwd, "site/a.txt"), join(cwd, "site/inside.txt"));
  const edge = await dev(t, cwd, "--origin", "site");
  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt", "/link.txt", "/up/secret.txt", "/%2e%2e%2fsecret.txt", "/.%2e/secret.txt", "/a.txt%00", "//secret.txt"]) {
    const { status, text } = await edge.get(path);
    assert.deepEqual([status, text.includes("secret</")], [404, false], path);
    assert.doesNotMatch(text, /^secret/, path);
  }
  assert.equal((await edge.get("/inside.txt")).status, 200);
});

test("a link to all files of the machine does not keep dev from answering", { timeout: 60_000 }, async (t) => {
  const cwd = folder(t, { ...SITE, "rules.json": { redirects: [] } });
  symlinkSync("/", join(cwd, "site/root"));
  symlinkSync(join(cwd, "rules.json"), join(cwd, "linked.json"));
  const edge = await dev(t, cwd, "linked.json", "--origin", "site");
  assert.equal((await edge.get("/a.txt")).status, 200);
  writeFileSync(join(cwd, "rules.json"), JSON.stringify({ redirects: [{ from: "/old/*", to: "/newer/:splat", status: 302 }] }));
  await edge.says(/reloaded after a change of .*rules\.json/);
});

test("what is hidden in the folder is not served, except below /.well-known/", async (t) => {
  const hidden = { ".env": "secret", ".git/config": "secret", "docs/.htpasswd": "secret" };
  const edge = await dev(t, folder(t, { ...hidden, "a.txt": "a", ".well-known/security.txt": "Contact:", ".well-known/.x": "secret" }), "--origin", ".");
  for (const path of ["/.env", "/%2eenv", "/.git/config", "/docs/.htpasswd", "/docs/%2ehtpasswd", "/.well-known/.x"]) {
    const { status, text } = await edge.get(path);
    assert.deepEqual([status, /^secret/.test(text)], [404, false], path);
  }
  for (const path of ["/a.txt", "/.well-known/security.txt"]) assert.equal((await edge.get(path)).status, 200, path);
});

/** What a handler does, the status that AWS documents for it, and what the page says. */
const FAILURES = {
  "throws": [`exports.handler = async () => { throw new Error("<no>"); };`, 503, /Error: &lt;no&gt;/],
  "throws with a cause": [`exports.handler = async () => { throw new Error("outer", { cause: new TypeError("inner") }); };`, 503, /Error: outer[^]*cause: TypeError: inner/],
  "throws its own cause": [`exports.handler = async () => { const round = new Error("round"); throw Object.assign(round, { cause: round }); };`, 503, /round/],
  "rejects by its callback": [`exports.handler = (event, context, callback) => callback(new Error("called back"));`, 503, /called back/],
  "never resolves": [`exports.handler = () => new Promise(() => {});`, 503, /timed out after 1\.00 seconds/],
  "never returns": [`exports.handler = async () => { for (;;); };`, 503, /timed out after 1\.00 seconds/],
  "calls process.exit": [`exports.handler = async () => process.exit(3);`, 503, /ended the process with code 3/],
  "uses up its memory": [`exports.handler = async () => { const all = []; for (;;) all.push(new Array(10000).fill(Math.random())); };`, 503, /more than 128 MB/],
  "has a syntax error": [`exports.handler = async ( => 1;`, 503, /SyntaxError/],
  "throws while it loads": [`throw new TypeError("at load");`, 503, /at load/],
  "exports nothing": [`exports.other = async () => {};`, 503, /exports no function &quot;handler&quot;; it exports other/],
  "returns nothing": [`exports.handler = async () => {};`, 502, /must be an object type/],
  "returns a number": [`exports.handler = async () => 5;`, 502, /must be an object type/],
  "returns what JSON has no form for": [`exports.handler = async () => ({ status: 200n });`, 502, /output is not parsable/],
  "returns a circle": [`exports.handler = async (event) => { event.self = event; return event; };`, 502, /output is not parsable/],
};

test("a handler that fails is a page and a line, and the server stays up", async (t) => {
  const files = Object.fromEntries(Object.values(FAILURES).map(([source], i) => [`handlers/${i}.cjs`, source]));
  const cwd = folder(t, { ...SITE, ...files });
  for (const [i, [name, [, status, reason]]] of Object.entries(FAILURES).entries()) {
    await t.test(name, async (t) => {
      const edge = await dev(t, cwd, "--origin", "site", "--handler", `viewer-request=handlers/${i}.cjs`, "--timeout", String(reason).includes("timed out") ? "1" : "100", "--runtime", "nodejs22.x");
      for (let again = 0; again < 2; again++) {
        const answer = await edge.get("/");
        assert.equal(answer.status, status);
        assert.equal(answer.headers["x-cache"], status === 502 ? "LambdaValidationError from cloudfront" : "LambdaExecutionError from cloudfront");
        assert.match(answer.text, reason);
        assert.match(answer.text, /at viewer-request/);
      }
      await edge.says(/viewer-request: /);
    });
  }
});

/** How a handler ends its environment once it has answered. */
const LATE = {
  "throws in a timer": [`setTimeout(() => { throw new Error("too late"); }, 1);`, /too late/],
  "rejects what nobody awaits": [`setTimeout(() => Promise.reject(new Error("too late")), 1);`, /too late/],
  "calls process.exit in a timer": [`setTimeout(() => process.exit(4), 1);`, /ended the process with code 4/],
};

for (const [name, [source, reason]] of Object.entries(LATE)) {
  test(`a handler that ${name} after its answer fails the next request alone`, async (t) => {
    const cwd = folder(t, { ...SITE, "h.cjs": `let calls = 0;\nexports.handler = async (event) => { if (event.Records[0].cf.request.uri === "/first") { ${source} } return { status: "200", body: "answered" }; };` });
    const edge = await dev(t, cwd, "--origin", "site", "--handler", "viewer-request=h.cjs");
    assert.equal((await edge.get("/first")).text, "answered");
    // It may come before the timer's end.
    const started = Date.now();
    let next;
    do next = await edge.get("/next");
    while (next.status === 200 && Date.now() - started < PATIENCE);
    assert.equal(next.status, 503);
    assert.match(next.text, reason);
    assert.equal((await edge.get("/next")).text, "answered");
  });
}

test("what a handler writes to its standard output and error is in its log", async (t) => {
  const source = `exports.handler = async () => { await new Promise((done) => process.stdout.write("one\\ntwo\\n", done)); process.stderr.write(Buffer.from("three")); process.stdout.write("x".repeat(1e6)); return { status: "200" }; };`;
  const edge = await dev(t, folder(t, { ...SITE, "h.cjs": source }), "--origin", "site", "--handler", "viewer-request=h.cjs");
  assert.equal((await edge.get("/")).status, 200);
  await edge.says(/viewer-request log: one\n.*two/);
  await edge.says(/viewer-request error: three/);
  assert.ok(edge.printed.length < 100_000);
});

test("a handler that is missing is reported until it is there, and reloads when it changes", async (t) => {
  const cwd = folder(t, { ...SITE, "functions/package.json": "{}" });
  const edge = await dev(t, cwd, "--origin", "site", "--handler", "viewer-request=functions/h.mjs");
  const answer = await edge.get("/");
  assert.deepEqual([answer.status, /There is no file .*h\.mjs/.test(answer.text)], [503, true]);
  writeFileSync(join(cwd, "functions/h.mjs"), `export { handler } from "./one.mjs";`);
  writeFileSync(join(cwd, "functions/one.mjs"), `export const handler = async (event) => ({ status: "204", statusDescription: "ok" });`);
  await edge.says(/reloaded after a change of .*one\.mjs/);
  assert.equal((await edge.get("/")).status, 204);
  // What it imports counts as well.
  edge.printed = "";
  writeFileSync(join(cwd, "functions/one.mjs"), `export const handler = async (event) => (console.log("seen", 1), ${request});`);
  await edge.says(/reloaded after a change of .*one\.mjs/);
  assert.equal((await edge.get("/")).status, 200);
  await edge.says(/viewer-request log: seen 1/);
});

test("callbacks and promises, CommonJS and ES modules; nodejs24.x refuses three parameters", async (t) => {
  const cwd = folder(t, {
    ...SITE,
    "callback.cjs": `exports.handler = (event, context, callback) => { const r = ${request}; r.uri = "/a.txt"; callback(null, r); };`,
    "module.mjs": `export const handler = async (event) => { const { response } = event.Records[0].cf; response.headers["x-by"] = [{ value: "module" }]; return response; };`,
  });
  const args = ["--origin", "site", "--handler", "viewer-request=callback.cjs", "--handler", "origin-response=module.mjs", "--runtime"];
  const edge = await dev(t, cwd, ...args, "nodejs22.x");
  const answer = await edge.get("/");
  // CloudFront writes a name without a key with initial capitals.
  assert.deepEqual([answer.text, answer.raw[answer.raw.indexOf("X-By") + 1]], ["0123456789", "module"]);
  await edge.says(/the handler takes a callback, which nodejs24\.x refuses/);
  const refused = await (await dev(t, cwd, ...args, "nodejs24.x")).get("/");
  assert.equal(refused.status, 503);
  assert.match(refused.text, /Runtime\.CallbackHandlerDeprecated/);
});

test("a handler in TypeScript, where Node takes types out; elsewhere it is said what to do", async (t) => {
  const handler = `interface Answer { status: string; body: string }
export const handler = async (event: { Records: [{ cf: { request: { uri: string } } }] }): Promise<Answer> => ({ status: "200", body: \`typed \${event.Records[0].cf.request.uri}\` });`;
  const edge = await dev(t, folder(t, { "site/a.txt": "a", "h.mts": handler }), "--handler", "viewer-request=h.mts", "--origin", "site");
  const { status, text } = await edge.get("/a");
  if (process.features.typescript) assert.deepEqual([status, text], [200, "typed /a"]);
  else assert.match(text, /does not load TypeScript[^]*Use Node 22\.18 or later/);
});

test("a function that signs requests to AWS finds the variables that Lambda reserves, and no others", async (t) => {
  const handler = `exports.handler = async () => ({ status: "200", body: JSON.stringify([process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY, process.env.AWS_SESSION_TOKEN, process.env.AWS_REGION, process.env.NO_COLOR]) });`;
  const edge = await dev(t, folder(t, { "site/a.txt": "a", "h.cjs": handler }), "--handler", "viewer-request=h.cjs", "--origin", "site");
  const [key, secret, token, region, ours] = JSON.parse((await edge.get("/")).text);
  for (const value of [key, secret, token]) assert.match(value, /./);
  assert.deepEqual([region, ours], ["us-east-1", null]);
});

test("a URL as the origin: 502 when it is down, 504 when it is late, bodies and methods as they are", async (t) => {
  const origin = createServer(async (request, response) => {
    if (request.url === "/late") return;
    const parts = [];
    for await (const part of request) parts.push(part);
    response.setHeader("Set-Cookie", ["a=1", "b=2"]);
    response.end(`${request.method} ${request.url} ${request.headers["user-agent"]} ${Buffer.concat(parts)}`);
  });
  await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve));
  t.after(() => (origin.closeAllConnections(), origin.close()));
  const { port } = origin.address();
  const cwd = folder(t, { "late.mjs": `export const handler = async (event) => { const r = ${request}; r.origin.custom.readTimeout = 1; return r; };` });
  const edge = await dev(t, cwd, "--origin", `http://localhost:${port}/base`, "--handler", "origin-request=late.mjs");
  const posted = await edge.get("/form?a=b", { method: "POST", body: "name=1" });
  assert.equal(posted.text, "POST /base/form?a=b Amazon CloudFront name=1");
  assert.deepEqual(posted.headers["set-cookie"], ["a=1", "b=2"]);
  origin.removeAllListeners("request");
  origin.on("request", () => {});
  assert.equal((await edge.get("/late")).status, 504);
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
  const down = await edge.get("/down");
  assert.deepEqual([down.status, down.headers["x-cache"]], [502, "Error from cloudfront"]);
  await edge.says(/does not answer: ECONNREFUSED/);
});

test("other platforms have one pass and no cache", async (t) => {
  const cwd = folder(t, { ...SITE, "site/about.html": "about", "site/404.html": "lost", _redirects: "/old/* /new/:splat\n/de /a.txt 200 Country=de\n" });
  for (const platform of ["cloudflare", "netlify", "vercel", "fetch"]) {
    const edge = await dev(t, cwd, "_redirects", "--dialect", "netlify", "--platform", platform, "--origin", "site", "--country", "DE");
    assert.equal((await edge.get("/old/x")).headers.location, "/new/x", platform);
    assert.equal((await edge.get("/de")).text, "0123456789", platform);
    assert.equal((await edge.get("/de", { headers: { "Selvedge-Country": "FR" } })).text, "lost", platform);
    const page = await edge.get("/about");
    assert.deepEqual([page.text, page.headers["x-cache"]], ["about", undefined], platform);
  }
});

/** docs/guide/dev.md: the local edge stands for HTTPS, and `Selvedge-Protocol: http` says that a request came by HTTP. */
test("rules see the scheme, on every platform", async (t) => {
  const cwd = folder(t, { ...SITE, "rules.json": { responses: [{ for: "/s", status: 403, when: { scheme: "https" } }, { for: "/p", status: 403, when: { scheme: "http" } }] } });
  for (const platform of ["cloudfront", "cloudfront-functions", "cloudflare"]) {
    const edge = await dev(t, cwd, "rules.json", "--platform", platform, "--origin", "site");
    const statuses = async (headers) => [(await edge.get("/s", { headers })).status, (await edge.get("/p", { headers })).status];
    assert.deepEqual(await statuses({}), [403, 404], platform);
    assert.deepEqual(await statuses({ "Selvedge-Protocol": "http" }), [404, 403], platform);
  }
});

test("lines that are left out are said, at the start and after a change", async (t) => {
  const cwd = folder(t, { ...SITE, _redirects: "/old /new 301\n/z /y Role=admin 301\n/x /y 999\n" });
  const edge = await dev(t, cwd, "_redirects", "--dialect", "netlify", "--platform", "netlify", "--origin", "site");
  assert.match(edge.printed, /_redirects:3:\d+: error\[invalid-line\][^]*These lines are left out; the others are used\./);
  assert.equal((await edge.get("/old")).headers.location, "/new");
  const before = edge.printed.length;
  writeFileSync(join(cwd, "_redirects"), "/old /newer 301\n/x /y 998\n");
  await edge.says(new RegExp(`^[^]{${before},}status 998[^]*left out[^]*reloaded after`));
  assert.equal((await edge.get("/old")).headers.location, "/newer");
});

test("malformed HTTP is 400, what is too long 413", async (t) => {
  const edge = await dev(t, folder(t, SITE), "--origin", "site");
  const raw = (text) => new Promise((resolve) => {
    const socket = connect(new URL(edge.url).port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.setEncoding("latin1").on("data", (part) => { got += part; if (/\r\n\r\n/.test(got)) socket.destroy(); }).on("close", () => resolve(got)).on("error", () => resolve(got));
  });
  for (const text of ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n"]) {
    assert.match(await raw(text), /^HTTP\/1\.1 400 /, text);
  }
  assert.equal((await edge.get(`/${"a".repeat(8192)}`)).status, 413);
  // CloudFront's quota of a request without its body is 32,768 bytes. The next is more than the parser reads.
  for (const [length, status] of [[17_000, 200], [32_000, 200], [33_000, 413], [200_000, 413]]) assert.match(await raw(`GET /a.txt HTTP/1.1\r\nHost: localhost\r\nCookie: a=${"a".repeat(length)}\r\n\r\n`), new RegExp(`^HTTP/1\\.1 ${status} `), String(length));
});

test("wrong usage is one error, exit code 2", (t) => {
  const cwd = folder(t, { ...SITE, "h.mjs": "", "rules.json": "{}", "wrong.json": '{ "redirects": 1 }' });
  const wrong = [
    [["--origin", "none"], /none: there is no such folder/],
    [["--origin", "h.mjs"], /h\.mjs: is not a folder/],
    [["--origin", "http://["], /"http:\/\/\[" is not a URL/],
    [["--origin", "https://a:99999"], /is not a URL/],
    [["rules.json", "--handler", "h.mjs"], /leaves none for the rules/],
    [["--handler", "viewer-reqest=h.mjs"], /There is no trigger viewer-reqest/],
    [["--handler", "h.mjs", "--handler", "h.mjs"], /There is a handler without a trigger already/],
    [["--handler", "h.mjs", "--platform", "netlify"], /--handler is for Lambda@Edge/],
    [["none.json"], /none\.json: there is no such file/],
    [["--port", "70000"], /It is a whole number from 0 to 65535/],
    [["--ip", "1.2.3"], /It is an address of IPv4 or IPv6/],
  ];
  for (const [args, message] of wrong) {
    const { code, err } = selvedge("dev", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err, message);
  }
  const { code, out } = selvedge("dev", "wrong.json", "--origin", "site", { cwd });
  assert.equal(code, 1);
  assert.match(out, /wrong\.json:1:/);
});

test("after the last port there is another for the inspector", async (t) => {
  const edge = await dev(t, folder(t, SITE), "--origin", "site", "--port", "65535");
  assert.equal(new URL(edge.url).port, "65535");
  assert.match(edge.inspector, /^http:\/\/127\.0\.0\.1:\d+\/#/);
});

test("a port that is taken is passed over, and said", async (t) => {
  const one = createServer(() => {});
  await new Promise((resolve) => one.listen(0, "127.0.0.1", resolve));
  t.after(() => one.close());
  const { code, err } = selvedge("dev", "--port", String(one.address().port), { cwd: folder(t, SITE) });
  assert.equal(code, 2);
  assert.match(err, /is taken/);
});
