"""The table that a restore makes: a definition drawn from its source, with what the request sets otherwise.

Rule: keys, indexes, throughput, billing mode and encryption come from the source; time to live, stream, tags, policies,
recovery, alarms and deletion protection do not, nor the table class (API reference, RestoreTableToPointInTime; G:
Restore.Tutorial). Indexes may be left out and not be changed. The checks are those of CreateTable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import GLOBAL, LOCAL, TableSchema
from dynarig.emulator.operations.backups.backup_description import describe_index
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.capacity_settings import check_index_throughput, check_table_throughput
from dynarig.emulator.operations.tables.create_table import (
    check_table_quotas,
    check_throughput_settings,
    new_table,
    schedule_statistics,
)
from dynarig.emulator.operations.tables.encryption import check_encryption, describe_encryption
from dynarig.emulator.operations.tables.index_definitions import requested_names
from dynarig.emulator.operations.tables.key_schemas import describe_key_schema
from dynarig.emulator.operations.tables.table_description import describe
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.lifecycle import TABLE_ACTIVE, schedule
from dynarig.emulator.storage.restoring import Restoring
from dynarig.emulator.storage.table_settings import (
    ACTIVE,
    PAY_PER_REQUEST,
    PROVISIONED,
    UPDATING,
    RestoredFrom,
    Step,
    TableSettings,
    Throughput,
)

Members = dict[str, Any]
_NO_VECTORS = "VectorIndexOverride cannot be honoured: this endpoint has no vector search"  # ours


class Source(NamedTuple):
    """What a table is restored from: its schema and settings, where that is said to be, and what opens its items."""

    schema: TableSchema
    settings: TableSettings
    origin: RestoredFrom
    open: Callable[[], Restoring]


def plan_restore(members: Members, source: Source, context: Context) -> Plan:
    """Check what a request sets otherwise, and plan the new table."""
    name = members["TargetTableName"]
    definition = _definition(members, source)
    _check_definition(definition, members)
    _check_target(name, context)
    check_table_quotas(definition, context)
    types = {each: source.settings.attribute_types[each] for each in requested_names(definition)}
    sse = source.settings.sse
    if "SSESpecificationOverride" in members:
        sse = describe_encryption(members["SSESpecificationOverride"], context.catalog)
    response: dict[str, Any] = {}

    def restore() -> None:
        table = new_table(name, definition, types, context, source.open())
        table.settings.sse, table.settings.restored_from = sse, source.origin
        context.catalog.add(table)
        schedule(table, Step(context.now + context.settings.table_restore_seconds, TABLE_ACTIVE))
        schedule_statistics(table, context)
        response["TableDescription"] = describe(table, context.now)

    return Plan(response=response, effect=restore)


def _check_target(name: str, context: Context) -> None:
    existing = context.catalog.get(name)
    if existing is not None and existing.settings.status in (ACTIVE, UPDATING):
        raise DynamoDBError("TableAlreadyExistsException", f"Table already exists: {name}")
    if existing is not None:
        raise DynamoDBError(
            "TableInUseException", "A target table with the specified name is either being created or deleted."
        )
    if sum(table.restoring is not None for table in context.catalog) >= limits.CONCURRENT_RESTORES_MAX:
        raise errors.limit_exceeded(
            f"Subscriber limit exceeded: Only {limits.CONCURRENT_RESTORES_MAX} tables can be restored simultaneously"
        )


# ---- the definition, as CreateTable takes one


def _definition(members: Members, source: Source) -> Members:
    settings = source.settings
    mode = members.get("BillingModeOverride", settings.billing_mode)
    definition: Members = {"KeySchema": describe_key_schema(source.schema.keys), "BillingMode": mode}
    throughput = members.get("ProvisionedThroughputOverride")
    if throughput is None and mode == PROVISIONED == settings.billing_mode:
        throughput = _units(settings.throughput)
    if throughput is not None:
        definition["ProvisionedThroughput"] = throughput
    on_demand = members.get("OnDemandThroughputOverride")
    if on_demand is None and mode == PAY_PER_REQUEST:
        on_demand = settings.on_demand_throughput
    if on_demand:
        definition["OnDemandThroughput"] = on_demand
    global_ = _indexes(source, GLOBAL, members.get("GlobalSecondaryIndexOverride"))
    local = _indexes(source, LOCAL, members.get("LocalSecondaryIndexOverride"))
    if global_:
        definition["GlobalSecondaryIndexes"] = [_with_throughput(index, mode, settings) for index in global_]
    if local:
        definition["LocalSecondaryIndexes"] = local
    return definition


def _indexes(source: Source, kind: str, override: list[Members] | None) -> list[Members]:
    """The source's indexes of a kind, or those of them that the request lists."""
    own = {index.name: describe_index(index) for index in source.schema.indexes.values() if index.kind == kind}
    if override is None:
        return list(own.values())
    seen: set[str] = set()
    for index in override:
        name = index["IndexName"]
        if name in seen:
            raise errors.invalid_parameter(f"Duplicate index name: {name}")
        seen.add(name)
        if name not in own or _shape(index) != _shape(own[name]):
            raise errors.invalid_parameter(f"An index of a restored table must be one of its source's as it is: {name}")
    return override


def _shape(index: Members) -> tuple[Any, ...]:
    projection = index["Projection"]
    names = sorted(projection.get("NonKeyAttributes", ()))
    return index["KeySchema"], projection.get("ProjectionType"), names


def _with_throughput(index: Members, mode: str, settings: TableSettings) -> Members:
    """An index with the throughput that the source's has, unless the request gives one."""
    name = index["IndexName"]
    if mode == PROVISIONED == settings.billing_mode and "ProvisionedThroughput" not in index:
        return {**index, "ProvisionedThroughput": _units(settings.index_throughput[name])}
    on_demand = settings.index_on_demand_throughput.get(name)
    if mode == PAY_PER_REQUEST and on_demand and "OnDemandThroughput" not in index:
        return {**index, "OnDemandThroughput": on_demand}
    return index


def _units(throughput: Throughput) -> Members:
    return {"ReadCapacityUnits": throughput.read_units, "WriteCapacityUnits": throughput.write_units}


def _check_definition(definition: Members, members: Members) -> None:
    if members.get("VectorIndexOverride"):
        raise errors.validation(_NO_VECTORS)
    check_table_throughput(definition)
    for index in definition.get("GlobalSecondaryIndexes", ()):
        if "WarmThroughput" in index:  # API reference: it "causes the request to fail with a validation error"
            raise errors.invalid_parameter(f"WarmThroughput is not supported for index: {index['IndexName']}")
        check_index_throughput(index, definition["BillingMode"])
    check_throughput_settings(definition)
    check_encryption(members.get("SSESpecificationOverride"))
