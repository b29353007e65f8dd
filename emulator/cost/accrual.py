"""What is used by being there: bytes stored and units provisioned, added up over time.

Rule: what holds between two looks is what held at the earlier's end; looks come with every minute and before every
change of a table, so that only what is written within a minute is early by the rest of it. In byte-seconds and
unit-seconds. Times are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dynarig.emulator.cost.prices import price_table
from dynarig.emulator.metrics.activity import FORGOTTEN, STANDARD
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.model.schema import GLOBAL, LOCAL
from dynarig.emulator.storage.backup import USER
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import PROVISIONED


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is billed by time. line: of the price table. index: of an index, None the table."""

    namespace: Namespace
    line: str
    table: str
    index: str | None


class Accrual:
    """Mutable. seconds: by thing, its amount (bytes or units) times the seconds that it was there."""

    def __init__(self) -> None:
        self.seconds: dict[Held, float] = {}
        self.began_at: float | None = None
        self._looked_at = 0.0

    def look(self, catalogs: Iterable[Catalog], now: float) -> None:
        """Add what has been there since the last look."""
        if self.began_at is None:
            self.began_at = self._looked_at = now
        elapsed = now - self._looked_at
        if elapsed <= 0:
            return
        self._looked_at = now
        for held, amount in amounts(catalogs):
            if amount:
                self.seconds[held] = self.seconds.get(held, 0.0) + amount * elapsed

    def fold_gone(self, exists: Callable[[Namespace, str], bool]) -> None:
        """Keep of tables that are gone only the sum of what they held, under one name."""
        for held, seconds in list(self.seconds.items()):
            if held.table != FORGOTTEN and not exists(held.namespace, held.table):
                kept = Held(held.namespace, held.line, FORGOTTEN, None)
                self.seconds[kept] = self.seconds.get(kept, 0.0) + seconds
                del self.seconds[held]


def amounts(catalogs: Iterable[Catalog]) -> Iterator[tuple[Held, int]]:
    """What is there now: bytes of tables, indexes and backups, provisioned units, bytes under recovery."""
    for catalog in catalogs:
        namespace = Namespace(catalog.account, catalog.region)
        for name, size_bytes in _backed_up(catalog).items():
            yield Held(namespace, "backup_storage", name, None), size_bytes
        for table in catalog:
            for line, index, amount in (*_stored(table), *_provisioned(table)):
                yield Held(namespace, line, table.name, index), amount


def _backed_up(catalog: Catalog) -> dict[str, int]:
    """Bytes of users' backups by their table; those that the service makes cost nothing (API reference)."""
    held: dict[str, int] = {}
    for backup in catalog.backups.in_order() if catalog.backups else ():
        if backup.kind == USER:
            held[backup.schema.name] = held.get(backup.schema.name, 0) + backup.size_bytes
    return held


def _stored(table: Table) -> Iterator[tuple[str, str | None, int]]:
    overhead = price_table().storage_overhead_bytes
    line = _of_class(table, "storage")
    yield line, None, table.size + overhead * table.item_count
    recovered = table.size
    for name, index in table.indexes.items():
        yield line, name, index.size + overhead * index.entries.count
        recovered += index.size if index.schema.kind == LOCAL else 0
    if table.settings.point_in_time_recovery is not None:
        yield "pitr_storage", None, recovered  # the table and its local indexes (pricing page, point-in-time recovery)


def _provisioned(table: Table) -> Iterator[tuple[str, str | None, int]]:
    settings = table.settings
    if settings.billing_mode != PROVISIONED:
        return
    indexes = [name for name, index in table.schema.indexes.items() if index.kind == GLOBAL]
    for name in (None, *indexes):
        throughput = settings.throughput if name is None else settings.index_throughput.get(name)
        if throughput is not None:
            yield _of_class(table, "read_capacity_hour"), name, throughput.read_units
            yield _of_class(table, "write_capacity_hour"), name, throughput.write_units


def _of_class(table: Table, line: str) -> str:
    """The line of the table's class."""
    return line if (table.settings.table_class or STANDARD) == STANDARD else f"ia_{line}"
