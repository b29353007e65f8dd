"""The filter and the key condition of Query and Scan, bound: from expressions or from the parameters before them."""

from __future__ import annotations

from emulator.expressions import KEY_CONDITION, BoundCondition, BoundKeyCondition
from emulator.expressions.condition import compile_node, paths_of
from emulator.expressions.legacy import filter_condition, key_condition
from emulator.operations.checks import expressions
from emulator.operations.constraints import path_of
from emulator.operations.request import Request


def bound_filter(request: Request, legacy: str) -> BoundCondition | None:
    """The filter, None for none. legacy: QueryFilter or ScanFilter."""
    members = request.members
    if legacy in members:
        node = filter_condition(path_of(legacy), members[legacy].entries, members.get("ConditionalOperator"))
        return None if node is None else BoundCondition(compile_node(node), paths_of(node), {})
    return expressions.filter_of(request)


def bound_key_condition(request: Request) -> BoundKeyCondition:
    """The clauses of KeyConditionExpression or KeyConditions; an undefined value is None."""
    if "KeyConditions" in request.members:
        return key_condition(request.members["KeyConditions"].entries)
    bound = request.programs[KEY_CONDITION].bind(expressions.names_of(request), expressions.values_of(request))
    assert isinstance(bound, BoundKeyCondition)
    return bound


def check_defined(request: Request) -> None:
    """Refuse placeholders that are not defined; raises ValidationException."""
    for program in request.programs.values():
        program.check_defined(expressions.names_of(request), expressions.values_of(request))
