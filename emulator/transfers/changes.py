"""What changed in a period, out of an undo log, in turns: for who exports changes.

Rule: of an item that was written its states at both ends of the period are told, whatever was between; of one that came
and went there are none, and nothing is (G: S3DataExport.Output). A period begins with its first instant and ends before
its last (API reference, IncrementalExportSpecification).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.history import Snapshot
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.remains import Discardable
from dynarig.emulator.storage.undo_log import Entry
from dynarig.emulator.storage.work import Work


class ItemChange(NamedTuple):
    """One item's change over the period: what was before, what is at its end, and when it was last written."""

    before: StoredItem | None
    after: StoredItem | None
    written_at: float


class Changes:
    """Mutable. is_done: whether all has been told. remains: what nobody needs any more then, to be thrown away."""

    def __init__(self, snapshot: Snapshot, first: float, last: float, entries: list[list[Entry]]) -> None:
        """snapshot: our own, of now. first, last: the period (epoch seconds). entries: of `UndoLog.newer_than` an
        instant before `first`, the newest list first."""
        self.is_done = False
        self.remains: list[Discardable] = []
        self._snapshot = snapshot
        self._first, self._last = first, last
        self._entries = list(reversed(entries))  # taken from the end
        # What was at the end of the period where it has changed since, and at its beginning where it changed within.
        self._later: dict[Place, StoredItem | None] = {}
        self._before: dict[Place, StoredItem | None] = {}
        self._written_at: dict[Place, float] = {}

    def take(self, work: Work) -> Iterator[ItemChange]:
        """Tell some, while work is left."""
        while self._entries and work.left > 0:
            entries = self._entries.pop()
            self._sort_in(entries)
            work.spend_freed(len(entries))
        if self._entries:
            return
        snapshot = self._snapshot
        while self._before and work.left > 0:
            place, before = self._before.popitem()
            work.spend()
            after = self._later[place] if place in self._later else self._now_at(snapshot, place)
            if before is not None or after is not None:
                yield ItemChange(before, after, self._written_at[place])
        if not self._before and not self.is_done:
            self.is_done = True
            self.remains = snapshot.close()

    def close(self) -> list[Discardable]:
        """Stop; what is to be thrown away."""
        if not self.is_done:
            self.is_done, self.remains = True, self._snapshot.close()
        return self.remains

    @staticmethod
    def _now_at(snapshot: Snapshot, place: Place) -> Any:
        return snapshot.undone[place] if place in snapshot.undone else snapshot.items.get(*place)

    def _sort_in(self, entries: list[Entry]) -> None:
        for noted_at, partition, sort, before in reversed(entries):
            place = (partition, sort)
            if noted_at >= self._last:
                self._later[place] = before
            elif noted_at >= self._first:
                self._before[place] = before
                self._written_at.setdefault(place, noted_at)
