"""The memo of programs, the size limit, and what no text, name, value or item may bring about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.expressions import (
    CONDITION,
    FILTER,
    KEY_CONDITION,
    PROJECTION,
    UPDATE,
    check_size,
    compile_expression,
)
from dynarig.emulator.model.errors import DynamoDBError

KINDS = (CONDITION, FILTER, KEY_CONDITION, UPDATE, PROJECTION)

# Fragments, so that the texts made of them are often well-formed, or nearly.
FRAGMENTS = [
    *("a", "b.c", "l[0]", "l[1].k", "#a", "#u", ":n", ":s", ":l", ":ss", ":undefined", "size(a)", "status"),
    *("attribute_exists(", "begins_with(", "contains(", "if_not_exists(", "list_append(", "foo(", "(", ")", ","),
    *("=", "<>", "<", ">=", "AND", "OR", "NOT", "BETWEEN", "IN", "+", "-", ".", "[", "]", "7", "é", "\x00"),
    *("SET", "REMOVE", "ADD", "DELETE", "a = :n", "b < :s", "SET a = :n", "a, b", "attribute_type(a, :s)"),
]
SCALARS: st.SearchStrategy[Any] = st.sampled_from(
    [{"S": "x"}, {"S": ""}, {"N": "1"}, {"N": "-2.5"}, {"B": "AQ=="}, {"BOOL": True}, {"NULL": True}]
    + [{"SS": ["a", "x"]}, {"NS": ["1", "2"]}, {"BS": ["AQ=="]}]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda elements: {"L": elements})
        | st.dictionaries(st.sampled_from(["a", "c", "k"]), inner, max_size=2).map(lambda members: {"M": members})
    ),
    max_leaves=4,
)
ITEMS = st.dictionaries(st.sampled_from(["a", "b", "c", "l"]), VALUES, max_size=4)
NAMES = st.sampled_from([None, {"#a": "a"}, {"#a": "b", "#u": "l"}])
PLACEHOLDERS = st.dictionaries(st.sampled_from([":n", ":s", ":l", ":ss"]), VALUES, max_size=4)


def _refusal(call: Callable[[], Any]) -> DynamoDBError | None:
    """What the call refuses, or None; anything but DynamoDBError is a failure of the test."""
    try:
        call()
    except DynamoDBError as error:
        return error
    return None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), st.text(max_size=60) | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join))
def test_any_text_compiles_or_is_refused(kind: Any, text: str) -> None:
    refusal = _refusal(lambda: compile_expression(kind, text))
    assert refusal is None or str(refusal.message).startswith(f"Invalid {kind}: ")


def _run(kind: Any, text: str, names: Any, values: Any, item: Any) -> None:
    program: Any = compile_expression(kind, text)
    bound = program.bind(names, values)
    program.check_operands(names, values)
    if kind in (CONDITION, FILTER):
        assert isinstance(bound.matches(item), bool)
    elif kind == UPDATE:
        assert bound.request_charge() > 0
        bound.updated_old(item)
        bound.updated_new(item)
    elif kind == PROJECTION:
        bound.apply(item)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=9).map(" ".join),
    NAMES,
    PLACEHOLDERS,
    ITEMS,
)
def test_any_bound_program_runs_or_is_refused(kind: Any, text: str, names: Any, values: Any, item: Any) -> None:
    refusal = _refusal(lambda: _run(kind, text, names, values, item))
    assert refusal is None or refusal.code == "ValidationException"


def test_a_text_is_compiled_once_a_kind() -> None:
    first = compile_expression(CONDITION, "attribute_exists(cached)")
    assert compile_expression(CONDITION, "attribute_exists(cached)") is first
    assert compile_expression(FILTER, "attribute_exists(cached)") is not first


@pytest.mark.parametrize("text", ["a" * 4_097, "é" * 2_049, "a = :v" + " " * 4_091])
def test_size(text: str) -> None:
    size_bytes = len(text.encode())
    refusal = "Invalid FilterExpression: Expression size has exceeded the maximum allowed size;"
    for with_figure, suffix in ((False, ""), (True, f" expression size: {size_bytes}")):
        with pytest.raises(DynamoDBError) as caught:
            compile_expression(FILTER, text, with_figure)
        assert caught.value.message == refusal + suffix


def test_the_limit_itself_is_allowed() -> None:
    check_size(FILTER, "é" * 2_048)
    compile_expression(PROJECTION, "a" * 4_096)
