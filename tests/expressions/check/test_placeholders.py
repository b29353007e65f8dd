"""Placeholder members: presence, keys, definition and use."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import (
    CONDITION,
    UPDATE,
    check_members,
    check_names,
    compile_expression,
    unused,
)
from dynarig.emulator.model.errors import DynamoDBError

VALUE = {"S": "x"}


def _message(call: Any) -> str | None:
    try:
        call()
    except DynamoDBError as error:
        return error.message
    return None


@pytest.mark.parametrize("key", ["a", "#", "#a-b", "#a b", "#é", "##", "#a.b", ":a", ""])
def test_bad_name_keys(key: str) -> None:
    message = _message(lambda: check_members({key: "a"}, None, True, True))
    assert message == f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"'


@pytest.mark.parametrize("key", ["a", ":", "::", ":a-b", "#a"])
def test_bad_value_keys(key: str) -> None:
    message = _message(lambda: check_members(None, {key: VALUE}, True, True))
    assert message == f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"'


@pytest.mark.parametrize(
    ("names", "values", "named", "valued", "expected"),
    [
        (None, None, False, False, None),
        ({"#a_1": "a"}, {":0": VALUE}, True, True, None),
        ({"#a": "a"}, None, False, False, "ExpressionAttributeNames can only be specified when using expressions"),
        (
            None,
            {":a": VALUE},
            True,
            False,
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
        ),
        ({}, {}, True, True, "ExpressionAttributeNames must not be empty"),
        (None, {}, True, True, "ExpressionAttributeValues must not be empty"),
    ],
)
def test_members(names: Any, values: Any, named: bool, valued: bool, expected: str | None) -> None:
    absent = ": FilterExpression is null"
    assert _message(lambda: check_members(names, values, named, valued, absent)) == expected


def test_empty_name() -> None:
    message = _message(lambda: check_names({"#a": "a", "#e": ""}))
    assert message == "ExpressionAttributeNames contains invalid value: Empty attribute name for key #e"
    check_names(None)


def test_unused() -> None:
    programs = [
        compile_expression(CONDITION, "#a = :v OR attribute_exists(#a)"),
        compile_expression(UPDATE, "SET b = if_not_exists(#b, :w)"),
    ]
    names, values = {"#a": "a", "#b": "b"}, {":v": VALUE, ":w": VALUE}
    assert unused(names, values, programs) is None
    assert unused(None, None, programs) is None
    error = unused({**names, "#d": "d", "#c": "c"}, {**values, ":x": VALUE}, programs)
    assert error is not None
    assert error.message == "Value provided in ExpressionAttributeNames unused in expressions: keys: {#c, #d}"
    error = unused(names, {**values, ":x": VALUE}, programs)
    assert error is not None
    assert error.message == "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}"


def test_placeholders_are_listed_once_in_written_order() -> None:
    program = compile_expression(CONDITION, "#b = :z AND #a.#b[1] < :y AND contains(#a, :z)")
    assert program.names == ("#b", "#a")
    assert program.values == (":z", ":y")


def test_undefined_in_written_order() -> None:
    program = compile_expression(CONDITION, ":v = #a AND #b = :w")
    undefined_name = "An expression attribute name used in the document path is not defined; attribute name: "
    undefined_value = "An expression attribute value used in expression is not defined; attribute value: "
    prefix = "Invalid ConditionExpression: "
    assert _message(lambda: program.check_defined(None, None)) == f"{prefix}{undefined_value}:v"
    assert _message(lambda: program.check_defined(None, {":v": VALUE})) == f"{prefix}{undefined_name}#a"
    assert (
        _message(lambda: program.check_defined({"#a": "a", "#b": "b"}, {":v": VALUE})) == f"{prefix}{undefined_value}:w"
    )
    assert _message(lambda: program.check_defined({"#a": "a", "#b": "b"}, {":v": VALUE, ":w": VALUE})) is None
