"""Modelled time: what eventually consistent reads and indexes see, and transactions that overlap."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings
from tests.simulation.model import TABLE, TableModel, view

NAME = {"TableName": "simulated"}


class Caller:
    """An engine with settings, called at chosen instants."""

    def __init__(self, **settings: Any) -> None:
        self.engine = Engine(Settings(**settings))
        self.now = 1_700_000_000.0
        self("CreateTable", **TABLE)

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        reply = self.engine.execute(Call(operation, request), self.now)
        return orjson.loads(orjson.dumps({**reply.payload, "status": reply.status}))


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"N": str(number)}, "gk": {"S": "x"}, "gs": {"N": "1"}, **more}


@pytest.mark.parametrize("seed", range(4))
def test_reads_lag_as_often_as_measured_and_never_run_backwards(seed: int) -> None:
    call = Caller(consistency="eventual", seed=seed)
    stale = index_stale = 0
    for number in range(3_000):
        call.now += 2.0
        call("PutItem", **NAME, Item=item(number))
        key = {"pk": {"S": "a"}, "sk": {"N": str(number)}}
        stale += "Item" not in call("GetItem", **NAME, Key=key)
        assert "Item" in call("GetItem", **NAME, Key=key, ConsistentRead=True)
        last = {":g": {"S": "x"}}
        page = call(
            "Query",
            **NAME,
            IndexName="by_g",
            KeyConditionExpression="gk = :g",
            ExpressionAttributeValues=last,
            ScanIndexForward=False,
            Limit=1,
        )
        index_stale += not page["Items"] or page["Items"][0] != item(number)
    assert 3 <= stale <= 35  # 0.5 % of 3,000 is 15
    assert 70 <= index_stale <= 140  # 3.46 % is 104


@pytest.mark.parametrize("seed", range(6))
def test_everything_becomes_visible_in_order(seed: int) -> None:
    call = Caller(consistency="eventual", lag_scale=50.0, seed=seed)
    random, model = Random(seed), TableModel()
    for _ in range(400):
        call.now += random.random() / 10
        written = item(random.randrange(8), a={"S": str(random.randrange(99))})
        if random.random() < 0.2:
            key = {name: written[name] for name in ("pk", "sk")}
            call("DeleteItem", **NAME, Key=key)
            model.set(key, None)
        else:
            written["gs"] = {"N": str(random.randrange(4))}
            call("PutItem", **NAME, Item=written)
            model.set(written, written)
    call.now += 100.0
    assert call("Scan", **NAME)["Items"] == model.query(None, "a")
    for index, partition in (("by_g", "gk"),):
        page = call(
            "Query",
            **NAME,
            IndexName=index,
            KeyConditionExpression=f"{partition} = :p",
            ExpressionAttributeValues={":p": {"S": "x"}},
        )
        assert page["Items"] == [view(index, each) for each in model.query(index, "x")]
    call.engine.check()


def test_overlapping_transactions_conflict() -> None:
    call = Caller(transaction_seconds=0.025)
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    put = {"Put": {**NAME, "Item": item(1)}}
    first = {"TransactItems": [put], "ClientRequestToken": "one"}
    assert call("TransactWriteItems", **first)["status"] == 200
    assert call("TransactWriteItems", **first)["__type"].endswith("#TransactionInProgressException")
    assert call("PutItem", **NAME, Item=item(1))["__type"].endswith("#TransactionConflictException")
    assert call("GetItem", **NAME, Key=key)["status"] == 200
    for operation, action in (("TransactWriteItems", put), ("TransactGetItems", {"Get": {**NAME, "Key": key}})):
        other = (
            {"Put": {**NAME, "Item": item(2)}}
            if "Write" in operation
            else {"Get": {**NAME, "Key": {**key, "sk": {"N": "2"}}}}
        )
        answer = call(operation, TransactItems=[other, action])
        assert [reason["Code"] for reason in answer["CancellationReasons"]] == ["None", "TransactionConflict"]
    call.now += 0.025
    assert call("PutItem", **NAME, Item=item(1))["status"] == 200
    assert call("TransactWriteItems", **first)["status"] == 200
