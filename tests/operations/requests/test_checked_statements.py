"""Statements that passed: remembering them changes no answer, and stays small."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.operations.requests.checked_statements import CheckedStatements, fits
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
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
    monkeypatch.setattr(CheckedStatements, "keep", lambda self, request, choose: None)
    monkeypatch.setattr(CheckedStatements, "recall", lambda self, request: None)
    forgetful = answers(sent)
    assert remembering == forgetful
    assert sum(status == 200 for status, _ in forgetful) > len(sent) // 4
    assert sum(status == 400 for status, _ in forgetful) > len(sent) // 8


def update(**members: Any) -> dict[str, Any]:
    body = {
        "TableName": "things",
        "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "SET #a = :v",
        NAMES: {"#a": "count"},
        VALUES: {":v": {"N": "1"}},
    }
    return body | members


def nothing_each_time(request: Request) -> tuple[Any, ...]:
    return ()


def kept(operation: str, body: dict[str, Any]) -> CheckedStatements:
    known = CheckedStatements()
    for _ in range(2):
        known.keep(read_request(operation, body), nothing_each_time)
    return known


ALIKE: list[dict[str, Any]] = [
    {},
    {"Key": {"pk": {"S": "b"}}},
    {VALUES: {":v": {"N": "2"}}},
]
UNLIKE: list[dict[str, Any]] = [
    {"TableName": "other"},
    {"UpdateExpression": "SET #a = :v "},
    {"ReturnValues": "ALL_NEW"},
    {NAMES: {"#a": "total"}},
    {NAMES: {"#b": "count"}},
    {VALUES: {":v": {"S": "1"}}},
    {VALUES: {":w": {"N": "1"}}},
    {VALUES: {":v": {"N": "1"}, ":w": {"N": "1"}}},
]


def test_a_statement_is_all_but_what_values_hold() -> None:
    known = kept("UpdateItem", update())
    for members in ALIKE:
        assert known.recall(read_request("UpdateItem", update(**members)))
        assert known.recognise(update(**members))
    for members in UNLIKE:
        assert not known.recall(read_request("UpdateItem", update(**members)))
        assert not known.recognise(update(**members))


def test_statements_with_the_same_texts_are_told_apart_whichever_came_last() -> None:
    meant: list[dict[str, Any]] = [{}, {NAMES: {"#a": "total"}}, {VALUES: {":v": {"S": "1"}}}]
    known = CheckedStatements()
    for members in meant * 2:
        known.keep(read_request("UpdateItem", update(**members)), nothing_each_time)
    found = [known.recognise(update(**members)) for members in meant]
    assert [(each.names, each.types) for each in found if each is not None] == [
        ({"#a": "count"}, ((":v", "N"),)),
        ({"#a": "total"}, ((":v", "N"),)),
        ({"#a": "count"}, ((":v", "S"),)),
    ]


def test_of_statements_with_the_same_texts_the_oldest_goes_alone() -> None:
    known = CheckedStatements(bytes_max=100_000)
    meant = [update(**{NAMES: {"#a": f"{number}" * 9_000}}) for number in range(3)]
    for body in meant:
        request = read_request("UpdateItem", body)
        while known.recall(request) is None:  # it is full from the beginning: few get in
            known.keep(request, nothing_each_time)
    assert [known.recognise(body) is not None for body in meant] == [False, True, True]


@pytest.mark.parametrize(
    "members",
    [
        {"TableName": ["things"]},
        {"TableName": None},
        {"ReturnValues": None},
        {"Unknown": 1},
        {NAMES: None},
        {NAMES: ["#a", "count"]},
        {NAMES: {"#a": ["count"]}},
        {NAMES: {"#a": "count", "#b": None}},
        {VALUES: None},
        {VALUES: 1},
        {VALUES: {":v": None}},
        {VALUES: {}},
        {VALUES: {"v": {"N": "1"}}},
        {VALUES: {":v": [["N", "1"]]}},
    ],
)
def test_a_body_that_is_not_well_made_is_not_recognised(members: dict[str, Any]) -> None:
    assert kept("UpdateItem", update()).recognise(update(**members)) is None


@pytest.mark.parametrize("body", [None, 1, "TableName", [], [{}], {}])
def test_what_is_no_body_is_not_recognised(body: Any) -> None:
    assert kept("UpdateItem", update()).recognise(body) is None


def test_one_is_not_true() -> None:
    body = {"TableName": "things", "Key": {"pk": {"S": "a"}}, "ConsistentRead": True}
    known = kept("GetItem", body)
    assert known.recognise(body)
    assert not known.recognise(body | {"ConsistentRead": 1})


def test_lists_and_legacy_members_are_not_remembered() -> None:
    for operation, body in (("UpdateItem", update(Expected={})), ("GetItem", update(AttributesToGet=["a"]))):
        known = kept(operation, body)
        assert known.recall(read_request(operation, body)) is None
        assert known.recognise(body) is None


def test_fits() -> None:
    assert not fits(read_request("UpdateItem", update()))  # nothing has been compiled that would use its placeholders
    assert fits(Request("GetItem", {}, {}, False, True))


def test_a_statement_is_kept_on_its_second_sight() -> None:
    known = CheckedStatements()
    request = read_request("UpdateItem", update())
    known.keep(request, nothing_each_time)
    assert known.recall(request) is None
    known.keep(request, nothing_each_time)
    assert known.recall(request)
    assert len(known) == 1


def statement(number: int, length: int = 0) -> Request:
    return Request("GetItem", {"TableName": f"{number}".rjust(length, "t")}, {}, False, True)


def test_the_oldest_goes_first_and_few_get_in_once_it_is_full() -> None:
    known = CheckedStatements(bytes_max=200_000)
    requests = [statement(number, 1_000) for number in range(300)]
    for request in requests:
        known.keep(request, nothing_each_time)
        known.keep(request, nothing_each_time)
        assert known.held_bytes <= known.bytes_max
    held = [at for at, request in enumerate(requests) if known.recall(request)]
    assert len(held) == len(known) > 20
    assert 0 not in held
    assert held[-1] > 280  # what comes new does get in
    for request in requests[:20] * 40:  # traffic that has changed is kept in the end
        known.keep(request, nothing_each_time)
    assert sum(known.recall(request) is not None for request in requests[:20]) > 10


def test_statements_that_are_too_long_are_not_kept() -> None:
    known = CheckedStatements()
    for _ in range(3):
        known.keep(statement(1, 100_000), nothing_each_time)
    assert len(known) == 0


def test_members_that_come_in_ever_new_orders_leave_nothing() -> None:
    known = CheckedStatements(bytes_max=50_000)
    for number in range(2_000):
        request = Request("GetItem", {f"Member{number}": "text"}, {}, False, True)
        known.keep(request, nothing_each_time)
        known.keep(request, nothing_each_time)
    assert known.held_bytes <= 50_000
    assert len(known._layouts) <= 256 + len(known)
