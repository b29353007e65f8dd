"""Seeded operations on the engine and on a dict, under a manual clock: same answers, same units, same stream.

A failure prints its seed; `run(seed, steps)` replays it.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from tests.simulation.model import INDEXES, TABLE, Item, TableModel, key_of, view


class Simulation:
    """One engine and one model, driven by one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.engine = Engine()
        self.model = TableModel()
        self.now = 1_700_000_000.0
        self.call("CreateTable", TABLE)

    def call(self, operation: str, request: Item, service: str = "DynamoDB_20120810") -> Item:
        """A call that must succeed."""
        status, payload = self.attempt(operation, request, service)
        assert status == 200, (operation, request, payload)
        return payload

    def attempt(self, operation: str, request: Item, service: str = "DynamoDB_20120810") -> tuple[int, Item]:
        """A call, with its status."""
        self.now += self.random.random()
        reply = self.engine.execute(Call(operation, orjson.loads(orjson.dumps(request)), service), self.now)
        return reply.status, orjson.loads(orjson.dumps(reply.payload))

    # ---- drawing

    def key(self) -> Item:
        """One of a few keys, so that writes meet."""
        return {"pk": {"S": self.random.choice("abc")}, "sk": {"N": str(self.random.randrange(-4, 8))}}

    def item(self) -> Item:
        """An item with any of the index attributes, from tiny to several kilobytes."""
        item = self.key()
        draw = self.random.random
        if draw() < 0.7:
            item |= {"gk": {"S": self.random.choice("xy")}, "gs": {"N": str(self.random.randrange(3))}}
        if draw() < 0.3:
            item["hk"] = {"S": self.random.choice("mn")}
        if draw() < 0.5:
            item["ls"] = {"N": str(self.random.randrange(-2, 3))}
        if draw() < 0.5:
            item["a"] = {"S": "é" * self.random.choice((1, 10, 700, 2000))}
        if draw() < 0.4:
            item["m"] = {"M": {"n": {"N": str(self.random.randrange(100))}, "l": {"L": [{"S": "z"}]}}}
        return item

    # ---- steps

    def put(self) -> None:
        item = self.item()
        answer = self.call("PutItem", {**self.table, "Item": item, **self.capacity, "ReturnValues": "ALL_OLD"})
        assert answer.get("Attributes") == self.model.get(item)
        self.same_units(answer, self.model.set(item, item))

    def delete(self) -> None:
        key = self.key()
        answer = self.call("DeleteItem", {**self.table, "Key": key, **self.capacity, "ReturnValues": "ALL_OLD"})
        assert answer.get("Attributes") == self.model.get(key)
        self.same_units(answer, self.model.set(key, None))

    def update(self) -> None:
        key = self.key()
        before = self.model.get(key)
        number = str(self.random.randrange(1, 9))
        request = {
            **self.table,
            "Key": key,
            "UpdateExpression": "SET gs = :n, gk = if_not_exists(gk, :s) ADD c :n REMOVE a",
            "ExpressionAttributeValues": {":n": {"N": number}, ":s": {"S": "y"}},
            "ReturnValues": "ALL_NEW",
            **self.capacity,
        }
        after = {**key, **(before or {})}
        after.pop("a", None)
        count = Decimal(after.get("c", {"N": "0"})["N"]) + int(number)
        after |= {"gs": {"N": number}, "gk": after.get("gk", {"S": "y"}), "c": {"N": str(count)}}
        answer = self.call("UpdateItem", request)
        assert answer["Attributes"] == after
        self.same_units(answer, self.model.set(key, after))

    def conditional_put(self) -> None:
        item = self.item()
        stored = self.model.get(item)
        request = {**self.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        status, answer = self.attempt("PutItem", {**request, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
        if stored is None:
            assert status == 200
            self.model.set(item, item)
        else:
            assert answer["__type"].endswith("#ConditionalCheckFailedException")
            assert answer["Item"] == stored

    def transact(self) -> None:
        items = {key_of(item): item for item in (self.item() for _ in range(3))}
        check = self.random.choice(list(items.values()))
        actions = [{"Put": {**self.table, "Item": item}} for item in items.values()]
        guarded = self.random.random() < 0.5
        if guarded:
            put = next(action["Put"] for action in actions if action["Put"]["Item"] is check)
            put["ConditionExpression"] = "attribute_exists(pk)"
        status, answer = self.attempt("TransactWriteItems", {"TransactItems": actions})
        if guarded and self.model.get(check) is None:
            assert status == 400
            codes = [reason["Code"] for reason in answer["CancellationReasons"]]
            assert codes == ["ConditionalCheckFailed" if item is check else "None" for item in items.values()]
        else:
            assert status == 200
            for item in items.values():
                self.model.set(item, item)

    def batch(self) -> None:
        puts = {key_of(item): item for item in (self.item() for _ in range(4))}
        gone = {key_of(key): key for key in (self.key() for _ in range(2)) if key_of(key) not in puts}
        requests = [{"PutRequest": {"Item": item}} for item in puts.values()]
        requests += [{"DeleteRequest": {"Key": key}} for key in gone.values()]
        answer = self.call("BatchWriteItem", {"RequestItems": {"simulated": requests}})
        assert answer["UnprocessedItems"] == {}
        for item in puts.values():
            self.model.set(item, item)
        for key in gone.values():
            self.model.set(key, None)

    def get(self) -> None:
        key = self.key()
        stored = self.model.get(key)
        answer = self.call("GetItem", {**self.table, "Key": key})
        assert answer.get("Item") == stored
        found = self.call("BatchGetItem", {"RequestItems": {"simulated": {"Keys": [key]}}})["Responses"]
        assert found == {"simulated": [stored] if stored else []}

    def query(self) -> None:
        index = self.random.choice((None, *INDEXES))
        forward = self.random.random() < 0.5
        name = "pk" if index is None else INDEXES[index][0]
        value = self.random.choice("abc" if name == "pk" else "xy" if name == "gk" else "mn")
        request: Item = {
            **self.table,
            "KeyConditionExpression": f"{name} = :v",
            "ExpressionAttributeValues": {":v": {"S": value}},
            "ScanIndexForward": forward,
            "Limit": self.random.randrange(1, 6),
        }
        if index is not None:
            request["IndexName"] = index
        wanted = self.model.query(index, value)
        assert self.pages("Query", request) == (wanted if forward else wanted[::-1])

    def scan(self) -> None:
        total = self.random.randrange(1, 5)
        index = self.random.choice((None, "by_g", "by_h"))
        found = []
        for segment in range(total):
            request: Item = {**self.table, "Segment": segment, "TotalSegments": total, "Limit": 3}
            if index is not None:
                request["IndexName"] = index
            found += self.pages("Scan", request)
        shown = [item if index is None else view(index, item) for item in self.model.items.values()]
        assert sorted(found, key=repr_of) == sorted((item for item in shown if item is not None), key=repr_of)

    def pages(self, operation: str, request: Item) -> list[Item]:
        """All items over all pages."""
        found: list[Item] = []
        while True:
            answer = self.call(operation, request)
            assert answer["Count"] == len(answer["Items"]) <= request["Limit"]
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return found
            request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    # ---- comparing

    table = {"TableName": "simulated"}
    capacity = {"ReturnConsumedCapacity": "INDEXES"}

    def same_units(self, answer: Item, targets: dict[str, float]) -> None:
        consumed = answer["ConsumedCapacity"]
        told = {"table": consumed["Table"]["CapacityUnits"]}
        for family in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            told |= {name: target["CapacityUnits"] for name, target in consumed.get(family, {}).items()}
        assert told == targets
        assert consumed["CapacityUnits"] == sum(targets.values())

    def same_stream(self) -> None:
        """The stream told every change of the model, each key's in order."""
        told = [(record.get("OldImage"), record.get("NewImage")) for record in self.stream_records()]
        assert by_key(told) == by_key(self.model.changes)

    def stream_records(self) -> list[Item]:
        service = "DynamoDBStreams_20120810"
        arn = self.call("DescribeTable", self.table)["Table"]["LatestStreamArn"]
        shards = self.call("DescribeStream", {"StreamArn": arn}, service)["StreamDescription"]["Shards"]
        records = []
        for shard in shards:
            request = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self.call("GetShardIterator", request, service).get("ShardIterator")
            while iterator is not None:
                answer = self.call("GetRecords", {"ShardIterator": iterator}, service)
                records += [record["dynamodb"] for record in answer["Records"]]
                iterator = answer.get("NextShardIterator") if answer["Records"] else None
        return records


def repr_of(item: Any) -> bytes:
    """An order for items."""
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def by_key(changes: list[tuple[Item | None, Item | None]]) -> dict[Any, list[tuple[Item | None, Item | None]]]:
    """Changes by item key, each key's in order."""
    grouped: dict[Any, list[tuple[Item | None, Item | None]]] = {}
    for before, after in changes:
        grouped.setdefault(key_of(before or after or {}), []).append((before, after))
    return grouped


STEPS = ("put", "delete", "update", "conditional_put", "transact", "batch", "get", "query", "scan")


def run(seed: int, steps: int) -> None:
    """One simulation."""
    simulation = Simulation(seed)
    for step in range(steps):
        name = simulation.random.choice(STEPS)
        try:
            getattr(simulation, name)()
            if step % 20 == 0:
                simulation.engine.check()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {step}, {name}") from error
    simulation.engine.check()
    simulation.same_stream()
    described = simulation.call("DescribeTable", simulation.table)["Table"]
    assert described["ItemCount"] == len(simulation.model.items)


@pytest.mark.parametrize("seed", range(12))
def test_engine_and_model_agree(seed: int) -> None:
    run(seed, 250)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_engine_and_model_agree_for_long(seed: int) -> None:
    run(seed, 2_000)
