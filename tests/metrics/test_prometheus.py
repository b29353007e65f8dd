"""The text that Prometheus reads: every line of the format, sums that fit what was done."""

from __future__ import annotations

import re

from dynarig.emulator.metrics.prometheus import _labels, exposition
from tests.metrics.rig import Rig

_LINE = re.compile(r'[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})? [0-9.e+-]+')


def read(rig: Rig) -> dict[str, float]:
    text = exposition(rig.engine.activity, rig.engine.catalogs.values())
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert all(_LINE.fullmatch(line) for line in lines)
    assert text.endswith("\n")
    pairs = [line.rpartition(" ") for line in lines]
    assert len({name for name, _, _ in pairs}) == len(pairs)
    return {name: float(value) for name, _, value in pairs}


def found(samples: dict[str, float], *parts: str) -> list[float]:
    return [value for name, value in samples.items() if all(part in name for part in parts)]


def test_what_was_done_is_counted() -> None:
    rig = Rig()
    for microseconds, reply in ((80, rig.put(status="NEW", size=2000)), (400, rig.put("b")), (400, rig.get())):
        for timing in reply.timings:
            timing.add(microseconds)
    rig.call("GetItem", {"TableName": "nowhere", "Key": {}})
    samples = read(rig)
    assert found(
        samples, "dynarig_consumed_capacity_units_total", 'index=""', 'operation="PutItem"', 'axis="write"'
    ) == [3]
    assert found(samples, "dynarig_consumed_capacity_units_total", 'index="by-status"') == [2]
    assert found(samples, "seconds_bucket", 'operation="PutItem"', 'le="0.0001"') == [1]
    assert found(samples, "seconds_bucket", 'operation="PutItem"', 'le="+Inf"') == [2]
    assert found(samples, "seconds_sum", 'operation="PutItem"') == [0.00048]
    assert found(samples, "dynarig_user_errors_total") == [1]
    assert found(samples, "dynarig_table_items", 'table="orders"', 'index=""') == [2]


def test_counters_outlive_the_minute() -> None:
    rig = Rig()
    rig.put()
    before = read(rig)
    rig.now += 3600
    rig.engine.finish_due(rig.now)
    assert read(rig) == before
    rig.put()
    assert found(read(rig), "consumed", 'operation="PutItem"') == [
        2 * value for value in found(before, "consumed", "Put")
    ]


def test_labels_are_escaped() -> None:
    assert _labels((("a", 'x"y\\z\n'),)) == '{a="x\\"y\\\\z\\n"}'
