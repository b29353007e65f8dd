"""UpdateContributorInsights: on or off for a table or one of its indexes, for all keys or throttled ones alone."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.insights.insight_members import ALL_KEYS, MODES, find_subject, summary
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.table_settings import Insight

_ACTIONS = ("ENABLE", "DISABLE")


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the change."""
    members = read_request("UpdateContributorInsights", body).members
    table_members.refuse_gathered(_faults(members))
    table, index = find_subject(members, context)
    enabled = members["ContributorInsightsAction"] == "ENABLE"
    current = table.settings.insights.get(index)
    mode = members.get("ContributorInsightsMode") or (ALL_KEYS if current is None else current.mode)
    insight = Insight(mode, enabled, context.now)

    def adopt() -> None:
        table.settings.insights[index] = insight

    return Plan(response=summary(table, index, "ENABLING" if enabled else "DISABLING", mode), effect=adopt)


def _faults(members: dict[str, Any]) -> table_members.Faults:
    action = members.get("ContributorInsightsAction")
    if action is None:
        yield null("contributorInsightsAction")
    yield from table_members.enumeration(action, "contributorInsightsAction", _ACTIONS)
    yield from table_members.enumeration(members.get("ContributorInsightsMode"), "contributorInsightsMode", MODES)


UPDATE_CONTRIBUTOR_INSIGHTS = Operation("UpdateContributorInsights", plan)
