"""Condition nodes to predicates: ConditionExpression, FilterExpression, and every other front's conditions.

Rule: a node whose names are known becomes a builder once, a builder becomes a predicate once a request, and the
predicate runs once an item. Knows no expression text; what is undefined surfaces as KeyError: a name where the builder
is made, a value where it is called.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dynarig.emulator.expressions.parse.ast import (
    And,
    Call,
    Comparison,
    Condition,
    In,
    Leaf,
    Not,
    Operand,
    Or,
    Path,
    ValueRef,
    leaves,
    operands_of,
)
from dynarig.emulator.expressions.run import comparison, functions
from dynarig.emulator.expressions.run.functions import Matcher, never
from dynarig.emulator.expressions.run.operands import operand_builder
from dynarig.emulator.expressions.run.paths import Steps, Values, getter, resolve
from dynarig.emulator.model.values import Item

Builder = Callable[[Values], Matcher]


def compile_node(node: Condition) -> Matcher:
    """A condition without placeholders as a predicate on items (``{}`` for an absent item); it never raises."""
    return builder(node)({})


def builder(node: Condition) -> Builder:
    """A condition as a function of a request's values that yields the predicate."""
    if isinstance(node, And | Or):
        return _joined([builder(condition) for condition in node.conditions], isinstance(node, And))
    if isinstance(node, Not):
        return _negated(builder(node.condition))
    build = _leaf_builder(node)
    if _needs_values(node):
        return build
    match = build({})
    return lambda values: match


def _needs_values(node: Leaf) -> bool:
    """Whether a condition names any value; one that does not is the same predicate for every request."""
    pending = list(operands_of(node))
    while pending:
        operand = pending.pop()
        if isinstance(operand, ValueRef):
            return True
        if isinstance(operand, Call):
            pending.extend(operand.operands)
    return False


def _leaf_builder(node: Leaf) -> Builder:
    if isinstance(node, Comparison):
        return _comparison(node)
    if isinstance(node, Call):
        return _call(node)
    operand = operand_builder(node.operand)
    if isinstance(node, In):
        options = [operand_builder(option) for option in node.options]
        return lambda values: comparison.is_in(operand(values), [option(values) for option in options])
    low, high = operand_builder(node.low), operand_builder(node.high)
    return lambda values: comparison.between(operand(values), low(values), high(values))


def _comparison(node: Comparison) -> Builder:
    if isinstance(node.left, Path) and isinstance(node.right, ValueRef):
        get, text, compare = getter(resolve(node.left, {})), node.right.text, comparison.with_constant(node.operator)
        return lambda values: compare(get, values[text])
    left, right = operand_builder(node.left), operand_builder(node.right)
    operator = node.operator
    return lambda values: comparison.compare(operator, left(values), right(values))


def _call(node: Call) -> Builder:
    bind = functions.FUNCTIONS.get(node.function)
    if bind is None:
        return lambda values: never
    operands = [operand_builder(operand) for operand in node.operands]
    return lambda values: bind([operand(values) for operand in operands])


def _negated(inner: Builder) -> Builder:
    def build(values: Values) -> Matcher:
        match = inner(values)
        return lambda item: not match(item)

    return build


def _joined(builders: list[Builder], conjunction: bool) -> Builder:
    if len(builders) == 2:
        return _pair(builders[0], builders[1], conjunction)

    def build(values: Values) -> Matcher:
        matchers = [part(values) for part in builders]

        def match(item: Item) -> bool:
            for part in matchers:
                if part(item) is not conjunction:
                    return not conjunction
            return conjunction

        return match

    return build


def _pair(first: Builder, second: Builder, conjunction: bool) -> Builder:
    if conjunction:

        def build_and(values: Values) -> Matcher:
            one, two = first(values), second(values)
            return lambda item: one(item) and two(item)

        return build_and

    def build_or(values: Values) -> Matcher:
        one, two = first(values), second(values)
        return lambda item: one(item) or two(item)

    return build_or


def paths_of(node: Condition) -> tuple[Steps, ...]:
    """Every document path that a condition whose names are known reads, in written order; KeyError for an open name."""
    found: list[Steps] = []
    pending: list[Operand] = []
    for leaf in leaves(node):
        pending.extend(reversed(operands_of(leaf)))
        while pending:
            operand = pending.pop()
            if isinstance(operand, Path):
                found.append(resolve(operand, {}))
            elif isinstance(operand, Call):
                pending.extend(reversed(operand.operands))
    return tuple(found)


class BoundCondition(Struct, gc=False):
    """A condition with a request's names and values in it.

    matches: the predicate; it takes an item, ``{}`` where there is none, and never raises. paths: the document paths
    that it reads, in written order.
    """

    matches: Matcher
    paths: tuple[Steps, ...]
