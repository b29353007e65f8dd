"""What the three operations of Contributor Insights share: their subject, its state and its rules.

Rule: a change shows as under way in its own answer and is done once the time that changes of a table take has passed.
What the rules count is shown by the heat of the table; CloudWatch's report of a rule is not here.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Insight

ALL_KEYS = "ACCESSED_AND_THROTTLED_KEYS"
THROTTLED_KEYS = "THROTTLED_KEYS"
MODES = (ALL_KEYS, THROTTLED_KEYS)
DISABLED = "DISABLED"
_RULE_PREFIX = "DynamoDBContributorInsights"


def find_subject(members: dict[str, Any], context: Context) -> tuple[Table, str | None]:
    """The table and the index, or None, that a request names; refuses what is not there."""
    table = named_table(checked_name(members), context.catalog)
    index = members.get("IndexName")
    if index is not None and index not in table.schema.indexes:
        raise errors.resource_not_found(f": Index: {index} not found")
    return table, index


def status_of(insight: Insight | None, context: Context) -> str:
    """ENABLING, ENABLED, DISABLING or DISABLED at this time."""
    if insight is None:
        return DISABLED
    if context.now < insight.changed_at + context.settings.table_update_seconds:
        return "ENABLING" if insight.enabled else "DISABLING"
    return "ENABLED" if insight.enabled else DISABLED


def summary(table: Table, index: str | None, status: str, mode: str) -> dict[str, Any]:
    """The members that every answer has."""
    subject = {"TableName": table.name} if index is None else {"TableName": table.name, "IndexName": index}
    return {**subject, "ContributorInsightsStatus": status, "ContributorInsightsMode": mode}


def rules_of(table: Table, index: str | None, insight: Insight) -> list[str]:
    """Names of the CloudWatch rules: accessed and throttled partition keys, and with a sort key those of both."""
    keys = table.schema.keys if index is None else table.schema.indexes[index].keys
    kinds = ["PKC", "PKT"] if insight.mode == ALL_KEYS else ["PKT"]
    if keys.sort:
        kinds += [kind.replace("P", "S", 1) for kind in kinds]
    resource = table.name if index is None else f"{table.name}-{index}"
    return [f"{_RULE_PREFIX}-{kind}-{resource}-{int(insight.changed_at * 1000)}" for kind in kinds]
