"""On-demand backups: a table at one instant with all that is needed to make it anew, and the backups of a namespace.

Rule: a backup shares the stored items; what it costs are references to those that have changed since. Those that the
service itself makes of deleted tables expire, and together hold a bounded number of bytes; users' own stay.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from dynarig.emulator.model.schema import LOCAL, TableSchema
from dynarig.emulator.storage.history import Snapshot
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings

USER = "USER"
SYSTEM = "SYSTEM"
_SYSTEM_SECONDS = 35 * 86_400  # API BackupDetails: a SYSTEM backup expires 35 days after its creation
_ITEM_BYTES = 250  # what an item takes beside its attributes: its place in the table and its Python objects


@dataclass(frozen=True, slots=True, eq=False)
class Backup:
    """One backup. created_at, available_at, expires_at: epoch seconds; expires_at None for never.

    schema, settings: the table's at that time. size_bytes: of its items and its local indexes, which is what is billed.
    """

    arn: str
    name: str
    kind: str
    created_at: float
    available_at: float
    expires_at: float | None
    schema: TableSchema
    settings: TableSettings
    snapshot: Snapshot
    item_count: int
    size_bytes: int

    @property
    def held_bytes(self) -> int:
        """What keeping it takes at most, for one of a table that is gone."""
        return self.size_bytes + _ITEM_BYTES * self.item_count


def take_backup(table: Table, kind: str, name: str, now: float, identifier: int, seconds: float = 0.0) -> Backup:
    """A backup of a table as it is now. identifier: 32 bits of it. seconds: how long until it can be used."""
    label = f"{int(now * 1000):014d}-{identifier:08x}"  # as the service writes it (seen 2023)
    local = sum(index.size for index in table.indexes.values() if index.schema.kind == LOCAL)
    return Backup(
        arn=f"{table.settings.arn}/backup/{label}",
        name=name,
        kind=kind,
        created_at=now,
        available_at=now + seconds,
        expires_at=now + _SYSTEM_SECONDS if kind == SYSTEM else None,
        schema=table.schema,
        settings=deepcopy(replace(table.settings, steps=[], policies={}, insights={})),
        snapshot=table.history.open(table.items),
        item_count=table.item_count,
        size_bytes=table.size + local,
    )


class Backups:
    """Mutable. The backups of a namespace, by their Amazon resource names."""

    def __init__(self, system_max_bytes: float = float("inf")) -> None:
        self._backups: dict[str, Backup] = {}
        self._system_max_bytes = system_max_bytes

    def __len__(self) -> int:
        return len(self._backups)

    @property
    def has_users(self) -> bool:
        """Whether one was made by a user."""
        return any(backup.kind == USER for backup in self._backups.values())

    def get(self, arn: str) -> Backup | None:
        """The backup of this name, or None."""
        return self._backups.get(arn)

    def in_order(self) -> list[Backup]:
        """All, by their labels: those made first come first."""
        return sorted(self._backups.values(), key=lambda backup: label_of(backup.arn))

    def add(self, backup: Backup) -> list[Backup]:
        """Keep one; those of the service that are beyond the bound, which are kept no longer."""
        self._backups[backup.arn] = backup
        held = [each for each in self._backups.values() if each.kind == SYSTEM]
        held_bytes, gone = sum(each.held_bytes for each in held), []
        for each in held:
            if held_bytes <= self._system_max_bytes:
                break
            held_bytes -= each.held_bytes
            gone.append(self.remove(each.arn))
        return gone

    def remove(self, arn: str) -> Backup:
        """Keep one no longer."""
        return self._backups.pop(arn)

    def remove_all(self) -> list[Backup]:
        """Keep none."""
        return [self.remove(arn) for arn in list(self._backups)]

    @property
    def next_due(self) -> float | None:
        """When the first expires, or None."""
        times = (backup.expires_at for backup in self._backups.values())
        return min((at for at in times if at is not None), default=None)

    def take_expired(self, now: float) -> list[Backup]:
        """Those whose time is over, which are kept no longer."""
        backups = list(self._backups.values())
        return [self.remove(each.arn) for each in backups if each.expires_at is not None and each.expires_at <= now]


def label_of(arn: str) -> str:
    """The last part of a backup's name, which orders backups by their time."""
    return arn.rpartition("/")[2]
