// The root entry's Engine: plain data through all four stages of the built package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLATFORMS } from "../../pkg/dist/generated/names.js";
import { compile, Engine, parseHeaders, parseRedirects, PlanError, RulesError } from "../../pkg/dist/index.js";

const RULES = {
  redirects: [
    { from: "/old/*", to: "/new/:splat" },
    { from: "/", to: "/de/", when: { country: "DE" } },
    { from: "/phone", to: "/m", when: { device: "mobile" } },
  ],
  responses: [{ for: "/in", status: 403, when: { not: { ip: "10.0.0.0/8" } }, body: "no" }],
  experiments: [{ name: "e", for: "/test", cookie: "ab", variants: [{ name: "a" }, { name: "b", to: "/b" }] }],
  rewrites: [{ from: "/app/*", to: "/app/index.html" }],
  headers: [{ set: { "X-A": "1" }, append: { "Set-Cookie": ["a=1", "b=2"] }, at: "viewer-response" }],
};

test("a path alone is a request, and an origin has the headers that it is given", async () => {
  const engine = new Engine({ headers: { on: "request", set: { "X-A": "1" } } });
  for (const asking of ["/docs/", "https://example.org/docs/", new URL("https://example.org/docs/"), { url: "/docs/" }]) {
    const { asked, status, headers, body } = await engine.handle(asking, () => ({ body: "text" }));
    assert.deepEqual([asked.url, asked.method, status, headers, body], ["https://example.org/docs/", "GET", 200, {}, "text"]);
  }
  for (const asking of [{}, { path: "/docs/" }, undefined, null]) await assert.rejects(engine.handle(asking), /a request is a URL or a path/);
});

test("a rule answers, and the origin is not asked", async () => {
  const engine = new Engine(RULES);
  const outcome = await engine.handle({ url: "/old/page?x=1" }, () => assert.fail("asked"));
  assert.deepEqual([outcome.asked, outcome.status, outcome.headers.location], [undefined, 301, "/new/page?x=1"]);
});

test("the origin is asked what the rules make of the request, and its answer is changed", async () => {
  const engine = new Engine(JSON.stringify(RULES));
  const outcome = await engine.handle({ url: "https://www.example.com/app/a", headers: { "X-B": ["1", "2"] } }, ({ url, headers }) => ({
    status: 201,
    headers: { "Content-Type": "text/plain" },
    body: `${url} ${headers["x-b"]}`,
  }));
  assert.equal(outcome.asked.url, "https://www.example.com/app/index.html");
  assert.deepEqual([outcome.status, outcome.body], [201, "https://www.example.com/app/index.html 1, 2"]);
  assert.deepEqual([outcome.headers["x-a"], outcome.headers["content-type"], outcome.cookies], ["1", "text/plain", ["a=1", "b=2"]]);
});

test("facts come with the request", async () => {
  const engine = new Engine(RULES);
  assert.equal((await engine.handle({ url: "/", country: "DE" })).headers.location, "/de/");
  assert.equal((await engine.handle({ url: "/", country: "FR" })).status, 200);
  assert.equal((await engine.handle({ url: "/phone", device: ["mobile", "ios"] })).headers.location, "/m");
  assert.equal((await engine.handle({ url: "/in", clientIp: "10.1.2.3" })).status, 200);
  assert.equal((await engine.handle({ url: "/in", clientIp: "192.0.2.1" })).status, 403);
  const draw = async (requestId) => (await engine.handle({ url: "/test", requestId })).asked.url;
  const drawn = new Set();
  for (let i = 0; i < 40; i++) drawn.add(await draw(`r${i}`));
  assert.deepEqual([...drawn].sort(), ["https://example.org/b", "https://example.org/test"]);
  assert.equal(await draw("r1"), await draw("r1"));
});

/** docs/reference/rules.md, "At both response stages a pattern sees the path as viewer-request left it"; RFC 9110 §7.2 for the host. */
test("the host, the scheme and the viewer's path are the same on every platform", async () => {
  const rules = {
    redirects: [{ from: "/*", when: { host: "www.foo.test" }, to: "https://foo.test/:splat" }],
    rewrites: [{ from: "/x", to: "/y" }],
    headers: [
      { for: "/x", at: "viewer-response", set: { "X-Path": "viewer's" } },
      { for: "/y", at: "viewer-response", set: { "X-Path": "origin's" } },
      { on: "request", set: { "X-Secure": "yes" }, when: { scheme: "https" } },
    ],
  };
  for (const platform of PLATFORMS.filter((name) => name !== "cloudfront-functions")) {
    const engine = new Engine(rules, { platform });
    for (const asking of ["https://www.foo.test/a", { url: "/a", headers: { Host: "www.foo.test" } }]) {
      const { status, headers } = await engine.handle(asking, () => assert.fail("asked"));
      assert.deepEqual([status, headers.location], [301, "https://foo.test/a"], platform);
    }
    const { asked, headers } = await engine.handle("https://foo.test/x");
    assert.deepEqual([new URL(asked.url).pathname, asked.headers["x-secure"], headers["x-path"]], ["/y", "yes", "viewer's"], platform);
    assert.equal((await engine.handle("http://foo.test/x")).asked.headers["x-secure"], undefined, platform);
    assert.equal((await engine.handle({ url: "/a", headers: { Host: "no host" } })).status, 200, platform);
  }
});

test("answers without a body, plans, and what is wrong", async () => {
  const plan = compile(RULES, { platform: "cloudfront" });
  const engine = new Engine(plan, { platform: "cloudfront" });
  assert.equal((await engine.handle({ url: "/old/a" })).status, 301);
  assert.equal((await engine.handle({ url: "/x" }, () => ({ status: 304 }))).status, 304);
  assert.throws(() => new Engine(plan), PlanError);
  assert.throws(() => new Engine({ redirect: [] }), RulesError);
});

test("rule files are rules and findings; they never throw for what they say", async () => {
  const { rules, findings } = parseRedirects("/a /b 301\n/only\n", { dialect: "cloudflare" });
  assert.equal(findings.length, 1);
  assert.deepEqual([findings[0].file, findings[0].line, findings[0].severity], ["_redirects", 2, "error"]);
  assert.equal((await new Engine(rules).handle({ url: "/a" })).headers.location, "/b");
  const headers = parseHeaders("/*\n  X-A: 1\n", { dialect: "netlify" });
  assert.equal((await new Engine(headers.rules).handle({ url: "/a" })).headers["x-a"], "1");
  assert.throws(() => parseRedirects("/a /b", {}), /the dialect is "netlify" or "cloudflare"/);
});

test("what is not plain data is refused, and not taken for nothing", async () => {
  const engine = new Engine({});
  for (const answer of [undefined, null, "text", new Response("text"), [200]]) await assert.rejects(engine.handle("/", () => answer), /an origin answers plain data/);
  for (const headers of [new Headers({ a: "b" }), [["a", "b"]], "a: b"]) {
    await assert.rejects(engine.handle({ url: "/", headers }), /headers are plain data/);
    await assert.rejects(engine.handle("/", () => ({ headers })), /headers are plain data/);
  }
  const { headers } = await engine.handle("/", () => ({ headers: { "Content-Length": 4, "X-A": ["b", "c"] } }));
  assert.deepEqual(headers, { "content-length": "4", "x-a": "b, c" });
});
