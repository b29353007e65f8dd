"""The simulated table and the engine, a request at a time, agree where both run: accepted, throttled by reason, splits.

Goal: the arithmetic of whole seconds is the model's, not a likeness of it. Method: counts of requests by second and key
are drawn once by a seed; the engine executes each of them, shuffled, at the beginning of its second, the simulated
table takes the counts. What a partition grants is exact. Where the table's throughput runs out in mid-second, how many
were refused before and after depends on the order of arrival: that division has a tolerance, the sums have none.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from dynarig.emulator.model.call import Call
from dynarig.emulator.model.tokens import token_of
from dynarig.emulator.settings import Settings
from dynarig.workloads.experiments.virtual import TABLE, VirtualTable
from dynarig.workloads.simulation.arrivals import Counted
from dynarig.workloads.simulation.places import Places, Spread, key_name, places_of
from dynarig.workloads.simulation.table import Design, Simulated, SimulatedTable

START = 1_700_000_000
SCALE = 0.01


def _counts(places: Places, rates: np.ndarray, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.array([draw.multinomial(rate, places.weights / places.weights.sum()) for rate in rates])


def _keys_by_place(places: Places, spread: Spread) -> list[tuple[str, str]]:
    """(partition key, sort key) of each place, in order."""
    named = {
        token_of(key_name(key, shard)): key_name(key, shard)
        for key in range(spread.keys)
        for shard in range(spread.shards)
    }
    return [(named[token], f"{position:03}") for token, position in places.at]


class _Engine:
    """The same counts, a request at a time."""

    def __init__(self, design: Design, settings: dict[str, Any]) -> None:
        self.table = VirtualTable(units=design.units, scale=SCALE, **settings)
        self.consistent = design.consistent
        self.accepted: Counter[str] = Counter()
        self.throttled: Counter[str] = Counter()

    def run(self, keys: list[tuple[str, str]], reads: np.ndarray, writes: np.ndarray) -> None:
        draw = np.random.default_rng(7)
        for second in range(len(reads)):
            self.table.now = START + second
            for operation, counts in (("GetItem", reads[second]), ("PutItem", writes[second])):
                order = np.repeat(np.arange(len(keys)), counts)
                draw.shuffle(order)
                for place in order.tolist():
                    self._one(operation, *keys[place])

    def _one(self, operation: str, p: str, s: str) -> None:
        key = {"p": {"S": p}, "s": {"S": s}}
        request: dict[str, Any] = {"TableName": TABLE}
        if operation == "GetItem":
            request |= {"Key": key, "ConsistentRead": self.consistent}
        else:
            request["Item"] = key
        reply = self.table.engine.execute(Call(operation, request), self.table.now)
        if reply.status == 200:
            self.accepted[operation] += 1
        else:
            self.throttled.update(_reasons(reply.payload))


def _reasons(payload: dict[str, Any]) -> list[str]:
    told = payload.get("ThrottlingReasons") or payload.get("throttlingReasons") or ()
    return [each["reason"] for each in told]


def _both(
    spread: Spread, design: Design, reads: list[int], writes: list[int], **settings: Any
) -> tuple[_Engine, Simulated]:
    places = places_of(spread)
    counted = _counts(places, np.array(reads), 1), _counts(places, np.array(writes), 2)
    engine = _Engine(design, settings)
    engine.run(_keys_by_place(places, spread), *counted)
    table = SimulatedTable(places, design, Settings(capacity="enforce", capacity_scale=SCALE, **settings), START)
    return engine, table.run(len(reads), Counted(counted[0]), Counted(counted[1]))


def _splits(engine: _Engine) -> list[tuple[int, str]]:
    heat = engine.table.heat()
    return sorted((each["at"], each["cause"]) for each in (*heat["splits"], *heat["withheld"]))


def _agree(engine: _Engine, ours: Simulated) -> None:
    assert (ours.reads, ours.writes) == (engine.accepted["GetItem"], engine.accepted["PutItem"])
    assert sum(ours.throttled.values()) == engine.throttled.total()
    assert sorted((each.at, each.cause) for each in ours.splits) == _splits(engine)
    assert ours.partitions == len(engine.table.heat()["partitions"])


def test_a_hot_key_on_demand_is_exact() -> None:
    """A partition's ceiling, the split that its heat brings between keys, and what is taken after it."""
    spread = Spread(keys=40, distribution="hot", hot_share=0.3)
    engine, ours = _both(spread, Design(), [60] * 130, [25] * 130, split_heat_seconds=40)
    _agree(engine, ours)
    assert ours.throttled == dict(engine.throttled) != {}
    assert [each.withheld for each in ours.splits].count("") >= 1


def test_one_item_is_not_split() -> None:
    engine, ours = _both(Spread(keys=1), Design(), [0] * 100, [30] * 100, split_heat_seconds=30)
    _agree(engine, ours)
    assert ours.throttled == dict(engine.throttled) != {}
    assert {each.withheld for each in ours.splits} == {"single item"}


def test_one_key_is_split_inside_where_its_items_are_accessed_at_random() -> None:
    """The engine cuts at the median of what it has sampled, the simulated table at that of the traffic. So the halves
    differ a little: the first split comes at the same second, those of the halves within 5, the writes within 5 %."""
    engine, ours = _both(Spread(keys=1, sort="random"), Design(), [0] * 150, [30] * 150, split_heat_seconds=60)
    assert [each.withheld for each in ours.splits] == [""] * 3  # in two, and both halves, still hot, again
    here, there = sorted(each.at for each in ours.splits), [at for at, _ in _splits(engine)]
    assert here[0] == there[0]
    assert here == pytest.approx(there, rel=0, abs=5)
    assert ours.writes == pytest.approx(engine.accepted["PutItem"], rel=0.05)


def test_consistent_reads_of_one_key_come_out_of_the_leader() -> None:
    engine, ours = _both(Spread(keys=3), Design(consistent=True), [100] * 30, [0] * 30)
    _agree(engine, ours)
    assert ours.throttled == dict(engine.throttled) != {}


def test_a_provisioned_table_s_burst_is_exact() -> None:
    """Idle, then above its units until the burst is spent."""
    writes = [0] * 60 + [30] * 150
    engine, ours = _both(Spread(keys=64), Design(units=(500, 1500)), [0] * 210, writes)
    _agree(engine, ours)
    reasons = "TableWriteProvisionedThroughputExceeded", "TableWriteKeyRangeThroughputExceeded"
    for reason in reasons:
        assert ours.throttled.get(reason, 0) == pytest.approx(engine.throttled[reason], rel=0.1, abs=5), reason


def test_growth_by_an_earlier_peak_is_exact() -> None:
    """60 writes a second at a scale where 40 are ready: the peak counts after its growth time and doubles."""
    settings = {"on_demand_growth_seconds": 120.0, "on_demand_peak_seconds": 60}
    engine, ours = _both(Spread(keys=400), Design(), [0] * 300, [60] * 300, **settings)
    _agree(engine, ours)
    assert any(each.cause == "on-demand peak" for each in ours.splits)
    assert ours.throttled == dict(engine.throttled)


def test_a_large_partition_is_split() -> None:
    places = places_of(Spread(keys=64))
    table = SimulatedTable(places, Design(item_bytes=1000), Settings(partition_max_bytes=100_000), START)
    counts = np.full((100, 64), 1)
    done = table.run(100, Counted(counts * 0), Counted(counts))
    assert {each.cause for each in done.splits} == {"size"}
    assert done.partitions > 40  # 6.4 MB in hundreds of kilobytes
