// `selvedge dev --config`: the distribution in its own form, from CloudFormation and the CDK, and from a Terraform plan.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder, selvedge } from "./run.mjs";

/** Tells what it was asked, as an API would. */
async function api(t) {
  const server = createServer((request, response) => response.setHeader("Cache-Control", "no-store").end(JSON.stringify({ url: request.url, headers: request.headers })));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return server.address().port;
}

const SITE = { "site/index.html": "home", "site/404.html": "lost", "site/a.txt": "a" };

/** The same distribution in three languages: a bucket, and an API at /api/* that gets the query, one cookie and a custom header. */
const FORMS = {
  "distribution.jsonc": (port) => `{
    // A comment, and a trailing comma.
    "defaultRootObject": "index.html",
    "origins": [{ "id": "site", "folder": "site" }, { "id": "api", "url": "http://localhost:${port}/v1", "customHeaders": { "X-Key": "k" } }],
    "behaviors": [
      { "path": "/api/*", "origin": "api", "cachePolicy": "CachingDisabled", "originRequestPolicy": { "cookies": ["session"], "queryStrings": "all" } },
      { "path": "*", "origin": "site", "cachePolicy": { "queryStrings": ["v"] }, "responseHeadersPolicy": { "X-Policy": "yes" } },
    ],
    "customErrorResponses": [{ "errorCode": 404, "responseCode": 200, "responsePagePath": "/404.html" }],
  }`,
  "template.json": (port) => JSON.stringify({
    Resources: {
      Bucket: { Type: "AWS::S3::Bucket" },
      Key: { Type: "AWS::CloudFront::CachePolicy", Properties: { CachePolicyConfig: { MinTTL: 0, DefaultTTL: 60, MaxTTL: 60, ParametersInCacheKeyAndForwardedToOrigin: { HeadersConfig: { HeaderBehavior: "none" }, CookiesConfig: { CookieBehavior: "none" }, QueryStringsConfig: { QueryStringBehavior: "whitelist", QueryStrings: ["v"] } } } } },
      Forward: { Type: "AWS::CloudFront::OriginRequestPolicy", Properties: { OriginRequestPolicyConfig: { HeadersConfig: { HeaderBehavior: "none" }, CookiesConfig: { CookieBehavior: "whitelist", Cookies: ["session"] }, QueryStringsConfig: { QueryStringBehavior: "all" } } } },
      Headers: { Type: "AWS::CloudFront::ResponseHeadersPolicy", Properties: { ResponseHeadersPolicyConfig: { CustomHeadersConfig: { Items: [{ Header: "X-Policy", Value: "yes", Override: true }] } } } },
      Distribution: {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            DefaultRootObject: "index.html",
            Origins: [
              { Id: "site", DomainName: { "Fn::GetAtt": ["Bucket", "RegionalDomainName"] }, S3OriginConfig: {} },
              { Id: "api", DomainName: "localhost", OriginPath: "/v1", CustomOriginConfig: { HTTPPort: port, OriginProtocolPolicy: "http-only" }, OriginCustomHeaders: [{ HeaderName: "X-Key", HeaderValue: "k" }] },
            ],
            CacheBehaviors: [{ PathPattern: "/api/*", TargetOriginId: "api", CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", OriginRequestPolicyId: { Ref: "Forward" } }],
            DefaultCacheBehavior: { TargetOriginId: "site", CachePolicyId: { Ref: "Key" }, ResponseHeadersPolicyId: { Ref: "Headers" } },
            CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/404.html" }],
          },
        },
      },
    },
  }),
  "plan.json": (port) => JSON.stringify({
    planned_values: {
      root_module: {
        resources: [
          { type: "aws_cloudfront_origin_request_policy", values: { headers_config: [{ header_behavior: "none" }], cookies_config: [{ cookie_behavior: "whitelist", cookies: [{ items: ["session"] }] }], query_strings_config: [{ query_string_behavior: "all" }] } },
        ],
        child_modules: [{
          resources: [{
            type: "aws_cloudfront_distribution",
            values: {
              default_root_object: "index.html",
              origin: [
                { origin_id: "site", domain_name: "b.s3.eu-west-1.amazonaws.com", s3_origin_config: [{}] },
                { origin_id: "api", domain_name: "localhost", origin_path: "/v1", custom_origin_config: [{ http_port: port, https_port: 443, origin_protocol_policy: "http-only" }], custom_header: [{ name: "X-Key", value: "k" }] },
              ],
              ordered_cache_behavior: [{ path_pattern: "/api/*", target_origin_id: "api", cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" }],
              default_cache_behavior: [{ target_origin_id: "site", cache_policy_id: "658327ea-f89d-4fab-a63d-7e88639e58f6" }],
              custom_error_response: [{ error_code: 404, response_code: 200, response_page_path: "/404.html" }],
            },
          }],
        }],
      },
    },
  }),
};

for (const [file, form] of Object.entries(FORMS)) {
  test(`${file}: behaviours, policies, custom headers and error pages`, async (t) => {
    const port = await api(t);
    const edge = await dev(t, folder(t, { ...SITE, [file]: form(port) }), "--config", file, "--origin", "site");
    assert.equal((await edge.get("/")).text, "home");
    const lost = await edge.get("/none");
    assert.deepEqual([lost.status, lost.text], [200, "lost"]);
    const { url, headers } = JSON.parse((await edge.get("/api/x?a=1", { headers: { cookie: "session=s; other=o", "x-other": "1" } })).text);
    assert.deepEqual([url, headers["x-key"], headers.cookie, headers["x-other"], headers["user-agent"]], ["/v1/api/x?a=1", "k", "session=s", undefined, "Amazon CloudFront"]);
    assert.equal((await edge.get("/api/x")).headers["x-cache"], "Miss from cloudfront");
    assert.equal((await edge.get("/api/x")).headers["x-cache"], "Miss from cloudfront");
    if (file !== "plan.json") {
      assert.equal((await edge.get("/a.txt")).headers["x-policy"], "yes");
      for (const [query, outcome] of [["?v=1", "Miss"], ["?v=1&w=2", "Hit"], ["?v=2", "Miss"]]) assert.equal((await edge.get(`/a.txt${query}`)).headers["x-cache"], `${outcome} from cloudfront`, query);
    }
  });
}

test("a file that cannot be used is one error with its place", (t) => {
  const wrong = {
    "{": /a\.json:1:2: is not JSON/,
    "[]": /it is not an object/,
    "{}": /origins: a distribution has one at least/,
    '{ "origin": [] }': /origin: there is no such member; there are origins,/,
    '{ "origins": [{ "id": "a" }] }': /origins\[0\]\.an origin has either folder or url/,
    '{ "origins": [{ "id": "a", "url": "ftp://a" }] }': /is not a URL of http or https/,
    '{ "origins": [{ "id": "a", "folder": "site" }] }': /behaviors: the last one is the default/,
    '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "origin": "b" }] }': /there is no origin "b"/,
    '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "cachePolicy": "Mine" }] }': /is not one of CachingOptimized, CachingDisabled/,
    '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "handlers": { "viewer": "h.mjs" } }] }': /there is no trigger viewer/,
    '{ "Resources": {} }': /there is no AWS::CloudFront::Distribution/,
    '{ "planned_values": {} }': /there is no aws_cloudfront_distribution/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    const { code, err } = selvedge("dev", "--config", "a.json", { cwd: folder(t, { "a.json": text }) });
    assert.equal(code, 2, text);
    assert.match(err, message);
  }
});
