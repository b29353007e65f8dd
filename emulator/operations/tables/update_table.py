"""UpdateTable: one change of a table, or the few that go together; the rest of it happens by the table's life cycle.

Rule: what contradicts itself is refused before the table is looked for, what contradicts its state thereafter;
nothing is changed unless everything is allowed. Orders and texts as recorded on the service in 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import length_at_least, older_form
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.billing_changes import check_billing_members, plan_billing
from dynarig.emulator.operations.tables.capacity_changes import done_at, on_demand_shown, plan_on_demand, plan_warm
from dynarig.emulator.operations.tables.encryption import asks_for_key, check_encryption, describe_encryption
from dynarig.emulator.operations.tables.index_changes import actions_of, check_entries, plan_index_updates
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.operations.tables.replica_changes import check_replicas
from dynarig.emulator.operations.tables.stream_settings import (
    check_stream_change,
    check_stream_state,
    start_stream,
    stop_stream,
)
from dynarig.emulator.operations.tables.table_conflicts import check_free, check_status
from dynarig.emulator.operations.tables.table_description import describe
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.lifecycle import (
    ENCRYPTION,
    OF_CLASS,
    OF_ENCRYPTION,
    OF_STREAM,
    TABLE_CLASS,
    begin_change,
    schedule,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import PROVISIONED, UPDATING, Step

Members = dict[str, Any]
Effect = Callable[[], None]

# What the refusal of a request without a change lists (recorded in October 2026); members that are there but are no
# change by themselves are left out of it.
_CHANGES_TOLD = (
    "ProvisionedThroughput",
    "BillingMode",
    "UpdateStreamEnabled",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "ReplicaUpdates",
    "MultiAccountReplicaReady",
    "ReplicaTransitRoleArn",
    "MultiRegionConsistency",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)
_NO_CHANGES = ("MultiRegionConsistency", "GlobalTableWitnessUpdates")
_CHANGES = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "ReplicaUpdates",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)
# Members that stand alone in a request, the one first that is told first.
_ALONE = {
    "ReplicaUpdates": "Replica modification must be the only operation in the request",
    "SSESpecification": "Server-Side Encryption modification must be the only operation in the request",
    "TableClass": "TableClass modification must be the only operation in the request",
    "DeletionProtectionEnabled": "DeletionProtection modification must be the only operation in the request",
    "WarmThroughput": "WarmThroughput must be the only operation in the request",
}
# Ours: a member is honoured or refused.
_NOT_HERE = {
    "MultiRegionConsistency": "MultiRegionConsistency cannot be applied: this endpoint has no other Regions",
    "GlobalTableWitnessUpdates": "GlobalTableWitnessUpdates cannot be applied: this endpoint has no other Regions",
    "GlobalTableSettingsReplicationMode": (
        "GlobalTableSettingsReplicationMode cannot be applied: this endpoint has no other Regions"
    ),
    "DisassociationProtectionEnabled": (
        "DisassociationProtectionEnabled cannot be applied: this endpoint has no other Regions"
    ),
    "VectorIndexUpdates": "VectorIndexUpdates cannot be applied: this endpoint has no vector search",
}


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the change and plan it."""
    members = read_request("UpdateTable", body).members
    name = checked_name(members)
    table_members.refuse_gathered(_faults(members))
    _check_members(members)
    table = named_table(name, context.catalog)
    check_status(table)
    if members.get("ReplicaUpdates"):
        check_replicas(members["ReplicaUpdates"], context)
    effects = _plan_changes(table, members, context)
    response: dict[str, Any] = {}
    shown = _shown(table, members)

    def update() -> None:
        for effect in effects:
            effect()
        response["TableDescription"] = {**describe(table, context.now), **shown}

    return Plan(response=response, effect=update)


def _faults(members: Members) -> table_members.Faults:
    """The faults of members, in the service's order."""
    yield from table_members.enumeration(members.get("BillingMode"), "billingMode", table_members.BILLING_MODES)
    yield from table_members.throughput(members.get("ProvisionedThroughput"), "provisionedThroughput")
    if "AttributeDefinitions" in members:
        yield from table_members.attribute_definitions(members["AttributeDefinitions"])
    for position, update in enumerate(members.get("GlobalSecondaryIndexUpdates", ()), 1):
        path = f"globalSecondaryIndexUpdates.{position}.member"
        if "Create" in update:
            yield from table_members.global_index(update["Create"], f"{path}.create")
        for action in ("Update", "Delete"):
            if action in update:
                inner = f"{path}.{action.lower()}"
                yield from table_members.name(update[action].get("IndexName"), f"{inner}.indexName")
                throughput = update[action].get("ProvisionedThroughput")
                yield from table_members.throughput(throughput, f"{inner}.provisionedThroughput")
    yield from table_members.enumeration(members.get("TableClass"), "tableClass", table_members.TABLE_CLASSES)
    yield from table_members.stream_specification(members.get("StreamSpecification"))
    yield from table_members.encryption(members.get("SSESpecification"))
    if members.get("ReplicaUpdates") == []:
        yield older_form("[]", "replicaUpdates", length_at_least(1))


def _check_members(members: Members) -> None:
    """Refuse a request that no table could be changed by."""
    others = [name for name in _NOT_HERE if members.get(name) not in (None, [])]
    requested = {name for name in _CHANGES if members.get(name) not in (None, [])}
    requested -= {name for name in ("OnDemandThroughput", "WarmThroughput") if members.get(name) == {}}
    if not requested and set(others) <= set(_NO_CHANGES):
        told = ", ".join(name for name in _CHANGES_TOLD if name not in others)
        raise errors.validation(f"At least one of {told} or TableClass is required")
    if others:
        raise errors.validation(_NOT_HERE[others[0]])
    updates = members.get("GlobalSecondaryIndexUpdates")
    if updates == []:
        raise errors.invalid_parameter("List of GlobalSecondaryIndexUpdates is empty")
    check_entries(updates or [])
    _check_company(members, requested)
    check_billing_members(members)
    if "StreamSpecification" in members:
        check_stream_change(members["StreamSpecification"])
    check_encryption(members.get("SSESpecification"))


def _check_company(members: Members, requested: set[str]) -> None:
    """Refuse changes that do not go together in one request."""
    actions = {action for action, _ in actions_of(members.get("GlobalSecondaryIndexUpdates", []))}
    if "WarmThroughput" in requested and "Create" in actions:
        raise errors.invalid_parameter("Create global secondary index cannot be specified when updating WarmThroughput")
    for name, text in _ALONE.items():
        if name in requested and len(requested) > 1:
            raise errors.invalid_parameter(text)
    if "OnDemandThroughput" in requested and not requested <= {"OnDemandThroughput", "BillingMode"}:
        raise errors.invalid_parameter(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
        )
    provisions = "ProvisionedThroughput" in requested
    if "StreamSpecification" in requested and provisions:
        raise errors.invalid_parameter("You cannot modify stream status while updating table IOPS")
    if actions & {"Create", "Delete"}:
        if provisions:
            raise errors.invalid_parameter("You cannot create or delete index while updating table IOPS")
        if "StreamSpecification" in requested:
            raise errors.invalid_parameter("You cannot create or delete index while changing stream status")


def _plan_changes(table: Table, members: Members, context: Context) -> list[Effect]:
    """The effects of a request's changes; raises where the table's state does not allow one."""
    billing_mode = members.get("BillingMode", table.settings.billing_mode)
    effects = plan_billing(table, members, context)
    effects += plan_index_updates(table, members, billing_mode, context)
    if members.get("OnDemandThroughput"):
        effects.append(plan_on_demand(table, None, members["OnDemandThroughput"], billing_mode, context))
    if members.get("WarmThroughput"):
        effects.append(plan_warm(table, None, members["WarmThroughput"], context))
    if "StreamSpecification" in members:
        effects.append(_plan_stream(table, members["StreamSpecification"], context))
    if "TableClass" in members:
        effects.append(_plan_class(table, members["TableClass"], context))
    if "SSESpecification" in members:
        effects.append(_plan_encryption(table, members["SSESpecification"], context))
    if "DeletionProtectionEnabled" in members:
        effects.append(lambda: setattr(table.settings, "deletion_protection", members["DeletionProtectionEnabled"]))
    return effects


def _plan_stream(table: Table, specification: dict[str, Any], context: Context) -> Effect:
    check_free(table, OF_STREAM)
    check_stream_state(specification, table)

    def change() -> None:
        if specification["StreamEnabled"]:
            start_stream(table, specification["StreamViewType"], context)
        else:
            stop_stream(table, context)
        begin_change(table, OF_STREAM, done_at(context))

    return change


def _plan_class(table: Table, table_class: str, context: Context) -> Effect:
    check_free(table, OF_CLASS)
    if table_class == (table.settings.table_class or "STANDARD"):
        return lambda: None

    def change() -> None:
        schedule(table, Step(done_at(context), TABLE_CLASS, value=table_class))
        begin_change(table, OF_CLASS, done_at(context))

    return change


def _plan_encryption(table: Table, specification: dict[str, Any], context: Context) -> Effect:
    check_free(table, OF_ENCRYPTION)
    current = table.settings.sse
    if current is None and not asks_for_key(specification):
        raise errors.invalid_parameter("Table is already encrypted by default")
    final = describe_encryption(specification, context.catalog)
    if current is not None and specification.get("KMSMasterKeyId") == current["KMSMasterKeyArn"]:
        raise errors.invalid_parameter(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change "
            "Master Key"
        )

    def change() -> None:
        table.settings.sse = {**(current or {}), "Status": UPDATING}
        schedule(table, Step(done_at(context), ENCRYPTION, value=final))
        begin_change(table, OF_ENCRYPTION, done_at(context))

    return change


def _shown(table: Table, members: Members) -> dict[str, Any]:
    """What the answer shows otherwise than the table is: limits that are taken away, changes that change nothing."""
    shown: dict[str, Any] = {}
    if members.get("OnDemandThroughput"):
        switched = members.get("BillingMode", table.settings.billing_mode) != table.settings.billing_mode
        requested = members["OnDemandThroughput"]
        shown["OnDemandThroughput"] = dict(requested) if switched else on_demand_shown(table, None, requested)
    if members.get("BillingMode") not in (None, PROVISIONED) or "TableClass" in members:
        shown["TableStatus"] = UPDATING
    return shown


UPDATE_TABLE = Operation("UpdateTable", plan)
