# Rules on CloudFront as `selvedge build --platform cloudfront -o FOLDER/` placed them: the functions, the store and the policies. The
# outputs are what a cache behaviour takes.

locals {
  policies = jsondecode(file("${var.built}/policies.json"))

  cache            = local.policies.cachePolicy
  origin_request   = local.policies.originRequestPolicy
  response_headers = local.policies.responseHeadersPolicy

  has_function = fileexists("${var.built}/function.js")
  has_lambda   = fileexists("${var.built}/lambda/index.js")
  has_store    = fileexists("${var.built}/store.json")

  pairs = local.has_store && var.fill_store ? jsondecode(file("${var.built}/store.json")).data : []
}

# The function for viewer events

resource "aws_cloudfront_key_value_store" "this" {
  count = local.has_store ? 1 : 0

  name = var.name
}

# Changes what changed: keys that are new, other or gone.
resource "aws_cloudfrontkeyvaluestore_keys_exclusive" "this" {
  count = local.has_store && var.fill_store ? 1 : 0

  key_value_store_arn = aws_cloudfront_key_value_store.this[0].arn
  max_batch_size      = 50

  dynamic "resource_key_value_pair" {
    for_each = local.pairs

    content {
      key   = resource_key_value_pair.value.key
      value = resource_key_value_pair.value.value
    }
  }
}

resource "aws_cloudfront_function" "this" {
  count = local.has_function ? 1 : 0

  name                         = var.name
  comment                      = "Rules, by selvedge build"
  runtime                      = "cloudfront-js-2.0"
  publish                      = true
  code                         = file("${var.built}/function.js")
  key_value_store_associations = aws_cloudfront_key_value_store.this[*].arn

  # A function that asks for a key finds it.
  depends_on = [aws_cloudfrontkeyvaluestore_keys_exclusive.this]
}

# The function of Lambda@Edge. CloudFront takes it from us-east-1, whatever the Region of the provider.

data "archive_file" "lambda" {
  count = local.has_lambda ? 1 : 0

  type        = "zip"
  source_dir  = "${var.built}/lambda"
  output_path = "${var.built}/lambda.zip"
}

resource "aws_iam_role" "lambda" {
  count = local.has_lambda ? 1 : 0

  name = "${var.name}-edge"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

data "aws_partition" "current" {}

resource "aws_iam_role_policy_attachment" "lambda" {
  count = local.has_lambda ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "this" {
  count = local.has_lambda ? 1 : 0

  region           = "us-east-1"
  function_name    = var.name
  description      = "Rules, by selvedge build"
  role             = aws_iam_role.lambda[0].arn
  filename         = data.archive_file.lambda[0].output_path
  source_code_hash = data.archive_file.lambda[0].output_base64sha256
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = ["x86_64"]
  memory_size      = local.policies.lambda.memorySize
  timeout          = local.policies.lambda.timeout

  # CloudFront takes numbered versions only: a version whenever the code changes.
  publish = true
}

# The policies

resource "aws_cloudfront_cache_policy" "this" {
  count = local.cache == null ? 0 : 1

  name        = var.name
  min_ttl     = local.cache.MinTTL
  default_ttl = local.cache.DefaultTTL
  max_ttl     = local.cache.MaxTTL

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = local.cache.ParametersInCacheKeyAndForwardedToOrigin.EnableAcceptEncodingBrotli
    enable_accept_encoding_gzip   = local.cache.ParametersInCacheKeyAndForwardedToOrigin.EnableAcceptEncodingGzip

    cookies_config {
      cookie_behavior = local.cache.ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig.CookieBehavior
    }

    headers_config {
      header_behavior = local.cache.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.HeaderBehavior

      dynamic "headers" {
        for_each = try([local.cache.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers], [])

        content {
          items = headers.value
        }
      }
    }

    query_strings_config {
      query_string_behavior = local.cache.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStringBehavior
    }
  }
}

resource "aws_cloudfront_origin_request_policy" "this" {
  count = local.origin_request == null ? 0 : 1

  name = var.name

  cookies_config {
    cookie_behavior = local.origin_request.CookiesConfig.CookieBehavior
  }

  headers_config {
    header_behavior = local.origin_request.HeadersConfig.HeaderBehavior

    dynamic "headers" {
      for_each = try([local.origin_request.HeadersConfig.Headers], [])

      content {
        items = headers.value
      }
    }
  }

  query_strings_config {
    query_string_behavior = local.origin_request.QueryStringsConfig.QueryStringBehavior
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  count = local.response_headers == null ? 0 : 1

  name = var.name

  dynamic "custom_headers_config" {
    for_each = try([local.response_headers.CustomHeadersConfig.Items], [])

    content {
      dynamic "items" {
        for_each = custom_headers_config.value

        content {
          header   = items.value.Header
          value    = items.value.Value
          override = items.value.Override
        }
      }
    }
  }

  dynamic "remove_headers_config" {
    for_each = try([local.response_headers.RemoveHeadersConfig.Items], [])

    content {
      dynamic "items" {
        for_each = remove_headers_config.value

        content {
          header = items.value.Header
        }
      }
    }
  }

  dynamic "security_headers_config" {
    for_each = try([local.response_headers.SecurityHeadersConfig], [])

    content {
      dynamic "content_security_policy" {
        for_each = try([security_headers_config.value.ContentSecurityPolicy], [])

        content {
          content_security_policy = content_security_policy.value.ContentSecurityPolicy
          override                = content_security_policy.value.Override
        }
      }

      dynamic "content_type_options" {
        for_each = try([security_headers_config.value.ContentTypeOptions], [])

        content {
          override = content_type_options.value.Override
        }
      }

      dynamic "frame_options" {
        for_each = try([security_headers_config.value.FrameOptions], [])

        content {
          frame_option = frame_options.value.FrameOption
          override     = frame_options.value.Override
        }
      }

      dynamic "referrer_policy" {
        for_each = try([security_headers_config.value.ReferrerPolicy], [])

        content {
          referrer_policy = referrer_policy.value.ReferrerPolicy
          override        = referrer_policy.value.Override
        }
      }

      dynamic "strict_transport_security" {
        for_each = try([security_headers_config.value.StrictTransportSecurity], [])

        content {
          access_control_max_age_sec = strict_transport_security.value.AccessControlMaxAgeSec
          include_subdomains         = strict_transport_security.value.IncludeSubdomains
          preload                    = strict_transport_security.value.Preload
          override                   = strict_transport_security.value.Override
        }
      }
    }
  }

  lifecycle {
    # What this module does not know would be lost without a word.
    precondition {
      condition = length(setsubtract(keys(local.response_headers), ["Comment", "CustomHeadersConfig", "RemoveHeadersConfig", "SecurityHeadersConfig"])) == 0 && length(setsubtract(
        keys(try(local.response_headers.SecurityHeadersConfig, {})),
        ["ContentSecurityPolicy", "ContentTypeOptions", "FrameOptions", "ReferrerPolicy", "StrictTransportSecurity"],
      )) == 0
      error_message = "policies.json has a member of the response headers policy that this module does not know: take the module of the package that built it."
    }
  }
}
