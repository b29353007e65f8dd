"""Budgets: what a block is judged by is what the engine metered, priced, throttled and would model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dynarig.emulator.budgets import BudgetExceeded, capacity_budget, cost_per_million, latency, no_throttle
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.cost.prices import price_table
from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.latency.model import WRITE, seconds_at
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings

ORDERS: dict[str, Any] = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "state")],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-state",
            "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def rig_of(**settings: Any) -> EmbeddedClient:
    rig = EmbeddedClient(clock=ManualClock(1_000_000_000.0), settings=Settings(**settings))
    rig.call("CreateTable", ORDERS)
    return rig


def put(rig: EmbeddedClient, key: str, state: str = "open", size: int = 1) -> None:
    item = {"pk": {"S": key}, "state": {"S": state}, "body": {"S": "x" * size}}
    rig.call("PutItem", {"TableName": "orders", "Item": item})


def get(rig: EmbeddedClient, key: str, **members: Any) -> None:
    rig.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": key}}, **members})


def put_often(rig: EmbeddedClient, times: int = 11) -> int:
    """One key written again and again; how many writes were refused."""
    refused = 0
    for size in range(2, 2 + times):
        try:
            put(rig, "a", size=size)
        except DynamoDBError:
            refused += 1
    return refused


def put_and_ask_for_what_is_not_there(rig: EmbeddedClient) -> None:
    put(rig, "a")
    rig.call("GetItem", {"TableName": "none", "Key": {"pk": {"S": "a"}}})


def exceeded(budget: Any, rig: EmbeddedClient, times: int = 1) -> str:
    with pytest.raises(BudgetExceeded) as caught, budget:
        put_often(rig, times)
    return str(caught.value)


class TestCapacity:
    def test_what_the_block_consumed_and_nothing_before_it(self) -> None:
        rig = rig_of()
        put(rig, "before")
        with capacity_budget(rig, read=1.5, write=4) as budget:
            put(rig, "a")
            put(rig, "b")
            get(rig, "a")
            get(rig, "a", ConsistentRead=True)
        assert (budget.read, budget.write) == (1.5, 4.0)
        assert budget.by_target == {("orders", None): (1.5, 2.0), ("orders", "by-state"): (0.0, 2.0)}

    def test_half_a_unit_more_is_too_much(self) -> None:
        rig = rig_of()
        with pytest.raises(BudgetExceeded, match=r"1 read units consumed, budget 0\.5"), capacity_budget(rig, read=0.5):
            get(rig, "a", ConsistentRead=True)

    def test_the_report_says_where(self) -> None:
        rig = rig_of()
        text = exceeded(capacity_budget(rig, write=3), rig, 2)
        assert text.splitlines() == [
            "4 write units consumed, budget 3",
            "  orders: 0 read, 2 write",
            "  orders/by-state: 0 read, 2 write",
        ]

    def test_one_table_or_one_index(self) -> None:
        rig = rig_of()
        with capacity_budget(rig, write=0, table="others"), capacity_budget(rig, write=1, index="by-state") as budget:
            put(rig, "a")
        assert list(budget.by_target) == [("orders", "by-state")]

    def test_a_refused_write_is_charged(self) -> None:
        rig = rig_of()
        put(rig, "a")
        with capacity_budget(rig, write=1) as budget, pytest.raises(DynamoDBError, match="conditional request failed"):
            rig.call(
                "PutItem",
                {"TableName": "orders", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)"},
            )
        assert budget.write == 1

    def test_a_reset_within_counts_anew(self) -> None:
        rig = rig_of()
        for key in "abc":
            put(rig, key)
        with capacity_budget(rig, write=2) as budget:
            rig.reset()
            rig.call("CreateTable", ORDERS)
            put(rig, "a")
        assert budget.write == 2

    def test_a_block_that_fails_by_itself_is_not_judged(self) -> None:
        rig = rig_of()
        with pytest.raises(DynamoDBError, match="not found"), capacity_budget(rig, write=0):
            put_and_ask_for_what_is_not_there(rig)

    def test_no_bound_is_no_budget(self) -> None:
        with pytest.raises(TypeError, match="takes read=…, write=… or both"):
            capacity_budget(rig_of())


class TestCost:
    def test_a_million_of_the_block_by_the_price_table(self) -> None:
        rig = rig_of()
        write = price_table().price("us-east-1", "write_request").usd
        with cost_per_million(rig, float(2 * write)) as budget:
            put(rig, "a")
        assert budget.usd == 2 * write
        text = exceeded(cost_per_million(rig, float(2 * write) - 0.01), rig)
        assert text.startswith("1.25 USD a million, budget 1.24\n")
        assert "orders/by-state PutItem: 1 write request units (WriteRequestUnits) = 0.625 USD a million" in text

    def test_another_regions_prices(self) -> None:
        rig = rig_of()
        with cost_per_million(rig, 100, region="ap-northeast-1") as budget:
            get(rig, "a", ConsistentRead=True)
        assert budget.usd == price_table().price("ap-northeast-1", "read_request").usd

    def test_reads_of_streams_are_billed(self) -> None:
        rig = rig_of()
        arn = rig.call("DescribeTable", {"TableName": "orders"})["Table"]["LatestStreamArn"]
        shard = rig.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
        asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = rig.call("GetShardIterator", asked)["ShardIterator"]
        rig.call("GetRecords", {"ShardIterator": iterator})
        with cost_per_million(rig, 100) as budget:
            rig.call("GetRecords", {"ShardIterator": iterator})
        price = price_table().price("us-east-1", "streams_read")
        assert budget.usd == Decimal(1_000_000) * price.cost(Decimal(1)) > 0


class TestThrottles:
    @pytest.mark.parametrize("mode", ["observe", "enforce"])
    def test_each_throttle_is_told(self, mode: str) -> None:
        rig = rig_of(capacity=mode, capacity_scale=0.01)
        text = exceeded(no_throttle(rig), rig, 11)
        assert put_often(rig, 1) == (1 if mode == "enforce" else 0)
        arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
        assert text == f"1 throttle, budget none\n  1 × TableWriteKeyRangeThroughputExceeded, {arn}"

    def test_nothing_is_told_before_or_behind_the_block(self) -> None:
        rig = rig_of(capacity="observe", capacity_scale=0.01)
        put_often(rig)
        with no_throttle(rig) as budget:
            get(rig, "a")
        put_often(rig)
        assert not budget.throttles

    def test_it_lasts_over_a_reset(self) -> None:
        rig = rig_of(capacity="observe", capacity_scale=0.01)
        budget = no_throttle(rig)
        budget.begin()
        rig.reset()
        rig.clock.freeze(1_000_000_000.0)
        rig.call("CreateTable", ORDERS)
        put_often(rig)
        budget.end()
        assert budget.fault() is not None

    def test_an_emulator_without_limits_cannot_tell(self) -> None:
        with pytest.raises(ValueError, match="capacity='observe' or 'enforce'"):
            no_throttle(rig_of())


class TestLatency:
    def test_the_slowest_call_by_the_model_whether_or_not_answers_wait(self) -> None:
        rig = rig_of()
        expected = 1000 * seconds_at(WRITE, 1, 5 * 1024 + 5 * 1024, 0.99)  # the table's and the index's units
        with latency(rig, p50=100, p99=expected) as budget:
            put(rig, "a")
            put(rig, "b", size=4_200)
            get(rig, "a")
        assert budget.milliseconds["p99"] == expected
        assert budget.milliseconds["p50"] < expected

    def test_a_slower_one_is_told(self) -> None:
        rig = rig_of()
        text = exceeded(latency(rig, p50=100, p99=5), rig)
        assert text.startswith("p99 of PutItem is ")
        assert text.endswith(" ms by the latency model, budget 5 (write, 2 KB)")

    def test_a_batch_names_its_items(self) -> None:
        rig = rig_of()
        puts = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(25)]
        with (
            pytest.raises(BudgetExceeded, match=r"p50 of BatchWriteItem .*\(write, 25 KB, 25 items\)"),
            latency(rig, p50=1),
        ):
            rig.call("BatchWriteItem", {"RequestItems": {"orders": puts}})

    def test_the_scale_of_the_model_counts(self) -> None:
        plain, slow = rig_of(), rig_of(latency_scale=3.0)
        found = []
        for rig in (plain, slow):
            with latency(rig, p99=1000) as budget:
                put(rig, "a")
            found.append(budget.milliseconds["p99"])
        assert found[1] == pytest.approx(3 * found[0])

    def test_answers_that_wait_still_wait(self) -> None:
        rig = rig_of(latency="service")
        began = rig.clock.now()
        with latency(rig, p99=1000):
            put(rig, "a")
        assert rig.clock.now() > began

    def test_what_the_service_refuses_at_once_takes_no_time(self) -> None:
        rig = rig_of()
        with latency(rig, p50=0.001) as budget, pytest.raises(DynamoDBError, match="not found"):
            rig.call("GetItem", {"TableName": "none", "Key": {"pk": {"S": "a"}}})
        assert not budget.milliseconds

    @pytest.mark.parametrize("names", [{}, {"p9": 1.0}, {"max": 1.0}])
    def test_other_names_are_refused(self, names: dict[str, float]) -> None:
        with pytest.raises(TypeError, match="latency takes percentiles"):
            latency(rig_of(), **names)
