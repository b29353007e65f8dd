"""What keeps up with the changes of one table so that it can be read as it was: its undo log and its snapshots.

Rule: a snapshot costs nothing when it is made. Stored items are never mutated, so it shares them with the table; what a
later change replaces is kept once, by the latest snapshot alone, however many there are: earlier ones look there. It
outlives the table, whose items then stay for as long as a snapshot needs them. Knows no table.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.key_space import KeySpace, is_behind
from dynarig.emulator.storage.remains import Discardable, Plain
from dynarig.emulator.storage.undo_log import UndoLog

Undone = dict[Place, StoredItem | None]


class Snapshot:
    """A table's items at one instant. items: those of now. undone: what was at each place that changed thereafter,
    until the next snapshot in line was made. told_to: up to which place what was has been told; None for none yet."""

    __slots__ = ("history", "items", "told_to", "undone")

    def __init__(self, history: History, items: KeySpace[StoredItem], undone: Undone) -> None:
        self.history = history
        self.items = items
        self.undone = undone
        self.told_to: Place | None = None

    def note(self, partition: Any, sort: Any, before: StoredItem | None, now: float) -> None:
        """Keep what was at this place, unless it has changed before, or been told."""
        if self.told_to is not None and not is_behind((partition, sort), self.told_to):
            return
        self.undone.setdefault((partition, sort), before)

    def fork(self) -> Snapshot:
        """A snapshot of the same instant that needs no other; it takes a copy of what has changed since."""
        return self.history.follow(self.items, self.history.undone_since(self))

    def close(self) -> list[Discardable]:
        """Be of no more use; what nobody needs any more, to be thrown away."""
        return [*self.history.remove(self), Plain(self.undone)]


class History:
    """Mutable; one a table. recorders: who notes changes, none for most tables. log: of point-in-time recovery."""

    __slots__ = ("_followers", "_left", "_line", "log", "recorders")

    def __init__(self) -> None:
        self.recorders: list[UndoLog | Snapshot] = []
        self.log: UndoLog | None = None
        self._line: list[Snapshot] = []  # by their time; the last of them notes what changes
        self._followers: list[Snapshot] = []  # each notes for itself: of restores, which are few and soon over
        self._left: KeySpace[StoredItem] | None = None  # the items of a table that is gone

    def note(self, partition: Any, sort: Any, before: StoredItem | None, now: float) -> None:
        """A change of the item at this place."""
        for recorder in self.recorders:
            recorder.note(partition, sort, before, now)

    def _settle(self) -> None:
        self.recorders = [*([] if self.log is None else [self.log]), *self._line[-1:], *self._followers]

    def start_log(self, log: UndoLog) -> None:
        """Keep a log from now on."""
        assert self.log is None, "a table has one log"
        self.log = log
        self._settle()

    def stop_log(self) -> list[Discardable]:
        """Keep no log any more; what is to be thrown away."""
        log, self.log = self.log, None
        self._settle()
        return [] if log is None else [log]

    def open(self, items: KeySpace[StoredItem]) -> Snapshot:
        """A snapshot of these items, the table's, as they are now; the last in line."""
        snapshot = Snapshot(self, items, {})
        self._line.append(snapshot)
        self._settle()
        return snapshot

    def follow(self, items: KeySpace[StoredItem], undone: Undone) -> Snapshot:
        """A snapshot of these items, the table's, beside the line. undone: what it differs by from now."""
        snapshot = Snapshot(self, items, undone)
        self._followers.append(snapshot)
        self._settle()
        return snapshot

    def undone_since(self, snapshot: Snapshot) -> Undone:
        """What was, at a snapshot's instant, at each place that has changed since."""
        undone: Undone = {}
        for each in reversed(self._line[self._line.index(snapshot) :]):
            undone |= each.undone  # of several changes of a place the first knows
        return undone

    def remove(self, snapshot: Snapshot) -> list[Discardable]:
        """Let one go, with what earlier ones need of it kept; the items of a table that is gone, if it was the last."""
        if snapshot in self._followers:
            self._followers.remove(snapshot)
        else:
            at = self._line.index(snapshot)
            if at:
                self._line[at - 1].undone = snapshot.undone | self._line[at - 1].undone
            del self._line[at]
        self._settle()
        left = self._left
        if left is None or self._line or self._followers:
            return []
        self._left = None
        return [left]

    def outlive(self, items: KeySpace[StoredItem]) -> list[Discardable]:
        """The table is gone; what is to be thrown away of its log and its items."""
        parts = self.stop_log()
        if not self._line and not self._followers:
            return [*parts, items]
        self._left = items
        return parts
