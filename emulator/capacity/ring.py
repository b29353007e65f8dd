"""The partitions of a table or global index, in the order of their key ranges.

Rule: ranges cover every key once; each begins at (token,), or at (token, sort key) inside an item collection.
Partitions are split and never merged (AWS Database Blog, "Scaling DynamoDB", part 3).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import Any

from dynarig.emulator.capacity.partition import Ceilings, Partition
from dynarig.emulator.model.tokens import TOKENS_END

Place = tuple[Any, ...]


class Ring:
    """Mutable. generation: counts its splits, so that who remembers where a key lies knows when to look again."""

    def __init__(self, count: int, ceilings: Ceilings, at: int, unevenness: float = 0.0, seed: int = 0) -> None:
        self._ceilings = ceilings
        self.bounds: list[Place] = first_bounds(count, unevenness, seed)
        self.partitions = [Partition(number, ceilings, at) for number in range(count)]
        self.generation = 0

    def __len__(self) -> int:
        return len(self.partitions)

    def __iter__(self) -> Iterator[Partition]:
        return iter(self.partitions)

    def position(self, place: Place) -> int:
        """Which partition, counted from the first, holds this place."""
        return bisect_right(self.bounds, place) - 1

    def locate(self, place: Place) -> Partition:
        """The partition of this place."""
        return self.partitions[bisect_right(self.bounds, place) - 1]

    def is_spread(self, token: int) -> bool:
        """Whether the item collections of this hash lie in several partitions."""
        return bisect_right(self.bounds, (token,)) != bisect_left(self.bounds, (token + 1,))

    def partitions_of(self, token: int) -> list[Partition]:
        """The partitions in which item collections of this hash lie."""
        return self.partitions[self.position((token,)) : bisect_left(self.bounds, (token + 1,))]

    def range_of(self, position: int) -> tuple[Place, Place]:
        """Where a partition begins and where the next does."""
        end = self.bounds[position + 1] if position + 1 < len(self.bounds) else (TOKENS_END,)
        return self.bounds[position], end

    def split(self, position: int, place: Place, at: int) -> Partition:
        """Cut one partition in two at `place`, which must lie inside it. The new one has the upper half."""
        first, end = self.range_of(position)
        assert first < place < end, "a cut outside of the range"
        other = self.partitions[position].split(len(self.partitions), at)
        self.partitions.insert(position + 1, other)
        self.bounds.insert(position + 1, place)
        self.generation += 1
        return other

    def double(self, at: int) -> int:
        """Cut every partition that spans more than one hash in the middle. How many were."""
        done = 0
        for position in range(len(self.partitions) - 1, -1, -1):
            (first, *_), (end, *_) = self.range_of(position)
            if end - first > 1:
                self.split(position, ((first + end) // 2,), at)
                done += 1
        return done

    def set_ceilings(self, ceilings: Ceilings, at: int) -> None:
        """Other ceilings for every partition, those to come too."""
        self._ceilings = ceilings
        for partition in self.partitions:
            partition.set_ceilings(ceilings, at)

    def check(self) -> None:
        """Assert the invariants."""
        assert len(self.bounds) == len(self.partitions)
        assert self.bounds[0] == (0,)
        assert all(one < two for one, two in zip(self.bounds, self.bounds[1:], strict=False))
        assert len({partition.number for partition in self.partitions}) == len(self.partitions)
        for partition in self.partitions:
            partition.check()


def first_bounds(count: int, unevenness: float = 0.0, seed: int = 0) -> list[Place]:
    """Where `count` new partitions begin: at equal distances, or by seeded weights from 1 - to 1 + unevenness."""
    if not unevenness:
        return [(number * TOKENS_END // count,) for number in range(count)]
    random = Random(seed)
    weights = [1 + unevenness * random.uniform(-1, 1) for _ in range(count)]
    total = sum(weights)
    ends = accumulate(max(int(weight / total * TOKENS_END), 1) for weight in weights)
    return [(0,), *((end,) for end, _ in zip(ends, range(count - 1), strict=False))]
