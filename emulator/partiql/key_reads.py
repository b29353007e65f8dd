"""The keys in a WHERE clause: which partitions and ranges a SELECT reads, which one item a write is about.

Rule: the condition is spread into branches, one an alternative; OR and IN that name no key attribute stay filters.
Where every branch pins the partition key the ranges are read, else everything is; the whole condition filters the
rows in any case. Texts and order recorded 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

from dynarig.emulator.expressions.parse.ast import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
)
from dynarig.emulator.expressions.run.comparison import FLIPPED
from dynarig.emulator.expressions.run.condition import paths_of
from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.model.values import Item, Value, ordering_key, type_of
from dynarig.emulator.planning.key_checks import check_key_value
from dynarig.emulator.planning.key_range import KeyRange, index_range, table_range

OVERLAPPING = "Overlapping conditions with range keys are not supported in where clause"
BRANCHES_MAX = 1_024  # ours: a clause of more alternatives is read as a filter
_RANGES = frozenset({"=", "<", "<=", ">", ">="})


@dataclass(slots=True)
class KeyTest:
    """One condition on one key attribute: operator ``= < <= > >= BETWEEN begins_with``, or "" for one of no use."""

    attribute: str
    operator: str
    values: tuple[Value, ...]


@dataclass(slots=True)
class Branch:
    """One alternative. tests: its conditions on key attributes, in written order."""

    tests: list[KeyTest] = field(default_factory=list)

    def pins(self, name: str) -> list[Value]:
        """The values that the attribute must equal."""
        return [test.values[0] for test in self.tests if test.attribute == name and test.operator == "="]

    def of(self, name: str) -> list[KeyTest]:
        """The conditions on an attribute, each once."""
        found: list[KeyTest] = []
        for test in self.tests:
            if test.attribute == name and test not in found:
                found.append(test)
        return found


def branches_of(condition: Condition | None, keys: KeySchema) -> list[Branch] | None:
    """The alternatives of a condition; None where there are too many to tell apart."""
    if condition is None:
        return [Branch()]
    try:
        return [Branch(list(tests)) for tests in _spread(condition, frozenset(keys.names))]
    except OverflowError:
        return None


def _spread(node: Condition, names: frozenset[str]) -> list[tuple[KeyTest, ...]]:
    if isinstance(node, And):
        parts = [_spread(part, names) for part in node.conditions]
        count = 1
        for part in parts:
            count *= len(part)
            if count > BRANCHES_MAX:
                raise OverflowError
        return [tuple(test for tests in combined for test in tests) for combined in product(*parts)]
    if isinstance(node, Or):
        if not any(path[0] in names for path in paths_of(node)):
            return [()]
        alternatives = [tests for part in node.conditions for tests in _spread(part, names)]
        if len(alternatives) > BRANCHES_MAX:
            raise OverflowError
        return alternatives or [()]
    if isinstance(node, In):
        name = _key_name(node.operand, names)
        if name is None:
            return [()]
        return [(_equal(name, option),) for option in node.options]
    return [_tests(node, names)]


def _equal(name: str, option: Operand) -> KeyTest:
    return KeyTest(name, "=", (option.value,)) if isinstance(option, Literal) else KeyTest(name, "", ())


def _key_name(operand: Operand, names: frozenset[str]) -> str | None:
    if isinstance(operand, Path) and len(operand.steps) == 1 and operand.steps[0] in names:
        return str(operand.steps[0])
    return None


def _tests(node: Condition, names: frozenset[str]) -> tuple[KeyTest, ...]:
    """What a single condition says of key attributes."""
    if isinstance(node, Not):
        return tuple(KeyTest(str(path[0]), "", ()) for path in paths_of(node) if path[0] in names)
    operator, operands = "", ()
    if isinstance(node, Comparison):
        left, right, operator = node.left, node.right, node.operator
        if _key_name(left, names) is None:
            left, right, operator = right, left, FLIPPED[operator]
        operands = (left, right)  # type: ignore[assignment]
    elif isinstance(node, Between):
        operator, operands = "BETWEEN", (node.operand, node.low, node.high)  # type: ignore[assignment]
    elif isinstance(node, Call) and node.function == "begins_with":
        operator, operands = "begins_with", node.operands  # type: ignore[assignment]
    if not operands:
        return ()
    name = _key_name(operands[0], names)
    if name is None:
        return ()
    values = [operand.value for operand in operands[1:] if isinstance(operand, Literal)]
    if operator == "<>" or len(values) != len(operands) - 1:
        return (KeyTest(name, "", ()),)
    return (KeyTest(name, operator, tuple(values)),)


# ---- reads


@dataclass(slots=True)
class KeyRead:
    """What a SELECT reads. ranges: None for everything. partitions: how many are pinned. keyed: some branch gives the
    partition key."""

    ranges: list[KeyRange] | None
    partitions: int
    keyed: bool


def key_read(branches: Sequence[Branch] | None, keys: KeySchema, *, of_index: bool) -> KeyRead:
    """The ranges that the branches name. Raises ValidationException for values no key may have, and for overlaps."""
    partition = keys.partition[0]
    if branches is None:
        return KeyRead(None, 0, False)
    pinned = [branch.pins(partition.name) for branch in branches]
    keyed = any(pinned)
    for branch, pins in zip(branches, pinned, strict=True):
        if not pins:
            break
        _check_types(branch, keys)
    if not all(pinned):
        return KeyRead(None, 0, keyed)
    ranges: list[KeyRange] = []
    plain = True
    for branch, pins in zip(branches, pinned, strict=True):
        made, is_plain = _range(branch, pins[0], keys, of_index)
        plain = plain and is_plain
        ranges.append(made)
    if len(ranges) > 1:
        ranges = _apart(ranges, plain)
    partitions = len({made.partition for made in ranges})
    if partitions == 1:
        for branch in branches:
            _check_sizes(branch, keys)
    return KeyRead(ranges, partitions, keyed)


def _check_types(branch: Branch, keys: KeySchema) -> None:
    for attribute in keys.attributes:
        for test in branch.of(attribute.name):
            for value in test.values:
                check_type(attribute, value)


def check_type(attribute: KeyAttribute, value: Value) -> None:
    """Refuse a value of another type than the key attribute's."""
    if attribute.type in value:
        return
    tag = type_of(value)
    if tag not in ("S", "N", "B"):
        raise errors.validation(f"Key value must be of type S, N, or B. Key name: {attribute.name}, Key type: {tag}")
    raise errors.validation(
        f"Key attribute's data type should match its data type in table's schema: Key {attribute.name}"
    )


def _check_sizes(branch: Branch, keys: KeySchema) -> None:
    for attribute in keys.attributes:
        for test in branch.of(attribute.name):
            for value in test.values:
                check_key_value(attribute, value, attribute in keys.partition)


def _range(branch: Branch, pin: Value, keys: KeySchema, of_index: bool) -> tuple[KeyRange, bool]:
    """(the range of a branch, whether it may be held against others)."""
    place = ordering_key(pin)
    tests = branch.of(keys.sort[0].name) if keys.sort else []
    plain = len(tests) < 2 and all(test.operator for test in tests)
    operator: str | None = None
    operands: tuple[Any, ...] = ()
    if len(tests) == 1 and tests[0].operator:
        operator = tests[0].operator
        operands = tuple(map(ordering_key, tests[0].values))
        if operator == "begins_with" and not operands[0]:
            operator, operands = None, ()
    if of_index:
        return index_range(place, (), operator, operands), plain
    return table_range(place, operator, operands), plain


def _apart(ranges: list[KeyRange], plain: bool) -> list[KeyRange]:
    """Ranges none of which meets another: refused where they do, or made one where they may not be judged."""
    by_partition: dict[object, list[KeyRange]] = {}
    for each in ranges:
        by_partition.setdefault(each.partition, []).append(each)
    kept: list[KeyRange] = []
    for partition, found in by_partition.items():
        if not _meet(found):
            kept += found
        elif plain:
            raise errors.validation(OVERLAPPING)
        else:
            kept.append(KeyRange(partition))
    return kept


def _meet(ranges: Sequence[KeyRange]) -> bool:
    ordered = [each for each in ranges if each.lower is None]
    if len(ordered) > 1:
        return True
    ordered += sorted((each for each in ranges if each.lower is not None), key=lambda each: each.lower)
    return any(_touch(one, two) for one, two in pairwise(ordered))


def _touch(one: KeyRange, two: KeyRange) -> bool:
    """Whether a range reaches one that does not begin before it."""
    if one.upper is None:
        return True
    if one.upper == two.lower:
        return one.upper_inclusive and two.lower_inclusive
    return bool(one.upper > two.lower)


# ---- writes and single reads


def top_equalities(condition: Condition | None) -> Iterator[tuple[str, Value]]:
    """(name, value) of the equalities that hold whatever else does: at the top, joined by AND alone."""
    pending = [] if condition is None else [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, And):
            pending.extend(reversed(node.conditions))
        elif isinstance(node, Comparison) and node.operator == "=":
            for path, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(path, Path) and len(path.steps) == 1 and isinstance(other, Literal):
                    yield str(path.steps[0]), other.value


def key_of_write(condition: Condition | None, keys: KeySchema, missing: str) -> Item:
    """The key that a write's WHERE clause names, its values of whatever type. missing: the refusal of none."""
    key: Item = {}
    for name, value in top_equalities(condition):
        if name not in keys.names:
            continue
        if name in key:
            raise errors.validation(
                f"Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
            )
        key[name] = value
    if len(key) != len(keys.names):
        raise errors.validation(missing)
    return key


def key_of_read(condition: Condition | None, keys: KeySchema, *, alone: bool = True) -> Item | None:
    """The key of the one item that a SELECT names exactly, each key attribute once; else None.

    alone: the condition is about nothing else; EXISTS may go on about the item.
    """
    branches = branches_of(condition, keys)
    if branches is None or len(branches) != 1 or condition is None:
        return None
    if alone and any(path[0] not in keys.names for path in paths_of(condition)):
        return None
    key: Item = {}
    for name in keys.names:
        tests = [test for test in branches[0].tests if test.attribute == name]
        if len(tests) != 1 or tests[0].operator != "=":
            return None
        key[name] = tests[0].values[0]
    return key
