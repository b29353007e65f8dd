"""The bill over the real engine: what is consumed is what is metered is what is billed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dynarig.emulator.cost.prices import price_table
from dynarig.emulator.metrics.names import MetricKey, of_table
from dynarig.emulator.settings import Settings
from tests.metrics.rig import NAMESPACE, START, TABLE, Rig

HOUR = 3600
MONTH = 730 * HOUR


def bill(rig: Rig, region: str | None = None, day: str | None = None) -> dict[str, Any]:
    return rig.engine.services.bill(rig.now, region, day)


def lines_of(told: dict[str, Any], usage_type: str) -> dict[tuple[Any, Any], float]:
    return {
        (line["index"], line["operation"]): line["quantity"]
        for line in told["lines"]
        if line["usage_type"].endswith(usage_type)
    }


def wait(rig: Rig, seconds: float) -> None:
    rig.now += seconds
    rig.engine.finish_due(rig.now)


def test_requests_by_table_index_and_operation() -> None:
    rig = Rig()
    rig.put(status="NEW", size=2000)
    rig.get()
    rig.get(ConsistentRead=True)
    wait(rig, HOUR)
    told = bill(rig)
    assert lines_of(told, "WriteRequestUnits") == {
        (None, "PutItem"): 2,
        ("by-status", "PutItem"): 2,
        ("local", "PutItem"): 1,
    }
    assert lines_of(told, "ReadRequestUnits") == {(None, "GetItem"): 0.5 + 1}
    [line] = [each for each in told["lines"] if each["index"] == "by-status" and each["operation"] == "PutItem"]
    assert line["run_usd"] == pytest.approx(2 * 0.625 / 1e6)
    assert line["month_usd"] == pytest.approx(2 * 0.625 / 1e6 * 730)
    assert line["explanation"] == (
        "2 write request units × 0.625 USD per 1,000,000 = 0.000001250 USD; a month: 1,460 × 0.625 per "
        "1,000,000 = 0.000912500 USD. Price since 2024-11-01, published: AWS's own agent toolkit for DynamoDB, "
        "August 2026."
    )


def test_storage_by_the_clock() -> None:
    rig = Rig()
    rig.put(size=1000)
    item_bytes = rig.engine.catalogs[NAMESPACE].tables["orders"].size
    wait(rig, 2 * HOUR)
    rig.call("DeleteItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}, "sk": {"S": "1"}}})
    wait(rig, 5 * HOUR)
    told = bill(rig)
    stored = lines_of(told, "TimedStorage-ByteHrs")
    assert stored == {(None, None): pytest.approx((item_bytes + 100) * 2 / 730 / 1e9)}
    [line] = [each for each in told["lines"] if each["usage_type"] == "TimedStorage-ByteHrs"]
    assert line["month_usd"] == 0  # nothing is stored any more


def test_indexes_are_stored_too_and_recovery_costs() -> None:
    rig = Rig()
    recovery = {"PointInTimeRecoveryEnabled": True}
    rig.call("UpdateContinuousBackups", {"TableName": "orders", "PointInTimeRecoverySpecification": recovery})
    rig.put(status="NEW", size=1000)
    wait(rig, HOUR)
    table = rig.engine.catalogs[NAMESPACE].tables["orders"]
    byte_hours = 730 * 10**9
    told = bill(rig)
    assert lines_of(told, "TimedStorage-ByteHrs") == pytest.approx(
        {
            (None, None): (table.size + 100) / byte_hours,
            ("by-status", None): (table.indexes["by-status"].size + 100) / byte_hours,
            ("local", None): (table.indexes["local"].size + 100) / byte_hours,
        }
    )
    assert lines_of(told, "TimedPITRStorage-ByteHrs") == pytest.approx(
        {(None, None): (table.size + table.indexes["local"].size) / byte_hours}
    )


def test_provisioned_tables_pay_for_hours_and_not_for_requests() -> None:
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 4}
    index = {**TABLE["GlobalSecondaryIndexes"][0], "ProvisionedThroughput": {**units, "WriteCapacityUnits": 2}}
    rig = Rig(
        {**TABLE, "GlobalSecondaryIndexes": [index], "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    )
    rig.put(status="NEW")
    wait(rig, 2 * HOUR)
    rig.call("UpdateTable", {"TableName": "orders", "ProvisionedThroughput": {**units, "WriteCapacityUnits": 8}})
    wait(rig, HOUR)
    told = bill(rig)
    assert lines_of(told, "WriteCapacityUnit-Hrs") == {(None, None): 4 * 2 + 8, ("by-status", None): 2 * 3}
    assert lines_of(told, "RequestUnits") == {}
    [line] = [each for each in told["lines"] if each["usage_type"] == "WriteCapacityUnit-Hrs" and not each["index"]]
    assert line["month_usd"] == pytest.approx(8 * 730 * 0.00065)
    assert told["free_tier_month_usd"]["000000000000/us-east-1 write_capacity_hour"] == pytest.approx(
        10 * 730 * 0.00065
    )


def test_a_switch_of_billing_mode_is_billed_by_its_time() -> None:
    rig = Rig()
    rig.put()
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    update = {"Update": {"IndexName": "by-status", "ProvisionedThroughput": units}}
    wait(rig, HOUR)
    rig.call(
        "UpdateTable",
        {
            "TableName": "orders",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexUpdates": [update],
        },
    )
    rig.put("b")
    wait(rig, HOUR)
    told = bill(rig)
    assert lines_of(told, "WriteRequestUnits") == {(None, "PutItem"): 1}
    assert lines_of(told, "ReadCapacityUnit-Hrs") == {(None, None): 1, ("by-status", None): 1}


def test_changes_within_a_minute_are_billed_by_the_second() -> None:
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 4}
    table = {name: value for name, value in TABLE.items() if name != "GlobalSecondaryIndexes"}
    rig = Rig({**table, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units})
    wait(rig, 90)
    rig.now += 20
    rig.call("UpdateTable", {"TableName": "orders", "ProvisionedThroughput": {**units, "WriteCapacityUnits": 8}})
    rig.now += 10
    hours = lines_of(bill(rig), "WriteCapacityUnit-Hrs")
    assert hours == {(None, None): pytest.approx((4 * 110 + 8 * 10) / 3600)}


def test_a_switch_within_a_minute_is_billed_by_its_request() -> None:
    rig = Rig()
    rig.put()
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    update = {"Update": {"IndexName": "by-status", "ProvisionedThroughput": units}}
    switch = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units, "GlobalSecondaryIndexUpdates": [update]}
    assert rig.call("UpdateTable", {"TableName": "orders", **switch}).status == 200
    rig.put("b")
    assert lines_of(bill(rig), "WriteRequestUnits") == {(None, "PutItem"): 1}


def test_other_regions_and_days() -> None:
    rig = Rig()
    rig.put()
    wait(rig, HOUR)
    told = bill(rig, "ap-northeast-1", "2024-10-31")
    [line] = [each for each in told["lines"] if each["operation"] == "PutItem"]
    assert (line["usage_type"], line["price_usd"]) == ("APN1-WriteRequestUnits", 1.4269)
    assert line["run_usd"] == pytest.approx(1.4269e-6)


def test_an_infrequent_access_table_is_billed_so() -> None:
    rig = Rig({**TABLE, "TableClass": "STANDARD_INFREQUENT_ACCESS"})
    rig.put()
    wait(rig, HOUR)
    told = bill(rig)
    assert lines_of(told, "IA-WriteRequestUnits") == {(None, "PutItem"): 1}
    assert (None, None) in lines_of(told, "IA-TimedStorage-ByteHrs")
    assert not any(line["usage_type"] == "TimedStorage-ByteHrs" for line in told["lines"])


def test_stream_reads_are_billed_by_the_call() -> None:
    rig = Rig()
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    described = rig.call("UpdateTable", {"TableName": "orders", "StreamSpecification": stream}).payload
    arn = described["TableDescription"]["LatestStreamArn"]
    shard = rig.call("DescribeStream", {"StreamArn": arn}, streams=True).payload["StreamDescription"]["Shards"][0]
    start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = rig.call("GetShardIterator", start, streams=True).payload["ShardIterator"]
    for _ in range(3):
        rig.call("GetRecords", {"ShardIterator": iterator}, streams=True)
    assert lines_of(bill(rig), "Streams-RequestsCount") == {(None, "GetRecords"): 3}


def test_deleted_tables_leave_what_they_held_as_one_sum() -> None:
    rig = Rig(settings=Settings(metrics_names_max=10))
    for turn in range(12):
        rig.call("CreateTable", {**TABLE, "TableName": f"passing-{turn}"})
        rig.call("PutItem", {"TableName": f"passing-{turn}", "Item": {"pk": {"S": "a"}, "sk": {"S": "1"}}})
        wait(rig, HOUR)
        rig.call("DeleteTable", {"TableName": f"passing-{turn}"})
    wait(rig, 60)
    seconds = {held.table: amount for held, amount in rig.engine.services.accrual.seconds.items()}
    assert len(seconds) <= 10
    assert sum(seconds.values()) == pytest.approx(12 * HOUR * (6 + 100))  # 6 bytes and the overhead of an entry


def test_no_month_is_made_of_an_instant() -> None:
    rig = Rig()
    rig.put()
    told = bill(rig)
    assert told["month_usd"] is None
    assert told["run_usd"] == pytest.approx(0.625e-6)


KEYS = st.sampled_from("abcd")
SIZES = st.integers(1, 9000)
ITEM_OPERATIONS = st.one_of(
    st.tuples(st.just("put"), KEYS, SIZES, st.booleans()),
    st.tuples(st.just("get"), KEYS, st.booleans(), st.none()),
    st.tuples(st.just("delete"), KEYS, st.none(), st.none()),
    st.tuples(st.just("query"), KEYS, st.sampled_from([None, "by-status", "local"]), st.none()),
    st.tuples(st.just("batch"), st.sets(KEYS, min_size=1), SIZES, st.none()),
    st.tuples(st.just("transact"), st.sets(KEYS, min_size=1), SIZES, st.booleans()),
    st.tuples(st.just("wait"), st.integers(1, 200), st.none(), st.none()),
)


def perform(rig: Rig, operation: tuple[Any, ...]) -> Any:
    """One operation; answers its reply."""
    name, key, one, two = operation
    asked = {"ReturnConsumedCapacity": "INDEXES"}
    if name == "wait":
        return wait(rig, key)
    if name == "put":
        return rig.put(key, status="NEW" if two else None, size=one, **asked)
    if name == "get":
        return rig.get(key, ConsistentRead=one, **asked)
    if name == "delete":
        key_of = {"pk": {"S": key}, "sk": {"S": "1"}}
        return rig.call("DeleteItem", {"TableName": "orders", "Key": key_of, **asked})
    if name == "query":
        attribute = "status" if one == "by-status" else "pk"
        request = {
            "TableName": "orders",
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": attribute},
            "ExpressionAttributeValues": {":k": {"S": "NEW" if one == "by-status" else key}},
            **asked,
        }
        return rig.call("Query", {**request, "IndexName": one} if one else request)
    items = [{"pk": {"S": each}, "sk": {"S": "1"}, "data": {"S": "x" * one}} for each in sorted(key)]
    if name == "batch":
        puts = [{"PutRequest": {"Item": item}} for item in items]
        return rig.call("BatchWriteItem", {"RequestItems": {"orders": puts}, **asked})
    puts = [{"Put": {"TableName": "orders", "Item": item}} for item in items]
    if two:
        puts[0]["Put"]["ConditionExpression"] = "attribute_not_exists(pk)"
    return rig.call("TransactWriteItems", {"TransactItems": puts, **asked})


def consumed(reply: Any) -> tuple[Decimal, Decimal]:
    """(of the table with its local indexes, of the global index) in units, as the answer tells."""
    told = reply.payload.get("ConsumedCapacity")
    if told is None:
        return Decimal(0), Decimal(0)
    parts = told if isinstance(told, list) else [told]
    total = sum((Decimal(str(part["CapacityUnits"])) for part in parts), Decimal(0))
    of_index = sum(
        (
            Decimal(str(each["CapacityUnits"]))
            for part in parts
            for each in part.get("GlobalSecondaryIndexes", {}).values()
        ),
        Decimal(0),
    )
    return total - of_index, of_index


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(ITEM_OPERATIONS, max_size=25))
def test_what_is_consumed_is_metered_is_shown_is_billed(operations: list[tuple[Any, ...]]) -> None:
    rig = Rig()
    told = [Decimal(0), Decimal(0)]
    refused = 0
    for operation in operations:
        reply = perform(rig, operation)
        if reply is None:
            continue
        if reply.status != 200:
            refused += 1  # a cancelled transaction is charged and does not tell how much
            continue
        for place, units in enumerate(consumed(reply)):
            told[place] += units
    wait(rig, 60)
    metered = {index: sum(units) / 2 for (_, index), units in rig.engine.meter.totals().items()}
    of_table_, of_index = metered.get(None, 0) + metered.get("local", 0), metered.get("by-status", 0)
    if not refused:
        assert (of_table_, of_index) == tuple(map(float, told))
    shown = [
        sum(
            values.total / 2
            for axis in ("Read", "Write")
            for values in rig.engine.activity.store.read(
                MetricKey(NAMESPACE, f"Consumed{axis}CapacityUnits", of_table("orders", index)),
                (START, rig.now + 60),
                60,
            ).values()
        )
        for index in (None, "by-status")
    ]
    assert shown == [of_table_, of_index]
    requests = [line for line in bill(rig)["lines"] if line["usage_type"].endswith("RequestUnits")]
    assert sum(line["quantity"] for line in requests) == of_table_ + of_index
    prices = {axis: price_table().price("us-east-1", f"{axis}_request").usd / 10**6 for axis in ("read", "write")}
    read, written = (sum(units[axis] for units in rig.engine.meter.totals().values()) / 2 for axis in (0, 1))
    wanted = float(prices["read"] * Decimal(read) + prices["write"] * Decimal(written))
    assert sum(line["run_usd"] for line in requests) == pytest.approx(wanted)
