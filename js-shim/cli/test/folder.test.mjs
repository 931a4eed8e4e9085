// `selvedge build --platform cloudfront -o FOLDER/`, and what `plan` says of it. What the pair does is in
// tests/runtimes/cloudfront-split.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { folder, selvedge } from "./run.mjs";

const KEY = "correct horse battery staple";
const RULES = {
  redirects: [{ from: "/old/*", to: "/new/:splat" }],
  headers: [{ for: "/assets/*", set: { "Cache-Control": "max-age=60" } }, { on: "request", at: "viewer-request", set: { "X-A": "{country}" } }],
  security: "strict",
};
/** Without what only a function sees. */
const SITE = { ...RULES, headers: RULES.headers.slice(0, 1) };

const built = (cwd, ...args) => selvedge("build", "rules.json", "-p", "cloudfront", "--key", KEY, "-o", "out/", ...args, { cwd });
const policiesIn = (cwd) => JSON.parse(readFileSync(join(cwd, "out/policies.json"), "utf8"));
const filesIn = (cwd) => readdirSync(join(cwd, "out"), { recursive: true }).filter((name) => name.includes(".")).sort();

test("a folder has a function, Lambda@Edge and what the distribution has to be told", (t) => {
  const cwd = folder(t, { "rules.json": SITE });
  const { code, out } = built(cwd);
  assert.equal(code, 0, out);
  assert.match(out, /redirects\[0\] +viewer-request +function +\$0\.10[^]*headers\[0\] +origin-response +Lambda@Edge +\$0\.61[^]*price list of 2026-11/);
  assert.deepEqual(filesIn(cwd), ["function.js", "lambda/index.js", "policies.json", "summary.md"]);
  const policies = policiesIn(cwd);
  assert.deepEqual(policies.associations, { "viewer-request": "function", "origin-request": null, "origin-response": "lambda", "viewer-response": null });
  assert.deepEqual([policies.responseHeadersPolicy, policies.cachePolicy, policies.originRequestPolicy, policies.customErrorResponses, policies.store], [null, null, null, [], null]);
  assert.deepEqual(policies.lambda, { includeBody: false, memorySize: 128, timeout: 5 });
  assert.match(readFileSync(join(cwd, "out/function.js"), "utf8"), /^function handler\(e\)/m);
});

test("what reads the country and a cookie is in the function, or nowhere", (t) => {
  const rules = { redirects: [{ from: "/", to: "/de/", when: { country: "DE", cookie: { lang: false } } }], security: "basic" };
  const cwd = folder(t, { "rules.json": rules });
  const { code, out } = built(cwd);
  assert.equal(code, 0, out);
  assert.match(out, /redirects\[0\] +viewer-request +function[^]*One Lambda@Edge function cannot have all of these rules/);
  const { associations, originRequestPolicy, cachePolicy } = policiesIn(cwd);
  // At viewer-response it names Cookie in Vary, since what a request is answered depends on it.
  assert.deepEqual(associations, { "viewer-request": "function", "origin-request": null, "origin-response": "lambda", "viewer-response": "function" });
  // A function sees the country where a policy names it; in the cache key it would make copies in vain.
  assert.deepEqual([originRequestPolicy.HeadersConfig.Headers, cachePolicy], [["CloudFront-Viewer-Country"], null]);
  const plan = selvedge("plan", "rules.json", "-p", "cloudfront", "--json", { cwd });
  assert.equal(plan.code, 0, plan.err);
  const { places, ...alone } = JSON.parse(plan.out);
  assert.deepEqual([alone, places.price.inLambdaAlone, places.rules.map(({ runs }) => runs)], [{ platform: "cloudfront" }, null, ["function", "lambda"]]);
  for (const args of [["plan", "--format", "terraform"], ["check"], ["build", "-o", "plan.mjs"]]) {
    const { code: refused, out, err } = selvedge(...args, "rules.json", "-p", "cloudfront", { cwd });
    assert.equal(refused, 1, args);
    assert.match(out + err, /stage-conflict[^]*build a folder/);
  }
  const lambda = built(cwd, "--prefer", "lambda");
  assert.equal(lambda.code, 1);
  assert.match(lambda.out + lambda.err, /stage-conflict[^]*could do it, but functions are not wanted/);
});

test("its Lambda function runs", async (t) => {
  const cwd = folder(t, { "rules.json": { ...SITE, precompressed: [{ for: "*.js", encodings: ["br", "gzip"] }], html: { index: "index.html" } } });
  assert.equal(built(cwd).code, 0);
  const file = join(cwd, "out/lambda/index.js");
  const { handler } = createRequire(import.meta.url)(file);
  const request = { clientIp: "198.51.100.24", method: "GET", uri: "/assets/a.js", querystring: "", headers: { "accept-encoding": [{ key: "Accept-Encoding", value: "br,gzip" }] }, origin: { custom: {} } };
  const event = (eventType, rest) => ({ Records: [{ cf: { config: { eventType, requestId: "1" }, ...rest } }] });
  const asked = await handler(event("origin-request", { request }), {});
  assert.equal(asked.uri, "/assets/a.js.br");
  const response = await handler(event("origin-response", { request: asked, response: { status: "200", statusDescription: "OK", headers: {} } }), {});
  assert.deepEqual([response.headers["cache-control"][0].value, response.headers["content-encoding"][0].value, response.headers["x-frame-options"][0].value], ["max-age=60", "br", "deny"]);
});

test("the Lambda function of a site whose viewer stages are elsewhere has 32 KB", (t) => {
  const precompressed = [{ for: ["*.html", "*.css", "*.js", "*.svg"], encodings: ["br", "gzip"] }];
  const cwd = folder(t, { "rules.json": { ...SITE, precompressed, html: { index: "index.html" } } });
  assert.equal(built(cwd).code, 0);
  const { length } = gzipSync(readFileSync(join(cwd, "out/lambda/index.js")), { level: 9 });
  assert.ok(length <= 32 * 1024, `${length} bytes after gzip`);
});

test("regular expressions bring the reader that has them", async (t) => {
  const cwd = folder(t, { "rules.json": { headers: [{ for: { regex: "^/a+$" }, set: { "X-A": "1" } }] } });
  assert.equal(built(cwd).code, 0);
  const { handler } = createRequire(import.meta.url)(join(cwd, "out/lambda/index.js"));
  const request = { clientIp: "198.51.100.24", method: "GET", uri: "/aa", querystring: "", headers: {} };
  const response = await handler({ Records: [{ cf: { config: { eventType: "origin-response" }, request, response: { status: "200", headers: {} } } }] }, {});
  assert.equal(response.headers["x-a"][0].value, "1");
});

test("with --prefer policies constant headers are in fields of the policy", (t) => {
  const cwd = folder(t, { "rules.json": SITE });
  assert.equal(built(cwd, "--prefer", "policies").code, 0);
  const { SecurityHeadersConfig, CustomHeadersConfig, RemoveHeadersConfig } = policiesIn(cwd).responseHeadersPolicy;
  // By `AWS::CloudFront::ResponseHeadersPolicy SecurityHeadersConfig`, and the preset as the reference has it.
  assert.deepEqual(SecurityHeadersConfig.StrictTransportSecurity, { AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true, Preload: false, Override: true });
  assert.deepEqual([SecurityHeadersConfig.ContentTypeOptions, SecurityHeadersConfig.FrameOptions, SecurityHeadersConfig.ReferrerPolicy], [
    { Override: true },
    { FrameOption: "DENY", Override: true },
    { ReferrerPolicy: "no-referrer", Override: true },
  ]);
  // A policy that the origin sent stays.
  assert.equal(SecurityHeadersConfig.ContentSecurityPolicy.Override, false);
  assert.deepEqual(CustomHeadersConfig.Items.find(({ Header }) => Header === "Cross-Origin-Opener-Policy"), { Header: "Cross-Origin-Opener-Policy", Value: "same-origin", Override: true });
  assert.deepEqual(RemoveHeadersConfig.Items.map(({ Header }) => Header), ["Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version"]);
});

test("what is not needed is not there, and what an earlier build left goes", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: SITE.redirects, security: "basic" } });
  built(cwd);
  assert.deepEqual(filesIn(cwd), ["function.js", "lambda/index.js", "policies.json", "summary.md"]);
  built(cwd, "--prefer", "policies");
  assert.deepEqual(filesIn(cwd), ["function.js", "policies.json", "summary.md"]);
  built(cwd, "--prefer", "lambda,policies");
  assert.deepEqual(filesIn(cwd), ["lambda/index.js", "policies.json", "summary.md"]);
  assert.equal(policiesIn(cwd).associations["viewer-request"], "lambda");
});

test("what the function reads and sets is in the origin request policy", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/", to: "/de/", when: { country: "DE" } }], headers: [{ on: "request", at: "viewer-request", set: { "X-A": "1" } }] } });
  built(cwd);
  assert.deepEqual(policiesIn(cwd).originRequestPolicy.HeadersConfig, { HeaderBehavior: "whitelist", Headers: ["CloudFront-Viewer-Country", "X-A"] });
});

test("what the origin's side reads is in the cache policy, and a page for what is missing in the distribution", (t) => {
  const cwd = folder(t, { "rules.json": { rewrites: [{ from: "/", to: "/de", at: "origin-request", when: { country: "DE" } }] }, _redirects: "/* /index.html 200\n" });
  selvedge("build", "rules.json", "_redirects", "-d", "netlify", "-p", "cloudfront", "-o", "out/", { cwd });
  const { cachePolicy, customErrorResponses } = policiesIn(cwd);
  assert.deepEqual(cachePolicy.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig, { HeaderBehavior: "whitelist", Headers: ["CloudFront-Viewer-Country"] });
  assert.deepEqual(customErrorResponses[1], { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/index.html", ErrorCachingMinTTL: 10 });
});

test("plan says where each rule runs, why, and what it costs", (t) => {
  const cwd = folder(t, { "rules.json": SITE });
  const { places } = selvedge("plan", "rules.json", "-p", "cloudfront", "--prefer", "policies", "--at", "redirects[0]=lambda", "--json", { cwd }).json();
  assert.deepEqual(places.rules.map(({ rules, runs }) => [rules, runs]), [["redirects[0]", "lambda"], ["security", "policy"], ["headers[0]", "lambda"]]);
  assert.match(places.rules[0].because, /redirects\[0\] is wanted in Lambda@Edge/);
  // One event at each side: 0.60 and 0.125 GB for 1 ms, a million times.
  assert.deepEqual([places.price.perMillion.toFixed(4), places.price.perMillionMisses.toFixed(4)], ["0.6063", "0.6063"]);
  assert.equal(places.function, null);
  const of = selvedge("plan", "rules.json", "-p", "cloudfront", "--json", { cwd }).json().places.function;
  assert.equal(Object.values(of.of).reduce((sum, count) => sum + count), of.source);
});

test("rules that are alike are one row", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [1, 2, 3].map((n) => ({ from: `/a${n}`, to: "/b" })) } });
  assert.match(selvedge("plan", "rules.json", "-p", "cloudfront", { cwd }).out, /redirects\[0\] to redirects\[2\] +viewer-request +function/);
});

test("what cannot be had is an error, and nothing is written", (t) => {
  const cwd = folder(t, { "rules.json": SITE, "page.html": "x" });
  for (const [args, code, says] of [
    [["--at", "headers[0]=policy"], 1, /is wanted in a response headers policy, but runs in Lambda@Edge: changes [^]*is for some paths/],
    [["--at", "html=lambda"], 1, /there is no rule html/],
    [["--at", "html"], 2, /--at html does not say/],
    [["--prefer", "cheap"], 2, /--prefer cheap is not a place/],
    [["--prefer", "functions,lambda"], 2, /exclude each other/],
    [["--format", "esm"], 2, /--format is for plans/],
    [["-o", "rules.plan", "--prefer", "policies"], 2, /one file runs in one place/],
    [["-o", "."], 2, /the folder holds something else/],
    [["-p", "fetch"], 2, /a folder is what is built for CloudFront/],
  ]) {
    const { code: found, out, err } = built(cwd, ...args);
    assert.equal(found, code, `${args.join(" ")}: ${out}${err}`);
    assert.match(out + err, says, args.join(" "));
    assert.ok(!existsSync(join(cwd, "out")), args.join(" "));
  }
});

test("the same rules and key give the same folder", (t) => {
  const cwd = folder(t, { "rules.json": SITE });
  const read = () => filesIn(cwd).map((name) => readFileSync(join(cwd, "out", name), "utf8"));
  built(cwd);
  const first = read();
  writeFileSync(join(cwd, "out/function.js"), "");
  built(cwd);
  assert.deepEqual(read(), first);
});

test("an event without a rule says what it is for, and rules that a policy could have are counted", (t) => {
  const rules = {
    experiments: [{ name: "e", cookie: "ab", for: "/", variants: [{ name: "a", weight: 1 }, { name: "b", weight: 1, to: "/b" }] }],
    security: {},
    headers: [{ set: { "X-Team": "a" } }, { for: "/a/*", set: { "X-A": "1" } }, { set: { "Cache-Control": "no-cache" } }],
  };
  const cwd = folder(t, { "rules.json": rules, "none.json": { headers: [rules.headers[1]] } });
  const places = (...args) => selvedge("plan", ...args, "--platform", "cloudfront", "--json", { cwd }).json().places;
  const { followers, notes, rules: rows } = places("rules.json");
  assert.deepEqual(followers.map(({ event, runs }) => [event, runs]), [["viewer-response", "function"]]);
  assert.equal(rows.some(({ event }) => event === "viewer-response"), false);
  // security and headers[0]: by docs/guide/build.md, a policy takes no path and no Cache-Control.
  assert.match(notes.find((note) => note.includes("--prefer")), /^--prefer policies takes 2 rules of headers to a response headers policy/);
  for (const args of [["rules.json", "--prefer", "policies"], ["none.json"]]) assert.equal(places(...args).notes.some((note) => note.includes("--prefer")), false);
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "-o", "edge/", { cwd }).code, 0);
  const summary = readFileSync(join(cwd, "edge/summary.md"), "utf8");
  assert.match(summary, /\| their part here \| viewer-response \| function \|/);
  assert.match(summary, /--prefer policies takes 2 rules/);
});
