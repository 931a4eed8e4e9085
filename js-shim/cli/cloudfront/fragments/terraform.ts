/** Terraform, for the provider hashicorp/aws: the policies, and the triggers for the behaviour. */
import { cachePolicyConfig, customErrorConfig } from "../configurations.js";
import type { Behaviour } from "./behaviour.js";

export function terraform({ triggers, cache, origin, errors }: Behaviour): string {
  const { MinTTL, DefaultTTL, MaxTTL, ParametersInCacheKeyAndForwardedToOrigin: key } = cachePolicyConfig(cache);
  const policy = origin.headers.length === 0 ? "" : "\n#   origin_request_policy_id = aws_cloudfront_origin_request_policy.selvedge.id";
  return `# What these rules need of CloudFront. In default_cache_behavior of the distribution:
#
#   cache_policy_id          = aws_cloudfront_cache_policy.selvedge.id${policy}
#   compress                 = true
#
#   dynamic "lambda_function_association" {
#     for_each = local.selvedge_triggers
#     content {
#       event_type   = lambda_function_association.key
#       lambda_arn   = aws_lambda_function.edge.qualified_arn
#       include_body = lambda_function_association.value.include_body
#     }
#   }
${errors.length === 0 ? "" : ERRORS}
locals {
  selvedge_triggers = {${triggers.map(({ name, includeBody }) => `\n    ${name.padEnd(15)} = { include_body = ${includeBody} }`).join("")}${triggers.length === 0 ? "" : "\n  "}}
${errors.length === 0 ? "" : `  selvedge_errors = [${errors.map(customErrorConfig).map(errorOf).join("")}\n  ]\n`}}

resource "aws_cloudfront_cache_policy" "selvedge" {
  name        = "selvedge"
  min_ttl     = ${MinTTL}
  default_ttl = ${DefaultTTL}
  max_ttl     = ${MaxTTL}

  parameters_in_cache_key_and_forwarded_to_origin {
    # For compression by CloudFront, too.
    enable_accept_encoding_brotli = ${key.EnableAcceptEncodingBrotli}
    enable_accept_encoding_gzip   = ${key.EnableAcceptEncodingGzip}

    cookies_config {
      cookie_behavior = "${cache.cookies}"
    }
${headers(cache.headers)}
    query_strings_config {
      query_string_behavior = "${cache.queryStrings}"
    }
  }
}
${
    origin.headers.length === 0
      ? ""
      : `
resource "aws_cloudfront_origin_request_policy" "selvedge" {
  name = "selvedge"

  cookies_config {
    cookie_behavior = "none"
  }
${headers(origin.headers).replace(/^ {2}/gm, "")}
  query_strings_config {
    query_string_behavior = "none"
  }
}
`
  }`;
}

const ERRORS = `#
# And in the distribution itself:
#
#   dynamic "custom_error_response" {
#     for_each = local.selvedge_errors
#     content {
#       error_code            = custom_error_response.value.error_code
#       response_code         = custom_error_response.value.response_code
#       response_page_path    = custom_error_response.value.response_page_path
#       error_caching_min_ttl = custom_error_response.value.error_caching_min_ttl
#     }
#   }
`;

function errorOf({ ErrorCode, ResponseCode, ResponsePagePath, ErrorCachingMinTTL }: ReturnType<typeof customErrorConfig>): string {
  return `\n    { error_code = ${ErrorCode}, response_code = ${ResponseCode}, response_page_path = ${text(ResponsePagePath)}, error_caching_min_ttl = ${ErrorCachingMinTTL} },`;
}

/** A string in HCL, in which `${` and `%{` begin templates. */
function text(value: string): string {
  return JSON.stringify(value).replace(/([$%])(?=\{)/g, "$1$1");
}

function headers(names: readonly string[]): string {
  if (names.length === 0) {
    return `
    headers_config {
      header_behavior = "none"
    }
`;
  }
  return `
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = [${names.map((name) => JSON.stringify(name)).join(", ")}]
      }
    }
`;
}
