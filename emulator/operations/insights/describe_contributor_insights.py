"""DescribeContributorInsights: the state of a table or one of its indexes, and the names of its rules."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.insights.insight_members import find_subject, status_of, summary
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.insight_rules import rules_of


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    table, index = find_subject(read_request("DescribeContributorInsights", body).members, context)
    insight = table.settings.insights.get(index)
    response = summary(table, index, status_of(insight, context), insight)
    if insight is not None:
        response["LastUpdateDateTime"] = insight.changed_at
        if insight.enabled:
            response["ContributorInsightsRuleList"] = [rule.name for rule in rules_of(table, index, insight)]
    return Plan(response=response)


DESCRIBE_CONTRIBUTOR_INSIGHTS = Operation("DescribeContributorInsights", plan)
