"""Legacy parameters: every recorded refusal, and what the rest come to mean."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import compile_node, legacy
from dynarig.emulator.model.errors import ONE_OR_MORE, DynamoDBError

S, N, BOOL, SS = {"S": "x"}, {"N": "1"}, {"BOOL": True}, {"SS": ["a"]}
ITEM = {"s": S, "n": N, "ss": {"SS": ["x", "y"]}, "l": {"L": [S, N]}, "a.b-c": N, "z": {"NULL": True}}


def _condition(operator: str | None, *arguments: Any) -> dict[str, Any]:
    members: dict[str, Any] = {"AttributeValueList": list(arguments)}
    return members if operator is None else {**members, "ComparisonOperator": operator}


@pytest.mark.parametrize(
    ("name", "condition", "matches"),
    [
        ("n", _condition("EQ", N), True),
        ("a.b-c", _condition("EQ", N), True),
        ("n", _condition("NE", S), True),
        ("nope", _condition("NE", S), True),
        ("n", _condition("LT", {"N": "2"}), True),
        ("n", _condition("GE", {"N": "2"}), False),
        ("nope", _condition("LE", N), False),
        ("n", _condition("BETWEEN", {"N": "0"}, {"N": "1"}), True),
        ("n", _condition("IN", {"N": "0"}, {"N": "1"}), True),
        ("nope", _condition("NULL"), True),
        ("z", _condition("NULL"), False),
        ("z", _condition("NOT_NULL"), True),
        ("s", _condition("BEGINS_WITH", {"S": ""}), True),
        ("ss", _condition("CONTAINS", {"S": "y"}), True),
        ("l", _condition("CONTAINS", N), True),
        ("l", _condition("NOT_CONTAINS", N), False),
        ("n", _condition("NOT_CONTAINS", N), True),
        ("nope", _condition("NOT_CONTAINS", N), False),
        ("ss", _condition("EQ", {"SS": ["x", "y"]}), True),
    ],
)
def test_filter(name: str, condition: Any, matches: bool) -> None:
    node = legacy.filter_condition("scanFilter", {name: condition})
    assert node is not None
    assert compile_node(node)(ITEM) is matches


def test_conditional_operator_joins() -> None:
    conditions = {"n": _condition("EQ", N), "s": _condition("EQ", N)}
    for operator, matches in (("AND", False), (None, False), ("OR", True)):
        node = legacy.filter_condition("queryFilter", conditions, operator)
        assert node is not None
        assert compile_node(node)(ITEM) is matches
    assert legacy.filter_condition("queryFilter", {}) is None


COUNT = "Invalid number of argument(s) for the {} ComparisonOperator"
SAME = "AttributeValues inside AttributeValueList must be of same type"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (_condition("NULL", N), ONE_OR_MORE + COUNT.format("NULL")),
        (_condition("EQ"), ONE_OR_MORE + COUNT.format("EQ")),
        (_condition("EQ", N, N), ONE_OR_MORE + COUNT.format("EQ")),
        (_condition("BETWEEN", N), ONE_OR_MORE + COUNT.format("BETWEEN")),
        (_condition("IN"), ONE_OR_MORE + COUNT.format("IN")),
        (_condition("eq", N), ONE_OR_MORE + "Invalid comparison operator"),
        (_condition("LT", BOOL), f"{ONE_OR_MORE}ComparisonOperator LT is not valid for BOOL AttributeValue type"),
        (
            _condition("IN", S, BOOL),
            f"{ONE_OR_MORE}ComparisonOperator IN is not valid for BOOL AttributeValue type",
        ),
        (
            _condition("BEGINS_WITH", N),
            f"{ONE_OR_MORE}ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type",
        ),
        (
            _condition("CONTAINS", SS),
            f"{ONE_OR_MORE}ComparisonOperator CONTAINS is not valid for SS AttributeValue type",
        ),
        (_condition("BETWEEN", N, S), ONE_OR_MORE + SAME),
        (_condition("IN", N, S), ONE_OR_MORE + SAME),
        (
            _condition("BETWEEN", {"N": "10"}, {"N": "9"}),
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ),
        (
            _condition(None, N),
            "Value null at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: "
            "Member must not be null",
        ),
    ],
)
def test_filter_refusals(condition: Any, text: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        legacy.filter_condition("scanFilter", {"a": condition})
    assert caught.value.message == text


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"Exists": True, "ComparisonOperator": "EQ"}, "Exists and ComparisonOperator cannot be used together"),
        ({"Value": S, "AttributeValueList": [S]}, "Value and AttributeValueList cannot be used together"),
        ({"AttributeValueList": [S]}, "AttributeValueList can only be used with a ComparisonOperator"),
        ({"ComparisonOperator": "EQ"}, "Value or AttributeValueList must be used with ComparisonOperator: EQ"),
        ({"Exists": True}, "Value must be provided when Exists is true"),
        ({}, "Value must be provided when Exists is null"),
        ({"Exists": False, "Value": S}, "Value cannot be used when Exists is false"),
    ],
)
def test_expected_refusals(members: Any, text: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        legacy.expected_condition({"a": members})
    assert caught.value.message == f"{ONE_OR_MORE}{text} for Attribute: a"


@pytest.mark.parametrize(
    ("expected", "matches"),
    [
        ({"n": {"Value": N}}, True),
        ({"n": {"Value": N, "Exists": True}}, True),
        ({"n": {"Exists": False}}, False),
        ({"nope": {"Exists": False}, "n": {"Value": N}}, True),
        ({"n": {"ComparisonOperator": "GT", "Value": {"N": "0"}}}, True),
        ({"n": {"ComparisonOperator": "NULL"}}, False),
        ({"n": {"ComparisonOperator": "NULL", "AttributeValueList": []}}, False),
    ],
)
def test_expected(expected: Any, matches: bool) -> None:
    node = legacy.expected_condition(expected)
    assert node is not None
    assert compile_node(node)(ITEM) is matches


@pytest.mark.parametrize(
    ("updates", "result"),
    [
        ({"q": {"Value": S}}, {**ITEM, "q": S}),
        ({"n": {"Action": "ADD", "Value": N}}, {**ITEM, "n": {"N": "2"}}),
        ({"l": {"Action": "ADD", "Value": {"L": [N]}}}, {**ITEM, "l": {"L": [S, N, N]}}),
        ({"new": {"Action": "ADD", "Value": {"L": [N]}}}, {**ITEM, "new": {"L": [N]}}),
        ({"ss": {"Action": "DELETE", "Value": {"SS": ["x"]}}}, {**ITEM, "ss": {"SS": ["y"]}}),
        ({"z": {"Action": "DELETE"}}, {name: value for name, value in ITEM.items() if name != "z"}),
        ({"a.b-c": {"Action": "PUT", "Value": S}}, {**ITEM, "a.b-c": S}),
    ],
)
def test_attribute_updates(updates: Any, result: Any) -> None:
    assert legacy.attribute_updates(updates).apply(ITEM).item == result


@pytest.mark.parametrize(
    ("updates", "text"),
    [
        (
            {"a": {"Action": "ADD", "Value": S}, "b": {"Action": "put"}},
            "Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action",
        ),
        (
            {"a": {"Action": "ADD"}},
            ONE_OR_MORE + "Only DELETE action is allowed when no attribute value is specified",
        ),
        (
            {"a": {"Action": "DELETE", "Value": S}},
            ONE_OR_MORE + "DELETE action with value is not supported for the type S",
        ),
        ({"a": {"Action": "ADD", "Value": S}}, ONE_OR_MORE + "ADD action is not supported for the type S"),
        ({"n": {"Action": "ADD", "Value": SS}}, legacy.TYPE_MISMATCH),
    ],
)
def test_attribute_update_refusals(updates: Any, text: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        legacy.attribute_updates(updates).apply(ITEM)
    assert caught.value.message == text


def test_key_conditions() -> None:
    clauses = legacy.key_condition({"pk": _condition("EQ", S), "sk": _condition("BETWEEN", N, {"N": "2"})}).clauses
    assert [tuple(clause) for clause in clauses] == [
        ("pk", "=", (S,)),
        ("sk", "BETWEEN", (N, {"N": "2"})),
    ]
    with pytest.raises(DynamoDBError, match=legacy.NOT_INDEXABLE):
        legacy.key_condition({"pk": _condition("CONTAINS", S)})
    with pytest.raises(DynamoDBError, match=SAME):
        legacy.key_condition({"pk": _condition("NE", S), "sk": _condition("BETWEEN", N, S)})


@pytest.mark.parametrize(
    ("operator", "count", "text"),
    [
        ("AND", 0, "ConditionalOperator cannot be used without Filter or Expected"),
        ("X", 1, "ConditionalOperator can only be used when Filter or Expected has two or more elements"),
        ("X", 2, "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"),
    ],
)
def test_conditional_operator_refusals(operator: str, count: int, text: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        legacy.check_conditional_operator(operator, count)
    assert caught.value.message == text


def test_conditional_operator_allowed() -> None:
    legacy.check_conditional_operator(None, 0)
    legacy.check_conditional_operator("OR", 2)
