// `selvedge dev --config`: the distribution in its own form, from CloudFormation and the CDK, and from a Terraform plan.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "jsonc-parser";
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

/** The same distribution in four languages: a bucket, and an API at /api/* that gets the query, one cookie and a custom header. */
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
  // https://docs.aws.amazon.com/cli/latest/reference/cloudfront/get-distribution-config.html
  "distribution-config.json": (port) => JSON.stringify({
    ETag: "E2QWRUHEXAMPLE",
    DistributionConfig: {
      CallerReference: "x",
      Aliases: { Quantity: 0 },
      DefaultRootObject: "index.html",
      Origins: {
        Quantity: 2,
        Items: [
          { Id: "site", DomainName: "b.s3.amazonaws.com", OriginPath: "", CustomHeaders: { Quantity: 0 }, S3OriginConfig: { OriginAccessIdentity: "" } },
          { Id: "api", DomainName: "localhost", OriginPath: "/v1", CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "X-Key", HeaderValue: "k" }] }, CustomOriginConfig: { HTTPPort: port, HTTPSPort: 443, OriginProtocolPolicy: "http-only" } },
        ],
      },
      OriginGroups: { Quantity: 0 },
      DefaultCacheBehavior: {
        TargetOriginId: "site", ViewerProtocolPolicy: "allow-all", MinTTL: 0, Compress: false, LambdaFunctionAssociations: { Quantity: 0 }, FunctionAssociations: { Quantity: 0 },
        ForwardedValues: { QueryString: true, Cookies: { Forward: "none" }, Headers: { Quantity: 0 }, QueryStringCacheKeys: { Quantity: 1, Items: ["v"] } },
      },
      CacheBehaviors: {
        Quantity: 1,
        Items: [{ PathPattern: "/api/*", TargetOriginId: "api", ViewerProtocolPolicy: "allow-all", MinTTL: 0, DefaultTTL: 0, MaxTTL: 0, ForwardedValues: { QueryString: true, Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 1, Items: ["session"] } }, Headers: { Quantity: 0 }, QueryStringCacheKeys: { Quantity: 0 } } }],
      },
      CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 404, ResponsePagePath: "/404.html", ResponseCode: "200", ErrorCachingMinTTL: 10 }] },
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
      const hasPolicy = file !== "distribution-config.json";
      assert.equal((await edge.get("/a.txt")).headers["x-policy"], hasPolicy ? "yes" : undefined);
      for (const [query, outcome] of [["?v=1", "Miss"], ["?v=1&w=2", "Hit"], ["?v=2", "Miss"]]) assert.equal((await edge.get(`/a.txt${query}`)).headers["x-cache"], `${outcome} from cloudfront`, query);
    }
  });
}

const METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

/** A group in each language: the first origin answers what it is told to, the second is the folder. */
const GROUPS = {
  "distribution.json": (port) => ({
    origins: [{ id: "api", url: `http://localhost:${port}` }, { id: "site", folder: "site" }],
    originGroups: [{ id: "both", members: ["api", "site"], statusCodes: [404, 503] }],
    behaviors: [{ path: "*", origin: "both", cachePolicy: "CachingDisabled", viewerProtocolPolicy: "redirect-to-https" }],
  }),
  "template.json": (port) => ({
    Resources: {
      Distribution: {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            Origins: [
              { Id: "api", DomainName: "localhost", CustomOriginConfig: { HTTPPort: port, OriginProtocolPolicy: "http-only" } },
              { Id: "site", DomainName: "b.s3.eu-west-1.amazonaws.com", S3OriginConfig: {} },
            ],
            OriginGroups: { Quantity: 1, Items: [{ Id: "both", FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [404, 503] } }, Members: { Quantity: 2, Items: [{ OriginId: "api" }, { OriginId: "site" }] } }] },
            DefaultCacheBehavior: { TargetOriginId: "both", AllowedMethods: METHODS, CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", ViewerProtocolPolicy: "redirect-to-https" },
          },
        },
      },
    },
  }),
  "plan.json": (port) => ({
    planned_values: {
      root_module: {
        resources: [{
          type: "aws_cloudfront_distribution",
          values: {
            origin: [
              { origin_id: "api", domain_name: "localhost", custom_origin_config: [{ http_port: port, https_port: 443, origin_protocol_policy: "http-only" }] },
              { origin_id: "site", domain_name: "b.s3.eu-west-1.amazonaws.com", s3_origin_config: [{}] },
            ],
            origin_group: [{ origin_id: "both", failover_criteria: [{ status_codes: [404, 503] }], member: [{ origin_id: "api" }, { origin_id: "site" }] }],
            default_cache_behavior: [{ target_origin_id: "both", allowed_methods: METHODS, cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", viewer_protocol_policy: "redirect-to-https" }],
          },
        }],
      },
    },
  }),
};

const HTTP = { "selvedge-protocol": "http", host: "www.example.com" };

for (const [file, form] of Object.entries(GROUPS)) {
  test(`${file}: the second origin of a group answers where the first fails, and viewers by HTTP are sent to HTTPS`, async (t) => {
    let status = 200;
    const server = createServer((request, response) => response.writeHead(status).end("first"));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => (server.closeAllConnections(), server.close()));
    const handler = "export const handler = async ({ Records: [{ cf: { request } }] }) => { console.log(`asks ${request.origin.s3 ? 'bucket' : 'server'}`); return request; };";
    const edge = await dev(t, folder(t, { ...SITE, [file]: JSON.stringify(form(server.address().port)), "h.mjs": handler }), "--config", file, "--origin", "site", "--handler", "origin-request=h.mjs", "--allow-host", "www.example.com");
    const asked = async (options) => {
      const { status, text } = await edge.get("/a.txt", options);
      return [status, text];
    };
    assert.deepEqual(await asked(), [200, "first"]);
    status = 404;
    assert.deepEqual(await asked(), [200, "a"]);
    // The function runs again for the second one.
    await edge.says(/asks server[^]*asks server[^]*asks bucket/);
    status = 500;
    assert.deepEqual(await asked(), [500, "first"]);
    status = 404;
    assert.deepEqual(await asked({ method: "POST", body: "x" }), [404, "first"]);
    // One that cannot be reached counts as 503.
    await new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
    assert.deepEqual(await asked(), [200, "a"]);

    const redirect = await edge.get("/a.txt?b=c", { headers: HTTP });
    assert.deepEqual([redirect.status, redirect.headers.location, redirect.headers["x-cache"]], [301, "https://www.example.com/a.txt?b=c", "Redirect from cloudfront"]);
    assert.equal((await edge.get("/a.txt", { headers: HTTP, method: "PUT" })).status, 307);
  });
}

test("https-only refuses viewers by HTTP, before any function", async (t) => {
  const config = { origins: [{ id: "site", folder: "site" }], behaviors: [{ path: "*", viewerProtocolPolicy: "https-only" }] };
  const edge = await dev(t, folder(t, { ...SITE, "c.json": JSON.stringify(config), "h.mjs": "export const handler = async () => ({ status: '200', body: 'function' });" }), "--config", "c.json", "--handler", "viewer-request=h.mjs");
  assert.equal((await edge.get("/a.txt", { headers: HTTP })).status, 403);
  assert.equal((await edge.get("/a.txt")).text, "function");
});

test("the schema has what the own form has, and nothing else", () => {
  const schema = JSON.parse(readFileSync(new URL("../../../pkg/distribution.schema.json", import.meta.url), "utf8"));
  const isValid = new Ajv({ allowUnionTypes: true, keywords: ["allowComments", "allowTrailingCommas"] }).compile(schema);
  for (const config of [parse(FORMS["distribution.jsonc"](1)), GROUPS["distribution.json"](1), { $schema: "x", ...GROUPS["distribution.json"](1) }]) assert.ok(isValid(config), JSON.stringify(isValid.errors));
  // What refers to nothing is beyond a schema. Other forms are not its own.
  const wrong = Object.entries(WRONG).filter(([text, { source }]) => text.startsWith("{ \"o") && !source.includes("there is no origin")).map(([text]) => text);
  assert.ok(wrong.length > 5);
  for (const text of wrong) assert.ok(!isValid(JSON.parse(text)), text);
  const members = (text) => [...text.matchAll(/\.only\(\[([^\]]+)\]/g)].map(([, names]) => names.match(/[\w$]+/g).sort().join());
  const read = members(readFileSync(new URL("../../local-edge/distribution/read-config.ts", import.meta.url), "utf8"));
  const known = [schema, ...Object.values(schema.definitions)].flatMap(({ properties }) => (properties ? [Object.keys(properties).sort().join()] : []));
  // An origin is one of two kinds for the schema.
  const kinds = ["FolderConfig", "ServerConfig"].flatMap((name) => Object.keys(schema.definitions[name].properties));
  assert.deepEqual([...known.filter((names) => !/\b(?:folder|url)\b/.test(names)), [...new Set(kinds)].sort().join()].sort(), read.sort());
});

const WRONG = {
  "{": /a\.json:1:2: is not JSON/,
  "[]": /it is not an object/,
  "{}": /origins: a distribution has one at least/,
  '{ "origin": [] }': /origin: there is no such member; there are aliases, origins,/,
  '{ "origins": [{ "id": "a" }] }': /origins\[0\]\.an origin has either folder or url/,
  '{ "origins": [{ "id": "a", "url": "ftp://a" }] }': /is not a URL of http or https/,
  '{ "origins": [{ "id": "a", "folder": "site" }] }': /behaviors: the last one is the default/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "origin": "b" }] }': /there is no origin "b"/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "cachePolicy": "Mine" }] }': /is not one of CachingOptimized, CachingDisabled/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "handlers": { "viewer": "h.mjs" } }] }': /there is no trigger viewer/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "viewerProtocolPolicy": "http" }] }': /is not one of allow-all, redirect-to-https, https-only/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "originGroups": [{ "id": "g", "members": ["a"], "statusCodes": [500] }] }': /a group has two origins/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "originGroups": [{ "id": "g", "members": ["a", "b"], "statusCodes": [500] }] }': /there is no origin "b"/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "originGroups": [{ "id": "g", "members": ["a", "a"], "statusCodes": [200] }] }': /statusCodes: it is a list of 400, 403/,
  '{ "origins": [{ "id": "a", "folder": "site" }], "behaviors": [{ "path": "*", "allowedMethods": "GET" }] }': /allowedMethods: it is not a list of names/,
  '{ "Resources": {} }': /there is no AWS::CloudFront::Distribution/,
  '{ "planned_values": {} }': /there is no aws_cloudfront_distribution/,
};

test("a file that cannot be used is one error with its place", (t) => {
  for (const [text, message] of Object.entries(WRONG)) {
    const { code, err } = selvedge("dev", "--config", "a.json", { cwd: folder(t, { "a.json": text }) });
    assert.equal(code, 2, text);
    assert.match(err, message);
  }
});
