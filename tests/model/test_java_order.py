"""Java's hash orders, against the recorded examples and against hash codes that the Java runtime gave."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from dynarig.emulator.model import java_order

# Written by a Java 17 program: String.hashCode, BigDecimal.hashCode, and sets filled in ascending order.
RUNTIME = orjson.loads((Path(__file__).parent.parent / "cases" / "java" / "hash_orders.json").read_bytes())


def test_recorded_number_sets() -> None:
    assert java_order.order_numbers(["1", "2", "3"]) == ["3", "2", "1"]
    assert java_order.order_numbers(["3", "20", "100"]) == ["3", "20", "100"]


def test_recorded_names() -> None:
    assert java_order.order_strings(["PK", "h", "a", "unused"], sized=True) == ["h", "a", "unused", "PK"]


@pytest.mark.parametrize(
    ("count", "capacity"), [(1, 2), (2, 4), (3, 4), (4, 8), (6, 8), (7, 16), (12, 16), (13, 32), (24, 32), (25, 64)]
)
def test_sized_capacity(count: int, capacity: int) -> None:
    assert java_order.sized_capacity(count) == capacity


@pytest.mark.parametrize(("text", "code"), RUNTIME["strings"].items())
def test_string_hashes_are_java_s(text: str, code: int) -> None:
    assert java_order.string_hash(text) == code % 2**32


@pytest.mark.parametrize(("number", "code"), RUNTIME["numbers"].items())
def test_decimal_hashes_are_java_s(number: str, code: int) -> None:
    assert java_order.decimal_hash(number) == code % 2**32


@pytest.mark.parametrize("ordered", RUNTIME["sets"], ids=len)
def test_number_sets_are_ordered_as_java_does(ordered: list[str]) -> None:
    assert java_order.order_numbers(sorted(ordered, key=Decimal)) == ordered


def test_every_member_comes_once() -> None:
    numbers = [str(number) for number in range(-500, 500)]
    assert sorted(java_order.order_numbers(numbers)) == sorted(numbers)


def test_images_are_ordered_at_any_depth_and_left_as_they_were() -> None:
    item = {"n": {"NS": ["1", "2", "3"]}, "m": {"M": {"l": {"L": [{"NS": ["1", "2"]}, {"S": "x"}]}}}}
    ordered = java_order.order_number_sets(item)
    assert ordered == {"n": {"NS": ["3", "2", "1"]}, "m": {"M": {"l": {"L": [{"NS": ["2", "1"]}, {"S": "x"}]}}}}
    assert item["n"] == {"NS": ["1", "2", "3"]}


@pytest.mark.parametrize(
    ("item", "holds"),
    [
        ({"a": {"NS": ["1"]}}, True),
        ({"a": {"L": [{"M": {"b": {"NS": ["1"]}}}]}}, True),
        ({"a": {"S": '"NS":["1"]'}}, False),
        ({"NS": {"L": [{"N": "1"}]}}, False),
        ({"a": {"M": {"NS": {"L": []}}}}, False),
    ],
)
def test_number_sets_are_seen_in_stored_bytes(item: object, holds: bool) -> None:
    assert java_order.holds_number_set(orjson.dumps(item)) is holds
