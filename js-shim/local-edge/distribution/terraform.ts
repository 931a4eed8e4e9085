/** A distribution of a Terraform plan: `terraform show -json PLAN`. Read by way of CloudFormation's names. */
import { fromConfig } from "./cloudformation.js";
import type { Distribution } from "./distribution.js";
import { listOf, objectOf, type Plain, type Reader, textOf } from "./reader.js";
import { type Path, References, resourcesOf } from "./terraform-references.js";
import { responseHeadersPolicy } from "./terraform-response-headers.js";

export function fromTerraform(plan: Reader): Distribution {
  const resources = resourcesOf(objectOf(plan.member("planned_values").plain["root_module"]));
  const all = resources.filter(({ type }) => type === "aws_cloudfront_distribution");
  const [distribution, second] = all;
  if (distribution === undefined) throw plan.wrong("planned_values: there is no aws_cloudfront_distribution");
  if (second !== undefined) throw plan.wrong(`planned_values: there are ${all.length} distributions; keep one in the file`);
  const only = distribution.values;
  const references = new References(plan.plain, distribution.address);
  /** What an attribute refers to: an identifier of AWS's, or a resource of the plan. `null`: there is none. */
  const refer = (id: unknown, type: string, path: Path): unknown => {
    if (id === null) return undefined;
    const known = resources.filter((resource) => resource.type === type);
    const one = typeof id === "string" ? known.find(({ values }) => values["id"] === id || values["arn"] === id) : references.of(path, known);
    if (one !== undefined) return one;
    if (typeof id === "string" || known.length === 0) return id;
    if (known.length === 1) return known[0];
    throw plan.wrong(`planned_values: ${path.join(".")}: it is known after terraform apply only which of the ${known.length} resources of ${type} it is; plan again then`);
  };
  const behaviour = (one: Plain, place: Path): Plain => ({
    PathPattern: one["path_pattern"],
    TargetOriginId: one["target_origin_id"],
    Compress: one["compress"],
    AllowedMethods: one["allowed_methods"],
    ViewerProtocolPolicy: one["viewer_protocol_policy"],
    CachePolicyId: forwarded(one) === undefined ? refer(one["cache_policy_id"], "aws_cloudfront_cache_policy", [...place, "cache_policy_id"]) : undefined,
    OriginRequestPolicyId: refer(one["origin_request_policy_id"], "aws_cloudfront_origin_request_policy", [...place, "origin_request_policy_id"]),
    ResponseHeadersPolicyId: refer(one["response_headers_policy_id"], "aws_cloudfront_response_headers_policy", [...place, "response_headers_policy_id"]),
    ForwardedValues: forwarded(one),
    MinTTL: one["min_ttl"],
    DefaultTTL: one["default_ttl"],
    MaxTTL: one["max_ttl"],
    FunctionAssociations: listOf(one["function_association"]).map((it, i) => ({ EventType: it["event_type"], FunctionARN: refer(it["function_arn"], "aws_cloudfront_function", [...place, "function_association", i, "function_arn"]) })),
    LambdaFunctionAssociations: listOf(one["lambda_function_association"]).map((it) => ({ EventType: it["event_type"], IncludeBody: it["include_body"] })),
  });
  const config = {
    Origins: listOf(only["origin"]).map((one) => ({
      Id: one["origin_id"],
      DomainName: one["domain_name"],
      OriginPath: one["origin_path"],
      OriginCustomHeaders: listOf(one["custom_header"]).map(({ name, value }) => ({ HeaderName: name, HeaderValue: value })),
      CustomOriginConfig: listOf(one["custom_origin_config"]).map((it) => ({ HTTPPort: it["http_port"], HTTPSPort: it["https_port"], OriginProtocolPolicy: it["origin_protocol_policy"] }))[0],
    })),
    OriginGroups: {
      Items: listOf(only["origin_group"]).map((one) => ({
        Id: one["origin_id"],
        Members: { Items: listOf(one["member"]).map((member) => ({ OriginId: member["origin_id"] })) },
        FailoverCriteria: { StatusCodes: { Items: listOf(one["failover_criteria"])[0]?.["status_codes"] } },
      })),
    },
    Aliases: only["aliases"],
    DefaultRootObject: only["default_root_object"],
    DefaultCacheBehavior: behaviour(listOf(only["default_cache_behavior"])[0] ?? {}, ["default_cache_behavior", 0]),
    CacheBehaviors: listOf(only["ordered_cache_behavior"]).map((one, i) => behaviour(one, ["ordered_cache_behavior", i])),
    CustomErrorResponses: listOf(only["custom_error_response"]).map((one) => ({
      ErrorCode: one["error_code"],
      ...(typeof one["response_code"] === "number" && { ResponseCode: one["response_code"] }),
      ResponsePagePath: one["response_page_path"],
      ErrorCachingMinTTL: one["error_caching_min_ttl"],
    })),
  };
  return fromConfig(config, (reference) => madeOf(objectOf(reference)), plan);
}

/** A resource that a behaviour refers to, by CloudFormation's names. */
function madeOf({ type, values }: Plain): Plain {
  return FORMS[textOf(type, "")]?.(objectOf(values)) ?? {};
}

const FORMS: Readonly<Record<string, (values: Plain) => Plain>> = {
  aws_cloudfront_cache_policy: (values) => ({ CachePolicyConfig: cachePolicy(values) }),
  aws_cloudfront_origin_request_policy: (values) => ({ OriginRequestPolicyConfig: originRequestPolicy(values) }),
  aws_cloudfront_response_headers_policy: (values) => ({ ResponseHeadersPolicyConfig: responseHeadersPolicy(values) }),
  aws_cloudfront_function: (values) => ({ Name: values["name"], FunctionCode: values["code"] }),
};

function forwarded(behaviour: Plain): Plain | undefined {
  const [values] = listOf(behaviour["forwarded_values"]);
  if (values === undefined) return undefined;
  const [cookies = {}] = listOf(values["cookies"]);
  return {
    Headers: values["headers"],
    QueryString: values["query_string"],
    QueryStringCacheKeys: values["query_string_cache_keys"],
    Cookies: { Forward: cookies["forward"], WhitelistedNames: cookies["whitelisted_names"] },
  };
}

function cachePolicy(policy: Plain): Plain {
  const [parameters = {}] = listOf(policy["parameters_in_cache_key_and_forwarded_to_origin"]);
  return {
    MinTTL: policy["min_ttl"],
    DefaultTTL: policy["default_ttl"],
    MaxTTL: policy["max_ttl"],
    ParametersInCacheKeyAndForwardedToOrigin: {
      ...parts(parameters),
      EnableAcceptEncodingGzip: parameters["enable_accept_encoding_gzip"],
      EnableAcceptEncodingBrotli: parameters["enable_accept_encoding_brotli"],
    },
  };
}

function originRequestPolicy(policy: Plain): Plain {
  return parts(policy);
}

/** Which headers, cookies and query strings. */
function parts(policy: Plain): Plain {
  const items = (config: Plain, name: string): unknown => listOf(config[name])[0]?.["items"];
  const [headers = {}, cookies = {}, queries = {}] = ["headers_config", "cookies_config", "query_strings_config"].map((name) => listOf(policy[name])[0]);
  return {
    HeadersConfig: { HeaderBehavior: headers["header_behavior"], Headers: items(headers, "headers") },
    CookiesConfig: { CookieBehavior: cookies["cookie_behavior"], Cookies: items(cookies, "cookies") },
    QueryStringsConfig: { QueryStringBehavior: queries["query_string_behavior"], QueryStrings: items(queries, "query_strings") },
  };
}
