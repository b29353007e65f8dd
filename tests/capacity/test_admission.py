"""What is throttled, when, and what is said, through the engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dynarig.emulator.model.call import Reply
from tests.capacity.world import World

TABLE_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/items"


def granted(world: World, count: int, *, keys: int = 1, **item: int | str) -> int:
    """How many of `count` puts over `keys` keys are taken at once."""
    return sum(world.put(f"k{number % keys}", str(number), **item).status == 200 for number in range(count))


def test_off_takes_everything() -> None:
    world = World("off")
    world.create(units=(1, 1))
    assert granted(world, 100) == 100


def test_a_held_second_gives_what_is_provisioned_exactly() -> None:
    world = World()
    world.create(units=(5, 7))
    assert granted(world, 20) == 7
    assert sum(world.get(consistent=True).status == 200 for _ in range(20)) == 5
    world.now += 1
    assert granted(world, 20) == 7


def test_reads_take_their_units() -> None:
    world = World()
    world.create(units=(5, 100))
    world.put(size=4000)
    assert sum(world.get().status == 200 for _ in range(20)) == 10


def test_what_was_not_used_is_kept_for_five_minutes_from_creation() -> None:
    world = World()
    world.create(units=(2, 2))
    world.now += 82
    assert granted(world, 1000) == 2 + 82 * 2
    world.now += 10_000
    assert granted(world, 1000) == 2 + 300 * 2


def test_a_provisioned_table_says_which_setting_was_passed() -> None:
    world = World()
    world.create(units=(1, 1))
    world.put()
    reply = world.put()
    assert reply.status == 400
    assert reply.payload["__type"].endswith("#ProvisionedThroughputExceededException")
    assert reply.payload["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": TABLE_ARN}
    ]


def test_one_partition_may_use_all_that_is_provisioned() -> None:
    world = World()
    world.create(units=(400, 400))
    assert granted(world, 500, keys=1) == 400


def test_a_new_on_demand_table_takes_4000_writes_and_12000_reads() -> None:
    world = World()
    world.create()
    assert granted(world, 5000, keys=500) == 4000
    assert granted(world, 10) == 0


def test_one_key_takes_1000_writes_3000_reads_and_4500_eventually_consistent_ones() -> None:
    world = World()
    world.create()
    assert granted(world, 1100) == 1000
    assert sum(world.get(consistent=True).status == 200 for _ in range(3100)) == 3000
    world.now += 1
    assert sum(world.get().status == 200 for _ in range(9100)) == 9000


def test_a_hot_key_is_told_as_the_key_range() -> None:
    world = World()
    world.create()
    granted(world, 1000)
    reply = world.put("k0")
    assert reply.payload["__type"] == "com.amazon.coral.availability#ThrottlingException"
    assert world.reasons(reply) == ["TableWriteKeyRangeThroughputExceeded"]


@pytest.mark.parametrize(
    ("setting", "code", "listed"),
    [
        ("ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException", "ThrottlingReasons"),
        ("ThrottlingException", "ThrottlingException", "throttlingReasons"),
    ],
)
def test_the_error_of_a_hot_key_of_a_provisioned_table_is_a_setting(setting: str, code: str, listed: str) -> None:
    world = World(provisioned_key_range_error=setting)
    world.create(units=(10, 4000))
    granted(world, 1000)
    reply = world.put("k0")
    assert reply.error_code == code
    assert reply.payload[listed][0]["reason"] == "TableWriteKeyRangeThroughputExceeded"


def test_the_maximum_on_demand() -> None:
    world = World()
    world.create(OnDemandThroughput={"MaxWriteRequestUnits": 10})
    assert granted(world, 20) == 10
    assert world.reasons(world.put()) == ["TableWriteMaxOnDemandThroughputExceeded"]


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "ThrottlingException"])
def test_the_account_limit_of_a_table(code: str) -> None:
    world = World(table_max_capacity_units=2000, account_limit_error=code)
    world.create()
    assert granted(world, 3000, keys=500) == 2000
    reply = world.put()
    assert reply.error_code == code
    assert world.reasons(reply) == ["TableWriteAccountLimitExceeded"]


def test_warm_throughput_gives_more_partitions_at_once() -> None:
    world = World()
    world.create(WarmThroughput={"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 8000})
    assert granted(world, 9000, keys=3000) == 8000
    assert len(world.supply().ring) == 8


def test_an_item_larger_than_a_second_of_throughput_waits_for_what_is_kept() -> None:
    world = World()
    world.create(units=(1, 1))
    assert world.put(size=10_000).status == 400
    world.now += 10
    assert world.put(size=10_000).status == 200


@pytest.mark.parametrize(
    ("large_reads", "scans", "reads_then", "reads_half_a_second_later"), [("owed", 2, 0, 1), ("refused", 1, 3, 4)]
)
def test_a_scan_takes_what_is_left_and_others_wait(
    large_reads: str, scans: int, reads_then: int, reads_half_a_second_later: int
) -> None:
    world = World(large_reads=large_reads, burst_seconds=0)
    world.create(units=(1000, 1000))
    for number in range(6):
        world.put("a", str(number), 4096 - 20)
    world.do("UpdateTable", TableName="items", ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 9})
    world.now += 10

    def succeed(call: Callable[[], Reply]) -> int:
        return sum(call().status == 200 for _ in range(10))

    scan = {"TableName": "items", "ConsistentRead": True}
    assert succeed(lambda: world.call("Scan", **scan)) == scans
    assert succeed(lambda: world.get("a", "1", consistent=True)) == reads_then
    world.now += 0.5
    assert succeed(lambda: world.get("a", "1", consistent=True)) == reads_half_a_second_later


def test_refused_requests_change_nothing() -> None:
    world = World()
    world.create(units=(5, 1))
    world.put(s="1")
    assert world.put(s="2").status == 400
    assert world.do("Scan", TableName="items", Select="COUNT")["Count"] == 1
    supply = world.supply()
    assert supply.writes.used == 2
    assert supply.throttled == {"TableWriteProvisionedThroughputExceeded": 1}


def test_observe_counts_what_enforce_would_refuse() -> None:
    observed, enforced = World("observe"), World("enforce")
    for world in (observed, enforced):
        world.create(units=(5, 5))
    assert granted(observed, 20) == 20
    assert granted(enforced, 20) == 5
    assert observed.supply().throttled == enforced.supply().throttled == {"TableWriteProvisionedThroughputExceeded": 15}


def test_a_table_may_have_a_mode_of_its_own() -> None:
    world = World("off")
    world.create("items", units=(1, 1))
    world.create("others", units=(1, 1))
    world.engine.admission.set_mode("enforce", "items")
    assert granted(world, 5) == 1
    assert granted(world, 5, table="others") == 5
    world.engine.admission.set_mode("off")
    assert granted(world, 5) == 5


def test_a_scaled_table_begins_with_a_second_of_its_scaled_throughput() -> None:
    world = World(capacity_scale=0.1)
    world.create(units=(50, 50))
    assert [world.put(p=str(number)).status for number in range(6)] == [200] * 5 + [400]
    world.create("older", units=(50, 50))
    world.now += 2  # before it is first drawn from, it gathers at that rate, too
    assert sum(world.put(p=str(number), table="older").status == 200 for number in range(30)) == 15


def test_scale_multiplies_every_ceiling() -> None:
    world = World(capacity_scale=0.01)
    world.create()
    assert granted(world, 100) == 10
    assert granted(world, 100, keys=50) <= 30
    world.engine.admission.set_scale(0.02)
    world.now += 10
    assert granted(world, 100, keys=1) == 20


def test_a_changed_setting_counts_from_the_next_request() -> None:
    world = World()
    world.create(units=(5, 5))
    assert granted(world, 100) == 5
    world.do("UpdateTable", TableName="items", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 50})
    assert granted(world, 100) == 45


def test_from_provisioned_to_on_demand_at_least_what_a_new_table_takes() -> None:
    world = World()
    world.create(units=(5, 5))
    world.put()
    world.do("UpdateTable", TableName="items", BillingMode="PAY_PER_REQUEST")
    world.now += 1
    assert granted(world, 5000, keys=500) == 4000


def test_from_provisioned_to_on_demand_the_highest_ever_provisioned() -> None:
    world = World()
    world.create(units=(5, 10_000))
    world.do("UpdateTable", TableName="items", BillingMode="PAY_PER_REQUEST")
    assert granted(world, 11_000, keys=5000) >= 9_500
    assert len(world.supply().ring) == 10


def test_raised_throughput_splits_every_partition_and_lowered_merges_none() -> None:
    world = World()
    seen = []
    world.create(units=(5, 3200))
    for units in (None, 3600, 6000, 5000):
        if units:
            throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": units}
            world.do("UpdateTable", TableName="items", ProvisionedThroughput=throughput)
        world.put()
        supply = world.supply()
        seen.append((len(supply.ring), supply.writes.bucket.rate / 2 / len(supply.ring)))
    assert seen == [(4, 800), (4, 900), (8, 750), (8, 625)]


def test_the_clock_may_run_back() -> None:
    world = World()
    world.create(units=(5, 5))
    assert granted(world, 10) == 5
    world.now -= 3600
    assert granted(world, 10) == 0
    world.now += 1
    assert granted(world, 10) == 5
    world.engine.check()


def test_a_consistent_read_that_the_replicas_refuse_leaves_the_leader_as_it_was() -> None:
    world = World(partition_replicas=1)
    world.create()
    for _ in range(6000):
        world.get()
    partition = world.supply().keys.find("a").partition
    assert partition is not None
    level = partition.leader.level
    world.get(consistent=True)
    assert partition.leader.level == level


def test_a_cancelled_transaction_leaves_the_size_of_partitions_as_it_was() -> None:
    world = World(capacity_scale=0.01)
    world.create()
    puts = [{"Put": {"TableName": "items", "Item": {"p": {"S": f"k{n}"}, "s": {"S": "s"}}}} for n in range(60)]
    assert world.call("TransactWriteItems", TransactItems=puts).error_code == "TransactionCanceledException"
    assert [partition.grown_bytes for partition in world.supply().ring] == [0, 0, 0, 0]
