"""Every recorded outcome of an update; the item it is applied to stays as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from msgspec.structs import astuple

from dynarig.emulator.expressions import UPDATE, bind_actions, compile_expression
from dynarig.emulator.expressions.parse.ast import Action, Literal, Path
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from tests.expressions.cases import load


@pytest.mark.parametrize("case", load("updates"))
def test_update(case: dict[str, Any]) -> None:
    program = compile_expression(UPDATE, case["text"])
    values, item = case.get("values"), case["item"]
    before = copy.deepcopy(item)
    program.check_operands(None, values)
    bound = program.bind(None, values)
    if "error" in case:
        with pytest.raises(DynamoDBError) as caught:
            bound.apply(item)
        assert caught.value.message == case["error"]
        assert item == before
        return
    new, growth = astuple(bound.apply(item))
    assert item == before
    assert growth == item_size(new) - item_size(item)
    assert new == case["result"]
    if "charge" in case:
        assert bound.request_charge() == case["charge"]
    if "updated_old" in case:
        assert bound.updated_old(item) == case["updated_old"]
    if "updated_new" in case:
        assert bound.updated_new(item) == case["updated_new"]


def test_targets_and_touched() -> None:
    bound = compile_expression(UPDATE, "SET #a.b[1] = :v, c = :v REMOVE d").bind({"#a": "x.y"}, {":v": {"S": "z"}})
    assert [tuple(target) for target in bound.actions.targets] == [
        ("SET", ("x.y", "b", 1)),
        ("SET", ("c",)),
        ("REMOVE", ("d",)),
    ]
    assert bound.actions.touched == ("x.y", "c", "d")


def test_what_is_not_touched_is_shared() -> None:
    item = {"m": {"M": {"a": {"L": []}, "b": {"N": "1"}}}, "k": {"M": {}}}
    new = compile_expression(UPDATE, "SET m.b = :v").bind(None, {":v": {"N": "2"}}).apply(item).item
    assert new["k"] is item["k"]
    assert new["m"]["M"]["a"] is item["m"]["M"]["a"]


def test_actions_without_text() -> None:
    bound = bind_actions((Action("SET", Path(("a b",)), Literal({"N": "1"})), Action("REMOVE", Path(("c",)))))
    assert bound.apply({"c": {"N": "2"}}).item == {"a b": {"N": "1"}}


def test_names_are_charged_by_what_they_stand_for() -> None:
    program = compile_expression(UPDATE, "SET #a.#b = #a.#c")
    bound = program.bind({"#a": "é", "#b": "bb", "#c": "ccc"}, None)
    assert bound.request_charge() == 3 + 19 + 2 + (4 + 2) + 1 + (14 + 2) + (14 + 3)


def test_every_target_is_resolved_before_any_operand() -> None:
    program = compile_expression(UPDATE, "SET a = :undefined, #b = :v")
    with pytest.raises(DynamoDBError, match="attribute name: #b"):
        program.check_defined(None, {":v": {"S": "x"}})


def test_binding_refuses_paths_that_meet() -> None:
    for text in ("SET a = :v, a.b = :v", "SET a.b = :v, #a = :v"):
        with pytest.raises(DynamoDBError, match="overlap"):
            compile_expression(UPDATE, text).bind({"#a": "a"}, {":v": {"N": "1"}})
