// `selvedge explain`: what a person reads of one request, worked out by hand from docs/reference/rules.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../pkg/dist/index.js";
import { folder, selvedge } from "./run.mjs";

const RULES = {
  redirects: [
    { from: "/shop.php", to: "/shop/" },
    { from: "/blog/:year/*", when: { cookie: { beta: true } }, to: "/beta/:year/:splat" },
    { from: "/blog/:year/*", to: "/journal/:year-:splat.html" },
    { from: "/blog/*", to: "/journal/" },
  ],
  html: { index: "index.html" },
  precompressed: [{ for: "*.js", encodings: ["br", "gzip"] }],
  headers: [{ for: "/*", remove: "x-amz-meta-*", set: { "X-Site": "a" } }, { for: "/stock/*", set: { "X-Site": "b" } }],
};

/** The lines of the page without blanks at both ends. */
function page(cwd, ...args) {
  const { code, out, err } = selvedge("explain", ...args, { cwd });
  assert.deepEqual([code, err], [0, ""]);
  return out.split("\n").map((line) => line.trim().replace(/ {2,}/g, "  "));
}

test("one line for each rule that matters, the others in a count, and the answer as HTTP", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  assert.deepEqual(page(cwd, "rules.json", "https://example.org/blog/2024/spring?x=1", "-p", "cloudfront"), [
    "GET example.org/blog/2024/spring?x=1  cloudfront",
    "",
    "viewer-request  /blog/2024/spring",
    "· 1 rule of redirects for other paths",
    "✗ redirects[1]  /blog/:year/* → 302 /beta/:year/:splat  cookie beta is absent, not present",
    "✓ redirects[2]  /blog/:year/* → 301 /journal/:year-:splat.html",
    "status 301",
    "+ location: /journal/2024-spring.html?x=1",
    "+ vary: Cookie",
    "· redirects[3]  /blog/* → 301 /journal/  redirects[2] came first",
    "and at once, on this answer:",
    "✓ headers[0]  /* remove x-amz-meta-*, set X-Site",
    "+ x-site: a",
    "· 1 rule of headers for other paths",
    "",
    "origin-request  does not run: viewer-request answered",
    "origin-response  does not run: viewer-request answered",
    "viewer-response  does not run: viewer-request answered",
    "",
    "The viewer gets",
    "",
    "HTTP 301 Moved Permanently",
    "location: /journal/2024-spring.html?x=1",
    "vary: Cookie",
    "x-site: a",
    "",
    "(no body)",
    "",
  ]);
});

test("a variant is asked for, and what the origin sent is changed", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const lines = page(cwd, "rules.json", "/a.js", "-H", "Accept-Encoding: gzip, br", "--response-header", "x-amz-meta-a: 1", "-p", "cloudfront");
  for (const line of ["path /a.js → /a.js.br", "The origin is asked  GET /a.js.br", "- x-amz-meta-a: 1", "content-encoding: br", "(the origin's body)"]) {
    assert.ok(lines.includes(line), `${line}\n${lines.join("\n")}`);
  }
});

test("--all shows every rule; --stage one stage", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const all = page(cwd, "rules.json", "/x", "--all");
  assert.equal(all.filter((line) => line.startsWith("✗ redirects[")).length, 4);
  assert.ok(all.some((line) => line === "✗ redirects[0]  /shop.php → 301 /shop/  path is /x"));
  const one = page(cwd, "rules.json", "/x", "--stage", "origin-response");
  assert.ok(one.includes("origin-response  /x") && !one.some((line) => line.startsWith("viewer-")));
});

test("rules of a rule file are called by their lines", (t) => {
  const cwd = folder(t, { _redirects: "# old\n/old/*  /new/:splat\n/old/a  /b\n" });
  const lines = page(cwd, "_redirects", "/old/a", "--dialect", "netlify");
  assert.ok(lines.some((line) => line.startsWith("✓ _redirects:2  /old/*")), lines.join("\n"));
  assert.ok(lines.some((line) => line.startsWith("· _redirects:3  /old/a") && line.endsWith("_redirects:2 came first")), lines.join("\n"));
});

test("several files are one set of rules", (t) => {
  const cwd = folder(t, { "a.json": { redirects: [{ from: "/a", to: "/b" }] }, "b.json": { redirects: [{ from: "/a", to: "/c" }], security: "basic" } });
  const { stages } = selvedge("explain", "a.json", "b.json", "/a", "--json", { cwd }).json();
  const told = stages[0].steps.map(({ file, place, verdict, line }) => [file, place, verdict, line]);
  assert.deepEqual(told, [["a.json", "redirects[0]", "acted", 1], ["b.json", "redirects[1]", "preempted", 1], ["b.json", "security", "acted", 1]]);
});

test("everything that the request and the origin can be", (t) => {
  const rules = {
    languages: ["en", "de"],
    redirects: [{ from: "/", to: "/post", when: { method: "POST", cookie: { a: "1", b: "2" }, ip: "10.0.0.0/8", header: { "x-a": "b" } } }],
    rewrites: [{ from: "/*", to: "/de/mobile", when: { country: "DE", device: "mobile" } }],
    headers: [{ when: { status: 404, responseHeader: { server: "x" } }, set: { "X-Missing": "1" } }],
  };
  const cwd = folder(t, { "rules.json": rules });
  const args = ["-X", "POST", "-b", "a=1", "-b", "b=2", "--ip", "10.1.1.1", "-H", "X-A: b"];
  assert.equal(selvedge("explain", "rules.json", "/", ...args, "--json", { cwd }).json().response.status, 302);
  const found = selvedge("explain", "rules.json", "example.org/x", "--country", "de", "--device", "ios", "--device", "mobile", "--status", "404", "--response-header", "Server: x", "--body", "gone", "-p", "cloudfront", "--json", { cwd }).json();
  assert.equal(found.asked.path, "/de/mobile");
  assert.deepEqual(found.response, { status: 404, headers: [["server", "x"], ["x-missing", "1"]], bodyOf: "origin", body: "gone", length: 4 });
});

test("a file alone has no URL, also where the project file names rules", (t) => {
  const cwd = folder(t, { "rules.json": {}, "other.json": {}, "selvedge.config.json": { rules: "rules.json" } });
  const { code, err } = selvedge("explain", "other.json", { cwd });
  assert.equal(code, 2);
  assert.match(err, /the URL is missing\n {2}write: selvedge explain other\.json https/);
  assert.equal(selvedge("explain", "other.json", "/", { cwd }).code, 0);
});

test("what is wrong is said, with exit codes", (t) => {
  const cwd = folder(t, { "wrong.json": '{ "redirects": [{ "from": "/a", "to": "b" }] }', "no.json": "{", "rules.json": {} });
  const rules = selvedge("explain", "wrong.json", "/a", { cwd });
  assert.equal(rules.code, 1);
  assert.match(rules.out, /^wrong\.json:1:\d+: error\[/);
  assert.equal(selvedge("explain", "no.json", "/a", { cwd }).code, 2);
  for (const [args, says] of [
    [["https://example.com/"], /the rules are missing\n {2}write: selvedge explain rules\.json https:\/\/example\.com\/\n/],
    [["rules.json", "/", "--country", "Germany"], /It is a code of two letters, such as DE/],
    [["rules.json", "/", "--country", "uk"], /the United Kingdom is GB/],
    [["rules.json"], /the URL is missing\n {2}write: selvedge explain rules\.json https/],
    [["rules.json", "ftp://x/"], /url: "ftp:\/\/x\/" is not a URL\n {2}write for example/],
    [["rules.json", "/", "-H", "x"], /Write it as 'Name: value'/],
    [["rules.json", "/", "-H", "a b: c"], /headers: "a b" is not a header name/],
    [["rules.json", "/", "--ip", "x"], /It is an address of IPv4 or IPv6/],
    [["rules.json", "--device", "watch", "/"], /It is one of desktop, mobile/],
    [["rules.json", "/", "--status", "99"], /from 100 to 599/],
    [["rules.json", "/", "-X", "G T"], /method: "G T" is not a method/],
    [["missing.json", "/"], /missing\.json: there is no such file/],
  ]) {
    const { code, err } = selvedge("explain", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err, says);
  }
});

// RFC 9110, section 9.1: the method token is case-sensitive.
test("a method in small letters is another method, and is warned of", (t) => {
  const cwd = folder(t, { "rules.json": {} });
  const warnings = ["get", "GET", "Purge"].map((method) => selvedge("explain", "rules.json", "/", "-X", method, { cwd }).err);
  assert.deepEqual(warnings, ["warning: methods are case-sensitive (RFC 9110 §9.1): get is not GET\n", "", ""]);
});

test("a request cannot steer the terminal, and colours need one", (t) => {
  const cwd = folder(t, { "rules.json": { headers: [{ set: { "X-Path": "{query.a}" } }] } });
  const { out } = selvedge("explain", "rules.json", "/\u001b[31m?a=\u202e", { cwd });
  assert.doesNotMatch(out, /[\u001b\u202e]/);
  assert.match(selvedge("explain", "rules.json", "/", { cwd, env: { FORCE_COLOR: "1" } }).out, /\u001b\[1m/);
});

test("where many rules are as near, none is shown", (t) => {
  const from = (n) => Array.from({ length: n }, (_, i) => ({ from: `/old/${i}/x`, to: "/new" }));
  const cwd = folder(t, { "few.json": { redirects: from(3) }, "many.json": { redirects: from(9) } });
  assert.equal(page(cwd, "few.json", "/old/a/x").filter((line) => /^✗ .* path matches as far as \/old, but not \/\d\/x$/.test(line)).length, 3);
  assert.ok(page(cwd, "many.json", "/old/a/x").includes("· 9 rules of redirects for other paths"));
});

test("45,000 redirects are explained in seconds", (t) => {
  const redirects = Array.from({ length: 45_000 }, (_, i) => ({ from: `/old/${i}`, to: `/new/${i}` }));
  const cwd = folder(t, { "many.json": { redirects } });
  const lines = page(cwd, "many.json", "/old/44999");
  assert.ok(lines.includes("✓ redirects[44999]  /old/44999 → 301 /new/44999"), lines.join("\n"));
  assert.ok(lines.length < 30, `${lines.length} lines`);
});

test("explain() is the same for programs", () => {
  const { stages, response } = explain(RULES, { url: "https://example.org/blog/1/2" }, { platform: "fetch" });
  assert.equal(response.status, 301);
  assert.equal(stages[0].steps.find(({ verdict }) => verdict === "acted").place, "redirects[2]");
  assert.throws(() => explain({ redirects: [{}] }, { url: "https://a/" }, { platform: "fetch" }), (error) => error.name === "RulesError" && error.findings[0].place === "redirects[0]");
  assert.throws(() => explain({}, { url: "x" }, { platform: "fetch" }), /url: "x" is not a URL/);
});
