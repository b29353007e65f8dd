"""ListContributorInsights: tables and indexes for which it is not disabled, in pages of up to 100."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import older_form, value_at_most
from dynarig.emulator.operations.insights.insight_members import DISABLED, status_of, summary
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.table import Table

_PAGE_MAX = 100


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan one page; its token is where the next begins."""
    members = read_request("ListContributorInsights", body).members
    table_members.refuse_gathered(_faults(members))
    tables = _tables(members, context)
    shown = [
        summary(table, index, status, insight)
        for table in tables
        for index, insight in sorted(table.settings.insights.items(), key=lambda each: each[0] or "")
        if (status := status_of(insight, context)) != DISABLED
    ]
    first = _first(members.get("NextToken"), len(shown))
    limit = members.get("MaxResults") or _PAGE_MAX
    response: dict[str, Any] = {"ContributorInsightsSummaries": shown[first : first + limit]}
    if first + limit < len(shown):
        response["NextToken"] = str(first + limit)
    return Plan(response=response)


def _tables(members: dict[str, Any], context: Context) -> list[Table]:
    if "TableName" in members:
        return [named_table(checked_name(members), context.catalog)]
    return [context.catalog.tables[name] for name in context.catalog.names()]


def _first(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not token.isdecimal() or int(token) > count:
        raise errors.validation("Invalid NextToken")
    return int(token)


def _faults(members: dict[str, Any]) -> table_members.Faults:
    limit = members.get("MaxResults")
    if limit is not None and limit > _PAGE_MAX:
        yield older_form(limit, "maxResults", value_at_most(_PAGE_MAX))


LIST_CONTRIBUTOR_INSIGHTS = Operation("ListContributorInsights", plan)
