"""The walk: what leaves it is normalised and sized, what is wrong is noted and not raised."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.values import item_size, value_size
from dynarig.emulator.model.walk import walk_attributes, walk_value

BINARY = st.binary(max_size=6).map(lambda data: b64encode(data).decode())
NUMBER = st.integers(-(10**20), 10**20).map(str) | st.decimals(-100, 100, places=3).map(str)
LEAVES = (
    st.text(max_size=6).map(lambda text: {"S": text})
    | NUMBER.map(lambda text: {"N": text})
    | BINARY.map(lambda text: {"B": text})
    | st.booleans().map(lambda flag: {"BOOL": flag})
    | st.just({"NULL": True})
    | st.lists(st.text(max_size=3), min_size=1, max_size=4, unique=True).map(lambda texts: {"SS": texts})
    | st.lists(st.integers(-99, 99), min_size=1, max_size=4, unique=True).map(lambda ns: {"NS": [str(n) for n in ns]})
    | st.lists(st.binary(max_size=3), min_size=1, max_size=4, unique=True).map(
        lambda members: {"BS": [b64encode(data).decode() for data in members]}
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: {"L": values})
        | st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3).map(lambda members: {"M": members})
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=4), VALUES, max_size=4))
def test_what_leaves_the_walk_is_normal_and_sized(item: dict[str, Any]) -> None:
    walk = ValueFindings()
    normal, size = walk_attributes(item, walk)
    assert walk.fault is None
    assert not walk.empty_name
    assert not walk.older
    assert size == item_size(normal)
    again, same_size = walk_attributes(normal, ValueFindings())
    assert (again, same_size) == (normal, size)
    assert again is normal, "a normal item is not copied"


@pytest.mark.parametrize(
    ("value", "normal", "size_bytes"),
    [
        ({"S": "é"}, {"S": "é"}, 2),
        ({"N": "+007.50"}, {"N": "7.5"}, 3),
        ({"NS": ["10", "9", "1e0"]}, {"NS": ["1", "9", "10"]}, 6),
        ({"SS": ["b", "Z", "é", "a"]}, {"SS": ["Z", "a", "b", "é"]}, 5),
        ({"BS": ["fw==", "AA=="]}, {"BS": ["AA==", "fw=="]}, 2),
        ({"BOOL": "Y"}, {"BOOL": True}, 1),
        ({"S": "a", "N": None, "Unknown": 1}, {"S": "a"}, 1),
        ({"L": [{"N": "01"}]}, {"L": [{"N": "1"}]}, 6),
        ({"M": {"k": {"N": "01"}}}, {"M": {"k": {"N": "1"}}}, 7),
        ({"L": []}, {"L": []}, 3),
    ],
)
def test_normal_forms(value: dict[str, Any], normal: dict[str, Any], size_bytes: int) -> None:
    walk = ValueFindings()
    assert walk_value(value, walk) == (normal, size_bytes)
    assert value_size(normal) == size_bytes
    assert walk.fault is None


def test_nothing_is_changed_in_place() -> None:
    item = {"a": {"M": {"n": {"N": "01"}, "l": {"L": [{"SS": ["b", "a"]}]}}}}
    walk_attributes(item, ValueFindings())
    assert item == {"a": {"M": {"n": {"N": "01"}, "l": {"L": [{"SS": ["b", "a"]}]}}}}


@pytest.mark.parametrize(("levels", "depth"), [(0, 0), (1, 1), (31, 31), (32, 32), (63, 63), (64, 64), (5_000, 64)])
def test_depth_is_counted_as_far_as_it_matters(levels: int, depth: int) -> None:
    value: dict[str, Any] = {"S": "leaf"}
    for level in range(levels):
        value = {"L": [value]} if level % 2 else {"M": {"k": value}}
    walk = ValueFindings()
    walk_value(value, walk)
    assert walk.depth == depth


def test_the_first_fault_in_the_document_is_kept() -> None:
    walk = ValueFindings()
    walk_attributes({"a": {"L": [{"N": "x"}]}, "b": {"SS": []}, "": {"S": "x"}}, walk)
    assert walk.fault is not None
    assert walk.fault.newer == "The parameter cannot be converted to a numeric value: x"
    assert walk.empty_name


def test_lists_and_maps_without_end_do_not_exhaust_the_stack() -> None:
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(5_000):
        value = {"L": [value]}
    findings = ValueFindings()
    walk_attributes({"a": value, "b": {"M": {"c": value}}}, findings)
    assert findings.depth == 64
    assert not findings.is_clean


@pytest.mark.parametrize("levels", [30, 31, 32])
def test_levels_that_are_clean(levels: int) -> None:
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(levels):
        value = {"M": {"m": value}}
    findings = ValueFindings()
    walk_attributes({"a": value}, findings)
    assert findings.depth == levels
    assert findings.is_clean is (levels <= 31)


@pytest.mark.parametrize("bytes_", [65_534, 65_535, 65_536])
@pytest.mark.parametrize(
    "wrap", [lambda inner: inner, lambda inner: {"m": {"M": inner}}, lambda inner: {"l": {"L": [{"M": inner}]}}]
)
def test_names_may_be_as_long_as_a_name_may_be(bytes_: int, wrap: Any) -> None:
    findings = ValueFindings()
    walk_attributes(wrap({"n" * bytes_: {"S": "a"}}), findings)
    assert (findings.fault is None) is (bytes_ <= 65_535)
    findings = ValueFindings()
    walk_attributes(wrap({"n": {"S": "a" * bytes_}}), findings)
    assert findings.fault is None


@pytest.mark.parametrize("value", [{}, {"X": "x"}, {"S": None}, None])
def test_what_holds_no_value_is_noted(value: Any) -> None:
    for item in ({"a": value}, {"a": {"L": [value]}}, {"a": {"M": {"b": value}}}):
        findings = ValueFindings()
        walk_attributes(item, findings)
        assert findings.fault is not None


@pytest.mark.parametrize("value", ["S", ["S"], [0], [5], 1, {"S": 1}, {"N": 1}, {"M": []}, {"L": {}}, {"SS": [1]}])
def test_what_is_no_value_is_refused(value: Any) -> None:
    for item in ({"a": value}, {"a": {"L": [value]}}, {"a": {"M": {"b": value}}}):
        with pytest.raises(DynamoDBError) as caught:
            walk_attributes(item, ValueFindings())
        assert caught.value.code == "SerializationException"
