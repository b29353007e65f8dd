"""Where a query looks: one item collection, and bounds on its sort order.

A bound is a key of the collection and whether it is itself inside. Index entries sort by tuples, longer than what a
condition names: `TOP` stands for everything that could follow, so a bound ends before or behind all of its ties.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class _Top:
    """Greater than every other value."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return other is not self

    def __repr__(self) -> str:
        return "TOP"


TOP = _Top()


class KeyRange(Struct):
    """One collection's part: from `lower` to `upper`, None where unbounded."""

    partition: Any
    lower: Any = None
    lower_inclusive: bool = True
    upper: Any = None
    upper_inclusive: bool = True

    def holds(self, sort: Any) -> bool:
        """Whether a sort key lies inside."""
        if self.lower is not None and (sort < self.lower or (sort == self.lower and not self.lower_inclusive)):
            return False
        return self.upper is None or sort < self.upper or (sort == self.upper and self.upper_inclusive)


def table_range(partition: Any, operator: str | None, operands: tuple[Any, ...]) -> KeyRange:
    """The range that a condition on a table's sort key names; operator None for the whole collection."""
    match operator:
        case None:
            return KeyRange(partition)
        case "=":
            return KeyRange(partition, operands[0], True, operands[0], True)
        case "<":
            return KeyRange(partition, upper=operands[0], upper_inclusive=False)
        case "<=":
            return KeyRange(partition, upper=operands[0])
        case ">":
            return KeyRange(partition, operands[0], False)
        case ">=":
            return KeyRange(partition, operands[0])
        case "BETWEEN":
            return KeyRange(partition, operands[0], True, operands[1], True)
        case _:
            return KeyRange(partition, operands[0], True, _behind_prefix(operands[0]), False)


def index_range(partition: Any, equal: tuple[Any, ...], operator: str | None, operands: tuple[Any, ...]) -> KeyRange:
    """The range in an index: `equal` values of the leading sort attributes, then a condition on the next, or None."""
    if operator is None or operator == "=":
        prefix = equal + operands
        return KeyRange(partition, prefix, True, (*prefix, TOP), True)
    inner = table_range(partition, operator, operands)
    lower: tuple[Any, ...] = equal
    upper: tuple[Any, ...] = (*equal, TOP)
    if inner.lower is not None:
        lower = (*equal, inner.lower) if inner.lower_inclusive else (*equal, inner.lower, TOP)
    if inner.upper is not None:
        upper = (*equal, inner.upper, TOP) if inner.upper_inclusive else (*equal, inner.upper)
    return KeyRange(partition, lower, True, upper, True)


def _behind_prefix(prefix: str | bytes) -> Any:
    """The least value greater than all that begin with the prefix; None where there is none."""
    if isinstance(prefix, str):
        trimmed = prefix.rstrip("\U0010ffff")
        return trimmed[:-1] + chr(ord(trimmed[-1]) + 1) if trimmed else None
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes((stripped[-1] + 1,)) if stripped else None
