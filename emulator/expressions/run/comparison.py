"""Comparisons, BETWEEN and IN on bound operands.

Semantics as recorded on the service in 2026: with a missing attribute only `<>` holds, and so with unlike
types; only strings, numbers and binaries are ordered; equality is deep, and needs no care because stored
values are normalised.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dynarig.emulator.expressions.run.functions import Matcher, never, reader
from dynarig.emulator.expressions.run.operands import Bound
from dynarig.emulator.expressions.run.paths import Getter
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Item, Value

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {"<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERED_AS: dict[str, Callable[[str], Any]] = {"S": str, "N": Decimal, "B": model.binary}
ORDERED_TYPES = tuple(_ORDERED_AS)


def compare(operator: str, left: Bound, right: Bound) -> Matcher:
    """The predicate `left operator right`."""
    if left[1] is None:
        left, right, operator = right, left, FLIPPED[operator]
    get = reader(left)
    if right[1] is not None:
        return _compare_both(operator, get, right[1])
    constant = right[0]
    if constant is None:
        return (lambda item: True) if operator == "<>" else never
    return with_constant(operator)(get, constant)


def with_constant(operator: str) -> Callable[[Getter, Value], Matcher]:
    """The function from what is read and a constant to the predicate that they compare so."""
    if operator == "=":
        return lambda get, constant: lambda item: get(item) == constant
    if operator == "<>":
        return lambda get, constant: lambda item: get(item) != constant
    ordered = ORDERINGS[operator]

    def order(get: Getter, constant: Value) -> Matcher:
        (tag,) = constant
        convert = _ORDERED_AS.get(tag)
        if convert is None:
            return never
        bound = convert(constant[tag])

        def match(item: Item) -> bool:
            value = get(item)
            content = None if value is None else value.get(tag)
            return content is not None and ordered(convert(content), bound)

        return match

    return order


def _compare_both(operator: str, get: Getter, get_other: Getter) -> Matcher:
    if operator in ("=", "<>"):
        equal = operator == "="

        def match_equality(item: Item) -> bool:
            value, other = get(item), get_other(item)
            if value is None or other is None:
                return not equal
            return (value == other) is equal

        return match_equality
    ordered = ORDERINGS[operator]

    def match(item: Item) -> bool:
        value, other = get(item), get_other(item)
        return value is not None and other is not None and order_holds(ordered, value, other)

    return match


def order_holds(ordered: Callable[[Any, Any], bool], value: Value, other: Value) -> bool:
    """Whether an ordering holds between two values; false unless both are S, both N or both B."""
    tag = model.type_of(value)
    if tag not in _ORDERED_AS or tag not in other:
        return False
    return ordered(model.ordering_key(value), model.ordering_key(other))


def between(operand: Bound, low: Bound, high: Bound) -> Matcher:
    """The predicate low <= operand <= high."""
    if operand[1] is not None and low[1] is None and high[1] is None:
        above = compare(">=", operand, low)
        below = compare("<=", operand, high)
        return lambda item: above(item) and below(item)
    get, get_low, get_high = reader(operand), reader(low), reader(high)

    def match(item: Item) -> bool:
        value, lower, upper = get(item), get_low(item), get_high(item)
        if value is None or lower is None or upper is None:
            return False
        return order_holds(op.le, lower, value) and order_holds(op.le, value, upper)

    return match


def is_in(operand: Bound, options: list[Bound]) -> Matcher:
    """The predicate that the operand equals one of the options."""
    get = reader(operand)
    constants = [value for value, option in options if option is None]
    getters = [option for _, option in options if option is not None]
    if not getters:

        def match_constants(item: Item) -> bool:
            value = get(item)
            return value is not None and value in constants

        return match_constants

    def match(item: Item) -> bool:
        value = get(item)
        if value is None:
            return False
        return value in constants or any(value == option(item) for option in getters)

    return match
