terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.70"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "archive"
  region = "us-west-2"
}

data "aws_caller_identity" "current" {}

locals {
  prefix      = "${var.project}-${var.stage}"
  is_prod     = var.stage == "prod"
  tags        = merge({ Project = var.project, Stage = var.stage }, var.extra_tags)
  order_index = {
    "by-customer" = { hash = "customerId", range = "createdAt" }
    "by-status"   = { hash = "status", range = "createdAt" }
  }
}

# Orders and their lines, one item collection per order.
resource "aws_dynamodb_table" "orders" {
  name                        = "${local.prefix}-orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "orderId"
  range_key                   = "line"
  deletion_protection_enabled = local.is_prod
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  table_class                 = "STANDARD"

  attribute {
    name = "orderId"
    type = "S"
  }

  attribute {
    name = "line"
    type = "N"
  }

  dynamic "attribute" {
    for_each = toset(["customerId", "createdAt", "status"])
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.order_index
    iterator = index
    content {
      name               = index.key
      hash_key           = index.value.hash
      range_key          = index.value["range"]
      projection_type    = index.key == "by-status" ? "INCLUDE" : "ALL"
      non_key_attributes = index.key == "by-status" ? ["total"] : null
    }
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled                 = local.is_prod ? true : false
    recovery_period_in_days = 14
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.orders.arn
  }

  on_demand_throughput {
    max_read_request_units  = 4000
    max_write_request_units = 1000
  }

  tags = merge(local.tags, { Owner = "orders@example.com" })

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_key" "orders" {
  description = "Orders at rest"
}

resource "aws_dynamodb_table" "counters" {
  for_each       = toset(var.counters)
  name           = format("%s-counter-%s", local.prefix, each.value)
  billing_mode   = "PROVISIONED"
  read_capacity  = local.is_prod ? 50 : 5
  write_capacity = max(var.write_capacity, 2)
  hash_key       = "day"
  range_key      = "shard"

  attribute {
    name = "day"
    type = "S"
  }
  attribute {
    name = "shard"
    type = "N"
  }
  attribute {
    name = "value"
    type = "N"
  }

  local_secondary_index {
    name            = "by-value"
    range_key       = "value"
    projection_type = "KEYS_ONLY"
  }
}

resource "aws_dynamodb_table" "archive" {
  provider     = aws.archive
  count        = local.is_prod ? 1 : 0
  name         = "${local.prefix}-archive"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "orderId"

  attribute {
    name = "orderId"
    type = "B"
  }
}

resource "aws_dynamodb_table_item" "first_order" {
  table_name = aws_dynamodb_table.orders.name
  hash_key   = aws_dynamodb_table.orders.hash_key
  range_key  = aws_dynamodb_table.orders.range_key

  item = <<-ITEM
    {
      "orderId": {"S": "${var.project}-000001"},
      "line": {"N": "0"},
      "customerId": {"S": "customer-17"},
      "createdAt": {"S": "2026-03-01T09:30:00Z"},
      "status": {"S": "PAID"},
      "total": {"N": "42.50"}
    }
  ITEM
}

resource "aws_dynamodb_table_item" "day" {
  for_each   = aws_dynamodb_table.counters
  table_name = each.value.name
  hash_key   = "day"
  item       = jsonencode({ day = { S = "2026-03-01" }, shard = { N = "0" }, value = { N = "17" } })
}

module "sessions" {
  source = "terraform-aws-modules/dynamodb-table/aws"
  name   = "${local.prefix}-sessions"
}
