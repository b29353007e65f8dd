"""The backups of a namespace: their order, what expires, and what is bounded."""

from __future__ import annotations

from dynarig.emulator.model.schema import KeyAttribute, KeySchema, TableSchema
from dynarig.emulator.model.values import item_size
from dynarig.emulator.planning.writes import plan_put
from dynarig.emulator.storage.backup import SYSTEM, USER, Backup, Backups, take_backup
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings

NOW = 1_790_000_000.25
DAY = 86_400


def _table(items: int = 0) -> Table:
    table = Table(TableSchema("tab", KeySchema((KeyAttribute("pk", "S"),))), TableSettings("arn:table/tab", "id", 0.0))
    for number in range(items):
        item = {"pk": {"S": f"{number:04}"}}
        write = plan_put(table, item, item_size(item))
        assert write.change is not None
        table.apply(write.change, NOW)
    return table


def _take(kind: str, at: float, identifier: int = 1, items: int = 0) -> Backup:
    return take_backup(_table(items), kind, "name", at, identifier)


def test_a_label_is_the_time_and_an_identifier() -> None:
    assert _take(USER, NOW, 0xAB).arn == "arn:table/tab/backup/01790000000250-000000ab"


def test_in_order_of_time_whatever_the_order_of_making() -> None:
    backups = Backups()
    for at, identifier in ((NOW + 1, 3), (NOW, 9), (NOW, 2)):
        backups.add(_take(USER, at, identifier))
    assert [(each.created_at, each.arn[-1]) for each in backups.in_order()] == [(NOW, "2"), (NOW, "9"), (NOW + 1, "3")]


def test_only_the_service_s_own_expire() -> None:
    backups = Backups()
    backups.add(_take(USER, NOW))
    assert backups.next_due is None
    backups.add(_take(SYSTEM, NOW, 2))
    assert backups.next_due == NOW + 35 * DAY
    assert backups.take_expired(NOW + 35 * DAY - 1) == []
    assert [each.kind for each in backups.take_expired(NOW + 35 * DAY)] == [SYSTEM]
    assert len(backups) == 1


def test_the_service_s_own_are_bounded_and_the_oldest_go() -> None:
    size = _take(SYSTEM, NOW, items=10).held_bytes
    backups = Backups(2 * size)
    gone = [backups.add(_take(SYSTEM, NOW + number, number, items=10)) for number in range(3)]
    assert [len(each) for each in gone] == [0, 0, 1]
    assert [each.created_at for each in backups.in_order()] == [NOW + 1, NOW + 2]
    backups.add(_take(USER, NOW + 5, 9, items=1_000))
    assert len(backups) == 3
    assert len(backups.add(_take(SYSTEM, NOW + 9, 9, items=1_000))) == 3  # larger than all that may be held


def test_a_backup_keeps_the_settings_of_its_time() -> None:
    table = _table()
    backup = take_backup(table, USER, "name", NOW, 1)
    table.settings.tags["a"] = "b"
    table.settings.throughput.read_units = 7
    assert (backup.settings.tags, backup.settings.throughput.read_units) == ({}, 0)
