"""UpdateContributorInsights: on or off for a table or one of its indexes, for all keys or throttled ones alone."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.capacity.contributors import Contributors
from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.insights.insight_members import MODES, find_subject, status_of, summary
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.insight_rules import ALL_KEYS, kinds_of, target_of
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import ACTIVE, UPDATING, Insight

_ACTIONS = ("ENABLE", "DISABLE")


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the change."""
    members = read_request("UpdateContributorInsights", body).members
    table_members.refuse_gathered(_faults(members))
    table, index = find_subject(members, context)
    enabled = members["ContributorInsightsAction"] == "ENABLE"
    if enabled:
        _check_state(table, index)
    current = table.settings.insights.get(index)
    mode = members.get("ContributorInsightsMode") or (current.mode if current and not enabled else ALL_KEYS)
    if _is_settled(current, mode, enabled):
        return Plan(response=summary(table, index, status_of(current, context), current))
    insight = _changed(current, mode, enabled, context.now)

    def adopt() -> None:
        table.settings.insights[index] = insight
        target = target_of(table, index)
        if not enabled:
            target.contributors = None
            return
        if target.contributors is None:
            target.contributors = Contributors(context.settings.heat_keys_max, context.settings.metrics_minutes)
        target.contributors.keep(kinds_of(table, index, mode))
        context.catalog.counts_keys = True

    return Plan(response=summary(table, index, "ENABLING" if enabled else "DISABLING", insight), effect=adopt)


def _is_settled(current: Insight | None, mode: str, enabled: bool) -> bool:
    """Whether a request asks for what is there: it changes nothing and tells the state (recorded in October 2026)."""
    if not enabled:
        return current is None or not current.enabled
    return current is not None and current.enabled and current.mode == mode


def _check_state(table: Table, index: str | None) -> None:
    """Neither a table that is being made or deleted nor an index that is not there yet (recorded in October 2026)."""
    status, what = table.settings.status, "Table"
    if index is not None and status in (ACTIVE, UPDATING):
        status, what = table.indexes[index].status, "Index"
    if status not in (ACTIVE, UPDATING):
        raise errors.validation(
            "Table or Index is not in a valid state to update Key Access Insights: "
            f"{what}Status must be ACTIVE to enable ContributorInsights."
        )


def _changed(current: Insight | None, mode: str, enabled: bool, now: float) -> Insight:
    """A change of mode leaves the rules that both modes have (Developer Guide, switching between modes)."""
    accessed_since = throttled_since = now
    if enabled and current is not None and current.enabled:
        throttled_since = current.throttled_since
        if current.mode == ALL_KEYS:
            accessed_since = current.accessed_since
    return Insight(mode, enabled, now, accessed_since, throttled_since)


def _faults(members: dict[str, Any]) -> table_members.Faults:
    action = members.get("ContributorInsightsAction")
    if action is None:
        yield null("contributorInsightsAction")
    yield from table_members.enumeration(action, "contributorInsightsAction", _ACTIONS)
    yield from table_members.enumeration(members.get("ContributorInsightsMode"), "contributorInsightsMode", MODES)


UPDATE_CONTRIBUTOR_INSIGHTS = Operation("UpdateContributorInsights", plan)
