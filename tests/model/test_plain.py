"""The short way through an item: where it answers, it answers what the walk would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.model.plain import plain_size
from dynarig.emulator.model.walk import ValueFindings, walk_attributes
from tests.model.test_walk import VALUES


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_it_says_what_the_walk_says(item: dict[str, Any]) -> None:
    walk = ValueFindings()
    normal, size = walk_attributes(item, walk)
    found = plain_size(item)
    if found is not None:
        assert found == (size, walk.depth)
        assert normal is item
        assert walk.fault is None
        assert not walk.empty_name
        assert not walk.older


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({}, (0, 0)),
        ({"a": {"S": "é"}, "n": {"N": "100"}, "b": {"BOOL": False}, "z": {"NULL": True}}, (10, 0)),
        ({"n": {"N": "0.95"}, "i": {"N": "-7"}}, (7, 0)),
        ({"m": {"M": {"l": {"L": [{"S": "x"}, {"L": []}]}}}}, (15, 3)),
    ],
)
def test_the_usual_item_is_measured(item: dict[str, Any], found: tuple[int, int]) -> None:
    assert plain_size(item) == found
    assert walk_attributes(item, ValueFindings())[1] == found[0]


@pytest.mark.parametrize(
    "value",
    [
        {"N": "01"},
        {"N": "1e2"},
        {"N": "x"},
        {"N": ""},
        {"N": 1},
        {"N": "٣"},
        {"S": 1},
        {"S": None},
        {"NULL": False},
        {"BOOL": "true"},
        {"B": "fw=="},
        {"SS": ["a"]},
        {"M": []},
        {"M": {"": {"S": "x"}}},
        {"L": {}},
        {"L": ["x"]},
        {"L": [None]},
        {"X": "x"},
        {"S": "a", "N": "1"},
        {},
        "S",
        ["S"],
        [0],
        [5],
        None,
        {"S": "x" * 65_536},
    ],
)
def test_all_else_is_left_to_the_walk(value: Any) -> None:
    assert plain_size({"a": value}) is None
    assert plain_size({"a": {"L": [value]}}) is None


def test_deep_items_are_left_to_the_walk() -> None:
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(5_000):
        value = {"L": [value]}
    assert plain_size({"a": value}) is None
    assert plain_size({"": {"S": "a"}}) is None


@pytest.mark.parametrize("item", [None, [], "S", 1])
def test_what_is_no_item_is_left_to_the_walk(item: Any) -> None:
    assert plain_size(item) is None
