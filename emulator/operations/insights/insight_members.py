"""What the three operations of Contributor Insights share: their subject and its state.

Rule: a change shows as under way in its own answer and is done once the time that changes of a table take has passed.
Its rules, and what they have counted, are CloudWatch's to tell.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import LOCAL
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.storage.insight_rules import ALL_KEYS, THROTTLED_KEYS
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Insight

MODES = (ALL_KEYS, THROTTLED_KEYS)
DISABLED = "DISABLED"


def find_subject(members: dict[str, Any], context: Context) -> tuple[Table, str | None]:
    """The table and the global index, or None, that a request names; refuses what is not there."""
    table = named_table(checked_name(members), context.catalog)
    index = members.get("IndexName")
    if index is not None and (index not in table.schema.indexes or table.schema.indexes[index].kind == LOCAL):
        raise errors.resource_not_found(f": Index: {index} not found for table: {table.name}")
    return table, index


def status_of(insight: Insight | None, context: Context) -> str:
    """ENABLING, ENABLED, DISABLING or DISABLED at this time."""
    if insight is None:
        return DISABLED
    if context.now < insight.changed_at + context.settings.table_update_seconds:
        return "ENABLING" if insight.enabled else "DISABLING"
    return "ENABLED" if insight.enabled else DISABLED


def summary(table: Table, index: str | None, status: str, insight: Insight | None) -> dict[str, Any]:
    """The members that every answer has: no mode where it was never enabled (recorded in October 2026)."""
    subject = {"TableName": table.name} if index is None else {"TableName": table.name, "IndexName": index}
    mode = {} if insight is None else {"ContributorInsightsMode": insight.mode}
    return {**subject, "ContributorInsightsStatus": status, **mode}
