"""Partitions that are split for heat, and those that are not, through the engine at a hundredth of the ceilings."""

from __future__ import annotations

from random import Random

from tests.capacity.world import World

SCALE = 0.01  # a partition takes 10 writes and 45 eventually consistent reads a second


def hot(seconds: int = 60, **settings: object) -> World:
    return World(capacity_scale=SCALE, split_heat_seconds=seconds, **settings)


def write(world: World, seconds: int, place: object, rate: int = 20) -> list[int]:
    """Puts granted in each second. place: from a number to partition key and sort key."""
    taken, number = [], 0
    for _ in range(seconds):
        count = 0
        for _ in range(rate):
            number += 1
            p, s = place(number)  # type: ignore[operator]
            count += world.put(p, s, l=s).status == 200
        taken.append(count)
        world.now += 1
    return taken


def test_a_collection_written_at_random_is_split_by_sort_key_and_takes_twice_as_much() -> None:
    world, random = hot(), Random(1)
    world.create()
    taken = write(world, 90, lambda number: ("one", f"{random.random():.6f}"))
    assert sum(taken[10:50]) == 40 * 10
    assert sum(taken[70:]) >= 1.7 * 20 * 10
    split = next(split for split in world.supply().splits if not split.withheld)
    assert split.cause == "heat"
    assert split.place is not None
    assert len(split.place) == 2


def test_several_hot_keys_of_a_partition_are_parted() -> None:
    world, random = hot(), Random(1)
    world.create(units=(1000, 1000))  # one partition
    world.now += 300  # what the table kept for bursts lets both halves be written in full
    taken = write(world, 90, lambda number: (f"k{random.randrange(20)}", "s"))
    assert sum(taken[:40]) == 400
    assert sum(taken[70:]) >= 1.6 * 200
    assert all(len(split.place or ()) == 1 for split in world.supply().splits)


def test_rising_sort_keys_are_not_split() -> None:
    world = hot()
    world.create()
    taken = write(world, 200, lambda number: ("one", f"{number:09}"))
    assert max(taken[1:]) == 10
    assert {split.withheld for split in world.supply().splits} == {"sequential keys"}


def test_one_item_is_not_split() -> None:
    world = hot()
    world.create()
    taken = write(world, 150, lambda number: ("one", "item"))
    assert max(taken[1:]) == 10
    assert {split.withheld for split in world.supply().splits} == {"single item"}


def test_a_collection_under_a_local_index_is_not_split() -> None:
    world, random = hot(), Random(1)
    world.create(local=True)
    write(world, 150, lambda number: ("one", f"{random.random():.6f}"))
    assert {split.withheld for split in world.supply().splits} == {"local secondary index"}


def test_a_short_peak_splits_nothing() -> None:
    world = hot(seconds=600)
    world.create()
    write(world, 60, lambda number: ("one", f"{number}"))
    assert not world.supply().splits


def test_eventually_consistent_reads_of_a_hot_collection_double_after_a_split() -> None:
    world, random = hot(), Random(1)
    world.create()

    def granted() -> int:
        return sum(world.get("one", f"{random.random():.6f}").status == 200 for _ in range(200))

    taken = []
    for _ in range(90):
        taken.append(granted())
        world.now += 1
    assert taken[5:50] == [90] * 45
    assert min(taken[-10:]) >= 160


def test_a_partition_that_outgrows_its_size_is_split() -> None:
    world = World(partition_max_bytes=10_000)
    world.create(units=(1000, 1000))
    for number in range(30):
        world.put(f"k{number}", size=1000)
        world.now += 1
    assert len(world.supply().ring) > 1
    assert {split.cause for split in world.supply().splits} == {"size"}


def test_on_demand_grows_to_twice_an_earlier_peak_and_not_before_its_time() -> None:
    world = World(capacity_scale=0.001, on_demand_growth_seconds=300, split_heat_seconds=100_000)
    world.create()
    random = Random(1)
    taken = write(world, 400, lambda number: (f"{random.random()}", "s"), rate=12)
    assert max(taken[:300]) <= 4
    assert max(taken[-20:]) > 4
    assert [split.cause for split in world.supply().splits][:1] == ["on-demand peak"]
    assert len(world.supply().ring) == 8


def test_uneven_ranges_throttle_random_keys_early() -> None:
    random = Random(1)
    taken = []
    for unevenness in (0.0, 1.0):
        world = World(capacity_scale=0.01, partition_unevenness=unevenness)
        world.create()
        taken.append(sum(write(world, 20, lambda number: (f"{random.random()}", "s"), rate=36)))
    assert taken[1] < 0.9 * taken[0]
