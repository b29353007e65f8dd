"""A run second by second: how many, how fast, how late, what was refused.

Rule: a second is that of the intended start, in epoch seconds, so that the processes of a run agree on it and a stall
shows where it began. Mergeable, and bounded: the histogram of a second is coarse (32 buckets an octave, 3 %) and, once
the second is over, kept as two arrays that the collector does not walk; from `MOST_SECONDS` on, neighbours are joined.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

MOST_SECONDS = 7_200
_SUB_BITS = 5
_SUB = 1 << _SUB_BITS
PERCENTS = (50.0, 90.0, 99.0, 99.9)


class Coarse:
    """A histogram of microseconds in 3 % buckets: small enough to have one for each second."""

    __slots__ = ("counts", "numbers", "open", "total")

    def __init__(self) -> None:
        self.open: dict[int, int] | None = {}
        self.numbers = array("H")
        self.counts = array("I")
        self.total = 0

    def record(self, seconds: float) -> None:
        """Count one duration."""
        value = int(seconds * 1e6) if seconds > 0 else 0
        number = value
        if value >= 2 * _SUB:
            shift = value.bit_length() - _SUB_BITS - 1
            number = (shift << _SUB_BITS) + (value >> shift)
        counts = self.open
        if counts is None:
            counts = self._reopen()
        counts[number] = counts.get(number, 0) + 1
        self.total += 1

    def close(self) -> None:
        """Keep it small from now on."""
        if self.open is not None:
            numbers = sorted(self.open)
            self.numbers, self.counts = array("H", numbers), array("I", [self.open[number] for number in numbers])
            self.open = None

    def merge(self, other: Coarse) -> None:
        """Add the counts of `other`."""
        counts = self.open if self.open is not None else self._reopen()
        for number, count in other.pairs():
            counts[number] = counts.get(number, 0) + count
        self.total += other.total

    def pairs(self) -> list[tuple[int, int]]:
        """(bucket, count), ascending."""
        if self.open is not None:
            return sorted(self.open.items())
        return list(zip(self.numbers, self.counts, strict=True))

    def percentiles(self, percents: tuple[float, ...] = PERCENTS) -> list[float]:
        """Seconds below or at which that many percent lie; 0.0 where nothing was counted."""
        answers, seen = [], 0
        pairs = iter(self.pairs())
        number = 0
        for percent in percents:
            rank = max(1, -(-int(percent * self.total * 10) // 1000))
            while seen < rank and (pair := next(pairs, None)) is not None:
                number, seen = pair[0], seen + pair[1]
            answers.append(_highest(number) / 1e6 if self.total else 0.0)
        return answers

    def _reopen(self) -> dict[int, int]:
        self.open = dict(zip(self.numbers, self.counts, strict=True))
        return self.open


def _highest(number: int) -> int:
    if number < 2 * _SUB:
        return number
    shift = (number >> _SUB_BITS) - 1
    return ((number - (shift << _SUB_BITS) + 1) << shift) - 1


@dataclass(slots=True)
class Second:
    """What began in one second, or in several that were joined. latency: from the intended start."""

    started: int = 0
    succeeded: int = 0
    failed: int = 0
    refused: int = 0
    throttles: dict[str, int] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: float = 0.0
    latency: Coarse = field(default_factory=Coarse)
    lateness: Coarse = field(default_factory=Coarse)

    def merge(self, other: Second) -> None:
        """Add the figures of `other`."""
        self.started += other.started
        self.succeeded += other.succeeded
        self.failed += other.failed
        self.refused += other.refused
        self.read_units += other.read_units
        self.write_units += other.write_units
        for code, count in other.throttles.items():
            self.throttles[code] = self.throttles.get(code, 0) + count
        self.latency.merge(other.latency)
        self.lateness.merge(other.lateness)

    @property
    def p99_ms(self) -> float:
        """p99 of the latency from the intended start, in milliseconds."""
        return self.latency.percentiles((99.0,))[0] * 1e3

    def close(self) -> None:
        """Keep it small from now on."""
        self.latency.close()
        self.lateness.close()


class Series:
    """Seconds by their number; `width` seconds are joined in one once a run is long."""

    __slots__ = ("_newest", "seconds", "width")

    def __init__(self, width: int = 1) -> None:
        self.width = width
        self.seconds: dict[int, Second] = {}
        self._newest = -1

    def at(self, instant: float) -> Second:
        """The second of an instant, in epoch seconds."""
        number = int(instant)
        number -= number % self.width
        second = self.seconds.get(number)
        if second is None:
            second = self.seconds[number] = Second()
            self._close_old(number)
        return second

    def merge(self, other: Series) -> None:
        """Add the figures of another process, which ran at the same time."""
        while other.width > self.width:
            self._join()
        for number, second in other.seconds.items():
            mine = self.at(number)
            mine.merge(second)
            mine.close()

    def rows(self) -> list[tuple[int, Second]]:
        """(second, figures), ascending."""
        return sorted(self.seconds.items())

    def between(self, first: float, last: float) -> Second:
        """What began from `first` to before `last`, added up; empty where nothing did."""
        total = Second()
        for number, second in self.seconds.items():
            if first <= number < last:
                total.merge(second)
        return total

    def p99_ms(self, first: float, last: float) -> float:
        """p99 of the latency of what began from `first` to before `last`, in milliseconds."""
        return self.between(first, last).p99_ms

    def lateness_p99_ms(self, first: float, last: float) -> float:
        """The same of the generator's lateness."""
        return self.between(first, last).lateness.percentiles((99.0,))[0] * 1e3

    def to_json(self) -> dict[str, Any]:
        """Plain data, exact enough to be merged."""
        return {
            "width": self.width,
            "seconds": [
                [
                    number,
                    [each.started, each.succeeded, each.failed, each.refused, each.read_units, each.write_units],
                    each.throttles,
                    each.latency.pairs(),
                    each.lateness.pairs(),
                ]
                for number, each in self.rows()
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Series:
        """The series that `to_json` described."""
        series = cls(data["width"])
        for number, counts, throttles, latency, lateness in data["seconds"]:
            started, succeeded, failed, refused, read_units, write_units = counts
            second = Second(started, succeeded, failed, refused, dict(throttles), read_units, write_units)
            for histogram, pairs in ((second.latency, latency), (second.lateness, lateness)):
                histogram.open = dict(pairs)
                histogram.total = sum(count for _, count in pairs)
                histogram.close()
            series.seconds[number] = second
        return series

    def _close_old(self, number: int) -> None:
        before, self._newest = self.seconds.get(self._newest), max(self._newest, number)
        if before is not None:
            before.close()
        if len(self.seconds) > MOST_SECONDS:
            self._join()

    def _join(self) -> None:
        self.width *= 2
        joined: dict[int, Second] = {}
        for number, second in self.rows():
            place = number - number % self.width
            if place in joined:
                joined[place].merge(second)
                joined[place].close()
            else:
                joined[place] = second
        self.seconds = joined
