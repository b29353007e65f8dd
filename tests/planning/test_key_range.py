"""Ranges of a collection: which sort keys lie inside, ties of an index included."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dynarig.emulator.planning.key_range import TOP, KeyRange, index_range, table_range
from dynarig.emulator.storage.sorted_map import SortedMap

TEXTS = ["", "a", "aB", "ab", "abc", "ab\U0010ffff", "ab\U0010ffff\U0010ffffz", "b", "\U0010ffff", "\U0010ffffa"]


def _inside(operator: str, value: Any, operands: tuple[Any, ...]) -> bool:
    first = operands[0]
    return bool(
        {
            "=": lambda: value == first,
            "<": lambda: value < first,
            "<=": lambda: value <= first,
            ">": lambda: value > first,
            ">=": lambda: value >= first,
            "BETWEEN": lambda: first <= value <= operands[1],
            "begins_with": lambda: value[: len(first)] == first,
        }[operator]()
    )


OPERATORS = ["=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"]


def _found(wanted: KeyRange, keys: list[Any]) -> list[Any]:
    """What a walk of the range finds, both ways."""
    held: SortedMap[None] = SortedMap()
    for key in keys:
        held.put(key, None)
    lower = None if wanted.lower is None else (wanted.lower, wanted.lower_inclusive)
    upper = None if wanted.upper is None else (wanted.upper, wanted.upper_inclusive)
    found = [key for part, _ in held.slices(lower, upper) for key in part]
    assert found == [key for part, _ in held.slices(lower, upper, forward=False) for key in part][::-1]
    return found


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("first", TEXTS[1:])
def test_of_a_table(operator: str, first: str) -> None:
    operands = (first, "b") if operator == "BETWEEN" else (first,)
    wanted = table_range("p", operator, operands)
    inside = [text for text in TEXTS if _inside(operator, text, operands)]
    assert [text for text in TEXTS if wanted.holds(text)] == inside
    assert _found(wanted, TEXTS) == inside


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("first", TEXTS[1:])
def test_of_an_index_with_ties(operator: str, first: str) -> None:
    operands = (first, "b") if operator == "BETWEEN" else (first,)
    wanted = index_range("p", (Decimal(2),), operator, operands)
    keys = [(Decimal(n), text, tie, 0) for n in (1, 2, 3) for text in TEXTS for tie in ("", "t")]
    inside = [key for key in keys if key[0] == 2 and _inside(operator, key[1], operands)]
    assert [key for key in keys if wanted.holds(key)] == inside
    assert _found(wanted, keys) == inside


@pytest.mark.parametrize("operator", [each for each in OPERATORS if each != "begins_with"])
def test_of_numbers(operator: str) -> None:
    numbers = [Decimal(text) for text in ("-10", "-9", "0", "1.5", "9", "10")]
    operands = (Decimal("-9"), Decimal("9")) if operator == "BETWEEN" else (Decimal("1.5"),)
    wanted = table_range("p", operator, operands)
    assert _found(wanted, numbers) == [number for number in numbers if _inside(operator, number, operands)]


@pytest.mark.parametrize(("prefix", "inside"), [(b"\xff", 3), (b"\0", 2), (b"\0\xff", 1), (b"\xff\xff", 1)])
def test_of_bytes_that_begin_with(prefix: bytes, inside: int) -> None:
    keys = [b"\0", b"\0\xff", b"\1", b"\xfe\xff", b"\xff", b"\xff\0", b"\xff\xff"]
    assert len(_found(table_range("p", "begins_with", (prefix,)), keys)) == inside


def test_without_a_condition_all_is_inside() -> None:
    keys = [("a", 1), ("b", 2)]
    assert _found(index_range("p", (), None, ()), keys) == keys
    assert _found(table_range("p", None, ()), TEXTS) == TEXTS
    assert index_range("p", ("a",), None, ()).holds(("a", 1))
    assert not index_range("p", ("a",), None, ()).holds(("b", 2))


def test_top_is_greater_than_all_and_equal_to_itself() -> None:
    assert ("a", TOP) > ("a", "\U0010ffff", "x")
    assert not ("a", TOP) < ("a", TOP)
    assert ("a", TOP) == ("a", TOP)
    assert Decimal(10) < TOP
    assert not TOP < b"\xff"
