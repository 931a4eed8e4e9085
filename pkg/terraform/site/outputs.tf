output "address" {
  value = "https://${aws_cloudfront_distribution.site.domain_name}/"
}

output "files" {
  description = "Where the files of the site belong: aws s3 sync dist FILES"
  value       = "s3://${aws_s3_bucket.site.id}/${local.folder}"
}

output "distribution_id" {
  value = aws_cloudfront_distribution.site.id
}

output "key_value_store_arn" {
  value = module.rules.key_value_store_arn
}
