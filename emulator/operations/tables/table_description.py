"""A table as DescribeTable and its kin show it.

Rule: reads a table, changes nothing. Which members appear when, and in which order names are listed, was recorded on
the service in 2026; times are epoch seconds to the millisecond.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.schema import GLOBAL, INCLUDE, LOCAL
from dynarig.emulator.operations.tables.key_schemas import describe_key_schema
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import CREATING, PAY_PER_REQUEST, TableSettings, Throughput, WarmThroughput

Structure = dict[str, Any]

_OF_A_LIVING_TABLE = ("LocalSecondaryIndexes", "GlobalSecondaryIndexes", "WarmThroughput", "StreamSpecification")


def describe(table: Table, now: float) -> Structure:
    """TableDescription at `now` (epoch seconds)."""
    settings, schema = table.settings, table.schema
    item_count, size_bytes = _statistics(table, None, (table.item_count, table.size))
    description = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in sorted(settings.attribute_types.items())
        ],
        "TableName": table.name,
        "KeySchema": describe_key_schema(schema.keys),
        "TableStatus": settings.status,
        "CreationDateTime": timestamp(settings.created_at),
        "ProvisionedThroughput": _throughput(settings.throughput, now),
        "TableSizeBytes": size_bytes,
        "ItemCount": item_count,
        "TableArn": settings.arn,
        "TableId": settings.table_id,
        "DeletionProtectionEnabled": bool(settings.deletion_protection),
        **_billing_mode(settings),
        **_indexes(table, now),
        **_stream(settings),
        **_table_class(settings),
        **_restore(table),
    }
    if settings.sse is not None:
        description["SSEDescription"] = settings.sse
    if settings.on_demand_throughput:
        description["OnDemandThroughput"] = settings.on_demand_throughput
    if settings.warm_throughput is not None:
        description["WarmThroughput"] = _warm(settings.warm_throughput)
    return description


def describe_created(table: Table, now: float, *, with_protection: bool, with_warm: bool) -> Structure:
    """What CreateTable answers: warm throughput only where the request set it, on indexes never (recorded 2026).

    with_protection: whether the request set DeletionProtectionEnabled.
    """
    description = describe(table, now)
    if not with_protection:
        del description["DeletionProtectionEnabled"]
    if not with_warm:
        description.pop("WarmThroughput", None)
    for index in description.get("GlobalSecondaryIndexes", ()):
        index.pop("WarmThroughput", None)
    return description


def describe_deleted(table: Table, now: float) -> Structure:
    """What DeleteTable answers: the table without what it held (API reference, DeleteTable, sample response)."""
    description = describe(table, now)
    for member in ("AttributeDefinitions", "KeySchema", "CreationDateTime", *_OF_A_LIVING_TABLE):
        description.pop(member, None)
    return description


def _statistics(table: Table, index: str | None, live: tuple[int, int]) -> tuple[int, int]:
    """Items and bytes as they are, or as last counted where that takes time; what is new counts nothing yet."""
    counted = table.settings.statistics
    return live if counted is None else counted.get(index, (0, 0))


def timestamp(at: float) -> float:
    """Epoch seconds as answers show them: to the millisecond."""
    return round(at, 3)


def _throughput(throughput: Throughput, now: float) -> Structure:
    described: Structure = {
        "NumberOfDecreasesToday": len(throughput.decreases_on_day_of(now)),
        "ReadCapacityUnits": throughput.read_units,
        "WriteCapacityUnits": throughput.write_units,
    }
    if throughput.increased_at is not None:
        described["LastIncreaseDateTime"] = timestamp(throughput.increased_at)
    if throughput.decreased_at is not None:
        described["LastDecreaseDateTime"] = timestamp(throughput.decreased_at)
    return described


def _warm(warm: WarmThroughput) -> Structure:
    return {"ReadUnitsPerSecond": warm.read_units, "WriteUnitsPerSecond": warm.write_units, "Status": warm.status}


def _billing_mode(settings: TableSettings) -> Structure:
    """Absent for a table that was never on demand."""
    switched_at = settings.billing_mode_switched_at
    if settings.billing_mode != PAY_PER_REQUEST and switched_at is None:
        return {}
    summary: Structure = {"BillingMode": settings.billing_mode}
    if switched_at is not None:
        summary["LastUpdateToPayPerRequestDateTime"] = timestamp(switched_at)
    return {"BillingModeSummary": summary}


def _table_class(settings: TableSettings) -> Structure:
    if settings.table_class is None:
        return {}
    summary: Structure = {"TableClass": settings.table_class}
    if settings.table_class_changed_at is not None:
        summary["LastUpdateDateTime"] = timestamp(settings.table_class_changed_at)
    return {"TableClassSummary": summary}


def _restore(table: Table) -> Structure:
    """Where a table comes from that is being restored; once it is ACTIVE nothing tells (recorded in October 2026)."""
    source = table.settings.restored_from
    if source is None or table.settings.status != CREATING:
        return {}
    summary: Structure = {} if source.backup_arn is None else {"SourceBackupArn": source.backup_arn}
    summary["SourceTableArn"] = source.table_arn
    summary["RestoreDateTime"] = timestamp(source.at)
    summary["RestoreInProgress"] = True
    return {"RestoreSummary": summary}


def _stream(settings: TableSettings) -> Structure:
    """The stream's label and name outlast it; its specification does not."""
    described: Structure = {}
    if settings.stream_view_type is not None:
        described["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": settings.stream_view_type}
    if settings.stream_label is not None:
        described["LatestStreamLabel"] = settings.stream_label
        described["LatestStreamArn"] = f"{settings.arn}/stream/{settings.stream_label}"
    return described


def _indexes(table: Table, now: float) -> Structure:
    described: Structure = {}
    local = [_index(table, index) for index in table.indexes.values() if index.schema.kind == LOCAL]
    if local:
        described["LocalSecondaryIndexes"] = local
    global_ = [_global_index(table, index, now) for index in table.indexes.values() if index.schema.kind == GLOBAL]
    if global_:
        described["GlobalSecondaryIndexes"] = global_
    return described


def _index(table: Table, index: Index) -> Structure:
    projection: Structure = {"ProjectionType": index.schema.projection.type}
    if index.schema.projection.type == INCLUDE:
        projection["NonKeyAttributes"] = sorted(index.schema.projection.non_key_attributes)
    item_count, size_bytes = _statistics(table, index.schema.name, (index.entries.count, index.size))
    return {
        "IndexName": index.schema.name,
        "KeySchema": describe_key_schema(index.schema.keys),
        "Projection": projection,
        "IndexSizeBytes": size_bytes,
        "ItemCount": item_count,
        "IndexArn": f"{table.settings.arn}/index/{index.schema.name}",
    }


def _global_index(table: Table, index: Index, now: float) -> Structure:
    settings, name = table.settings, index.schema.name
    described = _index(table, index)
    described["IndexStatus"] = index.status
    if index.backfilling is not None and index.status == CREATING:
        described["Backfilling"] = index.backfilling
    described["ProvisionedThroughput"] = _throughput(settings.index_throughput.get(name, Throughput()), now)
    if settings.index_on_demand_throughput.get(name):
        described["OnDemandThroughput"] = settings.index_on_demand_throughput[name]
    if name in settings.index_warm_throughput:
        described["WarmThroughput"] = _warm(settings.index_warm_throughput[name])
    return described
