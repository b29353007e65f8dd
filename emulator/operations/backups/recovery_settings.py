"""Point-in-time recovery as it is kept and described; nothing is restored from here.

Rule: the window opens when recovery is enabled, reaches back as many days as were asked for, and ends five minutes ago
(recorded 2026; API reference, PointInTimeRecoveryDescription).
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.named_tables import checked_name, name_in_arn, named_table
from dynarig.emulator.operations.tables.table_description import timestamp
from dynarig.emulator.storage.table import Table

PERIOD_DAYS_MAX = 35
_DAY_SECONDS = 86_400
_LATEST_SECONDS = 300


def find_backed_up(members: dict[str, Any], context: Context) -> Table:
    """The table that a backup operation names; these have an error of their own for one that is not there."""
    name = checked_name(members)
    try:
        return named_table(name, context.catalog)
    except DynamoDBError:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name_in_arn(name) or name}") from None


def describe_recovery(table: Table, now: float) -> dict[str, Any]:
    """ContinuousBackupsDescription at `now` (epoch seconds)."""
    recovery = table.settings.point_in_time_recovery
    described: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if recovery is not None:
        enabled_at, days = recovery["enabled_at"], recovery["period_days"]
        described = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": days,
            "EarliestRestorableDateTime": timestamp(max(enabled_at, now - days * _DAY_SECONDS)),
            "LatestRestorableDateTime": timestamp(max(enabled_at, now - _LATEST_SECONDS)),
        }
    status = "ENABLED" if table.settings.serves_items else "DISABLED"
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": status,
            "PointInTimeRecoveryDescription": described,
        }
    }
