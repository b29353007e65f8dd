"""Exports as their operations show them. Members as recorded in October 2026; times are epoch seconds."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.tables.table_description import timestamp
from dynarig.emulator.storage.transfers import COMPLETED, Export
from dynarig.emulator.transfers.output import FULL, is_incremental

Structure = dict[str, Any]
_ECHOED = ("S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseKmsKeyId", "ExportType")
BOTH_IMAGES = "NEW_AND_OLD_IMAGES"


def description(export: Export) -> Structure:
    """ExportDescription."""
    asked = export.asked
    shown: Structure = {
        "ExportArn": export.arn,
        "ExportStatus": export.status,
        "StartTime": timestamp(export.started_at),
        "TableArn": export.table_arn,
        "TableId": export.table_id,
        "ClientToken": export.token,
        "S3SseAlgorithm": asked.get("S3SseAlgorithm", "AES256"),
        "ExportFormat": asked.get("ExportFormat", "DYNAMODB_JSON"),
        "DestinationType": "S3",
    }
    shown |= {name: asked[name] for name in _ECHOED if name in asked}
    if is_incremental(export):
        period = asked["IncrementalExportSpecification"]
        shown["IncrementalExportSpecification"] = {
            "ExportFromTime": timestamp(period["ExportFromTime"]),
            "ExportToTime": timestamp(export.at),
            "ExportViewType": period.get("ExportViewType", BOTH_IMAGES),
        }
    else:
        shown["ExportTime"] = timestamp(export.at)
    if export.ended_at is not None:
        shown["EndTime"] = timestamp(export.ended_at)
    if export.status == COMPLETED:
        shown["ExportManifest"] = export.manifest
        shown["ItemCount"], shown["BilledSizeBytes"] = export.item_count, export.billed_bytes
    if export.failure is not None:
        shown["FailureCode"], shown["FailureMessage"] = export.failure
    return shown


def summary(export: Export) -> Structure:
    """ExportSummary."""
    kind = export.asked.get("ExportType", FULL)
    return {"ExportArn": export.arn, "ExportStatus": export.status, "ExportType": kind}
