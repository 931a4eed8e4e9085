# A site on CloudFront: a private bucket, a distribution, and the rules in it.

module "rules" {
  source = "../rules"

  name       = var.name
  built      = var.built
  fill_store = var.fill_store
}

# Files are in a folder: asked for / itself, a bucket that may be listed answers with the names of all its files.
locals {
  folder = "site"
}

resource "aws_s3_bucket" "site" {
  bucket_prefix = substr(replace(lower("${var.name}-"), "_", "-"), 0, 37)
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket = aws_s3_bucket.site.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# To list makes a missing file 404; without it, S3 says 403.
data "aws_iam_policy_document" "site" {
  statement {
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.site.arn, "${aws_s3_bucket.site.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.site.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = data.aws_iam_policy_document.site.json
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = var.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "site" {
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = var.domain_names

  origin {
    origin_id                = "site"
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_path              = "/${local.folder}"
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  default_cache_behavior {
    target_origin_id           = "site"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = module.rules.cache_policy_id
    origin_request_policy_id   = module.rules.origin_request_policy_id
    response_headers_policy_id = module.rules.response_headers_policy_id

    dynamic "function_association" {
      for_each = module.rules.function_associations

      content {
        event_type   = function_association.key
        function_arn = function_association.value
      }
    }

    dynamic "lambda_function_association" {
      for_each = module.rules.lambda_function_associations

      content {
        event_type   = lambda_function_association.key
        lambda_arn   = lambda_function_association.value.lambda_arn
        include_body = lambda_function_association.value.include_body
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = module.rules.custom_error_responses

    content {
      error_code            = custom_error_response.value.error_code
      response_code         = custom_error_response.value.response_code
      response_page_path    = custom_error_response.value.response_page_path
      error_caching_min_ttl = custom_error_response.value.error_caching_min_ttl
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.certificate_arn == null
    acm_certificate_arn            = var.certificate_arn
    ssl_support_method             = var.certificate_arn == null ? null : "sni-only"
    minimum_protocol_version       = var.certificate_arn == null ? "TLSv1" : "TLSv1.2_2021"
  }

  lifecycle {
    precondition {
      condition     = length(var.domain_names) == 0 || var.certificate_arn != null
      error_message = "domain_names need certificate_arn: a certificate of ACM for these names, in us-east-1."
    }
  }
}
