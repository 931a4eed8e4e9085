// `selvedge dev --config`: what distributions have as people write them. CloudFront Functions next to Lambda@Edge, the settings from before
// there were policies, and response headers policies.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder, selvedge } from "./run.mjs";

const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const DOMAIN = "b.s3.eu-west-1.amazonaws.com";
const SITE = { "site/index.html": "home", "site/a.txt": "a" };

/** A template whose distribution has one behaviour. */
const template = (behaviour, others = {}) => JSON.stringify({
  Resources: {
    ...others,
    Site: { Type: "AWS::CloudFront::Distribution", Properties: { DistributionConfig: { Origins: [{ Id: "site", DomainName: DOMAIN, S3OriginConfig: {} }], DefaultCacheBehavior: { TargetOriginId: "site", ViewerProtocolPolicy: "allow-all", ...behaviour } } } },
  },
});
/** A plan of the same. */
const plan = (behaviour, others = []) => JSON.stringify({
  planned_values: {
    root_module: {
      resources: [...others, { type: "aws_cloudfront_distribution", values: { origin: [{ origin_id: "site", domain_name: DOMAIN }], default_cache_behavior: [{ target_origin_id: "site", viewer_protocol_policy: "allow-all", ...behaviour }] } }],
    },
  },
});

const REWRITE = `import cf from "cloudfront";

function handler(event) {
  const { request } = event;
  console.log("asked for", request.uri, { n: 1 });
  if (request.uri === "/throws") request.none.uri = 1;
  if (!request.uri.includes(".")) request.uri += "/index.html";
  return request;
}`;
const FUNCTIONS = {
  "distribution.json": JSON.stringify({ origins: [{ id: "site", folder: "site" }], behaviors: [{ path: "*", functions: { "viewer-request": "rewrite.js" } }] }),
  "template.json": template({ CachePolicyId: CACHING_OPTIMIZED, FunctionAssociations: [{ EventType: "viewer-request", FunctionARN: { "Fn::GetAtt": ["Rewrite", "FunctionARN"] } }] }, {
    Rewrite: { Type: "AWS::CloudFront::Function", Properties: { Name: "rewrite.js", AutoPublish: true, FunctionCode: REWRITE, FunctionConfig: { Runtime: "cloudfront-js-2.0" } } },
  }),
  "plan.json": plan({ cache_policy_id: CACHING_OPTIMIZED, function_association: [{ event_type: "viewer-request" }] }, [{ type: "aws_cloudfront_function", values: { name: "rewrite.js", code: REWRITE } }]),
};

for (const [file, text] of Object.entries(FUNCTIONS)) {
  test(`${file}: a CloudFront Function next to a function of Lambda@Edge`, async (t) => {
    const handler = "export const handler = async (event) => ({ status: '200', body: event.Records[0].cf.request.uri });";
    const edge = await dev(t, folder(t, { ...SITE, [file]: text, "rewrite.js": REWRITE, "h.mjs": handler }), "--config", file, "--origin", "site", "--handler", "origin-request=h.mjs");
    assert.equal((await edge.get("/about")).text, "/about/index.html");
    assert.equal((await edge.get("/a.txt")).text, "/a.txt");
    // What CloudFront answers where a function throws, and the line of the file that did.
    assert.equal((await edge.get("/throws")).status, 503);
    await edge.says(/rewrite\.js:6/);
    await edge.says(/log: asked for \/throws \{"n":1\}/);
  });
}

/** What runtime 2.0 has, by AWS's page on it: the modules `crypto` and `querystring`, Buffer, atob and btoa. */
const MODULES = `// A head of comments.
import crypto from 'crypto';
import cf from 'cloudfront';
const qs = require('querystring');
async function handler(event) {
  const uri = event.request.uri;
  if (uri === '/store') return cf.kvs().get('a');
  if (uri === '/fs') return require('fs');
  const value = crypto.createHmac('sha256', 'key').update('text').digest('hex').slice(0, 8) + qs.stringify({ a: 'b c' }) + atob(btoa('x'));
  return { statusCode: 302, headers: { location: { value: '/' + value } } };
}`;

test("a CloudFront Function has the modules of its runtime, and no others", async (t) => {
  const config = { origins: [{ id: "site", folder: "site" }], behaviors: [{ path: "*", functions: { "viewer-request": "f.js" } }] };
  const edge = await dev(t, folder(t, { ...SITE, "d.json": JSON.stringify(config), "f.js": MODULES }), "--config", "d.json");
  const hmac = createHmac("sha256", "key").update("text").digest("hex").slice(0, 8);
  assert.equal((await edge.get("/")).headers.location, `/${hmac}a=b%20cx`);
  assert.match((await edge.get("/store")).text, /has no KeyValueStore here[^]*f\.js:7/);
  assert.match((await edge.get("/fs")).text, /There is no module fs in CloudFront Functions/);
});

test("the start says what the distribution serves from, and which of its functions run", async (t) => {
  const config = { origins: [{ id: "site", folder: "site" }, { id: "api", url: "http://localhost:9" }], behaviors: [{ path: "/x/*", functions: { "viewer-request": "f.js" }, handlers: { "origin-request": "h.mjs" } }, { path: "*" }] };
  const cwd = folder(t, { ...SITE, "d.json": JSON.stringify(config), "f.js": MODULES, "h.mjs": "export const handler = async (event) => event.Records[0].cf.request;" });
  const edge = await dev(t, cwd, "--config", "d.json");
  assert.match(edge.printed, /^ {2}from {7}site, http:\/\/localhost:9\n {2}through {4}f\.js at viewer-request of \/x\/\*, h\.mjs at origin-request of \/x\/\*$/m);
  const given = await dev(t, cwd, "--config", "d.json", "--handler", "viewer-request=h.mjs");
  assert.match(given.printed, /^ {2}through {4}h\.mjs at viewer-request, h\.mjs at origin-request of \/x\/\*$/m);
});

test("that a WebSocket is not passed on is said once", async (t) => {
  const edge = await dev(t, folder(t, SITE), "--origin", "site");
  const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
  for (let at = 0; at < 2; at++) assert.equal((await edge.get("/a.txt", { headers })).status, 200);
  await edge.says(/200 GET[^]*200 GET/);
  assert.equal(edge.printed.match(/warning: a WebSocket was asked for/g)?.length, 1);
});

test("a CloudFront Function yields to what the command line gives for its event", async (t) => {
  const edge = await dev(t, folder(t, { ...SITE, "t.json": FUNCTIONS["template.json"], "h.mjs": "export const handler = async () => ({ status: '200', body: 'lambda' });" }), "--config", "t.json", "--origin", "site", "--handler", "viewer-request=h.mjs");
  assert.equal((await edge.get("/about")).text, "lambda");
});

test("what CloudFront takes no function for is an error", (t) => {
  const config = (functions) => JSON.stringify({ origins: [{ id: "site", folder: "site" }], behaviors: [{ path: "*", functions }] });
  const cwd = folder(t, { ...SITE, "origin.json": config({ "origin-request": "f.js" }), "none.json": config({ "viewer-request": "none.js" }), "large.json": config({ "viewer-request": "large.js" }), "large.js": `//${"x".repeat(10_240)}` });
  for (const [file, message] of Object.entries({
    "origin.json": /origin\.json: behaviors\[0\]\.functions: a CloudFront Function runs at viewer-request or viewer-response, and not at origin-request/,
    "none.json": /none\.js: there is no such file or folder/,
    "large.json": /large\.js: CloudFront does not take it: the function has 10242 bytes, and CloudFront takes 10240/,
  })) {
    const { code, err } = selvedge("dev", "--config", file, { cwd });
    assert.equal(code, 2, file);
    assert.match(err, message);
  }
});

/** As many templates have them: a header, a cookie and a query parameter that are forwarded, and so keyed. */
const FORWARDED = {
  "template.json": template({ MinTTL: 0, DefaultTTL: 60, MaxTTL: 600, ForwardedValues: { Headers: ["X-Kind"], QueryString: true, QueryStringCacheKeys: ["v"], Cookies: { Forward: "whitelist", WhitelistedNames: ["lang"] } } }),
  "plan.json": plan({ min_ttl: 0, default_ttl: 60, max_ttl: 600, cache_policy_id: null, forwarded_values: [{ headers: ["X-Kind"], query_string: true, query_string_cache_keys: ["v"], cookies: [{ forward: "whitelist", whitelisted_names: ["lang"] }] }] }),
};

for (const [file, text] of Object.entries(FORWARDED)) {
  test(`${file}: forwarded values are in the key, and reach the origin side`, async (t) => {
    const handler = "export const handler = async (event) => { const { request } = event.Records[0].cf; return { status: '200', headers: { 'cache-control': [{ value: 'max-age=60' }] }, body: JSON.stringify([request.querystring, request.headers]) }; };";
    const edge = await dev(t, folder(t, { ...SITE, [file]: text, "h.mjs": handler }), "--config", file, "--origin", "site", "--handler", "origin-request=h.mjs");
    const asked = [
      ["/a?v=1", {}, "Miss"], ["/a?v=1", {}, "Hit"], ["/a?v=1&w=2", {}, "Hit"], ["/a?v=2", {}, "Miss"],
      ["/b", { cookie: "lang=de; other=1" }, "Miss"], ["/b", { cookie: "lang=de; other=2" }, "Hit"], ["/b", { cookie: "lang=fr" }, "Miss"],
      ["/c", { "x-kind": "1" }, "Miss"], ["/c", { "x-kind": "1", "x-other": "1" }, "Hit"], ["/c", { "x-kind": "2" }, "Miss"],
    ];
    for (const [path, headers, outcome] of asked) assert.match((await edge.get(path, { headers })).headers["x-cache"], new RegExp(`^${outcome === "Hit" ? "Hit" : "(?:Miss|LambdaGeneratedResponse)"} from cloudfront`), `${path} ${JSON.stringify(headers)}`);
    const [query, headers] = JSON.parse((await edge.get("/d?v=1&w=2", { headers: { cookie: "lang=de; other=1", "x-kind": "1", "x-other": "1" } })).text);
    assert.deepEqual([query, headers.cookie[0].value, headers["x-kind"][0].value, headers["x-other"]], ["v=1&w=2", "lang=de", "1", undefined]);
  });
}

test("where all headers are forwarded, nothing is kept", async (t) => {
  const edge = await dev(t, folder(t, { ...SITE, "t.json": template({ ForwardedValues: { Headers: ["*"], QueryString: false } }) }), "--config", "t.json", "--origin", "site");
  for (let n = 0; n < 2; n++) assert.equal((await edge.get("/a.txt")).headers["x-cache"], "Miss from cloudfront");
});

const SECURITY = {
  // AWS's own, by its identifier.
  "template.json": template({ CachePolicyId: CACHING_OPTIMIZED, ResponseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03" }),
  "plan.json": plan({ cache_policy_id: CACHING_OPTIMIZED }, [{
    type: "aws_cloudfront_response_headers_policy",
    values: {
      custom_headers_config: [{ items: [{ header: "X-Own", value: "1", override: true }] }],
      remove_headers_config: [{ items: [{ header: "X-Amz-Id-2" }] }],
      security_headers_config: [{
        content_type_options: [{ override: true }], frame_options: [{ frame_option: "SAMEORIGIN", override: false }], referrer_policy: [{ referrer_policy: "strict-origin-when-cross-origin", override: false }],
        strict_transport_security: [{ access_control_max_age_sec: 31_536_000, include_subdomains: null, override: false, preload: null }], xss_protection: [{ protection: true, mode_block: true, override: false }],
      }],
    },
  }]),
};

for (const [file, text] of Object.entries(SECURITY)) {
  test(`${file}: a response headers policy`, async (t) => {
    const edge = await dev(t, folder(t, { ...SITE, [file]: text }), "--config", file, "--origin", "site");
    const { headers } = await edge.get("/a.txt");
    const names = ["referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options", "x-xss-protection"];
    assert.deepEqual(names.map((name) => headers[name]), ["strict-origin-when-cross-origin", "max-age=31536000", "nosniff", "SAMEORIGIN", "1; mode=block"]);
    if (file === "plan.json") assert.deepEqual([headers["x-own"], headers["x-amz-id-2"]], ["1", undefined]);
  });
}

for (const [what, DomainName] of Object.entries({
  "the website of a bucket": { "Fn::Select": [2, { "Fn::Split": ["/", { "Fn::GetAtt": ["Bucket", "WebsiteURL"] }] }] },
  "a text with a variable": "${opt:API_ID}.execute-api.eu-west-1.amazonaws.com",
})) {
  test(`a server whose name is known at deployment only, as ${what}, is what --origin says`, async (t) => {
    const config = { Origins: [{ Id: "the site", DomainName, CustomOriginConfig: { OriginProtocolPolicy: "http-only" } }], DefaultCacheBehavior: { TargetOriginId: "the site", ViewerProtocolPolicy: "allow-all" } };
    const cwd = folder(t, { ...SITE, "t.json": JSON.stringify({ Resources: { Site: { Type: "AWS::CloudFront::Distribution", Properties: { DistributionConfig: config } } } }), "seen.mjs": "export const handler = async (event) => ({ status: '200', body: event.Records[0].cf.request.origin.custom.domainName });" });
    const edge = await dev(t, cwd, "--config", "t.json", "--origin", "site", "--allow-host", "the-site.invalid");
    assert.equal((await edge.get("/a.txt")).text, "a");
    const seen = await dev(t, cwd, "--config", "t.json", "--origin", "site", "--handler", "origin-request=seen.mjs");
    assert.equal((await seen.get("/a.txt")).text, "the-site.invalid");
    // A server on this machine stands in as well as a folder.
    const next = await dev(t, cwd, "--config", "t.json", "--origin", edge.url);
    assert.equal((await next.get("/a.txt")).text, "a");
  });
}
