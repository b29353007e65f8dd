"""The histogram of durations: exact enough for any percentile, mergeable, plain data.

Rule: log-linear (after HdrHistogram, 3 significant digits): values are whole microseconds, exact up to 2,047, and above
that fall into buckets of which every power of two holds 1,024, so that a figure is off by less than 0.1 %. Only the
buckets in use are stored; a run needs a few hundred. Knows no clock: callers pass seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_EXACT = 2048
_HALF = _EXACT // 2
_EXACT_BITS = _EXACT.bit_length() - 1


class Histogram:
    """Counts of durations; `record` takes seconds, percentiles come back in seconds."""

    __slots__ = ("counts", "max_us", "min_us", "sum_us", "total")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.total = 0
        self.sum_us = 0
        self.min_us = 0
        self.max_us = 0

    def record(self, seconds: float) -> None:
        """Count one duration; below 0 (clocks of two cores) counts as 0."""
        value = int(seconds * 1e6 + 0.5) if seconds > 0 else 0
        index = bucket_of(value)
        counts = self.counts
        counts[index] = counts.get(index, 0) + 1
        if self.total == 0 or value < self.min_us:
            self.min_us = value
        if value > self.max_us:
            self.max_us = value
        self.total += 1
        self.sum_us += value

    def record_many(self, value_us: int, times: int) -> None:
        """Count a duration in microseconds so many times."""
        if times <= 0:
            return
        index = bucket_of(value_us)
        self.counts[index] = self.counts.get(index, 0) + times
        self.min_us = min(self.min_us, value_us) if self.total else value_us
        self.max_us = max(self.max_us, value_us)
        self.total += times
        self.sum_us += value_us * times

    def merge(self, other: Histogram) -> None:
        """Add the counts of `other`."""
        for index, count in other.counts.items():
            self.counts[index] = self.counts.get(index, 0) + count
        if other.total:
            self.min_us = min(self.min_us, other.min_us) if self.total else other.min_us
            self.max_us = max(self.max_us, other.max_us)
        self.total += other.total
        self.sum_us += other.sum_us

    def percentile(self, percent: float) -> float:
        """Seconds below or at which `percent` of the durations lie; 0.0 for an empty histogram."""
        return self.percentiles((percent,))[0]

    def percentiles(self, percents: Iterable[float]) -> list[float]:
        """`percentile` for several at once, in the order given."""
        wanted = list(percents)
        order = sorted(range(len(wanted)), key=wanted.__getitem__)
        answers = [self.max_us / 1e6] * len(wanted)
        seen = 0
        position = 0
        for index in sorted(self.counts):
            seen += self.counts[index]
            while position < len(order) and seen >= _rank(wanted[order[position]], self.total):
                answers[order[position]] = min(highest_of(index), self.max_us) / 1e6
                position += 1
        return answers

    @property
    def mean_seconds(self) -> float:
        """Mean duration in seconds, exact; 0.0 for an empty histogram."""
        return self.sum_us / self.total / 1e6 if self.total else 0.0

    @property
    def max_seconds(self) -> float:
        """Longest duration in seconds, exact."""
        return self.max_us / 1e6

    def to_json(self) -> dict[str, Any]:
        """Plain data: bucket numbers and counts side by side, ascending."""
        return {
            "unit": "us",
            "total": self.total,
            "sum": self.sum_us,
            "min": self.min_us,
            "max": self.max_us,
            "buckets": sorted(self.counts),
            "counts": [self.counts[index] for index in sorted(self.counts)],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Histogram:
        """The histogram that `to_json` described."""
        histogram = cls()
        histogram.counts = dict(zip(data["buckets"], data["counts"], strict=True))
        histogram.total = data["total"]
        histogram.sum_us = data["sum"]
        histogram.min_us = data["min"]
        histogram.max_us = data["max"]
        return histogram


def bucket_of(value: int) -> int:
    """Number of the bucket that holds `value` (microseconds, ≥ 0)."""
    if value < _EXACT:
        return value
    shift = value.bit_length() - _EXACT_BITS
    return _EXACT + (shift - 1) * _HALF + (value >> shift) - _HALF


def highest_of(index: int) -> int:
    """Highest value (microseconds) that falls into bucket `index`."""
    if index < _EXACT:
        return index
    shift, rest = divmod(index - _EXACT, _HALF)
    return ((rest + _HALF + 1) << (shift + 1)) - 1


def _rank(percent: float, total: int) -> int:
    """Which value, counted from 1 in ascending order, is the percentile: ceil(percent · total), at least 1."""
    scaled = round(percent * total, 6)
    return max(1, int(-(-scaled // 100)))
