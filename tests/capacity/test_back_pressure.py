"""A global index that cannot keep up holds all writes of its table up."""

from __future__ import annotations

from tests.capacity.world import World

INDEX_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/items/index/by-g"


def granted(world: World, count: int, **more: str) -> int:
    """How many new items are taken at once."""
    second = world.now
    return sum(world.put(f"{second} {number}", **more).status == 200 for number in range(count))


def test_a_short_shortage_is_absorbed_and_a_long_one_is_not() -> None:
    world = World(index_buffer_seconds=2.0, burst_seconds=0)
    world.create(units=(5, 10), index=(5, 1))
    taken = []
    for _ in range(6):
        taken.append(granted(world, 10, g="one"))
        world.now += 1
    assert taken == [10, 10, 3, 1, 1, 1]


def test_a_full_buffer_refuses_writes_that_touch_no_index() -> None:
    world = World(index_buffer_seconds=1.0, burst_seconds=0)
    world.create(units=(5, 10), index=(5, 1))
    granted(world, 10, g="one")
    world.now += 1
    granted(world, 10, g="one")
    reply = world.put("apart")
    assert reply.error_code == "ProvisionedThroughputExceededException"
    assert "global secondary indexes" in reply.payload["message"]
    assert reply.payload["ThrottlingReasons"] == [
        {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": INDEX_ARN}
    ]
    assert "TableWriteProvisionedThroughputExceeded" not in world.supply().throttled
    world.now += 5
    assert world.put("apart").status == 200
    assert not world.supply().behind


def test_one_value_of_an_on_demand_index_throttles_its_table_and_many_do_not() -> None:
    for values, full in ((1, True), (64, False)):
        world = World(capacity_scale=0.01, index_buffer_seconds=1.0)
        world.create(index=())
        refused = set()
        for second in range(20):
            for number in range(30):
                reply = world.put(f"k{second * 30 + number}", g=f"status-{number % values}")
                if reply.status != 200:
                    refused |= set(world.reasons(reply))
            world.now += 1
        assert ("IndexWriteKeyRangeThroughputExceeded" in refused) is full


def test_a_query_of_the_index_uses_its_own_reads() -> None:
    world = World()
    world.create(units=(100, 100), index=(1, 100))
    world.put(g="one")
    asked = {
        "TableName": "items",
        "IndexName": "by-g",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "one"}},
    }
    assert world.call("Query", **asked).status == world.call("Query", **asked).status == 200
    assert world.reasons(world.call("Query", **asked)) == ["IndexReadProvisionedThroughputExceeded"]
    assert world.get().status == 200


def test_a_local_index_draws_on_its_table() -> None:
    world = World()
    world.create(units=(5, 5), local=True)
    assert sum(world.put(s=str(number), l="x").status == 200 for number in range(5)) == 2
