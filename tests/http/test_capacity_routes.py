"""/_dynarig/capacity and /_dynarig/heat, over a real engine."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http.admin import serve
from dynarig.emulator.http.admin_request import Rig
from tests.capacity.world import START, World
from tests.http.fake_engine import whole


def ask(world: World, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    rig = Rig(world.engine, ManualClock(world.now), world.engine.settings)
    path, _, query = path.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    answer = whole(serve(rig, method.encode(), (b"/_dynarig/" + path.encode(), query.encode()), {}, sent))
    return answer.status, json.loads(answer.body)


def heat(world: World, table: str = "items") -> list[dict[str, Any]]:
    status, shown = ask(world, "GET", f"heat?table={table}")
    assert status == 200, shown
    assert shown["now"] == world.now
    return shown["tables"]  # type: ignore[no-any-return]


def test_the_mode_changes_at_run_time_for_all_tables_and_for_one() -> None:
    world = World("off")
    world.create()
    assert ask(world, "GET", "capacity")[1] == {"mode": "off", "scale": 1.0, "tables": {}, "throttled": {}}
    assert ask(world, "POST", "capacity", {"mode": "enforce", "scale": 0.01})[1]["mode"] == "enforce"
    assert ask(world, "POST", "capacity", {"table": "items", "mode": "observe"})[1]["tables"] == {"items": "observe"}
    assert ask(world, "GET", "health")[1]["capacity"] == {"mode": "enforce", "scale": 0.01}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, 'capacity takes "mode", "scale" or both, and "table" beside "mode"'),
        ({"mode": "on"}, "mode is one of off, observe, enforce"),
        ({"mode": None}, "mode is one of off, observe, enforce"),
        ({"scale": "2"}, "scale is a number"),
        ({"scale": 0}, "scale is between 1e-06 and 1000000"),
        ({"table": "items", "scale": 2}, "table is a table's name, and takes a mode"),
        ({"table": "none", "mode": "off"}, "there is no table none"),
    ],
)
def test_refusals(body: dict[str, Any], text: str) -> None:
    assert ask(World("off"), "POST", "capacity", body) == (400, {"error": text})


def test_throttles_are_told_by_table_and_reason() -> None:
    world = World("observe")
    world.create(units=(1, 1))
    for _ in range(3):
        world.put()
    shown = ask(world, "GET", "capacity")[1]
    assert shown["throttled"] == {"items": {"TableWriteProvisionedThroughputExceeded": 2}}


def test_heat_shows_partitions_with_load_size_and_keys() -> None:
    world = World("observe")
    world.create(index=())
    for number in range(6):
        world.put("often", str(number), g="one")
    world.put("seldom", g="one")
    table, index = heat(world)
    assert (table["table"], table["index"], table["mode"]) == ("items", None, "observe")
    assert index["index"] == "by-g"
    assert [partition["id"] for partition in table["partitions"]] == ["p0", "p1", "p2", "p3"]
    assert table["partitions"][0]["range"] == ["0000000000000000", "4000000000000000"]
    assert sum(partition["write_units"] for partition in table["partitions"]) == 7
    assert sum(partition["bytes"] for partition in table["partitions"]) > 0
    assert [(key["key"], key["share"]) for key in table["hottest"]] == [("often", 0.857143), ("seldom", 0.142857)]
    hottest = [partition["hottest"] for partition in table["partitions"]]
    assert sorted(key["key"] for keys in hottest for key in keys) == ["often", "seldom"]


def test_heat_over_time_and_throttles_by_partition() -> None:
    world = World()
    world.create(units=(1, 2))
    for _ in range(3):
        for _ in range(3):
            world.put()
        world.now += 1
    world.put()
    [table] = heat(world)
    assert table["consumed"][-3:] == [
        {"at": int(START) + second, "read_units": 0.0, "write_units": 2.0, "throttled": 1} for second in range(3)
    ]
    [partition] = table["partitions"]
    assert partition["throttled"] == table["throttled"] == {"TableWriteProvisionedThroughputExceeded": 3}
    assert partition["hottest"] == [{"key": "a", "share": 1.0, "throttled": 3}]


def test_heat_of_a_table_that_nobody_watched_shows_where_its_partitions_would_be() -> None:
    world = World("off")
    world.create()
    world.put()
    [table] = heat(world)
    assert len(table["partitions"]) == 4
    assert table["consumed"] == []


@pytest.mark.parametrize("units", [None, (200, 50)])
def test_heat_before_the_first_request_tells_the_same_as_after_it(units: tuple[int, int] | None) -> None:
    world = World(capacity_scale=0.1)
    world.create(units=units)
    before = heat(world)[0]
    world.get()
    after = heat(world)[0]
    assert before.keys() == after.keys()
    assert before["partitions"][0].keys() == after["partitions"][0].keys()
    steady = ("billing", "read_units_per_second", "write_units_per_second", "write_units_per_partition")
    assert {name: before[name] for name in steady} == {name: after[name] for name in steady}


@pytest.mark.parametrize("query", ["heat?table=none", "heat?colour=red", "heat?table=a&table=b", "heat?table"])
def test_heat_refuses_what_it_does_not_know(query: str) -> None:
    status, shown = ask(World("off"), "GET", query)
    assert status == 400
    assert "\n" not in shown["error"]
