"""Expected, AttributeUpdates and ConditionalOperator as stages, before a table is looked up.

Rule: what is refused, its text and what it means is the expression room's; here each is asked for in its turn, and
what it was converted to is kept for the plan under the member's name.
"""

from __future__ import annotations

from dynarig.emulator.expressions import legacy
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.expressions import bound_nodes, fault_raised_by
from dynarig.emulator.operations.checks.stages import Bare, Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request

_WITH_CONDITIONS = ("Expected", "QueryFilter", "ScanFilter")


@fault_raised_by
def _conditional_operator(request: Request) -> None:
    members = request.members
    count = sum(len(members[name].entries) for name in _WITH_CONDITIONS if name in members)
    legacy.check_conditional_operator(members["ConditionalOperator"], count)


def _expected(request: Request) -> Faults:
    members = request.members
    try:
        node = legacy.expected_condition(members["Expected"].entries, members.get("ConditionalOperator"))
    except DynamoDBError as error:
        return Bare(error.message) if request.older else error.message
    request.programs["Expected"] = bound_nodes(node)
    return None


@fault_raised_by
def _attribute_updates(request: Request) -> None:
    name = "AttributeUpdates"
    request.programs[name] = legacy.attribute_updates(request.members[name].entries)


CONDITIONAL_OPERATOR_USE: Check = looks_at("ConditionalOperator")(_conditional_operator)
EXPECTED: Check = looks_at("Expected")(_expected)
ATTRIBUTE_UPDATES: Check = looks_at("AttributeUpdates")(_attribute_updates)
