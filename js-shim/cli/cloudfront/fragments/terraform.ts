/** Terraform, for the provider hashicorp/aws: the policies, and the triggers for the behaviour. */
import type { Behaviour } from "./behaviour.js";

export function terraform({ triggers, cache, origin }: Behaviour): string {
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

locals {
  selvedge_triggers = {${triggers.map(({ name, includeBody }) => `\n    ${name.padEnd(15)} = { include_body = ${includeBody} }`).join("")}${triggers.length === 0 ? "" : "\n  "}}
}

resource "aws_cloudfront_cache_policy" "selvedge" {
  name        = "selvedge"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    # For compression by CloudFront, too.
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

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
