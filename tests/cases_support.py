"""Cases as data, run on an engine that holds known tables: what each call is answered, and what it takes.

A case is one object of a file of tests/cases/<folder>/:

    case        what is shown
    before      calls that run first and must succeed: [[operation, request], …]
    operation, request
    error, message, members      the refusal: its code, its exact text (null for none), and further members
    answer      the whole body of a success;  or has: members of it (null for a member that must not be there)
    capacity    ConsumedCapacity, flat: {"total": 2, "table": 1, "gsi": 1}; asks for INDEXES by itself
    axis        the axis that a transaction names at every level beside CapacityUnits
    after       further cases on the same engine

Shorthand: ``{"$text": n}`` n characters, ``{"$deep": n}`` a value within n lists, ``{"$bytes": n}`` n bytes in
base64, ``{"$times": [n, element]}`` a list of n, in whose texts ``#`` is the position from 0; in messages ``{E1}``,
``{OMPV}``, ``{OMPNV}``, ``{NEST}`` and ``{START}`` stand for what many begin with.
"""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call

FOLDER = Path(__file__).resolve().parent / "cases"
NOW = 1_790_000_000.0
PAGES_MAX = 1_000  # more than any test has: paging that repeats itself fails instead of going on
_TEXTS = {
    "{E1}": "1 validation error detected: ",
    "{OMPV}": "One or more parameter values were invalid: ",
    "{OMPNV}": "One or more parameter values are not valid. ",
    "{NEST}": "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit",
    "{START}": "The provided starting key is invalid",
}
Case = dict[str, Any]


def expand(node: Any) -> Any:
    """JSON with its shorthand written out."""
    if isinstance(node, list):
        return [expand(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$text" in node:
        return "x" * node["$text"]
    if "$bytes" in node:
        return b64encode(bytes(node["$bytes"])).decode()
    if "$deep" in node:
        value: Any = {"S": "leaf"}
        for _ in range(node["$deep"]):
            value = {"L": [value]}
        return value
    if "$times" in node:
        count, element = node["$times"]
        return [expand(numbered(element, position)) for position in range(count)]
    return {name: expand(each) for name, each in node.items()}


def numbered(node: Any, position: int) -> Any:
    """The element of a repetition at this position."""
    return json.loads(json.dumps(node).replace("#", str(position)))


def read_cases(folder: str) -> list[Any]:
    """The cases of a folder, as parameters of a test."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['case']}")
        for path in sorted((FOLDER / folder).glob("*.json"))
        for case in json.loads(path.read_text())
    ]


class World:
    """An engine with the tables of tests/cases/known_tables.json. now: epoch seconds, moved by tests."""

    def __init__(self, *, with_tables: bool = True) -> None:
        self.engine = Engine()
        self.now = NOW
        for request in json.loads((FOLDER / "known_tables.json").read_text()) if with_tables else ():
            self.call("CreateTable", {"BillingMode": "PAY_PER_REQUEST", **request})

    def attempt(self, operation: str, request: Case) -> tuple[int, Case]:
        """(status, body) of a call; the request is read from JSON as a shell reads it."""
        call = Call(operation, orjson.loads(orjson.dumps(request)))
        reply = self.engine.execute(call, self.now)
        return reply.status, orjson.loads(orjson.dumps(reply.payload))

    def call(self, operation: str, request: Case) -> Case:
        """The answer of a call that must succeed."""
        status, body = self.attempt(operation, request)
        assert status == 200, (operation, request, body)
        return body

    def put(self, table: str, *items: Case) -> None:
        """Put items."""
        for item in items:
            self.call("PutItem", {"TableName": table, "Item": item})

    def pages(self, operation: str, request: Case) -> list[list[Case]]:
        """The items of every page, from the first to the one without LastEvaluatedKey."""
        pages = []
        for _ in range(PAGES_MAX):
            answer = self.call(operation, request)
            pages.append(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return pages
            request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
        raise AssertionError(f"{operation} has no end: over {PAGES_MAX} pages")

    def run(self, case: Case) -> None:
        """Run one case and those that follow it; whatever it is, the engine stays sound."""
        for operation, request in case.get("before", []):
            self.call(operation, expand(request))
        request = expand(case["request"])
        if "capacity" in case:
            request = {"ReturnConsumedCapacity": "INDEXES", **request}
        status, body = self.attempt(case["operation"], request)
        _judge(case, status, body)
        self.engine.check()
        for later in case.get("after", []):
            self.run({"operation": case["operation"], "request": case["request"], **later})


def _judge(case: Case, status: int, body: Case) -> None:
    if "error" in case:
        told = body.pop("__type", f"a success: {body}").partition("#")[2]
        message = body.pop("message", body.pop("Message", None))
        _same((told, message), (case["error"], said(case["message"])))
        _same(body, expand(case.get("members", {})))
        return
    assert status == 200, body
    if "answer" in case:
        _same(body, expand(case["answer"]))
    for name, content in expand(case.get("has", {})).items():
        _same(body.get(name), content)
    if "capacity" in case:
        _same(units(body["ConsumedCapacity"], case.get("axis")), case["capacity"])
    assert {"answer", "has", "capacity"} & case.keys(), "a case that expects nothing"


def _same(given: Any, wanted: Any) -> None:
    assert given == wanted, f"\ngiven:  {given}\nwanted: {wanted}"


def said(message: str | None) -> str | None:
    """A message with its shorthand written out."""
    for short, long in _TEXTS.items() if message is not None else ():
        message = message.replace(short, long) if message is not None else None
    return message


def units(consumed: Any, axis: str | None = None) -> Case:
    """ConsumedCapacity of one table, flat; asserts that every level names this axis and no other."""
    if isinstance(consumed, list):
        (consumed,) = consumed
    targets = {"total": {name: each for name, each in consumed.items() if name.endswith("Units")}}
    if "Table" in consumed:
        targets["table"] = consumed["Table"]
    for family in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        targets |= consumed.get(family, {})
    wanted = {"CapacityUnits"} if axis is None else {"CapacityUnits", axis}
    for name, target in targets.items():
        assert target.keys() == wanted, name
        assert len(set(target.values())) == 1, name
    return {name: target["CapacityUnits"] for name, target in targets.items()}
