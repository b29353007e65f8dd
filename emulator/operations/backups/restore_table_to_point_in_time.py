"""RestoreTableToPointInTime: a new table with what another held at a second, and as that one is set now.

Rule: times count in whole seconds, as the service has it: day, hour, minute, second. Of a second the state at its
beginning is restored, but never one before recovery was enabled.
"""

from __future__ import annotations

from math import floor
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.backups.backup_members import optional_table_name, overrides
from dynarig.emulator.operations.backups.recovery_settings import window_of
from dynarig.emulator.operations.backups.restored_tables import Source, plan_restore
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import name_in_arn, named_table
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.restoring import Restoring
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import DELETING, RestoredFrom
from dynarig.emulator.storage.undo_log import UndoLog

Members = dict[str, Any]
_ONE_SOURCE = "One of SourceTableArn and SourceTableName must be specified, and they must name one table"  # ours
_ONE_TIME = "One of RestoreDateTime and UseLatestRestorableTime must be specified, and not both"  # ours
_NOT_ENABLED = "Point in time recovery has not yet been enabled for this source table."
_NOT_THEN = (
    "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and "
    "LatestRestorableDateTime."
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the table."""
    members = read_request("RestoreTableToPointInTime", body).members
    table_members.refuse_gathered(_faults(members))
    _check_times(members)
    table = _source_table(members, context)
    log = table.history.log
    if log is None:
        raise DynamoDBError("PointInTimeRecoveryUnavailableException", _NOT_ENABLED)
    at = _instant(members, log, context)

    def open_items() -> Restoring:
        entries = log.newer_than(at)
        return Restoring(table.settings.arn, table.history.follow(table.items, {}), at, entries)

    source = Source(table.schema, table.settings, RestoredFrom(table.settings.arn, None, at), open_items)
    return plan_restore(members, source, context)


def _faults(members: Members) -> table_members.Faults:
    yield from table_members.name(members.get("TargetTableName"), "targetTableName")
    yield from optional_table_name(members.get("SourceTableName"), "sourceTableName")
    yield from overrides(members)


def _check_times(members: Members) -> None:
    if ("RestoreDateTime" in members) == bool(members.get("UseLatestRestorableTime")):
        raise errors.invalid_parameter(_ONE_TIME)


def _source_table(members: Members, context: Context) -> Table:
    named = [members[member] for member in ("SourceTableArn", "SourceTableName") if member in members]
    plain = [name_in_arn(name) or name for name in named]
    if len(set(plain)) != 1:
        raise errors.invalid_parameter(_ONE_SOURCE)
    try:
        table = named_table(named[0], context.catalog)
    except DynamoDBError:
        table = None
    if table is None or table.settings.status == DELETING:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {plain[0]}")
    return table


def _instant(members: Members, log: UndoLog, context: Context) -> float:
    earliest, latest = window_of(log, context)
    if members.get("UseLatestRestorableTime"):
        return latest
    second = floor(members["RestoreDateTime"])
    if not floor(earliest) <= second <= latest:
        raise DynamoDBError("InvalidRestoreTimeException", _NOT_THEN)
    return max(float(second), earliest)


RESTORE_TABLE_TO_POINT_IN_TIME = Operation("RestoreTableToPointInTime", plan)
