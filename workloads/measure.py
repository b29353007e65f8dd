"""What a run measured: histograms and tallies that add up.

Rule: everything here can be merged and turned into JSON and back, so that figures of several Locust processes become
one, and a report can be made again from the file. Knows no clock: callers pass seconds.

The histogram is log-linear (after HdrHistogram, 3 significant digits): values are whole microseconds, exact up to
2,047, and above that fall into buckets of which every power of two holds 1,024, so that a figure is off by less than
0.1 %. Only the buckets in use are stored; a run needs a few hundred.

Two latencies are kept of every request: from its intended start, which a stalled server cannot flatter, and from the
moment it was really sent. The difference is the lateness of the generator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_EXACT = 2048
_HALF = _EXACT // 2
_EXACT_BITS = _EXACT.bit_length() - 1
SAMPLES_KEPT = 5


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


@dataclass(slots=True)
class Tally:
    """One access pattern: outcomes, latencies and consumed units.

    A throttle is an outcome of its own, no error, and stays out of the latencies. `wrong` counts answers that came
    but failed their check. `samples` keeps the first few texts of what went wrong.
    """

    succeeded: int = 0
    wrong: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    throttles: dict[str, int] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: float = 0.0
    from_intended: Histogram = field(default_factory=Histogram)
    from_actual: Histogram = field(default_factory=Histogram)
    samples: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """All requests that were sent."""
        return self.succeeded + self.failed + self.throttled

    @property
    def failed(self) -> int:
        """Errors and wrong answers."""
        return self.wrong + sum(self.errors.values())

    @property
    def throttled(self) -> int:
        """Requests that the service refused for lack of capacity."""
        return sum(self.throttles.values())

    def sample(self, text: str) -> None:
        """Keep `text` if few are kept so far."""
        if len(self.samples) < SAMPLES_KEPT:
            self.samples.append(text)

    def merge(self, other: Tally) -> None:
        """Add the figures of `other`."""
        self.succeeded += other.succeeded
        self.wrong += other.wrong
        for mine, theirs in ((self.errors, other.errors), (self.throttles, other.throttles)):
            for code, count in theirs.items():
                mine[code] = mine.get(code, 0) + count
        self.read_units += other.read_units
        self.write_units += other.write_units
        self.from_intended.merge(other.from_intended)
        self.from_actual.merge(other.from_actual)
        for text in other.samples:
            self.sample(text)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "succeeded": self.succeeded,
            "wrong": self.wrong,
            "errors": self.errors,
            "throttles": self.throttles,
            "read_units": self.read_units,
            "write_units": self.write_units,
            "from_intended": self.from_intended.to_json(),
            "from_actual": self.from_actual.to_json(),
            "samples": self.samples,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        """The tally that `to_json` described."""
        histograms = {name: Histogram.from_json(data[name]) for name in ("from_intended", "from_actual")}
        return cls(**{**data, **histograms})


@dataclass(slots=True)
class Measurements:
    """One run, or the part of it that one process saw since its last report.

    intended: requests that the schedule asked for; started: those that were sent. Their difference and the lateness
    say whether the generator kept its schedule. elapsed_seconds: length of the schedule. finished: processes that
    came to the end of theirs.
    """

    patterns: dict[str, Tally] = field(default_factory=dict)
    lateness: Histogram = field(default_factory=Histogram)
    intended: int = 0
    started: int = 0
    elapsed_seconds: float = 0.0
    finished: int = 0

    def tally(self, pattern: str) -> Tally:
        """The tally of `pattern`, made when first asked for."""
        tally = self.patterns.get(pattern)
        if tally is None:
            tally = self.patterns[pattern] = Tally()
        return tally

    def total(self) -> Tally:
        """All patterns added up."""
        total = Tally()
        for tally in self.patterns.values():
            total.merge(tally)
        return total

    def merge(self, other: Measurements) -> None:
        """Add the figures of another process, which ran at the same time."""
        for pattern, tally in other.patterns.items():
            self.tally(pattern).merge(tally)
        self.lateness.merge(other.lateness)
        self.intended += other.intended
        self.started += other.started
        self.elapsed_seconds = max(self.elapsed_seconds, other.elapsed_seconds)
        self.finished += other.finished

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "patterns": {name: tally.to_json() for name, tally in self.patterns.items()},
            "lateness": self.lateness.to_json(),
            "intended": self.intended,
            "started": self.started,
            "elapsed_seconds": self.elapsed_seconds,
            "finished": self.finished,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Measurements:
        """The measurements that `to_json` described."""
        patterns = {name: Tally.from_json(tally) for name, tally in data["patterns"].items()}
        lateness = Histogram.from_json(data["lateness"])
        numbers = {name: data[name] for name in ("intended", "started", "elapsed_seconds", "finished")}
        return cls(patterns, lateness, **numbers)
