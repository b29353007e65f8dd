"""What a key condition hands to the plan."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import KEY_CONDITION, compile_expression
from dynarig.emulator.model.errors import DynamoDBError

V, W = {"S": "v"}, {"S": "w"}


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("pk = :v", [("pk", "=", (V,))]),
        ("sk > :v AND pk = :w", [("sk", ">", (V,)), ("pk", "=", (W,))]),
        (":v > sk AND :w = pk", [("sk", "<", (V,)), ("pk", "=", (W,))]),
        (":v <= sk AND (pk = :w)", [("sk", ">=", (V,)), ("pk", "=", (W,))]),
        ("#p = :v and begins_with(sk, :w)", [("x.y", "=", (V,)), ("sk", "begins_with", (W,))]),
        ("(pk = :v AND sk BETWEEN :v AND :w)", [("pk", "=", (V,)), ("sk", "BETWEEN", (V, W))]),
        ("a = :v AND (b = :v AND c = :undefined)", [("a", "=", (V,)), ("b", "=", (V,)), ("c", "=", (None,))]),
    ],
)
def test_clauses(text: str, clauses: list[Any]) -> None:
    program = compile_expression(KEY_CONDITION, text)
    names, values = {"#p": "x.y"}, {":v": V, ":w": W}
    program.check_operands(names, values)
    assert [tuple(clause) for clause in program.bind(names, values).clauses] == clauses


def test_binding_refuses_what_is_no_key_condition() -> None:
    with pytest.raises(DynamoDBError, match="Invalid operator used in KeyConditionExpression: OR"):
        compile_expression(KEY_CONDITION, "pk = :v OR pk = :w").bind(None, {":v": V, ":w": W})


def test_an_undefined_name_is_told() -> None:
    with pytest.raises(DynamoDBError, match="attribute name: #p"):
        compile_expression(KEY_CONDITION, "#p = :v").bind(None, {":v": V})
