"""What capacity costs by itself: admission by mode, throttles, heat, splits, the meter and the bill. The clock is ours,
so a run is the same work each time."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from dynarig.emulator.capacity import heat
from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.settings import Settings
from dynarig.workloads.bench import calls

NOW = 1_764_417_600.0
CALLS = 1_000
MODES = ("off", "observe", "enforce")


class World:
    """An engine with a table and an index; charges on them, of as many keys as are asked for, a millisecond apart."""

    def __init__(self, mode: str, **settings: Any) -> None:
        self.engine = Engine(Settings(capacity=mode, **settings))
        assert self.engine.execute(Call("CreateTable", calls.CREATE_TABLE), NOW).status == 200
        self.catalog = self.engine.catalog("000000000000", "us-east-1")
        self.table = self.catalog.tables[calls.TABLE]
        self._milliseconds = count()

    def reads(self, keys: int) -> list[tuple[Charge, ...]]:
        return [(Charge(self.table.target, 1, 0, f"k{each % keys}", "s"),) for each in range(CALLS)]

    def writes(self, keys: int) -> list[tuple[Charge, ...]]:
        index = self.table.indexes["groups"].target
        return [
            (
                Charge(self.table.target, 0, 2, f"k{each % keys}", f"{each}", False, 600),
                Charge(index, 0, 2, f"g{each % keys}", f"{each}", False, 600),
            )
            for each in range(CALLS)
        ]

    def admit(self, plans: list[tuple[Charge, ...]]) -> int:
        """Offer them all, a thousand a second; how many were taken."""
        return sum(
            self.engine.admission.admit(charges, NOW + at / 1000) is None
            for charges, at in zip(plans, self._milliseconds, strict=False)
        )

    def count(self, operation: str, plans: list[tuple[Charge, ...]]) -> None:
        """Meter them all."""
        for charges in plans:
            self.engine.activity.succeeded(operation, self.catalog, charges, {})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["reads", "writes"])
def test_admitting_a_thousand(benchmark, mode, kind):
    world = World(mode)
    plans = getattr(world, kind)(keys=200)
    assert benchmark(world.admit, plans) == CALLS


@pytest.mark.parametrize("mode", ["observe", "enforce"])
def test_throttling_a_hot_key(benchmark, mode):
    """A limit of one unit a second, and a thousand writes of one key."""
    world = World(mode, capacity_scale=0.001)
    plans = world.writes(keys=1)
    world.admit(plans)
    taken = benchmark(world.admit, plans)
    assert taken == CALLS if mode == "observe" else taken < 10


def test_remembering_more_keys_than_are_kept(benchmark):
    world = World("observe", heat_keys_max=100)
    assert benchmark(world.admit, world.reads(keys=CALLS)) == CALLS
    assert len(world.table.target.supply.keys) <= 100


def test_splitting_for_heat(benchmark):
    """From the first partitions on, each hot for two seconds; a run starts from a new table, as splits do not end."""

    def prepared():
        world = World("observe", capacity_scale=0.1, split_heat_seconds=2)
        return (world, [world.writes(keys=50) for _ in range(10)]), {}

    def run(world, seconds):
        for plans in seconds:
            world.admit(plans)
        return world

    world = benchmark.pedantic(run, setup=prepared, rounds=20)
    assert len(world.table.target.supply.ring) > 4


def test_showing_heat(benchmark):
    world = World("observe")
    world.admit(world.writes(keys=CALLS))
    shown = benchmark(heat.describe, world.table.target, 600_000, NOW + 1)
    assert sum(each["write_units"] for each in shown["partitions"]) > 0


@pytest.mark.parametrize(("kind", "operation"), [("reads", "GetItem"), ("writes", "PutItem")])
def test_metering_a_thousand(benchmark, kind, operation):
    world = World("off")
    plans = getattr(world, kind)(keys=200)
    benchmark(world.count, operation, plans)
    read, written = world.engine.meter.totals()[calls.TABLE, None]
    assert (read if kind == "reads" else written) >= CALLS


def test_closing_a_metered_minute(benchmark):
    world = World("off")
    minutes = count(1)

    def metered():
        world.count("GetItem", world.reads(keys=1)[:10])
        world.count("PutItem", world.writes(keys=1)[:10])
        return (NOW + 60 * next(minutes),), {}

    benchmark.pedantic(world.engine.activity.flush, setup=metered, rounds=200)
    assert world.engine.meter.totals()[calls.TABLE, None][0] >= 10


def test_the_bill(benchmark):
    world = World("off")
    world.count("GetItem", world.reads(keys=1))
    world.count("PutItem", world.writes(keys=1))
    told = benchmark(world.engine.services.bill, NOW + 3600, None, None)
    assert {line["operation"] for line in told["lines"]} >= {"GetItem", "PutItem"}
