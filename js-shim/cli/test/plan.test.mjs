// `selvedge plan`: a CloudFront that forwards exactly what it lists gives the same outcomes as one that forwards everything.
import { parse as parseTerraform } from "@cdktf/hcl2json";
import { transformSync } from "esbuild";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { parse as parseYaml } from "yaml";
import { lambdaEdge } from "../../../pkg/dist/plain/lambda-edge.js";
import { outline } from "../../../pkg/dist/tools/outline.js";
import { caseFiles, holdsOn } from "../../../tests/runtimes/shared/cases.mjs";
import { pass } from "../../../tests/runtimes/lambda-edge/edge.mjs";
import { policyOf } from "../../../tests/runtimes/lambda-edge/policy.mjs";
import { folder, selvedge } from "./run.mjs";
import { source } from "../../test/source.mjs";

const { needsOf } = await source("cli/cloudfront/needs.ts");

const CLOUDFRONT = { platform: "cloudfront" };

function needs(rules) {
  return needsOf(outline(rules, CLOUDFRONT));
}

function* cases() {
  for (const { name: file, cases } of caseFiles()) {
    for (const one of cases) {
      // A case that begins behind the cache has no viewer whose request could be filtered.
      const whole = one.start === undefined || one.start === "viewer-request";
      if (whole && holdsOn("cloudfront", one)) yield { file, one };
    }
  }
  for (const when of [{ cookie: { beta: true } }, { query: { beta: true } }]) {
    const rules = { origins: [{ for: "/*", when, to: { custom: { domainName: "beta.example.com" } } }] };
    yield { file: "here", one: { name: JSON.stringify(when), rules, request: { url: "https://example.org/?beta", headers: [["Cookie", "beta=1"]] } } };
  }
}

/** What rules did: the viewer's answer; the path, the origin, and the headers that rules set on the request. */
function told({ request, response }, one, keepsQuery) {
  const sent = new Set((one.request?.headers ?? []).map(([name]) => name.toLowerCase()));
  const own = (name) => !sent.has(name) && !["x-selvedge", "host", "user-agent", "via", "x-forwarded-for", "accept-encoding"].includes(name) && !name.startsWith("cloudfront-");
  const headers = request && Object.fromEntries(Object.entries(request.headers).filter(([name]) => own(name)));
  const { path, origin } = request ?? {};
  return { asked: request && { path, origin: origin.chosen, headers, ...(keepsQuery && { query: request.query }) }, response };
}

async function differs(one, options) {
  const handler = lambdaEdge(one.rules);
  const keepsQuery = options.policy.queries === "all";
  const some = told(await pass(handler, one, options), one, keepsQuery);
  const all = told(await pass(handler, one), one, keepsQuery);
  if (isDeepStrictEqual(some, all)) return undefined;
  // A query that CloudFront keeps from the origin makes no URI too long.
  const expected = all.response?.status === 414 && !keepsQuery ? told(await pass(handler, withoutQuery(one)), one, keepsQuery) : all;
  try {
    assert.deepEqual(some, expected);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function withoutQuery(one) {
  return { ...one, request: { ...one.request, url: one.request.url.split("?")[0] } };
}

test("what is listed is enough: every case comes to the same", async () => {
  const failures = [];
  let count = 0;
  for (const { file, one } of cases()) {
    const needed = needs(one.rules);
    const why = await differs(one, { policy: policyOf(needed), triggers: needed.triggers });
    count++;
    if (why !== undefined) failures.push(`${file}: ${one.name}\n${JSON.stringify(needed)}\n${why}`);
  }
  assert.equal(failures.length, 0, `${failures.length} of ${count}\n${failures.slice(0, 5).join("\n\n")}`);
  assert.ok(count > 500, `${count}`);
});

test("what is listed is needed: without any one kind of it some cases come to something else", async () => {
  const without = {
    headers: (policy) => ({ ...policy, headers: policy.headers.filter((name) => name === "cookie" || name === "x-selvedge") }),
    note: (policy) => ({ ...policy, headers: policy.headers.filter((name) => name !== "x-selvedge") }),
    cookies: (policy) => ({ ...policy, headers: policy.headers.filter((name) => name !== "cookie") }),
    query: (policy) => ({ ...policy, queries: "none" }),
    encodings: (policy) => ({ ...policy, enableAcceptEncodingGzip: false, enableAcceptEncodingBrotli: false }),
    forwarded: (policy) => ({ ...policy, forwardedHeaders: [] }),
  };
  const missed = Object.fromEntries([...Object.keys(without), "triggers"].map((kind) => [kind, 0]));
  for (const { one } of cases()) {
    const needed = needs(one.rules);
    const policy = policyOf(needed);
    for (const [kind, less] of Object.entries(without)) {
      if (JSON.stringify(less(policy)) !== JSON.stringify(policy)) missed[kind] += Number((await differs(one, { policy: less(policy), triggers: needed.triggers })) !== undefined);
    }
    for (const trigger of needed.triggers) {
      const rest = needed.triggers.filter((other) => other !== trigger);
      missed.triggers += Number((await differs(one, { policy, triggers: rest })) !== undefined);
    }
  }
  for (const [kind, count] of Object.entries(missed)) assert.ok(count > 0, `${kind} is never missed: ${JSON.stringify(missed)}`);
});

test("nothing is listed for what runs at the viewer's side", () => {
  const viewer = { redirects: [{ from: "/", to: "/x", when: { cookie: { a: true }, query: { b: true }, header: { c: true } } }], headers: [{ set: { "X-A": "{header.user-agent}" } }] };
  const { triggers, cachePolicy, originRequestPolicy } = needs(viewer);
  assert.deepEqual(triggers, ["viewer-request", "viewer-response"]);
  assert.deepEqual(cachePolicy, { headers: [], cookies: "none", queryStrings: "none", acceptEncodingGzip: false, acceptEncodingBrotli: false });
  assert.deepEqual(originRequestPolicy, { headers: [] });
  assert.deepEqual(needs({}).triggers, []);
});

// The table of docs/platforms/cloudfront.md, "Cache policy and origin request policy", row by row.
for (const [rules, expected] of [
  [{ precompressed: [{ for: "*.js" }] }, { acceptEncodingGzip: true, acceptEncodingBrotli: true }],
  [{ precompressed: [{ for: "*.js", at: "viewer-request" }] }, { headers: ["x-selvedge"] }],
  [{ html: { index: "index.html" } }, {}],
  [{ redirects: [{ from: "/", to: "/de", when: { country: "DE" } }] }, { headers: ["cloudfront-viewer-country"], queryStrings: "all" }],
  [{ headers: [{ on: "request", set: { "X-A": "{query.a}" } }] }, { headers: ["x-a"] }],
  [{ headers: [{ on: "request", at: "viewer-request", when: { cookie: { a: true } }, set: { "X-A": "1" } }] }, { headers: ["x-a"] }],
  [{ headers: [{ on: "request", at: "viewer-request", set: { "X-A": "1", "X-B": "{clientIp}" } }] }, {}],
  [{ headers: [{ set: { "X-A": "{country}" } }] }, { headers: ["cloudfront-viewer-country"] }],
  [{ rewrites: [{ from: "/a", to: "/b", when: { device: ["mobile", "tablet"] } }] }, { headers: ["cloudfront-is-mobile-viewer", "cloudfront-is-tablet-viewer"] }],
  [{ rewrites: [{ from: "/a", to: "/b", when: { scheme: "http" } }] }, { headers: ["cloudfront-forwarded-proto"] }],
  [{ origins: [{ for: "/*", when: { query: { a: true } }, to: { custom: { domainName: "a.example.com" } } }] }, { queryStrings: "all" }],
  [{ origins: [{ for: "/*", when: { cookie: { a: true }, header: { "x-b": true } }, to: { custom: { domainName: "a.example.com" } } }] }, { cookies: "all", headers: ["x-b"] }],
  [{ redirects: [{ from: "/a", to: "/b", fallback: true }] }, { queryStrings: "all" }],
  [{ experiments: [{ name: "a", for: "/", cookie: "a", variants: [{ name: "b" }, { name: "c", to: "/c" }] }] }, {}],
]) {
  test(`the cache policy of ${JSON.stringify(rules)}`, () => {
    const none = { headers: [], cookies: "none", queryStrings: "none", acceptEncodingGzip: false, acceptEncodingBrotli: false };
    assert.deepEqual(needs(rules).cachePolicy, { ...none, ...expected });
  });
}

const ALL = {
  redirects: [{ from: "/", to: "/de/", when: { country: "DE" } }],
  precompressed: [{ for: "*.js" }],
  headers: [{ on: "request", at: "viewer-request", set: { "X-A": "{query.a}", "X-Id": "{requestId}" } }],
};

test("as text: what to set, in the console's words, with reasons; hooks and bodies", (t) => {
  const cwd = folder(t, { "rules.json": ALL });
  const lines = selvedge("plan", "rules.json", "-p", "cloudfront", "--hook", "viewer-response", "--hook", "origin-request", "--include-body", { cwd }).out.split("\n").map((line) => line.replace(/ +/g, " "));
  assert.deepEqual(lines.slice(0, 14), [
    "Triggers viewer-request yes headers",
    " origin-request yes redirects, precompressed, your hook",
    " origin-response yes precompressed",
    " viewer-response yes your hook",
    "Include body yes at origin-request, for your hook",
    "Cache policy headers CloudFront-Viewer-Country read at origin-request",
    " X-A set at viewer-request, for the origin",
    " cookies none",
    " query strings all read at origin-request",
    " gzip, Brotli both on precompressed chooses a variant by it at origin-request",
    "Origin request policy headers X-Id set at viewer-request, for the origin",
    "If the engine fails viewer-request 503 headers[0] sets request headers by placeholders",
    " origin-request pass",
    " origin-response pass",
  ]);
  const json = selvedge("plan", "rules.json", "-p", "cloudfront", "--json", { cwd }).json();
  assert.deepEqual(json.triggers, { "viewer-request": ["headers"], "origin-request": ["redirects", "precompressed"], "origin-response": ["precompressed"] });
  assert.deepEqual([json.includeBody, json.originRequestPolicy, json.cachePolicy.queryStrings], [[], { headers: ["x-id"] }, "all"]);
});

// The table of docs/reference/rules.md, "onTrap".
test("what happens if the engine fails, and why", (t) => {
  const guards = {
    responses: [{ for: "/a", status: 403 }, { for: "/b", status: 451 }, { for: "/c", status: 404 }],
    headers: [{ on: "request", set: { "X-A": "1" } }, { at: "viewer-response", set: { "Cache-Control": "private" } }],
  };
  const cwd = folder(t, { "rules.json": guards, "pass.json": { ...guards, onTrap: "pass" }, "block.json": { onTrap: "block", redirects: [{ from: "/a", to: "/b" }] } });
  const plan = (file, platform, ...more) => selvedge("plan", file, "-p", platform, ...more, { cwd });
  const lines = plan("rules.json", "cloudfront").out.split("\n").map((line) => line.replace(/ +/g, " "));
  const at = lines.indexOf("If the engine fails viewer-request 503 responses[0] answers 403, and 1 more");
  assert.ok(at > 0, lines.join("\n"));
  assert.deepEqual(lines.slice(at + 1, at + 3), [" origin-request pass", " viewer-response no-store headers[1] sets Cache-Control: private"]);
  const because = ["responses[0] answers 403, and 1 more", null, "headers[1] sets Cache-Control: private"];
  assert.deepEqual(plan("rules.json", "fetch", "--json").json().onTrap, ["viewer-request", "origin-request", "viewer-response"].map((stage, i) => ({ stage, outcome: i === 1 ? "pass" : "503", because: because[i] })));
  assert.match(plan("rules.json", "fetch").out, /\n- if the engine fails at viewer-request, the answer is 503: responses\[0\] answers 403, and 1 more\n- if the engine fails at viewer-response, the answer is 503: /);
  assert.match(plan("pass.json", "fetch").out, /- if the engine fails at viewer-request, messages go on unchanged: "onTrap" is "pass"/);
  assert.deepEqual(plan("block.json", "cloudfront", "--json").json().onTrap, [{ stage: "viewer-request", outcome: "503", because: '"onTrap" is "block"' }]);
});

test("as fragments, which the formats' own parsers read", async (t) => {
  const cwd = folder(t, { "rules.json": ALL, "empty.json": {} });
  const fragment = (file, format, ...more) => {
    const { code, out, err } = selvedge("plan", file, "-p", "cloudfront", "--format", format, ...more, { cwd });
    assert.deepEqual([code, err], [0, ""]);
    return out;
  };
  const ref = { tag: "!Ref", resolve: (name) => ({ Ref: name }) };
  const sub = { tag: "!Sub", resolve: (text) => ({ "Fn::Sub": text }) };
  const { Resources } = parseYaml(fragment("rules.json", "cloudformation", "--hook", "origin-request", "--include-body"), { customTags: [ref, sub] });
  const parameters = Resources.SelvedgeCachePolicy.Properties.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin;
  assert.deepEqual(parameters.HeadersConfig, { HeaderBehavior: "whitelist", Headers: ["CloudFront-Viewer-Country", "X-A"] });
  assert.deepEqual(parameters.QueryStringsConfig, { QueryStringBehavior: "all" });
  assert.deepEqual(Resources.SelvedgeOriginRequestPolicy.Properties.OriginRequestPolicyConfig.HeadersConfig.Headers, ["X-Id"]);
  const { LambdaFunctionAssociations } = Resources.Distribution.Properties.DistributionConfig.DefaultCacheBehavior;
  assert.deepEqual(LambdaFunctionAssociations.map(({ EventType, IncludeBody }) => [EventType, IncludeBody]), [["viewer-request", undefined], ["origin-request", true], ["origin-response", undefined]]);

  const { locals, resource } = await parseTerraform("selvedge.tf", fragment("rules.json", "terraform", "--hook", "origin-request", "--include-body"));
  assert.deepEqual(locals[0].selvedge_triggers, { "viewer-request": { include_body: false }, "origin-request": { include_body: true }, "origin-response": { include_body: false } });
  const [policy] = resource.aws_cloudfront_cache_policy.selvedge[0].parameters_in_cache_key_and_forwarded_to_origin;
  assert.deepEqual(policy.headers_config, [{ header_behavior: "whitelist", headers: [{ items: ["CloudFront-Viewer-Country", "X-A"] }] }]);
  assert.deepEqual(resource.aws_cloudfront_origin_request_policy.selvedge[0].headers_config[0].headers, [{ items: ["X-Id"] }]);

  const { code } = transformSync(fragment("rules.json", "cdk"), { loader: "ts" });
  for (const part of ['CacheHeaderBehavior.allowList("CloudFront-Viewer-Country", "X-A")', "CacheQueryStringBehavior.all()", "LambdaEdgeEventType.ORIGIN_RESPONSE", 'OriginRequestHeaderBehavior.allowList("X-Id")']) assert.ok(code.includes(part), part);

  parseYaml(fragment("empty.json", "cloudformation"), { customTags: [ref, sub] });
  assert.deepEqual((await parseTerraform("selvedge.tf", fragment("empty.json", "terraform"))).locals[0].selvedge_triggers, {});
  transformSync(fragment("empty.json", "cdk"), { loader: "ts" });
});

// AWS::CloudFront::Distribution CustomErrorResponse: no rule can ask again, but the distribution can.
test("a line of every path is the distribution's page for what is missing", async (t) => {
  const cwd = folder(t, {
    _redirects: "/old /new 301!\n/* /app.html 200\n",
    "vercel.json": { rewrites: [{ source: "/(.*)", destination: "/index.html" }] },
    "two/_redirects": "/a/* /b.html 200\n/* /404.html 404\n",
  });
  const plan = (...args) => selvedge("plan", ...args, "-d", "netlify", "-p", "cloudfront", { cwd });
  const pages = (responsePagePath, responseCode) => [403, 404].map((errorCode) => ({ errorCode, responseCode, responsePagePath }));
  const { code, err, out } = plan("_redirects");
  assert.equal(code, 0);
  assert.match(err, /^_redirects:2:1: note\[not-on-platform\].*: \/app\.html with 200 for 403 and 404/);
  const lines = out.split("\n").map((line) => line.replace(/ +/g, " "));
  const at = lines.indexOf("Custom error responses 403 /app.html with 200");
  assert.equal(lines[at + 1], " 404 /app.html with 200");
  assert.match(out, /\n- Custom error responses are for the whole distribution/);
  assert.deepEqual(plan("_redirects", "--json").json().customErrorResponses, pages("/app.html", 200));
  assert.deepEqual(selvedge("plan", "vercel.json", "-p", "cloudfront", "--json", { cwd }).json().customErrorResponses, pages("/index.html", 200));
  // What is for some paths alone stays an error.
  const two = plan("two/_redirects");
  assert.equal(two.code, 1);
  assert.match(two.err, /_redirects:1:1: error\[not-on-platform\][^]*--site FOLDER/);
  assert.match(two.err, /_redirects:2:1: note/);
  assert.match(two.out, /404 +\/404\.html with 404/);

  const { Resources } = parseYaml(plan("_redirects", "--format", "cloudformation").out, { customTags: [{ tag: "!Ref", resolve: String }, { tag: "!Sub", resolve: String }] });
  const { CustomErrorResponses } = Resources.Distribution.Properties.DistributionConfig;
  assert.deepEqual(CustomErrorResponses.map(({ ErrorCode, ResponseCode, ResponsePagePath }) => [ErrorCode, ResponseCode, ResponsePagePath]), [[403, 200, "/app.html"], [404, 200, "/app.html"]]);
  const { locals } = await parseTerraform("selvedge.tf", plan("_redirects", "--format", "terraform").out);
  assert.deepEqual(locals[0].selvedge_errors.map(({ error_code, response_code, response_page_path }) => [error_code, response_code, response_page_path]), [[403, 200, "/app.html"], [404, 200, "/app.html"]]);
  const cdk = transformSync(plan("_redirects", "--format", "cdk").out, { loader: "ts" });
  assert.match(cdk.code, /httpStatus: 404, responseHttpStatus: 200, responsePagePath: "\/app\.html"/);
});

test("on other platforms: where the rules have to run", (t) => {
  const cwd = folder(t, { "few.json": { redirects: [{ from: "/a", to: "/b" }, { from: "/old/*", to: "/new/:splat" }] }, "all.json": { headers: [{ set: { "X-A": "b" } }] } });
  const plan = (file, platform) => selvedge("plan", file, "-p", platform, "--json", { cwd }).json();
  const paths = ["/a", "/a/", "/old", "/old/*"];
  assert.deepEqual(JSON.parse(plan("few.json", "cloudflare").fragment).assets.run_worker_first, paths);
  // By the assets' own redirects a page that the rules name would lead to itself, see docs/platforms/cloudflare.md.
  for (const file of ["few.json", "all.json"]) assert.equal(JSON.parse(plan(file, "cloudflare").fragment).assets.html_handling, "none");
  assert.equal(plan("few.json", "netlify").fragment, `export const config = { path: ${JSON.stringify(paths)} };`);
  assert.equal(plan("few.json", "vercel").fragment, 'export const config = { matcher: ["/a","/a/","/old","/old/:path*"] };');
  assert.equal(plan("all.json", "netlify").fragment, 'export const config = { path: "/*" };');
  assert.match(plan("all.json", "fetch").summary, /^Nothing/);
  assert.match(selvedge("plan", "few.json", "-p", "cloudflare", { cwd }).out, /wrangler\.jsonc:\n {2}\{ "main": "edge\/worker\.mjs", "assets"/);
  assert.deepEqual([plan("few.json", "cloudflare").file, plan("few.json", "netlify").file], ["wrangler.jsonc", "netlify/edge-functions/selvedge.mjs"]);
  assert.equal(JSON.parse(plan("few.json", "cloudflare").fragment).assets.directory, "./public");
});

test("in a project: the file that is there, in its form, and the folder that is served", (t) => {
  const cwd = folder(t, {
    "edge/rules.json": { redirects: [{ from: "/a", to: "/b" }] }, "selvedge.config.json": { rules: "edge/rules.json", site: "dist" }, "dist/index.html": "",
    "wrangler.toml": 'name = "x"\n', "netlify.toml": '[build]\nbase = "web/"\nedge_functions = "functions"\n',
  });
  const lines = ['main = "edge/worker.mjs"', "[assets]", 'directory = "dist"', 'binding = "ASSETS"', 'html_handling = "none"', 'run_worker_first = ["/a","/a/"]'];
  for (const from of [cwd, `${cwd}/edge`]) {
    const { file, fragment } = selvedge("plan", "-p", "cloudflare", "--json", { cwd: from }).json();
    assert.deepEqual([file, fragment.split("\n")], ["wrangler.toml", lines]);
    assert.equal(selvedge("plan", "-p", "netlify", "--json", { cwd: from }).json().file, "web/functions/selvedge.mjs");
  }
  assert.match(selvedge("plan", "-p", "cloudflare", { cwd }).out, /^wrangler\.toml:\n {2}main = "edge\/worker\.mjs"\n {2}\[assets\]\n/m);
});

test("what is wrong is said, with exit codes", (t) => {
  const cwd = folder(t, { "rules.json": {}, "wrong.json": { redirects: [{ from: "/", to: "x" }] } });
  for (const [args, says] of [
    [["rules.json"], /the platform is missing/],
    [["rules.json", "-p", "vercel", "--format", "cdk"], /--format cdk is for CloudFront/],
    [["rules.json", "-p", "cloudfront", "--include-body"], /none is named at a request trigger/],
    [["rules.json", "-p", "cloudfront", "--hook", "request"], /there is no trigger request/],
    [["rules.json", "-p", "cloudfront", "--json", "--format", "cdk"], /exclude each other/],
  ]) {
    const { code, err, out } = selvedge("plan", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err + out, says);
  }
  const { code, out } = selvedge("plan", "wrong.json", "-p", "cloudfront", { cwd });
  assert.equal(code, 1);
  assert.match(out, /^wrong\.json:1:\d+: error\[/);
});
