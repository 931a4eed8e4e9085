output "function_associations" {
  description = "For dynamic \"function_association\": the event as the key, the ARN of the function as the value."
  value       = { for event, runs in local.policies.associations : event => aws_cloudfront_function.this[0].arn if runs == "function" }
}

output "lambda_function_associations" {
  description = "For dynamic \"lambda_function_association\": the event as the key; lambda_arn, with its version, and include_body."

  value = {
    for event, runs in local.policies.associations : event => {
      lambda_arn   = aws_lambda_function.this[0].qualified_arn
      include_body = local.policies.lambda.includeBody && endswith(event, "request")
    } if runs == "lambda"
  }
}

output "cache_policy_id" {
  # Where the rules need none: CloudFront's own CachingOptimized.
  value = local.cache == null ? "658327ea-f89d-4fab-a63d-7e88639e58f6" : aws_cloudfront_cache_policy.this[0].id
}

output "origin_request_policy_id" {
  value = local.origin_request == null ? null : aws_cloudfront_origin_request_policy.this[0].id
}

output "response_headers_policy_id" {
  value = local.response_headers == null ? null : aws_cloudfront_response_headers_policy.this[0].id
}

output "custom_error_responses" {
  description = "For dynamic \"custom_error_response\" of the distribution."

  value = [for response in local.policies.customErrorResponses : {
    error_code            = response.ErrorCode
    response_code         = response.ResponseCode
    response_page_path    = response.ResponsePagePath
    error_caching_min_ttl = response.ErrorCachingMinTTL
  }]
}

output "key_value_store_arn" {
  value = one(aws_cloudfront_key_value_store.this[*].arn)
}
