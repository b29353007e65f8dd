"""Which of a pool's entries a request touches: pools of what was seeded, and picks that draw from them.

Rule: a pool is filled once, before the first draw, with what its items hold, in their order and each once; a pick is a
function of its seed alone. Two picks of one pool draw apart. Must not know: requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dynarig.workloads.keys import hot, sequential, uniform, zipf
from dynarig.workloads.mixes.errors import MixError, number, one_of, whole

Item = dict[str, Any]
ENTRIES_MAX = 100_000
WAYS = ("uniform", "zipf", "hot", "sequential", "shares")
_CHUNK = 4096
_FURTHER_OF = {"uniform": (), "zipf": ("exponent",), "hot": ("share", "count"), "sequential": (), "shares": ("shares",)}


@dataclass
class Pool:
    """What one table's items hold in some attributes, each combination once. attributes: none for whole items."""

    table: str
    attributes: tuple[str, ...]
    entries: list[Item] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set, repr=False)

    def take(self, item: Item) -> None:
        """One of the table's items."""
        if len(self.entries) >= ENTRIES_MAX or any(name not in item for name in self.attributes):
            return
        if not self.attributes:
            self.entries.append(item)
            return
        entry = {name: item[name] for name in self.attributes}
        mark = repr(entry)
        if mark not in self._seen:
            self._seen.add(mark)
            self.entries.append(entry)


@dataclass(frozen=True, slots=True)
class Way:
    """How a pick draws: one of WAYS with what belongs to it."""

    by: str = "uniform"
    exponent: float = 1.0
    share: float = 0.9
    count: int = 1
    shares: tuple[float, ...] = ()

    def numbers(self, size: int, seed: int, start: int) -> Iterator[int]:
        """Endless positions in a pool of `size`. start: of those that go one after the other."""
        if self.by == "zipf":
            return zipf(size, seed, self.exponent)
        if self.by == "hot":
            return hot(size, seed, self.share, min(self.count, size))
        if self.by == "sequential":
            return sequential(size, start)
        if self.by == "shares":
            return by_shares(size, seed, self.shares)
        return uniform(size, seed)


WAY_MEMBERS = ("by", "exponent", "share", "count", "shares")


def way_of(given: dict[str, Any], default: str = "uniform") -> Way:
    """The way that `by` and its companions say. MixError."""
    by = one_of(given.get("by", default), "way to draw", WAYS)
    strays = [name for name in WAY_MEMBERS[1:] if name in given and name not in _FURTHER_OF[by]]
    if strays:
        taken = ", ".join(_FURTHER_OF[by]) or "nothing further"
        raise MixError(f"by: {by} takes {taken}, not {strays[0]}", given)
    shares = given.get("shares", [])
    if by == "shares" and (not isinstance(shares, list) or not shares):
        raise MixError("by: shares takes shares, a list of numbers from 0 to 1", given)
    return Way(
        by,
        number(given.get("exponent", 1.0), "exponent", 0, 10),
        number(given.get("share", 0.9), "share", 0, 1),
        whole(given.get("count", 1), "count", 1),
        tuple(number(each, "each of shares", 0, 1) for each in shares),
    )


def by_shares(size: int, seed: int, shares: tuple[float, ...]) -> Iterator[int]:
    """The first positions by the share that is told of each, the rest evenly by what is left."""
    told = np.array(shares[:size], dtype=np.float64)
    left = max(0.0, 1.0 - float(told.sum()))
    others = size - len(told)
    every = np.concatenate([told, np.full(others, left / others if others else 0.0)])
    if every.sum() <= 0:
        every = np.ones(size)
    ends = np.cumsum(every)
    draw = np.random.default_rng(seed)
    while True:
        yield from np.searchsorted(ends, draw.random(_CHUNK) * ends[-1], side="right").clip(0, size - 1).tolist()


class Pick:
    """Draws entries of a pool, once that is filled."""

    __slots__ = ("_numbers", "_seed", "_start", "pool", "way")

    def __init__(self, pool: Pool, way: Way, seed: int, start: int) -> None:
        self.pool = pool
        self.way = way
        self._seed = seed
        self._start = start
        self._numbers: Iterator[int] | None = None

    def next(self) -> Item:
        """An entry. ValueError where the pool has none."""
        return self.pool.entries[self.position()]

    def position(self) -> int:
        """The position of the next one."""
        if self._numbers is None:
            if not self.pool.entries:
                names = ", ".join(self.pool.attributes) or "anything"
                raise MixError(f"no item of table {self.pool.table} has {names}: seed more items, or another mix")
            self._numbers = self.way.numbers(len(self.pool.entries), self._seed, self._start)
        return next(self._numbers)

    def apart(self, taken: set[tuple[int, int]]) -> Item:
        """An entry that `taken` does not have yet, as long as there is one; it is noted there."""
        size = len(self.pool.entries)
        place = self.position()
        for _ in range(size or 1):
            if (id(self.pool), place) not in taken:
                break
            place = (place + 1) % size
        taken.add((id(self.pool), place))
        return self.pool.entries[place]


def numbers_between(way: Way, low: int, high: int, seed: int, start: int) -> Callable[[], int]:
    """Whole numbers from `low` to `high`, drawn in a way."""
    numbers = way.numbers(high - low + 1, seed, start)
    return lambda: low + next(numbers)
