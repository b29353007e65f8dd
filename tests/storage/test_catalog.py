"""The tables of one namespace, and the streams that stay behind."""

from __future__ import annotations

import pytest

from dynarig.emulator.model.schema import KeyAttribute, KeySchema, TableSchema
from dynarig.emulator.storage.agenda import NEVER
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings


def _table(name: str) -> Table:
    return Table(TableSchema(name, KeySchema((KeyAttribute("pk", "S"),))), TableSettings("arn", "id", 0.0))


def test_tables_by_name() -> None:
    catalog = Catalog("000000000000", "eu-west-1")
    for name in ("ccc", "aaa", "bbb"):
        catalog.add(_table(name))
    assert catalog.names() == ["aaa", "bbb", "ccc"]
    assert catalog.get("nothing") is None
    catalog.remove("bbb")
    assert catalog.get("bbb") is None
    assert [table.name for table in catalog] == ["ccc", "aaa"]
    assert catalog.arn("aaa") == "arn:aws:dynamodb:eu-west-1:000000000000:table/aaa"
    catalog.check()


def test_a_name_is_taken_once() -> None:
    catalog = Catalog("000000000000", "eu-west-1")
    catalog.add(_table("aaa"))
    with pytest.raises(AssertionError):
        catalog.add(_table("aaa"))


def test_without_streams_nothing_is_due() -> None:
    catalog = Catalog("000000000000", "eu-west-1")
    catalog.add(_table("aaa"))
    assert catalog.agenda.next_due == NEVER
    assert list(catalog.streams()) == []
    assert catalog.stream("arn:aws:dynamodb:eu-west-1:000000000000:table/aaa/stream/1") is None
