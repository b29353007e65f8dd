"""Legacy conditions by themselves: operator, number and types of arguments, as filters, KeyConditions and Expected
take them.

Rule: a condition is judged without an item (recorded 2026); what it means is the expression room's.
"""

from __future__ import annotations

from emulator.model.errors import ONE_OR_MORE
from emulator.model.values import Value, ordering_key, type_of
from emulator.operations.checks.stages import Check, Faults, looks_at
from emulator.operations.constraints import null, path_of
from emulator.operations.request import Request

_SCALARS = frozenset({"S", "N", "B"})
_SEARCHABLE = _SCALARS | {"BOOL", "NULL"}
_TYPES = {
    **dict.fromkeys(("LT", "LE", "GT", "GE", "IN", "BETWEEN"), _SCALARS),
    "BEGINS_WITH": frozenset({"S", "B"}),
    "CONTAINS": _SEARCHABLE,
    "NOT_CONTAINS": _SEARCHABLE,
}
_ARGUMENTS = {
    **dict.fromkeys(("NULL", "NOT_NULL"), 0),
    **dict.fromkeys(("EQ", "NE", "LE", "LT", "GE", "GT", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"), 1),
    "BETWEEN": 2,
}
TAKES_NO_ARGUMENT = frozenset({"NULL", "NOT_NULL"})


def condition_fault(operator: str, values: list[Value]) -> str | None:
    """What is wrong with one condition: its operator, how many arguments, their types, a reversed range."""
    if operator not in _ARGUMENTS and operator != "IN":
        return f"{ONE_OR_MORE}Invalid comparison operator"
    if (len(values) != _ARGUMENTS[operator]) if operator != "IN" else not values:
        return f"{ONE_OR_MORE}Invalid number of argument(s) for the {operator} ComparisonOperator"
    types = [type_of(value) for value in values]
    allowed = _TYPES.get(operator)
    if allowed is not None:
        unfit = next((kind for kind in (types if operator == "IN" else types[:1]) if kind not in allowed), None)
        if unfit is not None:
            return f"{ONE_OR_MORE}ComparisonOperator {operator} is not valid for {unfit} AttributeValue type"
    if len(set(types)) > 1:
        return f"{ONE_OR_MORE}AttributeValues inside AttributeValueList must be of same type"
    if operator == "BETWEEN" and ordering_key(values[0]) > ordering_key(values[1]):  # type: ignore[operator]
        return "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
    return None


def conditions(name: str) -> Check:
    """The conditions of a filter or of KeyConditions, attribute by attribute."""

    def look(request: Request) -> Faults:
        for condition in request.members[name].entries.values():
            fault = condition_fault(condition["ComparisonOperator"], condition.get("AttributeValueList", []))
            if fault is not None:
                return fault
        return None

    return looks_at(name)(look)


def missing_operators(name: str) -> Check:
    """The conditions that name no operator, all of them; a member constraint."""

    def look(request: Request) -> Faults:
        return [
            null(f"{path_of(name)}.{attribute}.member.comparisonOperator")
            for attribute, condition in request.members[name].entries.items()
            if "ComparisonOperator" not in condition
        ] or None

    return looks_at(name)(look)
