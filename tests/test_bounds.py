"""Whatever clients send, what the engine keeps has bounds: the traffic that grew each is sent, and counted."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings

START = 1_790_000_000.0
ACCOUNT = ("000000000000", "us-east-1")


class Rig:
    """One engine and its clock."""

    def __init__(self, **settings: Any) -> None:
        self.engine = Engine(Settings(**settings))
        self.now = START

    def call(self, operation: str, account: str = ACCOUNT[0], **request: Any) -> dict[str, Any]:
        """The answer; a refusal fails the test."""
        reply = self.engine.execute(Call(operation, request, account=account), self.now)
        assert reply.error_code is None, reply.payload
        return reply.payload

    def create(self, name: str = "tab", account: str = ACCOUNT[0], **more: Any) -> Any:
        """A table with a partition key pk; what holds it."""
        self.call(
            "CreateTable",
            account,
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            **more,
        )
        return self.engine.catalogs[(account, ACCOUNT[1])].tables[name]

    def put(self, pk: str, table: str = "tab", **numbers: int) -> None:
        """Put an item."""
        item: dict[str, Any] = {"pk": {"S": pk}} | {name: {"N": str(value)} for name, value in numbers.items()}
        self.call("PutItem", TableName=table, Item=item)


def _expiring(rig: Rig) -> Any:
    table = rig.create()
    rig.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    return table


def test_a_time_to_live_that_moves_keeps_one_entry_an_item() -> None:
    rig = Rig()
    table = _expiring(rig)
    for step in range(20_000):
        rig.put("a", until=int(START) + 100 + step)
    assert len(table.expiry) == 1
    assert table.next_due == pytest.approx(START + 20_099, abs=0.01)
    rig.engine.check()


def test_an_item_whose_time_moved_on_is_not_deleted_at_its_first() -> None:
    rig = Rig()
    table = _expiring(rig)
    rig.put("a", until=int(START) + 10)
    rig.put("a", until=int(START) + 1_000)
    rig.put("b", until=int(START) + 10)
    rig.now += 11
    assert "Item" not in rig.call("GetItem", TableName="tab", Key={"pk": {"S": "b"}})
    assert "Item" in rig.call("GetItem", TableName="tab", Key={"pk": {"S": "a"}})
    rig.now += 1_000
    assert "Item" not in rig.call("GetItem", TableName="tab", Key={"pk": {"S": "a"}})
    assert len(table.expiry) == 0


def _transact(rig: Rig, number: int) -> None:
    put = {"Put": {"TableName": "tab", "Item": {"pk": {"S": f"p{number}"}}}}
    rig.call("TransactWriteItems", TransactItems=[put], ClientRequestToken=f"token{number}")


def test_holds_that_have_ended_are_forgotten() -> None:
    rig = Rig(transaction_seconds=0.05)
    table = rig.create()
    most = 0
    for number in range(5_000):
        rig.now += 0.01
        _transact(rig, number)
        most = max(most, len(table.holds))
    assert most <= 6


def test_tokens_have_a_bound() -> None:
    rig = Rig(tokens_max=100)
    rig.create()
    for number in range(1_000):
        _transact(rig, number)
    tokens = rig.engine.catalogs[ACCOUNT].tokens
    assert len(tokens) == 100
    assert tokens.find("TransactWriteItems", "token999", rig.now) is not None
    assert tokens.find("TransactWriteItems", "token899", rig.now) is None


@pytest.mark.parametrize("shared", [False, True])
def test_access_keys_have_a_bound(shared: bool) -> None:
    rig = Rig(idle_namespaces_max=50, shared_db=shared)
    rig.create()
    for number in range(2_000):
        rig.call("ListTables", f"{number:012d}")
        assert len(rig.engine.catalogs) <= 52
        assert len(rig.engine._contexts) <= 52
    assert rig.call("ListTables") == {"TableNames": ["tab"]}


def test_a_namespace_with_a_table_is_never_forgotten() -> None:
    rig = Rig(idle_namespaces_max=4)
    for number in range(40):
        rig.create("mine", f"{number:012d}")
        rig.call("ListTables", f"9{number:011d}")
    assert all(rig.call("ListTables", f"{number:012d}") == {"TableNames": ["mine"]} for number in range(40))


def test_streams_of_tables_that_come_and_go_have_a_bound() -> None:
    rig = Rig(past_streams_max=7)
    for number in range(60):
        rig.create(f"tab{number}", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        rig.put("a", f"tab{number}")
        rig.call("DeleteTable", TableName=f"tab{number}")
    catalog = rig.engine.catalogs[ACCOUNT]
    assert [stream.name.table_name for stream in catalog.streams()] == [f"tab{number}" for number in range(53, 60)]
    rig.engine.finish_due(rig.now)
    assert len(catalog.retention) == 7  # the records of the others went with them
    rig.engine.check()


def test_a_stream_that_is_switched_on_and_off_leaves_a_bounded_number() -> None:
    rig = Rig(past_streams_max=3)
    table = rig.create()
    for _ in range(20):
        on = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        rig.call("UpdateTable", TableName="tab", StreamSpecification=on)
        rig.put("a")
        rig.call("UpdateTable", TableName="tab", StreamSpecification={"StreamEnabled": False})
    assert len(table.past_streams) == 3


def test_records_have_a_bound() -> None:
    rig = Rig(streams_max_bytes=50_000)
    table = rig.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    for number in range(5_000):
        rig.put("a", n=number)
    (shard,) = table.stream.shards.values()
    assert shard.size_bytes <= 50_000
    assert 100 < len(shard) < 200


@pytest.mark.parametrize("consistency", ["strong", "eventual"])
def test_what_is_remembered_of_lags_is_what_is_on_its_way(consistency: str) -> None:
    rig = Rig(consistency=consistency)
    table = rig.create()
    draw = Random(1)
    for number in range(5_000):
        rig.now += 0.001
        rig.put(f"p{number}", n=draw.randrange(9))
    if consistency == "eventual":
        assert len(table.follower._last_seen) <= len(table.follower._pending) < 500


def test_due_work_looks_at_those_who_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction with a token does not look at every table."""
    rig = Rig()
    for number in range(200):
        rig.create(f"other{number}")
    rig.create()
    rig.call("ListTables")
    looked: list[str] = []
    run_table = rig.engine._run_table

    def look(table: Any, *rest: Any) -> None:
        looked.append(table.name)
        run_table(table, *rest)

    monkeypatch.setattr(rig.engine, "_run_table", look)
    for number in range(50):
        _transact(rig, number)
    assert looked == []


def test_the_use_of_tables_that_come_and_go_is_summed_up() -> None:
    rig = Rig(metrics_names_max=40)
    for number in range(300):
        rig.now += 20
        rig.create(f"tab{number}")
        rig.put("a", f"tab{number}")
        rig.call("DeleteTable", TableName=f"tab{number}")
        refused = rig.engine.execute(Call("GetItem", {"TableName": f"no{number}", "Key": {}}), rig.now)
        assert refused.error_code is not None
    activity = rig.engine.activity
    activity.flush(rig.now + 60)
    assert len(activity.series) <= 41
    assert len(activity.successes) <= 41 + 1
    assert len(activity.counters) <= 40
    assert len(list(activity.store._metrics)) <= 160
    assert sum(written for _, written in rig.engine.meter.lines().values()) == 300 * 2  # no unit is lost
    rig.engine.check()


def test_a_reset_leaves_nobody_behind() -> None:
    rig = Rig()
    for _ in range(50):
        rig.create()
        rig.put("a")
        rig.now += 61
        rig.engine.finish_due(rig.now)
        rig.engine.reset()
    rig.engine.finish_due(rig.now)
    assert len(rig.engine._agenda) <= 1
