"""Changes of global secondary indexes that UpdateTable plans: create one, delete one, change the throughput of any.

Rule: one index is created or deleted at a time, in a request and across requests (recorded 2026). A new index gets
every write from then on, is filled with what is stored in turns, and is served when its life cycle says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.schema import GLOBAL
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.capacity_changes import (
    done_at,
    plan_on_demand,
    plan_throughput,
    plan_warm,
    show_index_updating,
)
from dynarig.emulator.operations.tables.capacity_settings import (
    Subject,
    check_bounds,
    check_on_demand,
    check_quotas,
    check_unit_quotas,
    check_warm,
    initial_warm,
    read_throughput,
)
from dynarig.emulator.operations.tables.index_definitions import check_projection, read_index
from dynarig.emulator.operations.tables.key_schemas import (
    check_global_shape,
    check_index_defined,
    describe_key_schema,
    names_of,
)
from dynarig.emulator.operations.tables.table_conflicts import IN_USE, check_free, check_index_free
from dynarig.emulator.storage.lifecycle import (
    INDEX_ACTIVE,
    INDEX_BACKFILLING,
    INDEX_GONE,
    INDEX_UPDATED,
    OF_INDEX,
    begin_change,
    schedule,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import (
    CREATING,
    DELETING,
    PAY_PER_REQUEST,
    PROVISIONED,
    UPDATING,
    Step,
    Throughput,
)

Structure = dict[str, Any]
Effect = Callable[[], None]

_ACTIONS = ("Update", "Create", "Delete")
_NO_ACTION = (
    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete "
    "must not be null"
)
_ONE_AT_A_TIME = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
_UNKNOWN = (
    "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: "
    "Action Blocked: IndexUpdate"
)


def check_entries(updates: list[Structure]) -> None:
    """Refuse entries without one action each, and two for one index."""
    for update in updates:
        actions = [action for action in _ACTIONS if action in update]
        if not actions:
            raise errors.invalid_parameter(_NO_ACTION)
        if len(actions) > 1:
            raise errors.invalid_parameter(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
            )
    seen = set()
    for _, index in actions_of(updates):
        name = index["IndexName"]
        if name in seen:
            raise errors.invalid_parameter(
                f"Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )
        seen.add(name)
        check_bounds(index.get("ProvisionedThroughput"))
        if index.get("WarmThroughput") == {}:
            raise errors.invalid_parameter(
                "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for "
                f"index: {name}"
            )


def actions_of(updates: list[Structure]) -> Iterator[tuple[str, Structure]]:
    """(action, index) of each entry, in order."""
    for update in updates:
        for action in _ACTIONS:
            if action in update:
                yield action, update[action]


def plan_index_updates(table: Table, members: Structure, billing_mode: str, context: Context) -> list[Effect]:
    """All index changes of a request. billing_mode: as it will be."""
    actions = list(actions_of(members.get("GlobalSecondaryIndexUpdates", [])))
    if sum(action != "Update" for action, _ in actions) > 1:
        raise errors.limit_exceeded(_ONE_AT_A_TIME)
    for action, index in actions:
        _check_name(table, action, index["IndexName"])
    effects = []
    for action, index in actions:
        if action == "Create":
            effects.append(_plan_create(table, index, members, billing_mode, context))
        elif action == "Delete":
            effects.append(_plan_delete(table, index["IndexName"], context))
        else:
            effects += _plan_update(table, index, billing_mode, context)
    return effects


def _check_name(table: Table, action: str, name: str) -> None:
    """Refuse to create an index that is there, and to change or delete one that is not."""
    index = table.schema.indexes.get(name)
    if action == "Create":
        if index is not None:
            raise errors.validation("Attempting to create an index which already exists")  # recorded in October 2026
    elif index is None:
        if action == "Update":
            raise errors.validation(_UNKNOWN)
        raise errors.resource_not_found(f": Index {name} for table {table.name}")
    elif index.kind != GLOBAL:
        raise errors.validation(f"Cannot {action.lower()} an index that is not a GlobalSecondaryIndex: {name}")


def _check_only_one(table: Table, but: str | None = None) -> None:
    for name, index in table.indexes.items():
        if name != but and index.status in (CREATING, DELETING):
            raise errors.limit_exceeded(_ONE_AT_A_TIME)


def _plan_create(table: Table, index: Structure, members: Structure, billing_mode: str, context: Context) -> Effect:
    types = _types_for(table, index, members)
    check_global_shape(index["KeySchema"])
    check_projection(index["Projection"])
    _check_new_throughput(index, billing_mode, context)
    check_free(table, OF_INDEX)
    _check_only_one(table)
    if sum(each.kind == GLOBAL for each in table.schema.indexes.values()) >= limits.GSI_MAX:
        raise errors.limit_exceeded(
            f"Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of {limits.GSI_MAX}"
        )
    name, schema = index["IndexName"], read_index(index, GLOBAL, types)

    def create() -> None:
        settings, delays = table.settings, context.settings
        settings.attribute_types = {**settings.attribute_types, **types}
        settings.index_throughput[name] = read_throughput(index.get("ProvisionedThroughput"))
        settings.index_on_demand_throughput[name] = dict(index.get("OnDemandThroughput", {}))
        settings.index_warm_throughput[name] = initial_warm(
            index.get("WarmThroughput"), index.get("ProvisionedThroughput")
        )
        table.set_schema(replace(table.schema, indexes={**table.schema.indexes, name: schema}))
        table.indexes[name].status, table.indexes[name].backfilling = CREATING, False
        allocated_at = context.now + delays.index_create_seconds
        begin_change(table, OF_INDEX, allocated_at)
        schedule(
            table,
            Step(allocated_at, INDEX_BACKFILLING, name),
            Step(allocated_at + delays.index_backfill_seconds, INDEX_ACTIVE, name),
        )

    return create


def _types_for(table: Table, index: Structure, members: Structure) -> dict[str, str]:
    """The type of each key attribute: all defined in this very request, none otherwise than before (recorded 2026)."""
    definitions = members.get("AttributeDefinitions")
    if definitions is None:
        raise errors.invalid_parameter(f"AttributeDefinitions is not specified for index: {index['IndexName']}")
    defined = {each["AttributeName"]: each["AttributeType"] for each in definitions}
    check_index_defined(index["KeySchema"], defined)
    known = table.settings.attribute_types
    _check_not_redefined(describe_key_schema(table.schema.keys), known, defined)
    _check_not_redefined(index["KeySchema"], {**defined, **known}, defined)
    return {name: defined[name] for name in names_of(index["KeySchema"])}


def _check_not_redefined(elements: list[Structure], known: dict[str, str], defined: dict[str, str]) -> None:
    """Refuse another type for an attribute of a key; of an attribute that this key does not use it is passed over."""
    new = {**known, **defined}
    if any(new[name] != known[name] for name in names_of(elements)):
        raise errors.invalid_parameter(
            "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. "
            f"Existing schema: {_schema_text(elements, known)} New schema: {_schema_text(elements, new)}"
        )


def _schema_text(elements: list[Structure], types: dict[str, str]) -> str:
    keys = [f"key{{{each['AttributeName']}:{types[each['AttributeName']]}:{each['KeyType']}}}" for each in elements]
    return f"Schema:[SchemaElement: {', SchemaElement: '.join(keys)}]"


def _check_new_throughput(index: Structure, billing_mode: str, context: Context) -> None:
    name, throughput = index["IndexName"], index.get("ProvisionedThroughput")
    subject = Subject(name)
    if throughput is None and billing_mode == PROVISIONED:
        raise errors.invalid_parameter(
            f"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
        )
    if throughput is not None and billing_mode == PAY_PER_REQUEST:
        raise errors.invalid_parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: "
            f"{name} when BillingMode is PAY_PER_REQUEST"
        )
    check_on_demand(index.get("OnDemandThroughput"), billing_mode, subject)
    check_warm(index.get("WarmThroughput"), throughput, subject)
    check_quotas(throughput, context, name, Throughput())
    for what in ("OnDemandThroughput", "WarmThroughput"):
        check_unit_quotas(index.get(what), context, what, subject)


def _plan_delete(table: Table, name: str, context: Context) -> Effect:
    index = table.indexes[name]
    _check_only_one(table, but=name)
    if index.backfilling is False:
        raise errors.resource_in_use(
            f"{IN_USE}Index creation is in resource allocation phase. Retry deletion during backfilling phase or when "
            f"the index is active. Table: {table.name} Index: {name}"
        )
    if index.status in (DELETING, UPDATING):
        check_index_free(table, name)
    check_free(table, OF_INDEX)

    def delete() -> None:
        steps = table.settings.steps
        steps[:] = [step for step in steps if step.index != name]
        index.status, index.backfilling = DELETING, None
        schedule(table, Step(done_at(context), INDEX_GONE, name))
        begin_change(table, OF_INDEX, done_at(context))

    return delete


def _plan_update(table: Table, index: Structure, billing_mode: str, context: Context) -> list[Effect]:
    name = index["IndexName"]
    on_demand, warm = index.get("OnDemandThroughput"), index.get("WarmThroughput")
    throughput = index.get("ProvisionedThroughput")
    check_index_free(table, name)
    if billing_mode == PAY_PER_REQUEST and (throughput is not None or not (on_demand or warm)):
        raise errors.invalid_parameter(
            f"The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to "
            "OnDemandThroughput, WarmThroughput"
        )
    effects: list[Effect] = []
    if throughput is not None and table.settings.billing_mode == PROVISIONED:
        effects.append(plan_throughput(table, name, throughput, context))
    if on_demand:
        effects.append(plan_on_demand(table, name, on_demand, billing_mode, context))
        effects.append(partial(_show_updating, table, name, context))
    if warm:
        effects.append(plan_warm(table, name, warm, context))
    if throughput is None and not effects:
        raise errors.invalid_parameter(
            f"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
        )
    return effects


def _show_updating(table: Table, name: str, context: Context) -> None:
    show_index_updating(table, name)
    schedule(table, Step(done_at(context), INDEX_UPDATED, name))
