"""Which items of a table are to be deleted by their time to live, and when: one entry an item, in order of time.

Rule: an item has the entry of its latest write or none, so what was overwritten or deleted is never taken for what
stands. When an item that has expired is deleted is `due_of`'s to say, a function of the time in the item and of which
item it is; a seed is bound into it by whoever makes it. Knows no item's content.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nextafter

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.sorted_map import SortedMap

# (when an item expires, its place) → when the service deletes it; epoch seconds, never before it expires
DueOf = Callable[[float, Place], float]


def at_once(expires_at: float, place: Place) -> float:
    """Delete what has expired as soon as it has."""
    return expires_at


class Expiry:
    """Mutable. An entry is due at the first instant after its time: an item expires once its time is past."""

    __slots__ = ("_due_of", "_dues", "_order")

    def __init__(self, due_of: DueOf = at_once) -> None:
        self._due_of = due_of
        self._dues: dict[Place, float] = {}
        self._order: SortedMap[Place] = SortedMap()

    def __len__(self) -> int:
        return len(self._dues)

    @property
    def next_due(self) -> float | None:
        """When the first entry is due (epoch seconds), or None."""
        first = self._order.first()
        return None if first is None else first[0][0]

    def note(self, place: Place, expires_at: float | None) -> float | None:
        """Set the entry of the item at this place, None for no entry; answers when it is due."""
        old = self._dues.get(place)
        if expires_at is None:
            if old is not None:
                del self._dues[place]
                self._order.remove((old, place))
            return None
        due_at = nextafter(self._due_of(expires_at, place), inf)
        if old != due_at:
            if old is not None:
                self._order.remove((old, place))
            self._dues[place] = due_at
            self._order.put((due_at, place), place)
        return due_at

    def take(self, now: float) -> Place | None:
        """Take out the first entry that is due at `now`; None where none is."""
        first = self._order.first()
        if first is None or first[0][0] > now:
            return None
        key, place = first
        del self._dues[place]
        self._order.remove(key)
        return place

    def discard(self, most: int) -> int:
        """Forget up to about `most` entries of a queue that is of no more use; how many were."""
        return self._order.discard(most // 2) + _pop(self._dues, most // 2)

    def check(self) -> None:
        """Assert the invariants."""
        self._order.check()
        assert [key for key, _ in self._order.ascending()] == sorted((due, place) for place, due in self._dues.items())


def _pop(dues: dict[Place, float], most: int) -> int:
    count = min(most, len(dues))
    for _ in range(count):
        dues.popitem()
    return count
