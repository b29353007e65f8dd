"""Clauses against key schemas: what fits becomes a range; of several faults the recorded one is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynarig.emulator.expressions import KeyClause
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.planning.key_checks import check_key_value
from dynarig.emulator.planning.key_conditions import check_clauses, check_no_stray, key_range
from dynarig.emulator.planning.key_range import KeyRange

ONE = KeySchema((KeyAttribute("h", "S"),), (KeyAttribute("r", "N"),))
WIDE = KeySchema(
    (KeyAttribute("h1", "S"), KeyAttribute("h2", "N")), tuple(KeyAttribute(name, "S") for name in ("a", "b", "c"))
)


def _clauses(text: str) -> list[KeyClause]:
    """Clauses such as ``h = r <``: attributes and operators in turn, each with one operand."""
    words = text.split()
    return [KeyClause(name, operator, ({"S": "v"},)) for name, operator in zip(words[::2], words[1::2], strict=True)]


def _fault(keys: KeySchema, text: str) -> str | None:
    try:
        check_clauses(_clauses(text), keys)
        check_no_stray(_clauses(text), keys)
    except DynamoDBError as error:
        return error.message
    return None


@pytest.mark.parametrize("text", ["h =", "h = r =", "r < h =", "h = r begins_with"])
def test_clauses_that_fit(text: str) -> None:
    assert _fault(ONE, text) is None


@pytest.mark.parametrize("text", ["h1 = h2 =", "b < a = h2 = h1 =", "h1 = h2 = a = b = c begins_with", "h1 = h2 = a >"])
def test_clauses_that_fit_several_attributes(text: str) -> None:
    assert _fault(WIDE, text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("h = r = x =", "The number of query conditions (3) exceeds the number of key attributes "),
        ("r =", "Query condition missed key schema element: h"),
        ("x =", "Query condition missed key schema element: h"),
        ("h <", "Query key condition not supported"),
        ("h < x =", "Query key condition not supported"),
        ("h = x =", "Query condition missed key schema element: r"),
    ],
)
def test_clauses_that_do_not(text: str, message: str) -> None:
    assert (_fault(ONE, text) or "").startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("h1 =", "HASH key attributes h2 must have equality conditions specified in the query"),
        ("a =", "HASH key attributes h1, h2 must have equality conditions specified in the query"),
        ("h1 = h2 > x =", "HASH key attributes h2 must have equality conditions specified in the query"),
        ("h1 = h2 = b = x =", "Query condition missed key schema element: a"),
        ("h1 = h2 = c <", "RANGE key attributes a, b must have equality conditions specified in the query because"),
        ("h1 = h2 = a < c =", "RANGE key attributes a, b must have equality conditions specified in the query because"),
        (
            "h1 = h2 = a = b < c <",
            "RANGE key attributes b must have equality conditions specified in the query because",
        ),
    ],
)
def test_clauses_that_do_not_fit_several_attributes(text: str, message: str) -> None:
    assert (_fault(WIDE, text) or "").startswith(message)


def test_the_partition_key_s_fault_comes_before_undefined_values_and_strays() -> None:
    check_clauses(_clauses("h = x ="), ONE)
    with pytest.raises(DynamoDBError):
        check_clauses(_clauses("x = h <"), ONE)


def test_a_range_of_a_table() -> None:
    clauses = [KeyClause("r", ">", ({"N": "1.5"},)), KeyClause("h", "=", ({"S": "p"},))]
    found = key_range(clauses, ONE, of_index=False, check_value=check_key_value)
    assert found == KeyRange("p", Decimal("1.5"), False)


def test_a_range_of_an_index_with_several_attributes() -> None:
    clauses = [
        KeyClause("h2", "=", ({"N": "7"},)),
        KeyClause("h1", "=", ({"S": "p"},)),
        KeyClause("a", "=", ({"S": "x"},)),
        KeyClause("b", "BETWEEN", ({"S": "k"}, {"S": "m"})),
    ]
    found = key_range(clauses, WIDE, of_index=True, check_value=check_key_value)
    assert found.partition == ("p", Decimal(7))
    inside = [("x", "k", "", "t", 1), ("x", "m", "zzz", "t", 1)]
    outside = [("x", "j", "z", "t", 1), ("x", "ma", "", "t", 1), ("w", "l", "", "t", 1), ("xa", "l", "", "t", 1)]
    assert all(map(found.holds, inside))
    assert not any(map(found.holds, outside))


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ([KeyClause("h", "=", ({"N": "1"},))], "Condition parameter type does not match schema type"),
        (
            [KeyClause("h", "=", ({"S": ""},)), KeyClause("r", "=", ({"S": ""},))],
            "Condition parameter type does not match schema type",
        ),
        ([KeyClause("h", "=", ({"S": ""},))], "cannot contain an empty string value. Key: h"),
        (
            [KeyClause("h", "=", ({"S": "x" * 2_049},))],
            "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ),
    ],
)
def test_values_that_no_key_may_have(clauses: list[KeyClause], message: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        key_range(clauses, ONE, of_index=False, check_value=check_key_value)
    assert (caught.value.message or "").endswith(message)
