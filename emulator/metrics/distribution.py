"""How often each value occurred: what every statistic of CloudWatch is made of.

Rule: values are whole numbers of a metric's smallest unit (half units, microseconds, items). Those that vary widely are
kept to nine binary digits, within 0.4 % below, so that a distribution stays small; the sum is exact all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

_DIGITS = 9


class Distribution:
    """counts: value → how often. rest: what rounding took from the sum."""

    __slots__ = ("counts", "rest")

    def __init__(self, counts: Mapping[int, int] | None = None, rest: int = 0) -> None:
        self.counts: dict[int, int] = dict(counts) if counts else {}
        self.rest = rest

    def add(self, value: int, times: int = 1) -> None:
        """Count a value as it is; for values of which there are few."""
        counts = self.counts
        counts[value] = counts.get(value, 0) + times

    def add_rounded(self, value: int) -> None:
        """Count a value to nine binary digits."""
        shift = value.bit_length() - _DIGITS
        if shift > 0:
            rounded = value >> shift << shift
            self.rest += value - rounded
            value = rounded
        counts = self.counts
        counts[value] = counts.get(value, 0) + 1

    def merge(self, other: Distribution) -> None:
        """Count all of another as well."""
        counts = self.counts
        for value, times in other.counts.items():
            counts[value] = counts.get(value, 0) + times
        self.rest += other.rest

    @property
    def samples(self) -> int:
        """How many values."""
        return sum(self.counts.values())

    @property
    def total(self) -> int:
        """Their sum."""
        return sum(value * times for value, times in self.counts.items()) + self.rest

    @property
    def most(self) -> int:
        """The largest value; of rounded ones the most that it may have been, so that no average is above it."""
        rounded = max(self.counts)
        shift = max(rounded.bit_length() - _DIGITS, 0)
        return min(rounded | (1 << shift) - 1, rounded + self.rest)

    def at_rank(self, fraction: float) -> float:
        """The value below which this fraction of all lies (0 to 1), between two neighbours in proportion."""
        rank = fraction * (self.samples - 1)
        passed = 0
        lower: int | None = None
        for value in sorted(self.counts):
            if lower is not None:
                return lower + (value - lower) * (rank - (passed - 1))
            passed += self.counts[value]
            if passed - 1 >= rank:
                return float(value)
            if passed > rank:
                lower = value
        return float(max(self.counts))
