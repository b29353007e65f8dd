"""The commonest GetItem and PutItem take a short way: whatever is sent, it answers and does as the long way."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.operations.items import get_item, put_item
from dynarig.emulator.settings import Settings
from tests.fuzz.json_mutators import mutated
from tests.operations.tables.table_world import defined, index, key

TEXTS = ("a", "b", "c", "d", "a", "b", "c", "d", "", "é", "x" * 300, "x" * 1_100, "y" * 2_100)
ODD_KEYS: tuple[Any, ...] = (
    {"S": "a"},
    {"S": "a", "N": "1"},
    {"N": "1"},
    {"N": "01"},
    {"B": "YQ=="},
    {"S": None},
    {"S": 1},
    {"S": ["a"]},
    {"S": {"a": "b"}},
    {"NULL": True},
    {},
    [],
    ["S"],
    "S",
    1,
    None,
)
VALUES = ({"S": "v"}, {"N": "1.0"}, {"L": [{"S": ""}]}, {"M": {}}, {"SS": []})
TABLES = {
    "one": {"KeySchema": key("pk"), "AttributeDefinitions": defined("pk")},
    "two": {
        "KeySchema": key("pk", "sk"),
        "AttributeDefinitions": defined("pk", "sk", "g"),
        "GlobalSecondaryIndexes": [index("by-g", "g")],
    },
    "number": {
        "KeySchema": key("pk", "sk"),
        "AttributeDefinitions": [*defined("pk"), {"AttributeName": "sk", "AttributeType": "N"}],
    },
}


class Pair:
    """Two engines with the same tables: one has the short way, the other has not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.engines = [Engine(Settings(table_create_seconds=1.0)) for _ in range(2)]
        self.short = 0
        self.ways = {module: module._plan_plain for module in (get_item, put_item)}
        for name, table in TABLES.items():
            self.call("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", **table}, 0.0)
        for engine in self.engines:
            engine.finish_due(2.0)
        self.call("CreateTable", {"TableName": "new", "BillingMode": "PAY_PER_REQUEST", **TABLES["one"]}, 2.0)

    def call(self, operation: str, request: Any, now: float = 2.0) -> Any:
        """What both answer, which must be the same."""
        answers = []
        for engine, is_short in zip(self.engines, (True, False), strict=True):
            for module, way in self.ways.items():
                self.monkeypatch.setattr(module, "_plan_plain", self._counted(way) if is_short else _never)
            reply = engine.execute(Call(operation, orjson.loads(orjson.dumps(request))), now)
            answers.append((reply.status, reply.error_code, orjson.dumps(reply.payload)))
        assert answers[0] == answers[1], request
        return answers[0]

    def _counted(self, way: Any) -> Any:
        def plan(body: Any, context: Any) -> Any:
            found = way(body, context)
            self.short += found is not None
            return found

        return plan


def _never(body: Any, context: Any) -> None:
    return None


def _key(random: Random, name: str) -> dict[str, Any]:
    odd = random.random() < 0.15
    values = {"pk": random.choice(ODD_KEYS) if odd else {"S": random.choice(TEXTS)}}
    if name in ("two", "number") and random.random() < 0.9:
        kind = {"S": random.choice(TEXTS)} if name == "two" else {"N": random.choice(("1", "1.0", "x"))}
        values["sk"] = random.choice(ODD_KEYS) if random.random() < 0.1 else kind
    if random.random() < 0.1:
        values["more"] = {"S": "a"}
    return values


def _request(random: Random) -> tuple[str, Any]:
    name = random.choice(("one", "two", "two", "number", "new", "missing"))
    operation = random.choice(("GetItem", "PutItem"))
    request: dict[str, Any] = {"TableName": name}
    if operation == "GetItem":
        request["Key"] = _key(random, name)
        if random.random() < 0.4:
            request["ConsistentRead"] = random.choice((True, False, None, "true", 1))
        if random.random() < 0.2:
            request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "NONE", "odd"))
    else:
        request["Item"] = _key(random, name)
        for other in random.sample(("g", "n", "m", ""), random.randrange(3)):
            request["Item"][other] = random.choice(VALUES)
        if random.random() < 0.1:
            request["ReturnValues"] = random.choice(("ALL_OLD", "odd"))
    if random.random() < 0.05:
        request.pop(random.choice(list(request)))
    return operation, mutated(request, random) if random.random() < 0.2 else request


@pytest.mark.parametrize("seed", range(8))
def test_both_ways_are_one(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random, pair = Random(seed), Pair(monkeypatch)
    statuses = []
    for _ in range(800):
        operation, request = _request(random)
        if isinstance(request, dict):
            statuses.append(pair.call(operation, request)[0])
    assert 50 < pair.short < len(statuses) - 100
    assert min(statuses.count(200), statuses.count(400)) > 50
    for name in TABLES:
        pair.call("Scan", {"TableName": name, "ReturnConsumedCapacity": "TOTAL"})
    assert pair.engines[0].meter.lines() == pair.engines[1].meter.lines()
    pair.engines[0].check()


def test_every_odd_key_and_value(monkeypatch: pytest.MonkeyPatch) -> None:
    pair, plain = Pair(monkeypatch), {"S": "a"}
    for odd in (*ODD_KEYS, *({"S": text} for text in TEXTS), {"BOOL": "true"}, {"BOOL": "odd"}, {"NULL": "false"}):
        keys = [("one", {"pk": odd}), ("new", {"pk": odd}), ("one", {"pk": plain, "sk": odd})]
        keys += [(name, {"pk": plain, "sk": odd}) for name in ("two", "number")]
        keys += [(name, {"pk": odd, "sk": plain}) for name in ("two", "number")]
        for name, each in keys:
            pair.call("GetItem", {"TableName": name, "Key": each})
            pair.call("PutItem", {"TableName": name, "Item": each})
        pair.call("PutItem", {"TableName": "two", "Item": {"pk": plain, "sk": plain, "more": odd, "g": plain}})
        pair.call("GetItem", {"TableName": "two", "Key": {"pk": plain, "sk": plain}, "ConsistentRead": True})
    assert pair.short > 20


def test_a_held_item_is_refused_on_the_short_way_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(monkeypatch)
    item = {"pk": {"S": "a"}}
    for engine in pair.engines:
        [table] = [each for catalog in engine.catalogs.values() for each in catalog if each.name == "one"]
        table.hold(("a", ()), until=5.0, now=2.0)
    assert pair.call("PutItem", {"TableName": "one", "Item": item})[1] == "TransactionConflictException"
    assert pair.call("PutItem", {"TableName": "one", "Item": item}, now=6.0)[0] == 200
