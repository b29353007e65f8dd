"""What was thrown away and still takes memory: the items of deleted tables and indexes, freed bit by bit.

Rule: nobody can reach it any more. Dropping the last reference to a million items at once would hold up every call for
seconds; so whoever drops them hands them over here, and each turn of work frees some.
"""

from __future__ import annotations

from typing import Any, Protocol

from dynarig.emulator.storage.agenda import AT_ONCE
from dynarig.emulator.storage.work import Work

_FREED_AT_ONCE = 1_024  # entries dropped between two looks at what work is left


class Discardable(Protocol):
    """What can be forgotten piece by piece."""

    def discard(self, most: int) -> int:
        """Forget up to about `most` entries; 0 once nothing is left."""
        ...


class Plain:
    """A plain dict that is of no more use."""

    __slots__ = ("_entries",)

    def __init__(self, entries: dict[Any, Any]) -> None:
        self._entries = entries

    def discard(self, most: int) -> int:
        """Forget up to `most` entries, the last ones first."""
        count = min(most, len(self._entries))
        for _ in range(count):
            self._entries.popitem()
        return count


class Remains:
    """Mutable. Due at once, until nothing is left."""

    __slots__ = ("_parts",)

    def __init__(self, *parts: Discardable) -> None:
        self._parts = list(parts)

    @property
    def next_due(self) -> float | None:
        """At once while something is left, then never."""
        return AT_ONCE if self._parts else None

    def run_due(self, now: float, work: Work) -> None:
        """Free some."""
        while self._parts and work.left > 0:
            freed = self._parts[-1].discard(min(work.freeable(), _FREED_AT_ONCE))
            work.spend_freed(freed)
            if not freed:
                self._parts.pop()
