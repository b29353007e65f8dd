"""Snapshots and restoring under seeded changes: whatever happens meanwhile, the table of one instant comes out."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dynarig.emulator.model.schema import GLOBAL, LOCAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.model.values import item_size
from dynarig.emulator.planning.writes import plan_delete, plan_put
from dynarig.emulator.storage.filled_table import fill_table
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.history import Snapshot
from dynarig.emulator.storage.past_items import PastItems
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.undo_log import UndoLog
from dynarig.emulator.storage.work import Work

KEYS = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))
INDEXES = {
    "g": IndexSchema("g", GLOBAL, KeySchema((KeyAttribute("v", "N"),)), Projection("KEYS_ONLY")),
    "l": IndexSchema("l", LOCAL, KeySchema(KEYS.partition, (KeyAttribute("v", "N"),)), Projection()),
}
State = dict[tuple[str, str], str]


def _table(indexes: dict[str, IndexSchema] | None = None, filling: Filling | None = None) -> Table:
    schema = TableSchema("source", KEYS, INDEXES if indexes is None else indexes)
    return Table(schema, TableSettings("arn", "id", 0.0), filling)


def _state(table: Table) -> State:
    return {
        (item.attributes["pk"]["S"], item.attributes["sk"]["N"]): item.attributes["v"]["N"]
        for _, _, item in table.items.walk(None, 0, 1 << 64)
    }


def _change(table: Table, random: Random, now: float) -> None:
    key: dict[str, Any] = {"pk": {"S": random.choice("abcdefghij")}, "sk": {"N": str(random.randrange(8))}}
    if random.random() < 0.4:
        write = plan_delete(table, key)
    else:
        item = {**key, "v": {"N": str(random.randrange(1000))}}
        write = plan_put(table, item, item_size(item))
    if write.change is not None:
        table.apply(write.change, now)


def _restore(
    source: Table, snapshot: Snapshot, at: float, random: Random, *indexes: str, is_gone: bool = False
) -> Table:
    """Fill a table bit by bit while the source changes all the time, unless it is gone."""
    log = source.history.log
    filling = Filling("arn", PastItems(snapshot, at, [] if log is None else log.newer_than(at)))
    target = _table({name: INDEXES[name] for name in indexes}, filling)
    for _ in range(10_000):
        if fill_table(target, 0.0, Work(random.choice((1, 3, 10)))):
            break
        if not is_gone:
            _change(source, random, 1e6)
    else:
        raise AssertionError("it never ends")
    assert target.filling is None
    target.check()
    return target


@pytest.mark.parametrize("seed", range(8))
def test_a_snapshot_is_of_one_instant(seed: int) -> None:
    random = Random(seed)
    source = _table()
    for step in range(300):
        _change(source, random, step)
    wanted = _state(source)
    snapshot = source.history.open(source.items)
    for step in range(random.choice((0, 5, 200))):
        _change(source, random, step)
    for indexes in ((), ("g",), ("g", "l")):
        assert _state(_restore(source, snapshot.fork(), 0.0, random, *indexes)) == wanted
    snapshot.close()
    source.check()
    assert source.history.recorders == []


@pytest.mark.parametrize("seed", range(8))
def test_the_log_tells_the_table_of_any_instant(seed: int) -> None:
    random = Random(seed)
    source = _table()
    for _ in range(50):
        _change(source, random, 0.0)
    source.history.start_log(UndoLog(0.0, 1e9))
    states = {0: _state(source)}
    for step in range(1, 700):
        _change(source, random, step)
        states[step] = _state(source)
    for at in (0, 1, 699, *random.sample(range(700), 5)):
        snapshot = source.history.follow(source.items, {})
        assert _state(_restore(source, snapshot, at, random, "l")) == states[at]
        states = {step: state for step, state in states.items() if step <= 699}


def test_a_snapshot_outlives_its_table_and_frees_it_at_last() -> None:
    random = Random(1)
    source = _table()
    for step in range(100):
        _change(source, random, step)
    wanted, items = _state(source), source.items
    first = source.history.open(source.items)
    for step in range(100):
        _change(source, random, step)
    second = source.history.open(source.items)
    source.history.start_log(UndoLog(0.0, 1e9))
    source.throw_away()
    assert _state(_restore(source, first.fork(), 0.0, Random(1), is_gone=True)) == wanted
    assert items not in second.close()
    assert items in first.close()


def test_what_a_restore_still_holds_is_let_go() -> None:
    source = _table()
    _change(source, Random(2), 0.0)
    snapshot = source.history.follow(source.items, {})
    target = _table({}, Filling("arn", PastItems(snapshot, 0.0, [])))
    target.throw_away()
    assert source.history.recorders == []


def test_keys_beyond_an_index_s_limits_have_no_place_in_it() -> None:
    """As in a backfill: they were stored before the index was there."""
    late = IndexSchema("late", GLOBAL, KeySchema((KeyAttribute("g", "S"),)), Projection())
    source = _table({})
    for pk, length in (("fits", 2_048), ("too long", 2_049)):
        item: dict[str, Any] = {"pk": {"S": pk}, "sk": {"N": "1"}, "g": {"S": "x" * length}}
        write = plan_put(source, item, item_size(item))
        assert write.change is not None
        source.apply(write.change, 0.0)
    target = _table({"late": late}, Filling("arn", PastItems(source.history.follow(source.items, {}), 0.0, [])))
    assert fill_table(target, 0.0, Work(100))
    assert (target.item_count, target.indexes["late"].entries.count) == (2, 1)
    target.check()


@pytest.mark.parametrize("indexes", [(), ("g",)])
def test_places_that_items_know_are_those_of_their_own_table(indexes: tuple[str, ...]) -> None:
    """States of indexes are counted by each table for itself: what the source's third state was is not the target's."""
    random = Random(5)
    source = _table()
    for _ in range(2):
        source.set_schema(source.schema)
    for step in range(40):
        _change(source, random, step)
    target = _restore(source, source.history.follow(source.items, {}), 0.0, random, *indexes, is_gone=True)
    assert source.layout == 3
    target.set_schema(TableSchema("source", KEYS, {"late": IndexSchema("late", GLOBAL, KEYS, Projection())}))
    assert target.layout == 3
    while not target.backfill("late", Work(100)):
        pass
    for step in range(100):
        _change(target, random, step)
        target.check()
