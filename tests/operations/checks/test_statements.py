"""Statements that passed: remembering them changes no answer, and stays small."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest

from emulator.engine import Engine
from emulator.model.call import Call
from emulator.operations.checks import statements
from emulator.operations.checks.statements import Statements, fits, statement_of
from emulator.operations.reading import read_request
from emulator.operations.request import Request
from tests.differential import generator
from tests.differential.tables import TABLES
from tests.fuzz.json_mutators import mutated

Sent = tuple[str, bytes]
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
STATEMENTS = 260  # a seed; each is sent several times
MAKERS = (
    generator.put_item,
    generator.update_item,
    generator.update_item,
    generator.delete_item,
    generator.get_item,
    generator.query,
    generator.scan,
    generator.transact_write,
)


def holders(node: Any) -> Iterator[dict[str, Any]]:
    """Every structure of a request that has values or names for expressions."""
    if isinstance(node, dict):
        if NAMES in node or VALUES in node:
            yield node
        for inner in node.values():
            yield from holders(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from holders(inner)


def varied(request: dict[str, Any], draw: Random) -> dict[str, Any]:
    """The statement again, with other values, sometimes of another type, seldom with other names."""
    request = copy.deepcopy(request)
    for holder in holders(request):
        for values in (holder.get(VALUES, {}), holder.get(NAMES, {}) if draw.random() < 0.2 else {}):
            for name in values:
                if name[0] == "#":
                    values[name] = draw.choice(generator.NAMES)
                elif draw.random() < 0.7:
                    alike = [generator.value(draw) for _ in range(12)]
                    alike = [value for value in alike if value.keys() == values[name].keys()]
                    values[name] = draw.choice(alike) if alike and draw.random() < 0.8 else generator.value(draw)
    for name in ("Key", "Item"):
        if name in request:
            request[name] |= generator.key(draw, request["TableName"])
    return request


def drawn(seed: int) -> list[Sent]:
    """Requests, most of them valid, each statement several times in a row and again later."""
    draw = Random(seed)
    made: list[tuple[str, dict[str, Any]]] = []
    sent: list[Sent] = []
    for _ in range(STATEMENTS):
        operation, request = draw.choice(made) if made and draw.random() < 0.3 else draw.choice(MAKERS)(draw)
        made.append((operation, request))
        sent += [(operation, orjson.dumps(each)) for each in (request, varied(request, draw), varied(request, draw))]
        sent.append((operation, mutated(request, draw)))
    return sent


def answers(sent: list[Sent]) -> list[tuple[int, bytes]]:
    engine = Engine()
    for number, table in enumerate(TABLES):
        assert engine.execute(Call("CreateTable", table), float(number)).status == 200
    found = []
    for number, (operation, body) in enumerate(sent):
        try:
            request = orjson.loads(body)
        except orjson.JSONDecodeError:
            request = {}
        if type(request) is not dict:
            continue
        reply = engine.execute(Call(operation, request), 1_000.0 + number)
        found.append((reply.status, orjson.dumps(reply.payload, option=orjson.OPT_SORT_KEYS)))
    engine.check()
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_answer_changes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = drawn(seed)
    remembering = answers(sent)
    monkeypatch.setattr(statements, "statement_of", lambda request: None)
    forgetful = answers(sent)
    assert remembering == forgetful
    assert sum(status == 200 for status, _ in forgetful) > len(sent) // 4
    assert sum(status == 400 for status, _ in forgetful) > len(sent) // 8


def update(**members: Any) -> Request:
    body = {
        "TableName": "things",
        "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "SET #a = :v",
        NAMES: {"#a": "count"},
        VALUES: {":v": {"N": "1"}},
    }
    return read_request("UpdateItem", body | members)


def test_a_statement_is_all_but_what_values_hold() -> None:
    plain = statement_of(update())
    assert plain is not None
    assert plain == statement_of(update(Key={"pk": {"S": "b"}}))
    assert plain == statement_of(update(**{VALUES: {":v": {"N": "2"}}}))
    others: list[dict[str, Any]] = [
        {"TableName": "other"},
        {"UpdateExpression": "SET #a = :v "},
        {"ReturnValues": "ALL_NEW"},
        {NAMES: {"#a": "total"}},
        {NAMES: {"#b": "count"}},
        {VALUES: {":v": {"S": "1"}}},
        {VALUES: {":w": {"N": "1"}}},
        {VALUES: {":v": {"N": "1"}, ":w": {"N": "1"}}},
    ]
    stated = [statement_of(update(**other)) for other in others]
    assert len({plain, *stated}) == 1 + len(others)


def test_lists_and_legacy_members_are_not_remembered() -> None:
    assert statement_of(update(Expected={})) is None
    body = {"TableName": "things", "Key": {"pk": {"S": "a"}}, "AttributesToGet": ["a"]}
    assert statement_of(read_request("GetItem", body)) is None


def test_fits() -> None:
    assert not fits(update())  # nothing has been compiled that would use its placeholders
    assert fits(Request("GetItem", {}, {}, False, True))


def test_what_is_remembered_stays_small() -> None:
    known = Statements()
    request = Request("GetItem", {"TableName": "t"}, {}, False, True)
    for number in range(2_000):
        known.keep((number,), request, ())
    assert sum(known.recall((number,)) is not None for number in range(2_000)) <= 512
    assert known.recall((1_999,)) is not None
    long = ("x" * 10_000,)
    known.keep(long, request, ())
    assert known.recall(long) is None
