"""What eventually consistent reads see of a table: its items, and its global indexes, some time behind.

Rule: every change becomes visible after a lag of its own, changes of one item in their order. How long is drawn from a
seeded generator by the shape of published measurements; here no clock is read.

Measured on the service with 5,000 samples each (alexdebrie/dynamodb-performance-testing, about 2020): an eventually
consistent read saw a write at once / 10 ms / 100 ms later in 99.50 / 99.68 / 100 % of cases on the table, and in 96.54
/ 99.53 / 99.72 % on a global index. The last of the index took up to a second here; AWS: "a fraction of a second".
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from random import Random
from typing import Any

from dynarig.emulator.model.schema import GLOBAL
from dynarig.emulator.storage.change import Change, IndexChange
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.work import Work

# (share of writes seen by then, seconds): between two rows the lag is spread evenly.
_TABLE_LAG = ((0.9950, 0.0), (0.9968, 0.010), (1.0, 0.100))
_INDEX_LAG = ((0.9654, 0.0), (0.9953, 0.010), (0.9972, 0.100), (1.0, 1.0))


class Lag:
    """Draws how long a change takes to be seen. scale: multiplies what was measured."""

    __slots__ = ("_random", "_scale")

    def __init__(self, random: Random, scale: float) -> None:
        self._random = random
        self._scale = scale

    def of_table(self) -> float:
        """Seconds until eventually consistent reads of the table see a change."""
        return self._draw(_TABLE_LAG)

    def of_index(self) -> float:
        """Seconds until a global index shows a change."""
        return self._draw(_INDEX_LAG)

    def _draw(self, shape: tuple[tuple[float, float], ...]) -> float:
        drawn = self._random.random()
        share, seconds = shape[0]
        if drawn < share:
            return seconds * self._scale
        for next_share, next_seconds in shape[1:]:
            if drawn < next_share:
                part = (drawn - share) / (next_share - share)
                return (seconds + part * (next_seconds - seconds)) * self._scale
            share, seconds = next_share, next_seconds
        return seconds * self._scale


class Follower:
    """The items of a table as they were a little earlier, and what is still on its way."""

    def __init__(self, lag: Lag) -> None:
        self.items: KeySpace[StoredItem] = KeySpace()
        self._entries: dict[str, KeySpace[StoredItem]] = {}
        self._lag = lag
        self._pending: list[tuple[float, int, Any, Change | IndexChange]] = []
        self._last_seen: dict[Any, float] = {}  # by item and by item and index: no change overtakes an earlier one
        self._count = 0

    @property
    def next_due(self) -> float | None:
        """When the next change becomes visible, None where all are."""
        return self._pending[0][0] if self._pending else None

    def take(self, change: Change, now: float) -> None:
        """Note a change of `now`. Local indexes, which lie beside the items, become visible with them."""
        place = (change.partition, change.sort)
        self._push(change, place, now + self._lag.of_table())
        for seen in change.index_changes:
            if seen.schema.kind == GLOBAL:
                self._push(seen, (place, seen.schema.name), now + self._lag.of_index())

    def _push(self, change: Change | IndexChange, who: Any, visible_at: float) -> None:
        visible_at = max(visible_at, self._last_seen.get(who, visible_at))
        self._last_seen[who] = visible_at
        self._count += 1
        heappush(self._pending, (visible_at, self._count, who, change))

    def catch_up(self, now: float, work: Work) -> Iterator[IndexChange]:
        """Show what is visible at `now`; gives the changes of indexes, which their table takes."""
        while self._pending and self._pending[0][0] <= now and work.left > 0:
            visible_at, _, who, change = heappop(self._pending)
            if self._last_seen.get(who) == visible_at:
                del self._last_seen[who]
            work.spend()
            if isinstance(change, IndexChange):
                yield change
            else:
                self._show(change)

    def entries_of(self, index: str) -> KeySpace[StoredItem]:
        """The entries of a local index, as much behind as the items."""
        entries = self._entries.get(index)
        if entries is None:
            entries = self._entries[index] = KeySpace()
        return entries

    @property
    def spaces(self) -> list[KeySpace[StoredItem]]:
        """All that is kept in order."""
        return [self.items, *self._entries.values()]

    def _show(self, change: Change) -> None:
        held = self.items.get(change.partition, change.sort)
        if change.after is not None:
            self.items.put(change.partition, change.sort, change.after, new=held is None)
        elif held is not None:
            self.items.remove(change.partition, change.sort)
        for seen in change.index_changes:
            if seen.schema.kind != GLOBAL:
                _replace(self.entries_of(seen.schema.name), seen)


def _replace(entries: KeySpace[StoredItem], seen: IndexChange) -> None:
    """Take one entry out and put another in; they may share a place."""
    moved = seen.before_place != seen.after_place
    if seen.before_place is not None and moved:
        entries.remove(*seen.before_place)
    if seen.after_place is not None and seen.after is not None:
        entries.put(*seen.after_place, seen.after, new=moved)
