"""Every recorded answer of a condition, and how conditions without text are built."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import CONDITION, FILTER, compile_expression, compile_node
from dynarig.emulator.expressions.parse.ast import And, Comparison, Literal, Not, Path
from dynarig.emulator.model.errors import DynamoDBError
from tests.expressions.cases import load


@pytest.mark.parametrize("case", load("conditions"))
def test_condition(case: dict[str, Any]) -> None:
    program = compile_expression(FILTER, case["text"])
    names, values = case.get("names"), case.get("values")
    program.check_operands(names, values)
    program.check_defined(names, values)
    assert program.bind(names, values).matches(case["item"]) is case["matches"]


def test_paths_are_resolved_in_written_order() -> None:
    bound = compile_expression(FILTER, "size(a.#b[2]) > :v AND (c = d OR contains(e, f))").bind(
        {"#b": "x.y"}, {":v": {"N": "1"}}
    )
    assert bound.paths == (("a", "x.y", 2), ("c",), ("d",), ("e",), ("f",))


def test_nodes_without_text() -> None:
    is_one = Comparison("=", Path(("a.b", 0)), Literal({"N": "1"}))
    match = compile_node(And((is_one, Not(Comparison("<>", Path(("c",)), Path(("d",)))))))
    item = {"a.b": {"L": [{"N": "1"}]}, "c": {"S": "x"}, "d": {"S": "x"}}
    assert match(item) is True
    assert match({**item, "d": {"S": "y"}}) is False
    assert match({}) is False


def test_binding_tells_what_is_undefined() -> None:
    program = compile_expression(CONDITION, "#a = :v")
    with pytest.raises(DynamoDBError, match="attribute name: #a"):
        program.bind(None, {":v": {"S": "x"}})
    with pytest.raises(DynamoDBError, match="attribute value: :v"):
        program.bind({"#a": "a"}, None)


def test_deep_logic_runs() -> None:
    text = "a = :v AND NOT (b = :v OR " * 59 + "a = :v" + ")" * 59
    bound = compile_expression(FILTER, text).bind(None, {":v": {"S": "x"}})
    assert bound.matches({"a": {"S": "x"}}) is False
    assert bound.matches({}) is False
