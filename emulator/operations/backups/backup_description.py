"""Backups as their operations show them: details, the table they are of, and the line of a list.

Rule: everything is as it was when the backup was made, but its status. Times are epoch seconds to the millisecond.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.schema import GLOBAL, INCLUDE, LOCAL, IndexSchema
from dynarig.emulator.operations.tables.key_schemas import describe_key_schema
from dynarig.emulator.operations.tables.table_description import timestamp
from dynarig.emulator.storage.backup import SYSTEM, Backup
from dynarig.emulator.storage.table_settings import PAY_PER_REQUEST, Throughput

Structure = dict[str, Any]
CREATING = "CREATING"
DELETED = "DELETED"
_AVAILABLE = "AVAILABLE"


def status_of(backup: Backup, now: float) -> str:
    """CREATING or AVAILABLE."""
    return CREATING if now < backup.available_at else _AVAILABLE


def details(backup: Backup, status: str) -> Structure:
    """BackupDetails."""
    described: Structure = {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": backup.size_bytes,
        "BackupStatus": status,
        "BackupType": backup.kind,
        "BackupCreationDateTime": timestamp(backup.created_at),
    }
    if backup.expires_at is not None:
        described["BackupExpiryDateTime"] = timestamp(backup.expires_at)
    return described


def summary(backup: Backup, status: str) -> Structure:
    """BackupSummary."""
    settings = backup.settings
    table = {"TableName": backup.schema.name, "TableId": settings.table_id, "TableArn": settings.arn}
    return {**table, **details(backup, status)}


def description(backup: Backup, status: str) -> Structure:
    """BackupDescription."""
    settings, schema = backup.settings, backup.schema
    table: Structure = {
        "TableName": schema.name,
        "TableId": settings.table_id,
        "TableArn": settings.arn,
        "TableSizeBytes": backup.size_bytes,
        "KeySchema": describe_key_schema(schema.keys),
        "TableCreationDateTime": timestamp(settings.created_at),
        "ProvisionedThroughput": _units(settings.throughput),
        "ItemCount": backup.item_count,
        "BillingMode": settings.billing_mode,
    }
    if settings.billing_mode == PAY_PER_REQUEST and settings.on_demand_throughput:
        table["OnDemandThroughput"] = settings.on_demand_throughput
    return {
        "BackupDetails": details(backup, status),
        "SourceTableDetails": table,
        "SourceTableFeatureDetails": _features(backup),
    }


def describe_index(index: IndexSchema) -> Structure:
    """An index's name, keys and projection, as requests spell them."""
    projection: Structure = {"ProjectionType": index.projection.type}
    if index.projection.type == INCLUDE:
        projection["NonKeyAttributes"] = sorted(index.projection.non_key_attributes)
    return {"IndexName": index.name, "KeySchema": describe_key_schema(index.keys), "Projection": projection}


def _features(backup: Backup) -> Structure:
    """What the table had beside its keys; of the service's own backups nothing is told (recorded in October 2026)."""
    if backup.kind == SYSTEM:
        return {}
    settings, features = backup.settings, {}  # type: Any, Structure
    indexes = backup.schema.indexes.values()
    local = [describe_index(index) for index in indexes if index.kind == LOCAL]
    if local:
        features["LocalSecondaryIndexes"] = local
    global_ = [_global_index(backup, index) for index in indexes if index.kind == GLOBAL]
    if global_:
        features["GlobalSecondaryIndexes"] = global_
    if settings.stream_view_type is not None:
        features["StreamDescription"] = {"StreamEnabled": True, "StreamViewType": settings.stream_view_type}
    if settings.time_to_live_status != "DISABLED":
        features["TimeToLiveDescription"] = {
            "TimeToLiveStatus": settings.time_to_live_status,
            "AttributeName": settings.time_to_live_shown,
        }
    if settings.sse is not None:
        features["SSEDescription"] = settings.sse
    return features


def _global_index(backup: Backup, index: IndexSchema) -> Structure:
    settings = backup.settings
    described = describe_index(index)
    described["ProvisionedThroughput"] = _units(settings.index_throughput.get(index.name, Throughput()))
    if settings.index_on_demand_throughput.get(index.name):
        described["OnDemandThroughput"] = settings.index_on_demand_throughput[index.name]
    return described


def _units(throughput: Throughput) -> Structure:
    return {"ReadCapacityUnits": throughput.read_units, "WriteCapacityUnits": throughput.write_units}
