"""Which requests wait, and what their wait counts for: the engine with the model on."""

from __future__ import annotations

import pytest

from dynarig.emulator.latency.model import READ, TRANSACTION_WRITE, WRITE, seconds_at
from dynarig.emulator.metrics.names import of_operation
from dynarig.emulator.settings import Settings
from tests.metrics.rig import Rig

ON = Settings(latency="service")


def least(kind: str, items: int = 1, size_bytes: int = 0) -> float:
    return seconds_at(kind, items, size_bytes, 0.0)


def test_successes_wait_and_are_measured_by_it() -> None:
    rig = Rig(settings=ON)
    reply = rig.put()
    assert reply.delay_seconds >= least(WRITE)
    assert reply.timings == ()
    latency, samples = rig.stat("SuccessfulRequestLatency", of_operation("orders", "PutItem"))
    assert (latency, samples) == (pytest.approx(reply.delay_seconds * 1000, abs=0.001), 1)
    assert rig.get().delay_seconds >= least(READ)


def test_refusals_wait_only_where_the_service_has_read() -> None:
    rig = Rig(settings=ON)
    assert rig.put(ConditionExpression="attribute_exists(pk)").delay_seconds >= least(WRITE)
    assert rig.call("PutItem", {"TableName": "nowhere", "Item": {}}).delay_seconds == 0.0
    assert rig.call("DescribeTable", {"TableName": "orders"}).delay_seconds == 0.0


def test_transactions_and_batches_wait_by_their_items() -> None:
    rig = Rig(settings=ON)
    puts = [{"Put": {"TableName": "orders", "Item": {"pk": {"S": str(n)}, "sk": {"S": "1"}}}} for n in range(5)]
    assert rig.call("TransactWriteItems", {"TransactItems": puts}).delay_seconds >= least(TRANSACTION_WRITE, 5)
    batch = {"orders": [{"PutRequest": {"Item": put["Put"]["Item"]}} for put in puts]}
    assert rig.call("BatchWriteItem", {"RequestItems": batch}).delay_seconds >= least(WRITE, 5)


def test_the_scale_multiplies() -> None:
    one, ten = (Rig(settings=Settings(latency="service", latency_scale=scale)) for scale in (1.0, 10.0))
    assert ten.put().delay_seconds == pytest.approx(10 * one.put().delay_seconds)


def test_size_tells() -> None:
    small, large = Rig(settings=ON), Rig(settings=ON)
    difference = large.put(size=200 * 1024).delay_seconds - small.put().delay_seconds
    assert difference == pytest.approx(0.002, abs=0.0002)
