"""What eventually consistent reads see: the measured shares of lags, and no change that overtakes an earlier one."""

from __future__ import annotations

from random import Random

import orjson
import pytest

from dynarig.emulator.model.schema import GLOBAL, LOCAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.planning.pages import PageRequest, plan_page
from dynarig.emulator.planning.writes import plan_delete, plan_put
from dynarig.emulator.storage.follower import Follower, Lag
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.work import Work

SAMPLES = 20_000


@pytest.mark.parametrize(
    ("draw", "shares"),
    [("of_table", {0.0: 0.9950, 0.010: 0.9968, 0.100: 1.0}), ("of_index", {0.0: 0.9654, 0.010: 0.9953, 0.1: 0.9972})],
)
def test_lags_have_the_measured_shape(draw: str, shares: dict[float, float]) -> None:
    lag = Lag(Random(1), 1.0)
    drawn = [getattr(lag, draw)() for _ in range(SAMPLES)]
    for seconds, share in shares.items():
        seen = sum(each <= seconds for each in drawn) / SAMPLES
        assert seen == pytest.approx(share, abs=0.004)
    assert max(drawn) <= 1.0


def test_lags_are_scaled() -> None:
    plain, scaled = Lag(Random(2), 1.0), Lag(Random(2), 50.0)
    for _ in range(500):
        assert scaled.of_index() == pytest.approx(50 * plain.of_index())


def _table() -> Table:
    keys = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))
    indexes = {
        "g": IndexSchema("g", GLOBAL, KeySchema((KeyAttribute("gk", "S"),)), Projection()),
        "l": IndexSchema("l", LOCAL, KeySchema(keys.partition, (KeyAttribute("ls", "N"),)), Projection("KEYS_ONLY")),
    }
    return Table(TableSchema("followed", keys, indexes), TableSettings("arn", "id", 0.0))


@pytest.mark.parametrize("seed", range(6))
def test_every_item_is_seen_in_the_order_of_its_changes(seed: int) -> None:
    random = Random(seed)
    table = _table()
    table.follower = Follower(Lag(Random(seed), 30.0))
    versions: dict[tuple[str, int], list[str | None]] = {}
    now = 0.0
    for number in range(1_500):
        now += random.random() / 10
        key = (random.choice("ab"), random.randrange(5))
        item: Item = {"pk": {"S": key[0]}, "sk": {"N": str(key[1])}}
        if random.random() < 0.3:
            write = plan_delete(table, item)
            version = None
        else:
            version = str(number)
            item |= {"v": {"S": version}, "gk": {"S": random.choice("xy")}, "ls": {"N": str(random.randrange(3))}}
            write = plan_put(table, item, item_size(item))
        if write.change is not None:
            table.apply(write.change, now)
            versions.setdefault(key, [None]).append(version)
        table.run_due(now, Work(9))
        _check_seen(table, versions)
    table.run_due(now + 100.0, Work(9_999))
    assert table.follower.next_due is None
    table.check()
    assert list(table.follower.items.walk(None, 0, 1 << 64)) == list(table.items.walk(None, 0, 1 << 64))


class OneSecond(Lag):
    """Every change of a table is seen a second later."""

    def of_table(self) -> float:
        return 1.0


def test_a_local_index_is_as_late_as_its_table() -> None:
    """With their items, whatever part of the work a turn gets; consistent reads see all at once."""
    table = _table()
    table.follower = Follower(OneSecond(Random(1), 1.0))
    item: Item = {"pk": {"S": "a"}, "sk": {"N": "1"}, "ls": {"N": "1"}, "v": {"S": "v"}}
    for now, written in ((0.0, item), (10.0, {**item, "ls": {"N": "2"}})):
        write = plan_put(table, written, item_size(written))
        assert write.change is not None
        table.apply(write.change, now)
        before = [] if now == 0.0 else ["1"]
        assert _read_local(table, consistent=False) == before
        assert _read_local(table, consistent=True) == [written["ls"]["N"]]
        table.run_due(now + 0.9, Work(9))
        assert _read_local(table, consistent=False) == before
        table.run_due(now + 1.0, Work(9))
        assert _read_local(table, consistent=False) == [written["ls"]["N"]]
    deleted = plan_delete(table, {"pk": {"S": "a"}, "sk": {"N": "1"}})
    assert deleted.change is not None
    table.apply(deleted.change, 20.0)
    assert _read_local(table, consistent=False) == ["2"]
    assert _read_local(table, consistent=True) == []
    table.run_due(21.0, Work(9))
    assert _read_local(table, consistent=False) == []


def _read_local(table: Table, *, consistent: bool) -> list[str]:
    """The sort keys of a page of the local index, whose items are read whole."""
    page = plan_page(PageRequest(table, table.indexes["l"], consistent=consistent, fetch=True))
    items = orjson.loads(page.items_json)
    assert all("v" in each for each in items)
    return [each["ls"]["N"] for each in items]


def _check_seen(table: Table, versions: dict[tuple[str, int], list[str | None]]) -> None:
    """What a reader sees is a version, never older than one that was seen before."""
    assert table.follower is not None
    for (partition, sort), told in versions.items():
        held = table.follower.items.get(partition, sort)
        seen = None if held is None else held.attributes["v"]["S"]
        if seen is not None or told[0] is not None:
            del told[: told.index(seen)]
