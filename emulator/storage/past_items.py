"""What a table was at an instant, told in turns while its calls go on: for who restores or exports it.

Rule: three stages. Undo: entries of a log that are newer than the instant go into a snapshot of our own, the older the
later. Walk: the snapshot's items as they lie, each replaced by what was there, and passed over where nothing was.
Rest: what was there and has been deleted since. Knows no table.
"""

from __future__ import annotations

from collections.abc import Iterator

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.history import Snapshot
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.remains import Discardable
from dynarig.emulator.storage.undo_log import Entry
from dynarig.emulator.storage.work import Work

_END = 1 << 64


class PastItems:
    """Mutable. is_done: whether all has been told. remains: what nobody needs any more then, to be thrown away."""

    def __init__(self, snapshot: Snapshot, at: float, entries: list[list[Entry]]) -> None:
        """snapshot: our own, as old as the entries. entries: of `UndoLog.newer_than(at)`, the newest list first."""
        self.is_done = False
        self.remains: list[Discardable] = []
        self._snapshot = snapshot
        self._at = at
        self._entries = list(reversed(entries))  # taken from the end
        self._is_walking = True

    def close(self) -> list[Discardable]:
        """Stop; what is to be thrown away."""
        left = self._snapshot.close() if self._is_walking else self.remains
        self._is_walking, self.is_done = False, True
        return left

    def take(self, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        """Tell each item once, one after the other while work is left."""
        while self._entries and work.left > 0:
            entries = self._entries.pop()
            self._undo(entries)
            work.spend_freed(len(entries))  # an entry costs as little
        if self._entries:
            return
        if self._is_walking:
            yield from self._walk(work)
        yield from self._take_rest(work)

    def _undo(self, entries: list[Entry]) -> None:
        undone, at = self._snapshot.undone, self._at
        for noted_at, partition, sort, before in reversed(entries):
            if noted_at <= at:
                return
            undone[(partition, sort)] = before

    def _walk(self, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        snapshot = self._snapshot
        for partition, sort, item in snapshot.items.walk(snapshot.told_to, 0, _END):
            if work.left <= 0:
                return
            work.spend()
            snapshot.told_to = place = (partition, sort)
            was = snapshot.undone.pop(place, item)
            if was is not None:
                yield place, was

    def _take_rest(self, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        if work.left <= 0:
            return
        if self._is_walking:  # all that lies there has been walked over: later changes are of no concern
            self._is_walking = False
            self.remains = self._snapshot.history.remove(self._snapshot)
        undone = self._snapshot.undone
        while undone and work.left > 0:
            place, was = undone.popitem()
            work.spend()
            if was is not None:
                yield place, was
        self.is_done = not undone
