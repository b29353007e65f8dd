"""An export under way: a bounded part of it each turn, as due work. A fault of its bucket ends it as FAILED."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from dynarig.emulator.model.buckets import BucketFault, Buckets
from dynarig.emulator.model.schema import KeySchema
from dynarig.emulator.storage.agenda import AT_ONCE
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.past_items import PastItems
from dynarig.emulator.storage.remains import Discardable
from dynarig.emulator.storage.transfers import Export
from dynarig.emulator.storage.work import Work
from dynarig.emulator.transfers.changes import Changes, ItemChange
from dynarig.emulator.transfers.output import (
    DataFile,
    data_key,
    folder_of,
    is_incremental,
    write_manifests,
    write_object,
)

_NO_ACCESS = "S3AccessDenied"
_LEAST_BYTES = 10_000_000  # that an incremental export is billed for (recorded in October 2026)


class Lines(Protocol):
    """An export's lines. billed_bytes: of what was told so far."""

    billed_bytes: int

    @property
    def source(self) -> PastItems | Changes:
        """What it tells."""
        ...

    def take(self, work: Work) -> Iterator[bytes]:
        """Some more, while work is left."""
        ...


class ExportJob:
    """Mutable; due at once, until all is written, and then when the export is to end."""

    def __init__(
        self, export: Export, lines: Lines, buckets: Buckets, catalog: Catalog, due_at: float, identifier: int
    ) -> None:
        """due_at: when it ends at the earliest (epoch seconds). identifier: 104 bits of it, for its file."""
        self.export = export
        self._lines = lines
        self._buckets = buckets
        self._catalog = catalog
        self._due_at = due_at
        self._identifier = identifier
        self._file: DataFile | None = None

    @property
    def next_due(self) -> float | None:
        """At once while something is to be written, then never."""
        if self.export.ended_at is not None:
            return None
        return self._due_at if self._lines.source.is_done else AT_ONCE

    def run_due(self, now: float, work: Work) -> None:
        """Write some."""
        if self.export.ended_at is not None:
            return
        try:
            if self._file is None:
                self._file = self._begin()
            for line in self._lines.take(work):
                self._file.add(line)
            if self._lines.source.is_done and now >= self._due_at:
                self._finish(self._file, now)
        except BucketFault as fault:
            if self._file is not None:
                self._file.abandon()
            self._end(now, (_NO_ACCESS, str(fault)))

    def _begin(self) -> DataFile:
        bucket, key = self.export.asked["S3Bucket"], data_key(self.export, self._identifier)
        write_object(self._buckets, bucket, f"{folder_of(self.export)}_started", b"")
        return DataFile(self._buckets.create(bucket, key), key)

    def _finish(self, file: DataFile, now: float) -> None:
        export = self.export
        listed = file.close()
        export.item_count, export.ended_at = file.item_count, now
        least = _LEAST_BYTES if is_incremental(export) else 0
        export.billed_bytes = max(self._lines.billed_bytes, least)
        export.manifest = write_manifests(self._buckets, export, [listed])
        self._end(now, None)

    def _end(self, now: float, failure: tuple[str, str] | None) -> None:
        self.export.end(now, failure)
        if failure is None:
            line = "incremental_export" if is_incremental(self.export) else "export"
            self._catalog.count_moved(line, self.export.table_name, self.export.billed_bytes)
        self._catalog.end_job(self, self._lines.source.close())

    def close(self) -> list[Discardable]:
        """Stop, without an end; what is to be thrown away."""
        if self._file is not None:
            self._file.abandon()
        return self._lines.source.close()


class ItemLines:
    """A line an item, as it was."""

    def __init__(self, items: PastItems) -> None:
        self.source = items
        self.billed_bytes = 0

    def take(self, work: Work) -> Iterator[bytes]:
        """Some more, while work is left."""
        for _, item in self.source.take(work):
            self.billed_bytes += item.size
            yield b'{"Item":%b}' % item.raw


class ChangeLines:
    """A line a changed item: its keys, when it was last written, and its images."""

    def __init__(self, changes: Changes, keys: KeySchema, *, shows_old: bool) -> None:
        self.source = changes
        self.billed_bytes = 0
        self._keys = keys
        self._shows_old = shows_old

    def take(self, work: Work) -> Iterator[bytes]:
        """Some more, while work is left."""
        for change in self.source.take(work):
            self.billed_bytes += max(0 if each is None else each.size for each in change[:2])
            yield orjson.dumps(self._line(change))

    def _line(self, change: ItemChange) -> dict[str, Any]:
        known = change.after or change.before
        assert known is not None, "nothing has changed"
        attributes = known.attributes
        line: dict[str, Any] = {
            "Metadata": {"WriteTimestampMicros": {"N": str(round(change.written_at * 1e6))}},
            "Keys": {name: attributes[name] for name in self._keys.names},
        }
        if change.before is not None and self._shows_old:
            line["OldImage"] = change.before.fragment
        if change.after is not None:
            line["NewImage"] = change.after.fragment
        return line
