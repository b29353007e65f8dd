"""The parameters that came before expressions, turned into the same nodes.

Rule: an attribute name is a literal top-level name, whatever characters it has. Values come normalised and
checked as values. Refusals are bare; the operation puts its envelope around them. Texts and orders as
recorded on the service in 2026; what was not recorded there (operators no key takes, ADD and DELETE on an
unfit stored value) as DynamoDB Local 3.1.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping
from typing import Any

from dynarig.emulator.expressions.parse.ast import (
    Action,
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Literal,
    Not,
    Or,
    Path,
)
from dynarig.emulator.expressions.run.arithmetic import WRONG_TYPE
from dynarig.emulator.expressions.run.comparison import order_holds
from dynarig.emulator.expressions.run.key_condition import BoundKeyCondition, KeyClause
from dynarig.emulator.expressions.run.update import Actions, BoundUpdate, Updated
from dynarig.emulator.model import errors
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Item, Value

Members = Mapping[str, Any]

_COMPARATORS = {"EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">"}
_FUNCTIONS = {"BEGINS_WITH": "begins_with", "CONTAINS": "contains"}
_NO_ARGUMENTS = ("NULL", "NOT_NULL")
_ORDERED = ("S", "N", "B")
_TYPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("LT", "LE", "GT", "GE", "IN", "BETWEEN"), _ORDERED),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), ("S", "N", "B", "BOOL", "NULL")),
    "BEGINS_WITH": ("S", "B"),
}
_OPERATORS = frozenset({*_COMPARATORS, *_FUNCTIONS, *_NO_ARGUMENTS, "NOT_CONTAINS", "IN", "BETWEEN"})
_KEY_OPERATORS = {
    **{name: sign for name, sign in _COMPARATORS.items() if name != "NE"},
    "BEGINS_WITH": "begins_with",
    "BETWEEN": "BETWEEN",
}
_ADD_TYPES = ("N", "SS", "NS", "BS", "L")
_DELETE_TYPES = ("SS", "NS", "BS")

NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
TYPE_MISMATCH = "Type mismatch for attribute to update"


def check_conditional_operator(conditional_operator: str | None, condition_count: int) -> None:
    """Raises ValidationException for a ConditionalOperator that has nothing to join, or that is neither AND nor OR."""
    if conditional_operator is None:
        return
    if condition_count == 0:
        raise errors.validation("ConditionalOperator cannot be used without Filter or Expected")
    if condition_count == 1:
        raise errors.validation("ConditionalOperator can only be used when Filter or Expected has two or more elements")
    if conditional_operator not in ("AND", "OR"):
        raise errors.validation("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")


def filter_condition(member: str, conditions: Members, conditional_operator: str | None = None) -> Condition | None:
    """QueryFilter or ScanFilter as a condition; None where there is none.

    member: the member's name in camelCase, for the refusal of a missing operator. Raises ValidationException.
    """
    nodes: list[Condition] = []
    for name, members in conditions.items():
        operator = _named_operator(member, name, members)
        arguments = members.get("AttributeValueList") or ()
        _check_arguments(operator, arguments)
        nodes.append(_node(name, operator, arguments))
    return _joined(nodes, conditional_operator)


def expected_condition(expected: Members, conditional_operator: str | None = None) -> Condition | None:
    """Expected as a condition; None where it is empty. Raises ValidationException."""
    nodes = [_expectation(name, members) for name, members in expected.items()]
    return _joined(nodes, conditional_operator)


def key_condition(conditions: Members) -> BoundKeyCondition:
    """KeyConditions as clauses, in request order. Raises ValidationException for what no key schema could take."""
    read: list[tuple[str, str, list[Value]]] = []
    for name, members in conditions.items():
        operator = _named_operator("keyConditions", name, members)
        arguments = list(members.get("AttributeValueList") or ())
        _check_arguments(operator, arguments)
        read.append((name, operator, arguments))
    for _, operator, _ in read:
        if operator not in _KEY_OPERATORS:
            raise errors.validation(NOT_INDEXABLE)
    return BoundKeyCondition(
        tuple(KeyClause(name, _KEY_OPERATORS[operator], tuple(arguments)) for name, operator, arguments in read)
    )


def attribute_updates(updates: Members) -> BoundUpdate:
    """AttributeUpdates as a bound update. Raises ValidationException."""
    for members in updates.values():
        if (members.get("Action") or "PUT") not in ("ADD", "DELETE", "PUT"):
            # The stray quote is the service's.
            raise errors.validation("Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action")
    actions = tuple(_action(name, members) for name, members in updates.items())
    return _LegacyUpdate(Actions(actions), {})


class _LegacyUpdate(BoundUpdate):
    """A bound update that words a stored value unfit for ADD or DELETE as AttributeUpdates do."""

    def apply(self, item: Item) -> Updated:
        try:
            return super().apply(item)
        except errors.DynamoDBError as fault:
            if fault.message == WRONG_TYPE:
                raise errors.validation(TYPE_MISMATCH) from None
            raise


def _action(name: str, members: Members) -> Action:
    action, value = members.get("Action") or "PUT", members.get("Value")
    path = Path((name,))
    if value is None:
        if action != "DELETE":
            raise errors.invalid_parameter("Only DELETE action is allowed when no attribute value is specified")
        return Action("REMOVE", path)
    tag = model.type_of(value)
    if action == "DELETE" and tag not in _DELETE_TYPES:
        raise errors.invalid_parameter(f"DELETE action with value is not supported for the type {tag}")
    if action == "ADD" and tag not in _ADD_TYPES:
        raise errors.invalid_parameter(f"ADD action is not supported for the type {tag}")
    return Action("SET" if action == "PUT" else action, path, Literal(value))


def _joined(nodes: list[Condition], conditional_operator: str | None) -> Condition | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return Or(tuple(nodes)) if conditional_operator == "OR" else And(tuple(nodes))


def _named_operator(member: str, name: str, members: Members) -> str:
    operator = members.get("ComparisonOperator")
    if operator is None:
        raise errors.validation(
            f"Value null at '{member}.{name}.member.comparisonOperator' failed to satisfy constraint: "
            "Member must not be null"
        )
    _check_operator(operator)
    return str(operator)


def _check_operator(operator: str) -> None:
    if operator not in _OPERATORS:
        raise errors.invalid_parameter("Invalid comparison operator")


def _check_arguments(operator: str, arguments: list[Value] | tuple[Value, ...]) -> None:
    """How many values an operator takes, of what types, alike, and in order. Raises ValidationException."""
    count = len(arguments)
    wanted = 0 if operator in _NO_ARGUMENTS else 2 if operator == "BETWEEN" else 1
    if count != wanted and not (operator == "IN" and count):
        raise errors.invalid_parameter(f"Invalid number of argument(s) for the {operator} ComparisonOperator")
    tags = [model.type_of(value) for value in arguments]
    allowed = _TYPES.get(operator)
    for tag in tags if operator == "IN" else tags[:1]:
        if allowed is not None and tag not in allowed:
            raise errors.invalid_parameter(f"ComparisonOperator {operator} is not valid for {tag} AttributeValue type")
    if len(set(tags)) > 1:
        raise errors.invalid_parameter("AttributeValues inside AttributeValueList must be of same type")
    if operator == "BETWEEN" and order_holds(op.gt, arguments[0], arguments[1]):
        raise errors.validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )


def _node(name: str, operator: str, arguments: list[Value] | tuple[Value, ...]) -> Condition:
    """The condition that an operator with checked arguments means."""
    path = Path((name,))
    values = tuple(map(Literal, arguments))
    if operator in _COMPARATORS:
        return Comparison(_COMPARATORS[operator], path, values[0])
    return _NODES[operator](path, values)


def _not_contains(path: Path, values: tuple[Literal, ...]) -> Condition:
    """Unlike NOT contains(…), a missing attribute does not meet it (DynamoDB Local 3.1)."""
    return And((Call("attribute_exists", (path,)), Not(Call("contains", (path, values[0])))))


_NODES: dict[str, Callable[[Path, tuple[Literal, ...]], Condition]] = {
    "NULL": lambda path, values: Call("attribute_not_exists", (path,)),
    "NOT_NULL": lambda path, values: Call("attribute_exists", (path,)),
    "BEGINS_WITH": lambda path, values: Call("begins_with", (path, values[0])),
    "CONTAINS": lambda path, values: Call("contains", (path, values[0])),
    "NOT_CONTAINS": _not_contains,
    "IN": lambda path, values: In(path, values),
    "BETWEEN": lambda path, values: Between(path, values[0], values[1]),
}


def _expectation(name: str, members: Members) -> Condition:
    """One attribute's entry of Expected."""
    operator, exists = members.get("ComparisonOperator"), members.get("Exists")
    value, listed = members.get("Value"), members.get("AttributeValueList")
    if exists is not None and operator is not None:
        raise errors.invalid_parameter(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
    if value is not None and listed is not None:
        raise errors.invalid_parameter(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if operator is None:
        return _existence(name, exists, value, listed is not None)
    if value is None and listed is None and operator not in _NO_ARGUMENTS:
        raise errors.invalid_parameter(
            f"Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
        )
    _check_operator(operator)
    arguments = [value] if value is not None else list(listed or ())
    _check_arguments(operator, arguments)
    return _node(name, operator, arguments)


def _existence(name: str, exists: bool | None, value: Value | None, listed: bool) -> Condition:
    """An entry without operator: a value to equal, or an attribute not to exist."""
    if listed:
        raise errors.invalid_parameter(
            f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"
        )
    if exists is False:
        if value is not None:
            raise errors.invalid_parameter(f"Value cannot be used when Exists is false for Attribute: {name}")
        return Call("attribute_not_exists", (Path((name,)),))
    if value is None:
        shown = "null" if exists is None else "true"
        raise errors.invalid_parameter(f"Value must be provided when Exists is {shown} for Attribute: {name}")
    return Comparison("=", Path((name,)), Literal(value))
