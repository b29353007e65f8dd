"""The partitions of a simulated table, as columns: where each begins, how long it has been hot, what it has grown by.

Rule: the same partitions as the emulator's ring has, split by the same rules at the same second: a hot one by
`choose_cut` where the traffic says, a large one in the middle, all of them where throughput grows.
"""

from __future__ import annotations

import numpy as np

from dynarig.emulator.capacity.cut import choose_cut
from dynarig.emulator.capacity.ring import Place, first_bounds
from dynarig.emulator.capacity.supply import OF_HEAT, OF_SIZE, Split
from dynarig.emulator.model.tokens import TOKENS_END
from dynarig.emulator.settings import Settings
from dynarig.workloads.simulation.places import Array, Places

ONE_KEY = "range of one key"


class Partitions:
    """Mutable. starts: how many places lie before each. hot_seconds, grown_bytes: of each. splits: as they came."""

    def __init__(self, count: int, places: Places, settings: Settings) -> None:
        self._places = places
        self._settings = settings
        self.bounds: list[Place] = first_bounds(count, settings.partition_unevenness, 0)
        self.numbers = list(range(count))
        self.hot_seconds = np.zeros(count, np.int64)
        self.grown_bytes = np.zeros(count)
        self.splits: list[Split] = []
        self._locate()

    def __len__(self) -> int:
        return len(self.bounds)

    def _locate(self) -> None:
        self.starts = np.array([self._places.index(bound) for bound in self.bounds], np.int64)
        self.shares = self._places.shares(self.starts)

    def note(self, hot: Array, grown_bytes: Array) -> None:
        """Close seconds. hot: by second and partition; grown_bytes: by partition."""
        if hot.any():
            for row in hot:
                self.hot_seconds = np.maximum(self.hot_seconds + np.where(row, 1, -1), 0)
        else:
            self.hot_seconds = np.maximum(self.hot_seconds - len(hot), 0)
        self.grown_bytes += grown_bytes

    def seconds_until_due(self, growth_bytes_per_second: float) -> int:
        """How many seconds no partition can become due for a split, at the least 1."""
        heat = self._settings.split_heat_seconds - int(self.hot_seconds.max())
        room = self._settings.partition_max_bytes - float(self.grown_bytes.max())
        size = room / growth_bytes_per_second if growth_bytes_per_second else float("inf")
        return max(int(min(heat, size)), 1)

    def split_due(self, second: int) -> None:
        """Split what has been hot for long enough, or is too large, and has traffic."""
        heat = self.hot_seconds >= self._settings.split_heat_seconds
        due = np.flatnonzero((heat | (self.grown_bytes >= self._settings.partition_max_bytes)) & (self.shares > 0))
        for position in due[::-1].tolist():  # from the last, so that the positions before stay
            self._split(position, OF_HEAT if heat[position] else OF_SIZE, second)
        if due.size:
            self._locate()

    def _split(self, position: int, cause: str, second: int) -> None:
        place, withheld = self._place_of_cut(position, cause)
        before = len(self)
        number = self.numbers[position]
        if place is not None:
            self._insert(position, place)
        self.hot_seconds[position] = 0
        self.splits.append(Split(second, cause, number, place, (before, len(self)), withheld))

    def _place_of_cut(self, position: int, cause: str) -> tuple[Place | None, str]:
        first, end = self._range(position)
        if cause == OF_SIZE:
            middle = ((first[0] + end[0]) // 2,)
            return (middle, "") if first < middle < end else (None, ONE_KEY)
        until = self.starts[position + 1] if position + 1 < len(self.starts) else len(self._places.at)
        samples = self._places.samples(int(self.starts[position]), int(until), self.numbers[position])
        cut = choose_cut(samples, min_share=self._settings.split_min_share, has_local_index=False)
        if cut.place is not None and not first < cut.place < end:
            return None, ONE_KEY
        return cut.place, cut.withheld

    def _range(self, position: int) -> tuple[Place, Place]:
        end = self.bounds[position + 1] if position + 1 < len(self.bounds) else (TOKENS_END,)
        return self.bounds[position], end

    def _insert(self, position: int, place: Place) -> None:
        upper = self.grown_bytes[position] // 2
        self.grown_bytes[position] -= upper
        self.grown_bytes = np.insert(self.grown_bytes, position + 1, upper)
        self.hot_seconds[position] = 0
        self.hot_seconds = np.insert(self.hot_seconds, position + 1, 0)
        self.bounds.insert(position + 1, place)
        self.numbers.insert(position + 1, len(self.numbers))

    def grow(self, needed: int, cause: str, second: int) -> None:
        """Cut all of them in two until there are enough."""
        before = len(self)
        while len(self) < needed and self._double():
            pass
        if len(self) > before:
            self.splits.append(Split(second, cause, None, None, (before, len(self))))
            self._locate()

    def _double(self) -> int:
        before = len(self)
        for position in range(before - 1, -1, -1):
            (first, *_), (end, *_) = self._range(position)
            if end - first > 1:
                self._insert(position, ((first + end) // 2,))
        return len(self) - before
