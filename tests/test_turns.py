"""Long work is done in turns: each is bounded, calls in between are answered rightly, and it comes to its end."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.test_bounds import START, Rig

ITEMS = 2_000


def _filled(**settings: Any) -> tuple[Rig, Any]:
    rig = Rig(work_items=100, **settings)
    table = rig.create()
    for number in range(ITEMS):
        rig.put(f"p{number}", n=number % 50, until=int(START) + 60)
    return rig, table


def _create_index(rig: Rig) -> None:
    index = {
        "IndexName": "late",
        "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    rig.call(
        "UpdateTable",
        TableName="tab",
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )


def _index(rig: Rig) -> dict[str, Any] | None:
    indexes = rig.call("DescribeTable", TableName="tab")["Table"].get("GlobalSecondaryIndexes", [])
    return next(iter(indexes), None)


@pytest.mark.parametrize("consistency", ["strong", "eventual"])
@pytest.mark.parametrize("seed", range(3))
def test_an_index_is_filled_while_writes_go_on(seed: int, consistency: str) -> None:
    random = Random(seed)
    rig, table = _filled(consistency=consistency)
    _create_index(rig)
    turns = 0
    while (_index(rig) or {})["IndexStatus"] == "CREATING":
        turns += 1
        rig.now += 0.001
        for _ in range(3):
            pk = f"p{random.randrange(ITEMS + 200)}"
            key = {"pk": {"S": pk}}
            action = random.randrange(4)
            if action == 0:
                rig.call("DeleteItem", TableName="tab", Key=key)
            elif action == 1:
                rig.put(pk, other=random.randrange(9))
            else:
                rig.put(pk, n=random.randrange(50))
        if turns % 5 == 0:
            rig.engine.run_due(rig.now)
    assert turns > 5
    rig.now += 10
    rig.engine.finish_due(rig.now)
    rig.engine.check()
    wanted = sorted(pk for pk, _, item in table.items.walk(None, 0, 1 << 64) if "n" in item.attributes)
    found = sorted(item.attributes["pk"]["S"] for _, _, item in table.indexes["late"].entries.walk(None, 0, 1 << 64))
    assert found == wanted
    size = sum(item.size for _, _, item in table.items.walk(None, 0, 1 << 64) if "n" in item.attributes)
    assert table.indexes["late"].size == size


def test_an_index_that_is_being_filled_answers_as_the_service_does() -> None:
    rig, _ = _filled()
    _create_index(rig)
    shown = _index(rig)
    assert shown is not None
    assert (shown["IndexStatus"], shown["Backfilling"]) == ("CREATING", True)
    with pytest.raises(AssertionError, match="Cannot read from backfilling global secondary index: late"):
        rig.call("Scan", TableName="tab", IndexName="late")
    rig.engine.finish_due(rig.now)
    assert (_index(rig) or {})["IndexStatus"] == "ACTIVE"
    assert rig.call("Scan", TableName="tab", IndexName="late", Select="COUNT")["Count"] == ITEMS


def test_what_the_index_would_refuse_stays_out_through_later_writes() -> None:
    rig = Rig()
    table = rig.create()
    for pk, length in (("fits", 2_048), ("too long", 2_049)):
        rig.call("PutItem", TableName="tab", Item={"pk": {"S": pk}, "g": {"S": "x" * length}})
    index = {
        "IndexName": "late",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    rig.call(
        "UpdateTable",
        TableName="tab",
        AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )
    for pk in ("fits", "too long"):
        rig.call(
            "UpdateItem",
            TableName="tab",
            Key={"pk": {"S": pk}},
            UpdateExpression="SET o = :o",
            ExpressionAttributeValues={":o": {"N": "1"}},
        )
    assert table.indexes["late"].entries.count == 1
    rig.engine.check()
    for pk in ("fits", "too long"):
        rig.call("DeleteItem", TableName="tab", Key={"pk": {"S": pk}})
    assert table.indexes["late"].entries.count == 0
    rig.engine.check()


def test_a_sweep_takes_turns_and_leaves_nothing() -> None:
    rig, table = _filled()
    rig.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    rig.engine.finish_due(rig.now)
    assert len(table.expiry) == ITEMS
    rig.now += 61
    left = ITEMS
    while table.item_count:
        due_at = rig.engine.run_due(rig.now)
        assert left - table.item_count <= 100
        assert table.item_count == 0 or (due_at is not None and due_at <= rig.now)
        left = table.item_count
    rig.engine.check()


def test_calls_alone_bring_it_to_its_end() -> None:
    rig, table = _filled()
    _create_index(rig)
    for _ in range(ITEMS):
        rig.call("GetItem", TableName="tab", Key={"pk": {"S": "p1"}})
    assert table.indexes["late"].status == "ACTIVE"


@pytest.mark.parametrize("how", ["DeleteTable", "reset", "the index"])
def test_what_is_deleted_is_gone_at_once_and_freed_in_turns(how: str) -> None:
    rig, _ = _filled()
    _create_index(rig)
    rig.engine.finish_due(rig.now)
    if how == "DeleteTable":
        rig.call("DeleteTable", TableName="tab")
    elif how == "reset":
        rig.engine.reset()
    else:
        rig.call("UpdateTable", TableName="tab", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "late"}}])
        assert _index(rig) is None
    assert rig.call("ListTables") == {"TableNames": ["tab"] if how == "the index" else []}
    turns = 0
    while (due_at := rig.engine.run_due(rig.now)) is not None and due_at <= rig.now:
        turns += 1
    assert turns >= 1


def test_tables_take_turns() -> None:
    """Neither a backfill nor a sweep keeps the other waiting until it has ended."""
    rig, table = _filled()
    rig.create("other")
    for number in range(600):
        rig.put(f"p{number}", "other", until=int(START))
    other = rig.engine.catalogs[("000000000000", "us-east-1")].tables["other"]
    ttl = {"AttributeName": "until", "Enabled": True}
    rig.call("UpdateTimeToLive", TableName="other", TimeToLiveSpecification=ttl)
    rig.engine.finish_due(rig.now)
    _create_index(rig)
    rig.now += 1
    filled = table.indexes["late"].entries.count
    for _ in range(4):
        rig.engine.run_due(rig.now)
    assert 0 < other.item_count < 600
    assert filled < table.indexes["late"].entries.count < ITEMS
