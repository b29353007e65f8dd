"""Point-in-time recovery: switched on and off, its window, and how it is described.

Rule: the window opens when recovery is enabled, reaches back as many days as were asked for, and ends five minutes ago
(recorded 2026; API reference, PointInTimeRecoveryDescription). Where the undo log had to let its oldest go, the window
begins later, and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.named_tables import checked_name, name_in_arn, named_table
from dynarig.emulator.operations.tables.table_description import timestamp
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import CREATING
from dynarig.emulator.storage.undo_log import UndoLog

PERIOD_DAYS_MAX = 35
_DAY_SECONDS = 86_400


def find_backed_up(members: dict[str, Any], context: Context) -> Table:
    """The table that a backup operation names; these have an error of their own for one that is not there, or that is
    still being created (recorded in October 2026)."""
    name = checked_name(members)
    try:
        table = named_table(name, context.catalog)
    except DynamoDBError:
        table = None
    if table is None or table.settings.status == CREATING:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name_in_arn(name) or name}")
    return table


def set_recovery(table: Table, context: Context, days: int | None) -> None:
    """Keep what is needed to restore for so many days, None for not at all; what is enabled already goes on."""
    history, now = table.history, context.now
    if days is None:
        table.settings.point_in_time_recovery = None
        table.free(*history.stop_log())
        return
    current = table.settings.point_in_time_recovery or {"enabled_at": now}
    table.settings.point_in_time_recovery = {**current, "period_days": days}
    if history.log is None:
        history.start_log(UndoLog(now, days * _DAY_SECONDS, context.catalog.undo_budget))
    else:
        history.log.set_window(days * _DAY_SECONDS, now)


def window_of(log: UndoLog, context: Context) -> tuple[float, float]:
    """The earliest and the latest instant (epoch seconds) that a table can be restored to."""
    earliest = log.earliest_of(context.now)
    return earliest, max(earliest, context.now - context.settings.pitr_latest_seconds)


def to_second(at: float) -> str:
    """An instant (epoch seconds) as refusals write it, to the second below."""
    return datetime.fromtimestamp(floor(at), UTC).isoformat().removesuffix("+00:00") + "Z"


def describe_recovery(table: Table, context: Context) -> dict[str, Any]:
    """ContinuousBackupsDescription as of now."""
    recovery, log = table.settings.point_in_time_recovery, table.history.log
    described: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if recovery is not None and log is not None:
        earliest, latest = window_of(log, context)
        described = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery["period_days"],
            "EarliestRestorableDateTime": timestamp(earliest),
            "LatestRestorableDateTime": timestamp(latest),
        }
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": described,
        }
    }
