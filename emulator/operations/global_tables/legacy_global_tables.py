"""The six operations of global tables of version 2017.11.29, and the two on the auto scaling of replicas.

Rule: the service makes no global table of that version any more, in any Region, so none is ever there: what names one
is refused after the request's shape, and the list is empty. Replicas of version 2019.11.21 are not made here, so no
table has auto scaling of any. Texts: recorded in October 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.constraints import null, older_form, value_at_least
from dynarig.emulator.operations.operation import Context, Operation, PlanRequest
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name, name_in_arn
from dynarig.emulator.planning.plan import Plan

_Members = dict[str, Any]
_Faults = table_members.Faults
_NOT_SUPPORTED = (
    f"{errors.ONE_OR_MORE}DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
    "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)


def _not_found(name: str, prefix: str = "") -> DynamoDBError:
    text = f"{prefix}Global table with name: '{name}' does not exist."
    return DynamoDBError("GlobalTableNotFoundException", text)


def _refusing(
    operation: str,
    refusal: Callable[[_Members], DynamoDBError],
    faults: Callable[[_Members], _Faults] = lambda _: iter(()),
) -> PlanRequest:
    """A plan that refuses every request that is well formed, too. faults: of members beside the name."""

    def plan(body: _Members, context: Context) -> Plan:
        members = read_request(operation, body).members
        table_members.refuse_gathered(_with_name(members, faults))
        raise refusal(members)

    return plan


def _with_name(members: _Members, faults: Callable[[_Members], _Faults]) -> _Faults:
    yield from table_members.name(members.get("GlobalTableName"), "globalTableName")
    yield from faults(members)


def _list(body: _Members, context: Context) -> Plan:
    members = read_request("ListGlobalTables", body).members
    table_members.refuse_gathered(_list_faults(members))
    return Plan(response={"GlobalTables": []})


def _list_faults(members: _Members) -> _Faults:
    start, limit = members.get("ExclusiveStartGlobalTableName"), members.get("Limit")
    if start is not None:
        yield from table_members.name(start, "exclusiveStartGlobalTableName")
    if limit is not None and limit < 1:
        yield older_form(limit, "limit", value_at_least(1))


def _group_faults(members: _Members) -> _Faults:
    if members.get("ReplicationGroup") is None:
        yield null("replicationGroup")


def _update_faults(members: _Members) -> _Faults:
    if members.get("ReplicaUpdates") is None:
        yield null("replicaUpdates")


def _update_refusal(members: _Members) -> DynamoDBError:
    """To add a Region is not supported, whether or not the table is there."""
    updates = members["ReplicaUpdates"]
    if not updates:
        return errors.validation(errors.ONE_OR_MORE.removesuffix(": "))
    if any(each.get("Create") for each in updates):
        return errors.validation(_NOT_SUPPORTED)
    return _missing_table(members)


def _refusing_scaling(operation: str) -> PlanRequest:
    def plan(body: _Members, context: Context) -> Plan:
        name = checked_name(read_request(operation, body).members)
        plain = name_in_arn(name) or name
        raise DynamoDBError("ResourceNotFoundException", f"Global table with name: {plain} does not exist.")

    return plan


def _missing_table(members: _Members) -> DynamoDBError:
    return _not_found(members["GlobalTableName"], "Global table not found: ")


def _missing_settings(members: _Members) -> DynamoDBError:
    return _not_found(members["GlobalTableName"])


CREATE_GLOBAL_TABLE = Operation(
    "CreateGlobalTable", _refusing("CreateGlobalTable", lambda _: errors.validation(_NOT_SUPPORTED), _group_faults)
)
DESCRIBE_GLOBAL_TABLE = Operation("DescribeGlobalTable", _refusing("DescribeGlobalTable", _missing_table))
DESCRIBE_GLOBAL_TABLE_SETTINGS = Operation(
    "DescribeGlobalTableSettings", _refusing("DescribeGlobalTableSettings", _missing_settings)
)
LIST_GLOBAL_TABLES = Operation("ListGlobalTables", _list)
UPDATE_GLOBAL_TABLE = Operation("UpdateGlobalTable", _refusing("UpdateGlobalTable", _update_refusal, _update_faults))
UPDATE_GLOBAL_TABLE_SETTINGS = Operation(
    "UpdateGlobalTableSettings", _refusing("UpdateGlobalTableSettings", _missing_settings)
)
DESCRIBE_TABLE_REPLICA_AUTO_SCALING = Operation(
    "DescribeTableReplicaAutoScaling", _refusing_scaling("DescribeTableReplicaAutoScaling")
)
UPDATE_TABLE_REPLICA_AUTO_SCALING = Operation(
    "UpdateTableReplicaAutoScaling", _refusing_scaling("UpdateTableReplicaAutoScaling")
)
