# A site on CloudFront: `npm run build` makes the site and the folder edge, and this deploys them.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

module "site" {
  source = "./node_modules/selvedge/terraform/site"

  name  = "selvedge-example"
  built = "${path.root}/edge"

  # domain_names    = ["www.example.com"]
  # certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/…"
}

output "address" {
  value = module.site.address
}

output "files" {
  value = module.site.files
}
