variable "name" {
  description = "What functions, the store and policies are called. One name in the whole account, such as www-example-com."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.name))
    error_message = "Letters, digits, - and _, 50 at most: CloudFront takes nothing else in the name of a function."
  }
}

variable "built" {
  description = "The folder that `selvedge build RULES --platform cloudfront -o FOLDER/` wrote."
  type        = string

  validation {
    condition     = fileexists("${var.built}/policies.json")
    error_message = "There is no policies.json in it. Write: selvedge build rules.json --platform cloudfront -o FOLDER/"
  }
}

variable "fill_store" {
  description = "Whether Terraform fills the store with store.json. For some thousand keys and more, false: `selvedge kvs diff` writes the updates."
  type        = bool
  default     = true
}
