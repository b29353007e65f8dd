"""The records that a scenario draws from: those that were there, and the newest of those that the run has made.

Rule: bounded. A record is a tuple of texts, which the garbage collector does not walk; of what the run makes the last
`kept` are known, and who is pushed out comes back from `add`, so that everything else about it can be forgotten too.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

Record = tuple[str, ...]
KEPT = 20_000


class Recent:
    """Records, oldest first. Each is followed by the keys of its items, which come back when it is pushed out."""

    __slots__ = ("_head", "_kept", "_made", "_there")

    def __init__(self, there: Iterable[Record], kept: int = KEPT) -> None:
        self._there = list(there)
        self._made: list[tuple[Record, Record]] = []
        self._head = 0  # where the oldest of a full ring is
        self._kept = kept

    def __len__(self) -> int:
        return len(self._there) + len(self._made)

    def add(self, record: Record, keys: Record) -> Record:
        """Know one more; the keys of the one that is pushed out, if any."""
        if len(self._made) < self._kept:
            self._made.append((record, keys))
            return ()
        pushed = self._made[self._head][1]
        self._made[self._head] = (record, keys)
        self._head = (self._head + 1) % self._kept
        return pushed

    def any(self, draw: Random) -> Record:
        """One of them."""
        return self._at(int(draw.random() * len(self)))

    def newest(self, draw: Random) -> Record:
        """One of them, most often of those added last."""
        return self._at(len(self) - 1 - int(len(self) * draw.random() ** 3))

    def _at(self, number: int) -> Record:
        made = number - len(self._there)
        if made < 0:
            return self._there[number]
        return self._made[(self._head + made) % len(self._made)][0]
