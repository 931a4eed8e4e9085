// Distributions as files have them: node --test js-shim/local-edge/distribution.test.mjs
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { source } from "../test/source.mjs";

const { readConfig } = await source("local-edge/distribution/read-config.ts");

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "selvedge-distribution-"))));
after(() => rmSync(folder, { recursive: true }));

function write(name, content) {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const read = (config) => readConfig(write("d.json", config), ".");

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-originrequestpolicy-headersconfig.html and
// those of cookies and query strings.
describe("policies of CloudFormation", () => {
  const parts = (behaviour) => ({
    HeadersConfig: { HeaderBehavior: behaviour, Headers: ["Authorization"] },
    CookiesConfig: { CookieBehavior: behaviour, Cookies: ["secret"] },
    QueryStringsConfig: { QueryStringBehavior: behaviour, QueryStrings: ["utm_source"] },
  });
  for (const [behaviour, headers, cookies, queryStrings] of [
    ["none", ["authorization"], "none", "none"], ["whitelist", ["authorization"], ["secret"], ["utm_source"]],
    ["allExcept", { except: ["authorization"] }, { except: ["secret"] }, { except: ["utm_source"] }],
  ]) {
    it(behaviour, () => {
      const config = parts(behaviour);
      if (behaviour === "none") headers.splice(0), (config.HeadersConfig = { HeaderBehavior: "none" });
      const { behaviours: [{ policies }] } = read({
        Resources: {
          Key: { Type: "AWS::CloudFront::CachePolicy", Properties: { CachePolicyConfig: { ParametersInCacheKeyAndForwardedToOrigin: { ...config, HeadersConfig: { HeaderBehavior: "none" } } } } },
          Forward: { Type: "AWS::CloudFront::OriginRequestPolicy", Properties: { OriginRequestPolicyConfig: config } },
          Site: { Type: "AWS::CloudFront::Distribution", Properties: { DistributionConfig: { Origins: [{ Id: "s", DomainName: "b.s3.amazonaws.com" }], DefaultCacheBehavior: { TargetOriginId: "s", CachePolicyId: { Ref: "Key" }, OriginRequestPolicyId: { Ref: "Forward" } } } } },
        },
      });
      assert.deepEqual([policies.cache.cookies, policies.cache.queryStrings], [cookies, queryStrings]);
      assert.deepEqual([policies.originRequest.headers, policies.originRequest.cookies, policies.originRequest.queryStrings], [headers, cookies, queryStrings]);
    });
  }
});

// https://developer.hashicorp.com/terraform/internals/json-format: what is made by the plan has no identifier; `configuration` says what an
// attribute refers to. The forms of `references` are those of terraform show -json.
describe("a Terraform plan", () => {
  const cache = (name, query, address = "") => ({ address: `${address}aws_cloudfront_cache_policy.${name}`, type: "aws_cloudfront_cache_policy", values: { parameters_in_cache_key_and_forwarded_to_origin: [{ query_strings_config: [{ query_string_behavior: "whitelist", query_strings: [{ items: [query] }] }] }] } });
  const headers = (name) => ({ address: `aws_cloudfront_response_headers_policy.${name}`, type: "aws_cloudfront_response_headers_policy", values: { custom_headers_config: [{ items: [{ header: "X-Name", value: name, override: true }] }] } });
  const code = (name) => ({ address: `aws_cloudfront_function.${name}`, type: "aws_cloudfront_function", values: { name, code: `// ${name}` } });
  const values = { origin: [{ origin_id: "s", domain_name: "b.s3.amazonaws.com" }], default_cache_behavior: [{ target_origin_id: "s", function_association: [{ event_type: "viewer-request" }, { event_type: "viewer-response" }] }], ordered_cache_behavior: [{ path_pattern: "/assets/*", target_origin_id: "s" }] };
  const to = (type, name) => ({ references: [`${type}.${name}.id`, `${type}.${name}`] });
  const distribution = (address, expressions) => [{ address: `${address}aws_cloudfront_distribution.d`, type: "aws_cloudfront_distribution", values }, { address: "aws_cloudfront_distribution.d", type: "aws_cloudfront_distribution", expressions }];
  const seen = ({ behaviours }) => behaviours.map(({ pattern, policies, responseHeaders, functions }) => [pattern, policies.cache.queryStrings, responseHeaders?.set[0]?.value, functions["viewer-request"]?.name, functions["viewer-response"]?.name]);

  it("has what each behaviour refers to", () => {
    const [planned, configured] = distribution("", {
      default_cache_behavior: [{ cache_policy_id: to("aws_cloudfront_cache_policy", "pages"), response_headers_policy_id: to("aws_cloudfront_response_headers_policy", "b"), function_association: [{ function_arn: to("aws_cloudfront_function", "two") }, { function_arn: to("aws_cloudfront_function", "one") }] }],
      ordered_cache_behavior: [{ cache_policy_id: to("aws_cloudfront_cache_policy", "assets"), response_headers_policy_id: to("aws_cloudfront_response_headers_policy", "a") }],
    });
    const plan = { planned_values: { root_module: { resources: [cache("assets", "v"), cache("pages", "p"), headers("a"), headers("b"), code("one"), code("two"), planned] } }, configuration: { root_module: { resources: [configured] } } };
    assert.deepEqual(seen(read(plan)), [["/assets/*", ["v"], "a", undefined, undefined], ["*", ["p"], "b", "two", "one"]]);
  });

  it("follows variables and outputs of modules, and indices", () => {
    const [planned, configured] = distribution('module.site["eu"].', {
      default_cache_behavior: [{ cache_policy_id: { references: ["var.pages"] } }],
      ordered_cache_behavior: [{ cache_policy_id: { references: ['aws_cloudfront_cache_policy.own["b"].id', 'aws_cloudfront_cache_policy.own["b"]', "aws_cloudfront_cache_policy.own"] } }],
    });
    const plan = {
      planned_values: { root_module: { resources: [cache("other", "o")], child_modules: [
        { address: 'module.site["eu"]', resources: [planned, cache('own["a"]', "a", 'module.site["eu"].'), cache('own["b"]', "b", 'module.site["eu"].')] },
        { address: "module.policies", resources: [cache("pages", "p", "module.policies.")] },
      ] } },
      configuration: { root_module: { module_calls: {
        site: { expressions: { pages: { references: ["module.policies.pages_id", "module.policies"] } }, module: { resources: [configured] } },
        policies: { module: { outputs: { pages_id: { expression: to("aws_cloudfront_cache_policy", "pages") } }, resources: [] } },
      } } },
    };
    assert.deepEqual(seen(read(plan)).map(([, query]) => query), [["b"], ["p"]]);
  });

  it("has identifiers where it was applied before", () => {
    const [planned] = distribution("", {});
    const known = (one, id) => ({ ...one, values: { ...one.values, id } });
    const changed = { ...planned, values: { ...values, default_cache_behavior: [{ target_origin_id: "s", cache_policy_id: "id-p" }], ordered_cache_behavior: [{ path_pattern: "/assets/*", target_origin_id: "s", cache_policy_id: "id-v" }] } };
    assert.deepEqual(seen(read({ planned_values: { root_module: { resources: [known(cache("assets", "v"), "id-v"), known(cache("pages", "p"), "id-p"), changed] } } })).map(([, query]) => query), [["v"], ["p"]]);
  });

  it("is refused where it does not say which of several is meant, also in a circle of variables", () => {
    for (const references of [["local.policies"], ["var.a"], []]) {
      const [planned, configured] = distribution("module.a.", { default_cache_behavior: [{ cache_policy_id: { references } }] });
      const plan = { planned_values: { root_module: { resources: [cache("assets", "v"), cache("pages", "p"), planned] } }, configuration: { root_module: { module_calls: { a: { expressions: { a: { references: ["module.a.b"] } }, module: { resources: [configured], outputs: { b: { expression: { references: ["var.a"] } } } } } } } } };
      assert.throws(() => read(plan), /cache_policy_id: .*which of the 2 resources of aws_cloudfront_cache_policy/);
    }
  });
});

it("files that the own form names are next to it", () => {
  write("sub/f.js", "function handler(event) { return event.request; }");
  const absolute = join(folder, "sub/f.js");
  const file = write("sub/d.json", { origins: [{ id: "s", folder: "site" }], behaviors: [{ path: "/a", functions: { "viewer-request": absolute } }, { path: "*", handlers: { "origin-request": "h.mjs" }, functions: { "viewer-request": "f.js" } }] });
  const { behaviours: [other, { handlers, functions }], origins } = readConfig(relative(process.cwd(), file), ".");
  const at = (name) => relative(process.cwd(), join(folder, "sub", name));
  assert.deepEqual([origins[0].folder, handlers["origin-request"], functions["viewer-request"].file, other.functions["viewer-request"].file], [at("site"), at("h.mjs"), at("f.js"), absolute]);
});

// AWS::CloudFront::Distribution CacheBehavior, `AllowedMethods`: by default GET and HEAD.
it("allowed methods", () => {
  const methods = (AllowedMethods) => read({ DefaultCacheBehavior: { TargetOriginId: "s", AllowedMethods }, Origins: [{ Id: "s", DomainName: "b.s3.amazonaws.com" }] }).behaviours[0].allowedMethods;
  assert.deepEqual([methods(), methods(["GET", "HEAD", "OPTIONS"]), methods({ Quantity: 1, Items: ["GET"], CachedMethods: { Items: ["GET"] } })], [["GET", "HEAD"], ["GET", "HEAD", "OPTIONS"], ["GET"]]);
  const own = (behaviour) => read({ origins: [{ id: "s", folder: "." }], behaviors: [{ path: "*", ...behaviour }] }).behaviours[0].allowedMethods;
  assert.deepEqual([own({}), own({ allowedMethods: ["GET"] })], [undefined, ["GET"]]);
});
