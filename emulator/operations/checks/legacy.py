"""Expected, AttributeUpdates and ConditionalOperator: their shape, before a table is looked up (recorded 2026).

Rule: what they mean is converted in the expression room; here is only what the service refuses without an item.
"""

from __future__ import annotations

from typing import Any

from emulator.model.errors import ONE_OR_MORE
from emulator.model.values import type_of
from emulator.operations.checks.conditions import TAKES_NO_ARGUMENT, condition_fault
from emulator.operations.checks.stages import Bare, Check, Faults, looks_at
from emulator.operations.request import Request

_WITH_CONDITIONS = ("Expected", "QueryFilter", "ScanFilter")
_ACTIONS = ("ADD", "DELETE", "PUT")
_SETS = frozenset({"SS", "NS", "BS"})
_ADDABLE = _SETS | {"N", "L"}


@looks_at("ConditionalOperator")
def _conditional_operator(request: Request) -> Faults:
    members = request.members
    count = sum(len(members[name].entries) for name in _WITH_CONDITIONS if name in members)
    if count == 0:
        return "ConditionalOperator cannot be used without Filter or Expected"
    if count == 1:
        return "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    if members["ConditionalOperator"] not in ("AND", "OR"):
        # The service's own text: it takes AND, and says ALL.
        return "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
    return None


CONDITIONAL_OPERATOR_USE: Check = _conditional_operator


@looks_at("Expected")
def _expected(request: Request) -> Faults:
    for name, entry in request.members["Expected"].entries.items():
        fault = _expected_fault(name, entry)
        if fault is not None:
            return Bare(fault) if request.older else fault
    return None


EXPECTED: Check = _expected


def _expected_fault(name: str, entry: dict[str, Any]) -> str | None:
    misuse = _misuse(entry)
    if misuse is not None:
        return f"{ONE_OR_MORE}{misuse} for Attribute: {name}"
    operator = entry.get("ComparisonOperator")
    if operator is None:
        return None
    values = [entry["Value"]] if "Value" in entry else entry.get("AttributeValueList", [])
    return condition_fault(operator, values)


def _misuse(entry: dict[str, Any]) -> str | None:
    """Members of an Expected entry that do not go together."""
    operator, exists = entry.get("ComparisonOperator"), entry.get("Exists")
    has_value, has_list = "Value" in entry, "AttributeValueList" in entry
    if operator is not None and exists is not None:
        return "Exists and ComparisonOperator cannot be used together"
    if has_value and has_list:
        return "Value and AttributeValueList cannot be used together"
    if operator is not None:
        if has_value or has_list or operator in TAKES_NO_ARGUMENT:
            return None
        return f"Value or AttributeValueList must be used with ComparisonOperator: {operator}"
    if has_list:
        return "AttributeValueList can only be used with a ComparisonOperator"
    if exists is False:
        return "Value cannot be used when Exists is false" if has_value else None
    if has_value:
        return None
    return f"Value must be provided when Exists is {'null' if exists is None else 'true'}"


@looks_at("AttributeUpdates")
def _update_actions(request: Request) -> Faults:
    for entry in request.members["AttributeUpdates"].entries.values():
        if entry.get("Action", "PUT") not in _ACTIONS:
            # The stray quote is the service's.
            return f"Member must satisfy enum value set: [{', '.join(_ACTIONS)}]' for Action"
    return None


@looks_at("AttributeUpdates")
def _update_values(request: Request) -> Faults:
    for entry in request.members["AttributeUpdates"].entries.values():
        action, value = entry.get("Action", "PUT"), entry.get("Value")
        if value is None:
            if action != "DELETE":
                return f"{ONE_OR_MORE}Only DELETE action is allowed when no attribute value is specified"
        elif action == "DELETE" and type_of(value) not in _SETS:
            return f"{ONE_OR_MORE}DELETE action with value is not supported for the type {type_of(value)}"
        elif action == "ADD" and type_of(value) not in _ADDABLE:
            return f"{ONE_OR_MORE}ADD action is not supported for the type {type_of(value)}"
    return None


UPDATE_ACTIONS: Check = _update_actions
UPDATE_VALUES: Check = _update_values
