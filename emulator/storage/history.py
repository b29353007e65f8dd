"""What keeps up with the changes of one table so that it can be read as it was: its undo log and its snapshots.

Rule: a snapshot costs nothing when it is made. Stored items are never mutated, so it shares them with the table; of
each place that changes later it keeps the item of its own instant, once. It outlives the table, whose items then stay
for as long as a snapshot needs them. Knows no table.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.remains import Discardable, Plain
from dynarig.emulator.storage.undo_log import UndoLog


class Snapshot:
    """A table's items at one instant. items: those of now. undone: what was at each place that has changed since."""

    __slots__ = ("history", "items", "undone")

    def __init__(
        self, history: History, items: KeySpace[StoredItem], undone: dict[Place, StoredItem | None] | None = None
    ) -> None:
        self.history = history
        self.items = items
        self.undone: dict[Place, StoredItem | None] = {} if undone is None else undone

    def note(self, partition: Any, sort: Any, before: StoredItem | None, now: float) -> None:
        """Keep what was at this place, unless it has changed before."""
        self.undone.setdefault((partition, sort), before)

    def fork(self) -> Snapshot:
        """Another snapshot of the same instant."""
        return self.history.add(Snapshot(self.history, self.items, dict(self.undone)))

    def close(self) -> list[Discardable]:
        """Follow the table no longer; what nobody needs any more, to be thrown away."""
        return [*self.history.remove(self), Plain(self.undone)]


class History:
    """Mutable; one a table. recorders: who notes changes, none for most tables. log: of point-in-time recovery."""

    __slots__ = ("_left", "log", "recorders")

    def __init__(self) -> None:
        self.recorders: list[UndoLog | Snapshot] = []
        self.log: UndoLog | None = None
        self._left: KeySpace[StoredItem] | None = None  # the items of a table that is gone

    def note(self, partition: Any, sort: Any, before: StoredItem | None, now: float) -> None:
        """A change of the item at this place."""
        for recorder in self.recorders:
            recorder.note(partition, sort, before, now)

    def start_log(self, log: UndoLog) -> None:
        """Keep a log from now on."""
        assert self.log is None, "a table has one log"
        self.log = log
        self.recorders.append(log)

    def stop_log(self) -> list[Discardable]:
        """Keep no log any more; what is to be thrown away."""
        log, self.log = self.log, None
        if log is None:
            return []
        self.recorders.remove(log)
        return [log]

    def open(self, items: KeySpace[StoredItem]) -> Snapshot:
        """A snapshot of these items, the table's, as they are now."""
        return self.add(Snapshot(self, items))

    def add(self, snapshot: Snapshot) -> Snapshot:
        """Let a snapshot follow the changes."""
        self.recorders.append(snapshot)
        return snapshot

    def remove(self, snapshot: Snapshot) -> list[Discardable]:
        """Let it follow no longer; the items of a table that is gone, once nobody needs them."""
        self.recorders.remove(snapshot)
        left = self._left
        if left is None or self.recorders:
            return []
        self._left = None
        return [left]

    def outlive(self, items: KeySpace[StoredItem]) -> list[Discardable]:
        """The table is gone; what is to be thrown away of its log and its items."""
        parts = self.stop_log()
        if not self.recorders:
            return [*parts, items]
        self._left = items
        return parts
