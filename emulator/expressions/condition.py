"""Condition nodes to predicates: ConditionExpression, FilterExpression, and every other front's conditions.

Rule: a node becomes a builder once, a builder becomes a predicate once a request, and the predicate runs
once an item. Knows no expression text; undefined placeholders surface as KeyError from a builder.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.expressions import comparison, functions
from emulator.expressions.ast import And, Between, Call, Comparison, Condition, In, Not, Operand, Or, Path, ValueRef
from emulator.expressions.functions import Matcher, never
from emulator.expressions.operands import operand_builder
from emulator.expressions.paths import Names, Steps, Values, getter, has_placeholder, resolve
from emulator.model.values import Item

Builder = Callable[[Names, Values], Matcher]
Leaf = Comparison | Between | In | Call  # a condition that joins no others


def compile_node(node: Condition) -> Matcher:
    """A condition without placeholders as a predicate on items (``{}`` for an absent item); it never raises."""
    return builder(node)({}, {})


def builder(node: Condition) -> Builder:
    """A condition as a function of a request's names and values that yields the predicate."""
    if isinstance(node, And | Or):
        return _joined([builder(condition) for condition in node.conditions], isinstance(node, And))
    if isinstance(node, Not):
        return _negated(builder(node.condition))
    build = _leaf_builder(node)
    if _needs_request(node):
        return build
    match = build({}, {})
    return lambda names, values: match


def _needs_request(node: Leaf) -> bool:
    """Whether a condition names any placeholder; one that does not is the same predicate for every request."""
    pending = list(operands_of(node))
    while pending:
        operand = pending.pop()
        if isinstance(operand, ValueRef) or (isinstance(operand, Path) and has_placeholder(operand)):
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
        return lambda names, values: comparison.is_in(
            operand(names, values), [option(names, values) for option in options]
        )
    low, high = operand_builder(node.low), operand_builder(node.high)
    return lambda names, values: comparison.between(operand(names, values), low(names, values), high(names, values))


def _comparison(node: Comparison) -> Builder:
    if isinstance(node.left, Path) and isinstance(node.right, ValueRef) and not has_placeholder(node.left):
        get, text, compared = getter(resolve(node.left, {})), node.right.text, node.operator
        return lambda names, values: comparison.compare_constant(compared, get, values[text])
    left, right = operand_builder(node.left), operand_builder(node.right)
    operator = node.operator
    return lambda names, values: comparison.compare(operator, left(names, values), right(names, values))


def _call(node: Call) -> Builder:
    bind = functions.FUNCTIONS.get(node.function)
    if bind is None:
        return lambda names, values: never
    operands = [operand_builder(operand) for operand in node.operands]
    return lambda names, values: bind([operand(names, values) for operand in operands])


def _negated(inner: Builder) -> Builder:
    def build(names: Names, values: Values) -> Matcher:
        match = inner(names, values)
        return lambda item: not match(item)

    return build


def _joined(builders: list[Builder], conjunction: bool) -> Builder:
    if len(builders) == 2:
        return _pair(builders[0], builders[1], conjunction)

    def build(names: Names, values: Values) -> Matcher:
        matchers = [part(names, values) for part in builders]

        def match(item: Item) -> bool:
            for part in matchers:
                if part(item) is not conjunction:
                    return not conjunction
            return conjunction

        return match

    return build


def _pair(first: Builder, second: Builder, conjunction: bool) -> Builder:
    if conjunction:

        def build_and(names: Names, values: Values) -> Matcher:
            one, two = first(names, values), second(names, values)
            return lambda item: one(item) and two(item)

        return build_and

    def build_or(names: Names, values: Values) -> Matcher:
        one, two = first(names, values), second(names, values)
        return lambda item: one(item) or two(item)

    return build_or


def walk(node: Condition) -> list[Leaf]:
    """The conditions that join no others, in written order."""
    found: list[Leaf] = []
    pending: list[Condition] = [node]
    while pending:
        condition = pending.pop()
        if isinstance(condition, And | Or):
            pending.extend(reversed(condition.conditions))
        elif isinstance(condition, Not):
            pending.append(condition.condition)
        else:
            found.append(condition)
    return found


def operands_of(node: Leaf) -> tuple[Operand, ...]:
    """A condition's operands in written order."""
    if isinstance(node, Comparison):
        return node.left, node.right
    if isinstance(node, Between):
        return node.operand, node.low, node.high
    if isinstance(node, In):
        return node.operand, *node.options
    return node.operands


def paths_of(node: Condition) -> list[Path]:
    """Every document path that a condition reads, in written order."""
    found: list[Path] = []
    pending: list[Operand] = []
    for leaf in walk(node):
        pending.extend(reversed(operands_of(leaf)))
        while pending:
            operand = pending.pop()
            if isinstance(operand, Path):
                found.append(operand)
            elif isinstance(operand, Call):
                pending.extend(reversed(operand.operands))
    return found


class BoundCondition:
    """A condition with a request's names and values in it.

    matches: the predicate; it takes an item, ``{}`` where there is none, and never raises.
    """

    __slots__ = ("_names", "_paths", "matches")

    def __init__(self, matches: Matcher, paths: list[Path], names: Names) -> None:
        self.matches = matches
        self._paths = paths
        self._names = names

    @property
    def paths(self) -> tuple[Steps, ...]:
        """The document paths that the condition reads, resolved, in written order."""
        return tuple(resolve(path, self._names) for path in self._paths)
