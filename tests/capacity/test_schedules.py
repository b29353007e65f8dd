"""Seeded schedules of everything at once: no ceiling is passed in any window, and what is refused leaves no trace.

A schedule draws settings, tables and a run of calls with a clock that stands, runs, leaps and runs back; a failure
names its seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from dynarig.emulator.capacity.bucket import MILLISECONDS, instant
from dynarig.emulator.capacity.partition import Partition
from dynarig.emulator.capacity.supply import Supply
from tests.capacity.world import World

_STEPS = 80
_THOUSANDS = range(300, 10_300, 1_000)
_TICKS = (0.0, 0.0, 0.0, 0.001, 0.01, 0.2, 1.0, 3.0)


class Watch:
    """What each partition granted, told by how its counts move: (milliseconds, half units written)."""

    def __init__(self) -> None:
        self.log: dict[Partition, list[tuple[int, int]]] = {}
        self._seen: dict[Partition, int] = {}

    def look(self, supplies: list[Supply], at: int) -> None:
        for supply in supplies:
            for partition in supply.ring:
                total = partition.writes + partition.write_used
                granted = total - self._seen.get(partition, 0)
                self._seen[partition] = total
                if granted:
                    self.log.setdefault(partition, []).append((at, granted))

    def check(self, write_ceiling: int, slack: dict[Partition, int]) -> None:
        """Over any window: the ceiling for its length, a second's worth, and what may be owed."""
        for partition, grants in self.log.items():
            for first in range(len(grants)):
                total = 0
                for at, half_units in grants[first:]:
                    total += half_units
                    elapsed = at - grants[first][0]
                    allowed = write_ceiling * (elapsed / MILLISECONDS + 1) + slack.get(partition, 0)
                    assert total <= allowed + 1e-6, f"{total} half units in {elapsed} ms, {allowed} allowed"


def _world(random: Random) -> World:
    world = World(
        random.choice(("enforce", "observe")),
        capacity_scale=random.choice((0.002, 0.01)),
        split_heat_seconds=random.choice((2, 600)),
        burst_seconds=random.choice((0, 3, 300)),
        index_buffer_seconds=random.choice((0, 2)),
        partition_unevenness=random.choice((0.0, 0.7)),
        on_demand_growth_seconds=random.choice((5, 1800)),
        heat_keys_max=16,
    )
    units = random.choice((None, (5, 1000), (500, 3000)))
    index = random.choice((None, () if units is None else (5, 500)))
    world.create(units=units, index=index, local=random.random() < 0.2)
    return world


def _calls(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    keys = random.choice((1, 3, 40))
    while True:
        item = {"p": {"S": f"k{random.randrange(keys)}"}, "s": {"S": f"{random.randrange(1000):03}"}}
        more = {**item, "g": {"S": f"g{random.randrange(3)}"}, "l": {"S": f"{random.randrange(9)}"}}
        yield random.choice(
            (
                ("PutItem", {"TableName": "items", "Item": more}),
                ("PutItem", {"TableName": "items", "Item": item}),
                ("DeleteItem", {"TableName": "items", "Key": item}),
                ("GetItem", {"TableName": "items", "Key": item, "ConsistentRead": random.random() < 0.5}),
                ("Scan", {"TableName": "items", "Limit": random.randrange(1, 9)}),
                ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "items", "Item": more}}]}),
                ("BatchWriteItem", {"RequestItems": {"items": [{"PutRequest": {"Item": more}}]}}),
            )
        )


def _run(seed: int) -> None:
    random = Random(seed)
    world, watch, calls = _world(random), Watch(), _calls(random)
    enforced, runs_back = world.engine.settings.capacity == "enforce", random.random() < 0.3
    table = world.engine.catalog("000000000000", "us-east-1").tables["items"]
    for _ in range(_STEPS):
        operation, request = next(calls)
        before = _state(table), _levels(_supplies(table), instant(world.now))
        reply = world.call(operation, **request)
        at = instant(world.now)
        supplies = _supplies(table)
        if reply.status != 200:
            assert enforced, reply.payload
            assert reply.error_code in _THROTTLES, reply.payload
            assert _state(table) == before[0]
            if [len(supply.ring) for supply in supplies] == before[1][0]:
                assert _levels(supplies, at) == before[1]
        watch.look(supplies, at)
        for supply in supplies:
            supply.check()
        world.now += random.choice(_TICKS) if not runs_back or random.random() < 0.9 else -random.random() * 100
    world.engine.check()
    if enforced and not runs_back:
        ceiling = max(round(2 * 1000 * world.engine.settings.capacity_scale), 1)
        slack = {
            partition: supply.ring.partitions[0].writing.slack // MILLISECONDS
            for supply in supplies
            for partition in supply.ring
        }
        watch.check(ceiling, slack)


_THROTTLES = {"ProvisionedThroughputExceededException", "ThrottlingException", "TransactionCanceledException"}


def _supplies(table: Any) -> list[Supply]:
    targets = [table.target, *(index.target for index in table.indexes.values())]
    return list({id(target.supply): target.supply for target in targets if target.supply is not None}.values())


def _state(table: Any) -> tuple[int, int, list[int]]:
    return table.item_count, table.size, [index.size for index in table.indexes.values()]


def _levels(supplies: list[Supply], at: int) -> tuple[list[int], list[list[int]]]:
    """How many partitions there are, and every level as it is at this instant."""
    levels = []
    for supply in supplies:
        buckets = [supply.reads.bucket, supply.writes.bucket]
        for partition in supply.ring:
            buckets += [partition.leader, partition.replicas, partition.writing]
        for bucket in buckets:
            bucket.refill(at)
        levels.append([bucket.level for bucket in buckets])
    return [len(supply.ring) for supply in supplies], levels


def _run_all(seeds: range) -> None:
    for seed in seeds:
        try:
            _run(seed)
        except AssertionError as fault:
            raise AssertionError(f"seed {seed}: {fault}") from fault


@pytest.mark.parametrize("seed", range(0, 300, 20))
def test_schedules(seed: int) -> None:
    _run_all(range(seed, seed + 20))


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed < 3_000 else pytest.mark.long) for seed in _THOUSANDS]
)
def test_ten_thousand_schedules(seed: int) -> None:
    _run_all(range(seed, seed + 1_000))
