"""A table under seeded changes: indexes, sizes, collections and expiries follow; check() after every few."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dynarig.emulator.model.schema import GLOBAL, LOCAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.planning.writes import plan_delete, plan_put
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.work import Work

KEYS = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))
INDEXES = [
    IndexSchema("g", GLOBAL, KeySchema((KeyAttribute("gk", "S"),), (KeyAttribute("gs", "N"),)), Projection()),
    IndexSchema("k", GLOBAL, KeySchema((KeyAttribute("gs", "N"),)), Projection("KEYS_ONLY")),
    IndexSchema(
        "m",
        GLOBAL,
        KeySchema(
            (KeyAttribute("gk", "S"), KeyAttribute("gs", "N")), (KeyAttribute("a", "S"), KeyAttribute("ls", "N"))
        ),
        Projection("INCLUDE", ("b",)),
    ),
    IndexSchema("l", LOCAL, KeySchema(KEYS.partition, (KeyAttribute("ls", "N"),)), Projection("INCLUDE", ("a",))),
]


NINES = "9.9999999999999999999999999999999999999"


def _table(*indexes: IndexSchema) -> Table:
    schema = TableSchema("stressed", KEYS, {index.name: index for index in indexes})
    return Table(schema, TableSettings("arn", "id", 0.0))


def _item(random: Random, key: tuple[str, int]) -> Item:
    item: Item = {"pk": {"S": key[0]}, "sk": {"N": str(key[1])}}
    for name, value in (
        ("gk", {"S": random.choice("xyz")}),
        ("gs", {"N": str(random.randrange(-2, 3))}),
        ("ls", {"N": str(random.randrange(-2, 3))}),
        ("a", {"S": random.choice(("é", "aa"))}),
        ("b", {"SS": ["m", "n"]}),
    ):
        if random.random() < 0.7:
            item[name] = value
    return item


def _run(table: Table, random: Random, steps: int, model: dict[Any, Item]) -> None:
    for step in range(steps):
        key = (random.choice("abc"), random.randrange(6))
        if random.random() < 0.35:
            model.pop(key, None)
            write = plan_delete(table, {"pk": {"S": key[0]}, "sk": {"N": str(key[1])}})
        else:
            model[key] = _item(random, key)
            write = plan_put(table, model[key], item_size(model[key]))
        if write.change is not None:
            table.apply(write.change, float(step))
        if step % 50 == 0:
            table.check()
    table.check()


@pytest.mark.parametrize("seed", range(4))
def test_all_follows_from_the_items(seed: int) -> None:
    random = Random(seed)
    table = _table(*INDEXES)
    model: dict[Any, Item] = {}
    _run(table, random, 1_000, model)
    assert table.item_count == len(model)
    assert table.size == sum(map(item_size, model.values()))
    entries = [item for item in model.values() if "ls" in item]
    local = [{name: item[name] for name in ("pk", "sk", "ls", "a") if name in item} for item in entries]
    for partition in "abc":
        stored = [item for item in [*model.values(), *local] if item["pk"]["S"] == partition]
        assert table.collection_size(partition) == sum(map(item_size, stored))
    assert table.indexes["k"].entries.count == sum("gs" in item for item in model.values())


@pytest.mark.parametrize("seed", range(3))
def test_an_index_that_comes_later_holds_the_same(seed: int) -> None:
    random = Random(seed)
    table = _table(*INDEXES[3:])
    model: dict[Any, Item] = {}
    _run(table, random, 400, model)
    table.set_schema(TableSchema("stressed", KEYS, {index.name: index for index in INDEXES}))
    for index in INDEXES[:3]:
        assert not table.backfill(index.name, Work(1)) or not table.item_count
        assert table.backfill(index.name, Work(1_000))
    _run(table, random, 400, model)
    table.set_schema(TableSchema("stressed", KEYS, {index.name: index for index in INDEXES[1:]}))
    _run(table, random, 200, model)
    assert "g" not in table.indexes


def test_sizes_leave_out_the_overhead() -> None:
    """Recorded: items of 1,017 + 2,017 + 3,011 + 4,011 bytes are 10,056; an index of the first two holds 3,034."""
    keys = KeySchema((KeyAttribute("pk", "S"),))
    indexes = {
        "all": IndexSchema("all", GLOBAL, KeySchema((KeyAttribute("gk", "S"),)), Projection()),
        "keys": IndexSchema("keys", GLOBAL, KeySchema((KeyAttribute("gk", "S"),)), Projection("KEYS_ONLY")),
    }
    table = Table(TableSchema("sized", keys, indexes), TableSettings("arn", "id", 0.0))
    for number, size in enumerate((1_017, 2_017, 3_011, 4_011)):
        item: Item = {"pk": {"S": f"key{number}"}}
        if number < 2:
            item["gk"] = {"S": "gg"}
        item["v"] = {"S": "x" * (size - item_size(item) - 1)}
        write = plan_put(table, item, item_size(item))
        assert write.change is not None
        table.apply(write.change, 0.0)
    assert table.size == 10_056
    assert table.indexes["all"].size == 3_034
    assert table.indexes["keys"].size == 20


def test_a_hold_ends_by_itself() -> None:
    table = _table()
    table.hold(("a", 1), 10.0, 0.0)
    assert table.is_held(("a", 1), 9.9)
    assert not table.is_held(("a", 2), 9.9)
    assert not table.is_held(("a", 1), 10.0)
    assert not table.holds


def test_expiries_are_taken_once_due() -> None:
    table = _table()
    table.settings.time_to_live_attribute = "ends"
    table.watch_expiries()
    table.run_due(0.0, Work(1))
    for sort, ends in ((1, {"N": "100"}), (2, {"N": "200"}), (3, {"S": "100"}), (4, {"N": "-200000000"})):
        item: Item = {"pk": {"S": "a"}, "sk": {"N": str(sort)}, "ends": ends}
        write = plan_put(table, item, item_size(item))
        assert write.change is not None
        table.apply(write.change, 0.0)
    assert list(table.take_expired(100.0, Work(9))) == []  # equal is not expired
    assert [place for place, _ in table.take_expired(100.5, Work(9))] == [("a", 1)]
    assert table.next_due == pytest.approx(200.0)
    assert [place for place, _ in table.take_expired(201.0, Work(9))] == [("a", 2)]
    assert table.next_due is None


@pytest.mark.parametrize(
    "numbers",
    [
        (2**53, 2**53 + 1, 2**53 + 2),
        (10**37, 10**37 + 1, 10**37 + 2),
        ("-0.00000000000000000000000000000000000002", "-0.00000000000000000000000000000000000001", "0"),
        ("1.00000000000000000000000000000000000001", "1.00000000000000000000000000000000000002", "1.1"),
        (
            "-9.9999999999999999999999999999999999999e125",
            "-1e-130",
            "1e-130",
            "9.9999999999999999999999999999999999999e125",
        ),
    ],
)
def test_numbers_order_to_their_last_digit(numbers: tuple[Any, ...]) -> None:
    """A float would take the first two for one."""
    table = _table(INDEXES[0])
    texts = [str(number) for number in numbers]
    for text in [texts[-1], *texts[:-1]]:
        item: Item = {"pk": {"S": "a"}, "sk": {"N": text}, "gk": {"S": "x"}, "gs": {"N": text}}
        write = plan_put(table, item, item_size(item))
        assert write.change is not None
        table.apply(write.change, 0.0)
    assert [item.attributes["sk"]["N"] for _, _, item in table.items.walk(None, 0, 1 << 64)] == texts
    entries = table.indexes["g"].entries.walk(None, 0, 1 << 64)
    assert [item.attributes["sk"]["N"] for _, _, item in entries] == texts
    table.check()
