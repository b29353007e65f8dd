variable "project" {
  type        = string
  description = "Prefix of every name"
  default     = "shop"
}

variable "stage" {
  type    = string
  default = "dev"

  validation {
    condition     = contains(["dev", "prod"], var.stage)
    error_message = "stage is dev or prod."
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "counters" {
  type    = list(string)
  default = ["visits"]
}

variable "write_capacity" {
  type    = number
  default = 1
}

variable "extra_tags" {
  type    = map(string)
  default = {}
}
