variable "name" {
  description = "What functions, the store and policies are called. One name in the whole account, such as www-example-com."
  type        = string
}

variable "built" {
  description = "The folder that `selvedge build RULES --platform cloudfront -o FOLDER/` wrote."
  type        = string
}

variable "fill_store" {
  description = "Whether Terraform fills the store with store.json."
  type        = bool
  default     = true
}

variable "domain_names" {
  description = "Names of the site, such as www.example.com. They need the certificate."
  type        = list(string)
  default     = []
}

variable "certificate_arn" {
  description = "A certificate of ACM for these names, in us-east-1."
  type        = string
  default     = null
}
