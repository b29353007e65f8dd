"""Legacy filters and KeyConditions as stages: each is judged without an item and converted, for the plan.

Rule: what is refused, and its text, is the expression room's; a condition without operator is a member constraint and
is told here, before.
"""

from __future__ import annotations

from dynarig.emulator.expressions import legacy
from dynarig.emulator.operations.checks.constraints import null, path_of
from dynarig.emulator.operations.checks.expressions import bound_nodes, fault_raised_by
from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request


def conditions(name: str) -> Check:
    """The conditions of QueryFilter, ScanFilter or KeyConditions; converted, they are kept under the member's name."""

    def look(request: Request) -> None:
        entries = request.members[name].entries
        if name == "KeyConditions":
            request.programs[name] = legacy.key_condition(entries)
        else:
            operator = request.members.get("ConditionalOperator")
            request.programs[name] = bound_nodes(legacy.filter_condition(path_of(name), entries, operator))

    return looks_at(name)(fault_raised_by(look))


def missing_operators(name: str) -> Check:
    """The conditions that name no operator, all of them; a member constraint."""

    def look(request: Request) -> Faults:
        return [
            null(f"{path_of(name)}.{attribute}.member.comparisonOperator")
            for attribute, condition in request.members[name].entries.items()
            if "ComparisonOperator" not in condition
        ] or None

    return looks_at(name)(look)
