"""RestoreTableToPointInTime: a new table with what another held at a second, and as that one is set now.

Rule: order and words as recorded in October 2026: the request's shape, recovery, the time, the target. Times count in
whole seconds, as the service has it: day, hour, minute, second. Of a second the state at its beginning is restored, but
never one before recovery was enabled.
"""

from __future__ import annotations

import re
from math import floor
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.backups.backup_members import optional_table_name, overrides, region_of
from dynarig.emulator.operations.backups.recovery_settings import to_second, window_of
from dynarig.emulator.operations.backups.restored_tables import Source, check_region, check_target, plan_restore
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import MISSING_NAME, name_in_arn, named_table
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.past_items import PastItems
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import DELETING, RestoredFrom
from dynarig.emulator.storage.undo_log import UndoLog

Members = dict[str, Any]
_ONE_SOURCE = "Must provide exactly one of: sourceTableArn, sourceTableName"
_NO_TIME = "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
_TWO_TIMES = (
    "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
    "request. Please specify only one of them"  # from "Please" on ours
)
_OTHERS = "This action is only supported by accounts that match the resource owner\u2019s account."
_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]{3,255}", re.ASCII)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the table."""
    members = read_request("RestoreTableToPointInTime", body).members
    table_members.refuse_gathered(_faults(members))
    named = _named_source(members, context)
    _check_times(members)
    table = _source_table(named, context)
    log = table.history.log
    if log is None:
        raise DynamoDBError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    at = _instant(members, log, context)
    check_target(members["TargetTableName"], context)

    def open_items() -> Filling:
        entries = log.newer_than(at)
        return Filling(table.settings.arn, PastItems(table.history.follow(table.items, {}), at, entries))

    source = Source(table.schema, table.settings, RestoredFrom(table.settings.arn, None, at), open_items)
    return plan_restore(members, source, context)


def _faults(members: Members) -> table_members.Faults:
    yield from table_members.name(members.get("TargetTableName"), "targetTableName")
    yield from optional_table_name(members.get("SourceTableName"), "sourceTableName")
    yield from overrides(members)


def _check_times(members: Members) -> None:
    latest = bool(members.get("UseLatestRestorableTime"))
    if "RestoreDateTime" in members:
        if latest:
            raise errors.validation(_TWO_TIMES)
    elif not latest:
        raise errors.validation(_NO_TIME)


def _named_source(members: Members, context: Context) -> str:
    """The source as it is named, by its name or its Amazon resource name."""
    arn, name = members.get("SourceTableArn"), members.get("SourceTableName")
    if arn is not None and name is not None:
        raise errors.validation(_ONE_SOURCE)
    if arn is None:
        if name is None:
            raise errors.validation(MISSING_NAME)
        return str(name)
    if _ARN.fullmatch(arn) is None:
        raise errors.validation("sourceTableArn is not a valid ARN")
    if arn.split(":")[4] != context.catalog.account:
        raise errors.validation(_OTHERS)
    check_region(region_of(arn), members, context)
    return str(arn)


def _source_table(named: str, context: Context) -> Table:
    try:
        table = named_table(named, context.catalog)
    except DynamoDBError:
        table = None
    if table is None or table.settings.status == DELETING:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name_in_arn(named) or named}")
    return table


def _instant(members: Members, log: UndoLog, context: Context) -> float:
    earliest, latest = window_of(log, context)
    if members.get("UseLatestRestorableTime"):
        return latest
    second = floor(members["RestoreDateTime"])
    if not floor(earliest) <= second <= latest:
        raise DynamoDBError(
            "InvalidRestoreTimeException",
            f"RestoreDateTime '{to_second(second)}' must be within EarliestRestorableDateTime "
            f"'{to_second(earliest)}' and LatestRestorableDateTime '{to_second(latest)}'",
        )
    return max(float(second), earliest)


RESTORE_TABLE_TO_POINT_IN_TIME = Operation("RestoreTableToPointInTime", plan)
