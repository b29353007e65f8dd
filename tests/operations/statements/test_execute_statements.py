"""PartiQL as a table: what each request is answered. Cases: tests/cases/partiql/*.json; tables and items: world.

A case has a statement (with parameters, and request for further members), or an operation and its request; and what
is expected: malformed (the detail of a text that is no statement), refused (a ValidationException's text), error and
message, items, first (attributes of the first item), answer, or body (a refusal whole). stored: an item afterwards.
Shorthand: ``{"$text": n}`` is a text of n characters, ``{"$deep": n}`` a value within n lists.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from tests.partiql.world import make_engine

CASES = Path(__file__).resolve().parent.parent.parent / "cases" / "partiql"
MALFORMED = "Statement wasn't well formed, can't be processed: "


def _expand(node: Any) -> Any:
    if isinstance(node, list):
        return [_expand(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$text" in node:
        return "x" * node["$text"]
    if "$deep" in node:
        value: Any = {"S": "leaf"}
        for _ in range(node["$deep"]):
            value = {"L": [value]}
        return value
    return {name: _expand(each) for name, each in node.items()}


def _execute(engine: Engine, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    reply = engine.execute(Call(operation, request), 1.0)
    answer: dict[str, Any] = orjson.loads(orjson.dumps(reply.payload))
    return answer


def _run(engine: Engine, case: dict[str, Any]) -> dict[str, Any]:
    if "operation" in case:
        return _execute(engine, case["operation"], _expand(case["request"]))
    request = {"Statement": case["statement"], **case.get("request", {})}
    if "parameters" in case:
        request["Parameters"] = _expand(case["parameters"])
    return _execute(engine, "ExecuteStatement", request)


def _check(case: dict[str, Any], answer: dict[str, Any]) -> None:
    if "answer" in case or "body" in case:
        assert answer == case.get("answer", case.get("body"))
    elif "first" in case:
        shown = answer["Items"][0]
        assert {name: shown.get(name) for name in case["first"]} == case["first"]
    elif "items" in case:
        assert answer.get("Items", answer) == case["items"]
    else:
        text = case.get("message") or case.get("refused")
        wanted = MALFORMED + case["malformed"] if "malformed" in case else text
        assert answer.pop("__type").partition("#")[2] == case.get("error", "ValidationException")
        assert answer == {"message": wanted}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


@pytest.mark.parametrize("case", _cases())
def test_statement(case: dict[str, Any]) -> None:
    engine = make_engine()
    _check(case, _run(engine, case))
    if "stored" in case:
        stored = case["stored"]
        read = {"TableName": stored["table"], "Key": stored["key"]}
        assert _execute(engine, "GetItem", read).get("Item") == stored["item"]
    engine.check()


def test_every_case_file_holds_cases() -> None:
    assert len(_cases()) > 300
