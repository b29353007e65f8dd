"""What a condition's operands may be, checked before any item is read.

Rule: a check is made once from a node and run once a request; it yields the refusal's text without a
prefix, or None, and passes over what is undefined. Conditions that can never fail have no check, so the
common request runs none. In written order; within one condition first its inner functions, then types, then
bounds, then the distinct first operand. Texts as recorded on the service in 2026.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable

from dynarig.emulator.expressions.parse import signatures
from dynarig.emulator.expressions.parse.ast import (
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Leaf,
    Literal,
    Operand,
    Path,
    ValueRef,
    leaves,
    operands_of,
)
from dynarig.emulator.expressions.run.comparison import ORDERED_TYPES, ORDERINGS, order_holds
from dynarig.emulator.expressions.run.operands import constant_of, static_type
from dynarig.emulator.expressions.run.paths import Names, Values, render, resolve_defined
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Value

Check = Callable[[Names, Values], str | None]

_SIZED_TYPES = ("S", "B", "SS", "NS", "BS", "L", "M")
_TYPE_NAMES = ("N", "BS", "L", "B", "NULL", "M", "S", "SS", "NS", "BOOL")  # in the service's order
_ALL_TYPES = f"{{{','.join(_TYPE_NAMES)}}}"


def condition_checks(node: Condition) -> list[Check]:
    """The checks of a condition in written order."""
    return [check for leaf in leaves(node) for check in _leaf_checks(leaf)]


def clause_checks(node: Condition) -> list[tuple[tuple[str, ...], list[Check]]]:
    """The checks of a key condition's clauses in written order, each with the value placeholders it names."""
    return [(tuple(_value_refs(leaf)), _leaf_checks(leaf)) for leaf in leaves(node)]


def judges_contents(node: Condition) -> bool:
    """Whether any of these checks looks at what a value holds: the order of BETWEEN's bounds, the name of a type."""
    return any(
        isinstance(leaf, Between) or (isinstance(leaf, Call) and leaf.function == "attribute_type")
        for leaf in leaves(node)
    )


def first_fault(checks: list[Check], names: Names, values: Values) -> str | None:
    """The first check's text that applies."""
    for check in checks:
        fault = check(names, values)
        if fault is not None:
            return fault
    return None


def _value_refs(leaf: Leaf) -> list[str]:
    found: list[str] = []
    pending = list(reversed(operands_of(leaf)))
    while pending:
        operand = pending.pop()
        if isinstance(operand, ValueRef):
            found.append(operand.text)
        elif isinstance(operand, Call):
            pending.extend(reversed(operand.operands))
    return found


def _leaf_checks(leaf: Leaf) -> list[Check]:
    operands = operands_of(leaf)
    checks = [check for operand in operands for check in _size_checks(operand)]
    if isinstance(leaf, Comparison):
        if leaf.operator in ORDERINGS:
            checks += _type_checks(leaf.operator, operands, ORDERED_TYPES)
        return checks + distinct(leaf.operator, operands)
    if isinstance(leaf, Between):
        checks += _type_checks("BETWEEN", operands, ORDERED_TYPES)
        if _is_constant(leaf.low) and _is_constant(leaf.high):
            checks.append(_bounds(leaf.low, leaf.high))
        return checks + distinct("BETWEEN", operands)
    if isinstance(leaf, In):
        return checks + distinct("IN", operands)
    if leaf.function == "begins_with":
        checks += _type_checks("begins_with", operands, ("S", "B"))
    if leaf.function == "attribute_type" and len(operands) == 2:
        return [*checks, _type_name(operands[1])]
    return checks + distinct(leaf.function, operands)


def _is_constant(operand: Operand) -> bool:
    return isinstance(operand, ValueRef | Literal)


def _type_checks(operator: str, operands: tuple[Operand, ...], allowed: tuple[str, ...]) -> list[Check]:
    """One check for each operand whose type can be known and unfit."""
    return [
        _type_check(operator, operand, allowed)
        for operand in operands
        if _is_constant(operand) or (isinstance(operand, Call) and "N" not in allowed)
    ]


def _type_check(operator: str, operand: Operand, allowed: tuple[str, ...]) -> Check:
    def check(names: Names, values: Values) -> str | None:
        tag = static_type(operand, values)
        return None if tag is None or tag in allowed else signatures.wrong_type(operator, tag)

    return check


def _size_checks(operand: Operand) -> list[Check]:
    """The checks of size inside an operand, the innermost first."""
    found: list[Check] = []
    while isinstance(operand, Call) and operand.operands:
        inner = operand.operands[0]
        if operand.function == "size" and not isinstance(inner, Path):
            found.append(_type_check("size", inner, _SIZED_TYPES))
        operand = inner
    return found[::-1]


def _type_name(operand: Operand) -> Check:
    def check(names: Names, values: Values) -> str | None:
        if not _is_constant(operand):
            # A type that no item can change is wanted; a path could be any of them.
            return signatures.wrong_type("attribute_type", _ALL_TYPES)
        value = constant_of(operand, values)
        if value is None:
            return None
        tag = model.type_of(value)
        if tag != "S":
            return signatures.wrong_type("attribute_type", tag)
        if value["S"] not in _TYPE_NAMES:
            return f"Invalid attribute type name found; type: {value['S']}, valid types: {_ALL_TYPES}"
        return None

    return check


def _bounds(low: Operand, high: Operand) -> Check:
    def check(names: Names, values: Values) -> str | None:
        lower, upper = constant_of(low, values), constant_of(high, values)
        return None if lower is None or upper is None else bounds_fault(lower, upper)

    return check


def bounds_fault(lower: Value, upper: Value) -> str | None:
    """The refusal of BETWEEN bounds of unlike types or in the wrong order."""
    if model.type_of(lower) != model.type_of(upper):
        rule = "same data type for lower and upper bounds"
    elif order_holds(op.gt, lower, upper):
        rule = "upper bound to be greater than or equal to lower bound"
    else:
        return None
    return (
        f"The BETWEEN operator requires {rule}; lower bound operand: AttributeValue: {_shown(lower)}, "
        f"upper bound operand: AttributeValue: {_shown(upper)}"
    )


def _shown(value: Value) -> str:
    """A bound as the service prints it. Binary as PartiQL's recorded form; the other kinds' was not recorded."""
    ((tag, content),) = value.items()
    return f"{{B:[{content}]}}" if tag == "B" else f"{{{tag}:{content}}}"


def distinct(operator: str, operands: tuple[Operand, ...]) -> list[Check]:
    """The first operand may not be the same document path as a later one."""
    first = operands[0] if operands else None
    others = [operand for operand in operands[1:] if isinstance(operand, Path)]
    if not isinstance(first, Path) or not others:
        return []

    def check(names: Names, values: Values) -> str | None:
        steps = resolve_defined(first, names)
        if steps is None or all(resolve_defined(other, names) != steps for other in others):
            return None
        return (
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {operator}, first operand: {render(steps)}"
        )

    return [check]
