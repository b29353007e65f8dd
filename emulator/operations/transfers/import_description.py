"""Imports as their operations show them. Members and defaults as recorded in October 2026; times are epoch seconds."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.table_description import timestamp
from dynarig.emulator.storage.transfers import Import

Structure = dict[str, Any]


def description(told: Import, context: Context) -> Structure:
    """ImportTableDescription."""
    asked = told.asked
    shown = summary(told, context) | {
        "TableId": told.table_id,
        "ClientToken": told.token,
        "ErrorCount": told.error_count,
        "InputCompressionType": asked.get("InputCompressionType", "NONE"),
        "TableCreationParameters": asked["TableCreationParameters"],
        "ProcessedSizeBytes": told.processed_bytes,
        "ProcessedItemCount": told.processed_count,
        "ImportedItemCount": told.imported_count,
    }
    if "InputFormatOptions" in asked:
        shown["InputFormatOptions"] = asked["InputFormatOptions"]
    if told.failure is not None:
        shown["FailureCode"], shown["FailureMessage"] = told.failure
    return shown


def summary(told: Import, context: Context) -> Structure:
    """ImportSummary."""
    account, region = context.catalog.account, context.catalog.region
    shown: Structure = {
        "ImportArn": told.arn,
        "ImportStatus": told.status,
        "TableArn": told.table_arn,
        "S3BucketSource": {"S3BucketOwner": account} | told.asked["S3BucketSource"],
        "CloudWatchLogGroupArn": f"arn:aws:logs:{region}:{account}:log-group:/aws-dynamodb/imports:*",
        "InputFormat": told.asked["InputFormat"],
        "StartTime": timestamp(told.started_at),
    }
    if told.ended_at is not None:
        shown["EndTime"] = timestamp(told.ended_at)
    return shown
