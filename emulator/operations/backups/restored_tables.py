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
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.lifecycle import TABLE_ACTIVE, schedule
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import (
    CREATING,
    PAY_PER_REQUEST,
    PROVISIONED,
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
    open: Callable[[], Filling]


def plan_restore(members: Members, source: Source, context: Context) -> Plan:
    """Check what a request sets otherwise, and plan the new table."""
    name = members["TargetTableName"]
    _check_modes(members, source.settings.billing_mode)
    definition = _definition(members, source)
    _check_definition(definition, members)
    check_table_quotas(definition, context)
    types = {each: source.settings.attribute_types[each] for each in requested_names(definition)}
    sse = source.settings.sse
    if "SSESpecificationOverride" in members:
        sse = describe_encryption(members["SSESpecificationOverride"], context.catalog)
    response: dict[str, Any] = {}

    def restore() -> None:
        filling = source.open()
        table = new_table(name, definition, types, context, filling)
        filling.ended = lambda now: context.catalog.count_moved("restore", name, _billed_bytes(table))
        table.settings.sse, table.settings.restored_from = sse, source.origin
        context.catalog.add(table)
        schedule(table, Step(context.now + context.settings.table_restore_seconds, TABLE_ACTIVE))
        schedule_statistics(table, context)
        response["TableDescription"] = describe(table, context.now)

    return Plan(response=response, effect=restore)


def _billed_bytes(table: Table) -> int:
    """A restore is billed by the items and the indexes that it brings."""
    return table.size + sum(index.size for index in table.indexes.values())


def check_region(region: str, members: Members, context: Context) -> None:
    """A source said to be in another Region brings no key along."""
    if region != context.catalog.region and "SSESpecificationOverride" not in members:
        raise errors.validation("Invalid Request: sseSpecificationOverride must be provided for cross-region restores")


def check_target(name: str, context: Context) -> None:
    """Refuse a name that is taken, also by a table that goes, and more restores than run at a time."""
    existing = context.catalog.get(name)
    if existing is not None and existing.settings.status != CREATING:
        raise DynamoDBError("TableAlreadyExistsException", f"Table already exists: {name}")
    if existing is not None:
        origin = existing.settings.restored_from
        raise DynamoDBError(
            "TableInUseException",
            "A target table with the specified name is either being created or deleted."
            if origin is None or origin.backup_arn is None
            else f"Table: {name} is already being restored from backup: {origin.backup_arn}",
        )
    if sum(_is_restored(table) for table in context.catalog) >= limits.CONCURRENT_RESTORES_MAX:
        raise errors.limit_exceeded(
            f"Subscriber limit exceeded: Only {limits.CONCURRENT_RESTORES_MAX} tables can be restored simultaneously"
        )


def _is_restored(table: Table) -> bool:
    """Whether a restore fills it now."""
    return table.filling is not None and table.settings.restored_from is not None


# ---- the definition, as CreateTable takes one


def _check_modes(members: Members, own_mode: str) -> None:
    """Throughput of a kind that the table's billing mode has, and there where it needs some."""
    override = members.get("BillingModeOverride")
    throughput, on_demand = members.get("ProvisionedThroughputOverride"), members.get("OnDemandThroughputOverride")
    if override == PAY_PER_REQUEST and throughput is not None:
        raise _invalid("Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST")
    if override is None and own_mode == PAY_PER_REQUEST and throughput is not None:
        raise _invalid("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
    if override == PROVISIONED and throughput is None:
        raise _invalid("Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED")
    for member in ("MaxReadRequestUnits", "MaxWriteRequestUnits"):
        units = (on_demand or {}).get(member)
        if units is not None and (override or own_mode) != PAY_PER_REQUEST:
            raise _invalid(
                f"Cannot override {member} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
            )
        if units is not None and units < 1:
            raise _invalid(f"Requested {member} for OnDemandThroughput is outside of valid range")


def _invalid(text: str) -> DynamoDBError:
    return errors.validation(f"Invalid Request: {text}")


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
        definition["GlobalSecondaryIndexes"] = [_with_throughput(*index, mode, settings) for index in global_]
    if local:
        definition["LocalSecondaryIndexes"] = [index for index, _ in local]
    return definition


def _indexes(source: Source, kind: str, override: list[Members] | None) -> list[tuple[Members, str]]:
    """The source's indexes of a kind, or those of them that the request lists, by whatever name, each with its name in
    the source."""
    own = {index.name: describe_index(index) for index in source.schema.indexes.values() if index.kind == kind}
    if override is None:
        return [(index, name) for name, index in own.items()]
    seen: set[str] = set()
    found = []
    for index in override:
        name = index["IndexName"]
        if name in seen:
            raise errors.invalid_parameter(f"Duplicate index name: {name}")
        seen.add(name)
        alike = [each for each in own if _shape(own[each]) == _shape(index)]
        if not alike:
            raise _invalid(
                f"Index {name} does not match a secondary index that existed in the source table and cannot be created "
                "during the restore operation"
            )
        found.append((index, name if name in alike else alike[0]))
    return found


def _shape(index: Members) -> tuple[Any, ...]:
    projection = index["Projection"]
    names = sorted(projection.get("NonKeyAttributes", ()))
    return index["KeySchema"], projection.get("ProjectionType"), names


def _with_throughput(index: Members, source_name: str, mode: str, settings: TableSettings) -> Members:
    """An index with the throughput that the source's has, unless the request gives one."""
    if mode == PROVISIONED and "ProvisionedThroughput" not in index:
        if settings.billing_mode != PROVISIONED:
            raise _invalid(f"Must specify provisioned throughput for index {index['IndexName']}")
        return {**index, "ProvisionedThroughput": _units(settings.index_throughput[source_name])}
    on_demand = settings.index_on_demand_throughput.get(source_name)
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
