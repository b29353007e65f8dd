"""Which keys are hot, and where each lies: one bounded memory for both, since every request looks its key up anyway.

Rule: at most so many keys are known. When there are more, the median count is taken off all of them and who has nothing
left is forgotten (Misra and Gries): a key counted at all has at least its count, at most that plus `error`. Counts are
halved every minute, so that they tell of the last minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from dynarig.emulator.capacity.partition import Partition
from dynarig.emulator.capacity.ring import Ring
from dynarig.emulator.model.tokens import token_of

HALVED_EVERY_SECONDS = 60


class KeyHeat:
    """One partition key. partition: where it lies, None where its item collection lies in several.

    half_units: consumed, as counted; throttled: times that it was refused.
    """

    __slots__ = ("half_units", "partition", "throttled", "token")

    def __init__(self, token: int, partition: Partition | None) -> None:
        self.token = token
        self.partition = partition
        self.half_units = 0
        self.throttled = 0


class KeyMemory:
    """Mutable. known: by key. total: half units counted until the second under way, halved as the keys are."""

    __slots__ = ("_keys_max", "_ring", "error", "known", "total")

    def __init__(self, ring: Ring, keys_max: int) -> None:
        self._ring = ring
        self.known: dict[Any, KeyHeat] = {}
        self._keys_max = keys_max
        self.total = 0
        self.error = 0

    def __len__(self) -> int:
        return len(self.known)

    def find(self, key: Any) -> KeyHeat:
        """What is known of a key, which is known from now on."""
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= self._keys_max:
                self._forget_cold()
            token = token_of(key)
            found = self.known[key] = KeyHeat(token, self._place(token))
        return found

    def relocate(self) -> None:
        """Look every key's partition up anew: there was a split."""
        for known in self.known.values():
            known.partition = self._place(known.token)

    def halve(self) -> None:
        """Let what was count half of what is."""
        self.total //= 2
        self.error //= 2
        for known in self.known.values():
            known.half_units //= 2
            known.throttled //= 2

    def hottest(self, count: int) -> list[tuple[Any, KeyHeat]]:
        """The hottest keys of all, hottest first."""
        return _hottest(self.known.items(), count)

    def hottest_by_partition(self, count: int) -> dict[int, list[tuple[Any, KeyHeat]]]:
        """The hottest keys of each partition, by its number; a key whose collection is spread counts in each."""
        found: dict[int, list[tuple[Any, KeyHeat]]] = {}
        for key, known in self.known.items():
            for partition in (known.partition,) if known.partition else self._ring.partitions_of(known.token):
                found.setdefault(partition.number, []).append((key, known))
        return {number: _hottest(keys, count) for number, keys in found.items()}

    def _place(self, token: int) -> Partition | None:
        return None if self._ring.is_spread(token) else self._ring.locate((token,))

    def _forget_cold(self) -> None:
        median = middle_count(known.half_units + known.throttled for known in self.known.values())
        self.error += median
        kept = {}
        for key, known in self.known.items():
            if known.half_units + known.throttled > median:
                known.half_units = max(known.half_units - median, 0)
                kept[key] = known
        self.known.clear()  # in place: its supply looks keys up in it
        self.known.update(kept)


def middle_count(counts: Iterable[int]) -> int:
    """What is taken off all counts where they have become too many: the median, 1 at the least."""
    ordered = sorted(counts)
    return max(ordered[len(ordered) // 2], 1)


def _hottest(keys: Iterable[tuple[Any, KeyHeat]], count: int) -> list[tuple[Any, KeyHeat]]:
    warm = [(key, known) for key, known in keys if known.half_units or known.throttled]
    return nsmallest(count, warm, key=lambda each: (-each[1].half_units - each[1].throttled, each[1].token))
