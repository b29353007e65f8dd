"""Steps are taken in order, each when its instant has come."""

from __future__ import annotations

from dynarig.emulator.model.schema import KeyAttribute, KeySchema, TableSchema
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.lifecycle import (
    OF_ENCRYPTION,
    OF_STREAM,
    OF_THROUGHPUT,
    TABLE_CLASS,
    TABLE_GONE,
    begin_change,
    changes_of,
    schedule,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Step, TableSettings
from tests.storage.due import run_due


def make(name: str = "tab") -> tuple[Catalog, Table]:
    catalog = Catalog("000000000000", "us-east-1")
    schema = TableSchema(name, KeySchema((KeyAttribute("pk", "S"),)))
    table = Table(schema, TableSettings(catalog.arn(name), "id", 0.0))
    catalog.add(table)
    return catalog, table


def test_nothing_to_do() -> None:
    catalog, _ = make()
    assert run_due(catalog, 1e9) is None


def test_steps_run_by_instant_then_as_scheduled() -> None:
    catalog, table = make()
    schedule(table, Step(3, TABLE_CLASS, value="third"), Step(1, TABLE_CLASS, value="first"))
    schedule(table, Step(1, TABLE_CLASS, value="second"))
    assert run_due(catalog, 0.99) == 1
    assert table.settings.table_class is None
    assert run_due(catalog, 1) == 3
    assert (table.settings.table_class, table.settings.table_class_changed_at) == ("second", 1)
    assert run_due(catalog, 100) is None
    assert (table.settings.table_class, table.settings.table_class_changed_at) == ("third", 3)


def test_the_status_holds_until_the_last_change_that_holds_it_is_done() -> None:
    catalog, table = make()
    begin_change(table, OF_ENCRYPTION, 9)
    assert table.settings.status == "ACTIVE"
    begin_change(table, OF_STREAM, 2)
    begin_change(table, OF_THROUGHPUT, 4)
    assert changes_of(table) == {OF_ENCRYPTION, OF_STREAM, OF_THROUGHPUT}
    run_due(catalog, 2)
    assert table.settings.status == "UPDATING"
    run_due(catalog, 4)
    assert table.settings.status == "ACTIVE"
    assert changes_of(table) == {OF_ENCRYPTION}


def test_a_table_goes_with_its_steps() -> None:
    catalog, table = make()
    schedule(table, Step(1, TABLE_GONE))
    run_due(catalog, 1)
    assert catalog.names() == []
    assert run_due(catalog, 1) is None  # what it held is gone too
