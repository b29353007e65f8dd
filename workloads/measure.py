"""What a run measured: tallies, notes and seconds that add up.

Rule: everything here can be merged and turned into JSON and back, so that figures of several Locust processes become
one, and a report can be made again from the file. Knows no clock: callers pass seconds.

Two latencies are kept of every request: from its intended start, which a stalled server cannot flatter, and from the
moment it was really sent. The difference is the lateness of the generator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.series import Series

SAMPLES_KEPT = 5


@dataclass(slots=True)
class Tally:
    """One access pattern: outcomes, latencies and consumed units.

    A throttle is an outcome of its own, no error, and stays out of the latencies; so is a refusal, an error that the
    scenario expects, which is in them. `service` is what the server says that it took, `modelled` what it waited
    beside, where each answer says so. `wrong` counts answers that came but failed their check. `operation` is that of
    its requests. `retried` requests were sent again by the SDK, `retries` times. `samples`
    keeps the first few texts of what went wrong.
    """

    succeeded: int = 0
    wrong: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    throttles: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    retried: int = 0
    retries: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    from_intended: Histogram = field(default_factory=Histogram)
    from_actual: Histogram = field(default_factory=Histogram)
    service: Histogram = field(default_factory=Histogram)
    modelled: Histogram = field(default_factory=Histogram)
    samples: list[str] = field(default_factory=list)
    operation: str = ""

    @property
    def requests(self) -> int:
        """All requests that were sent."""
        return self.succeeded + self.failed + self.throttled + self.refused

    @property
    def failed(self) -> int:
        """Errors and wrong answers."""
        return self.wrong + sum(self.errors.values())

    @property
    def throttled(self) -> int:
        """Requests that the service refused for lack of capacity."""
        return sum(self.throttles.values())

    @property
    def refused(self) -> int:
        """Requests that ended as the scenario expects some to end, such as by a condition that does not hold."""
        return sum(self.refusals.values())

    def sample(self, text: str) -> None:
        """Keep `text` if few are kept so far."""
        if len(self.samples) < SAMPLES_KEPT:
            self.samples.append(text)

    def merge(self, other: Tally) -> None:
        """Add the figures of `other`."""
        self.succeeded += other.succeeded
        self.wrong += other.wrong
        self.retried += other.retried
        self.retries += other.retries
        for mine, theirs in (
            (self.errors, other.errors),
            (self.throttles, other.throttles),
            (self.refusals, other.refusals),
        ):
            _add(mine, theirs)
        self.read_units += other.read_units
        self.write_units += other.write_units
        self.from_intended.merge(other.from_intended)
        self.from_actual.merge(other.from_actual)
        self.service.merge(other.service)
        self.modelled.merge(other.modelled)
        self.operation = self.operation or other.operation
        for text in other.samples:
            self.sample(text)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "succeeded": self.succeeded,
            "wrong": self.wrong,
            "errors": self.errors,
            "throttles": self.throttles,
            "refusals": self.refusals,
            "retried": self.retried,
            "retries": self.retries,
            "read_units": self.read_units,
            "write_units": self.write_units,
            "from_intended": self.from_intended.to_json(),
            "from_actual": self.from_actual.to_json(),
            "service": self.service.to_json(),
            "modelled": self.modelled.to_json(),
            "samples": self.samples,
            "operation": self.operation,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        """The tally that `to_json` described."""
        names = ("from_intended", "from_actual", "service", "modelled")
        histograms = {name: Histogram.from_json(data[name]) for name in names if name in data}
        return cls(**{**data, **histograms})


class Notes:
    """What a scenario counts by itself: figures that add up, and durations, each by a name of its choice."""

    __slots__ = ("counts", "durations")

    def __init__(self) -> None:
        self.counts: dict[str, float] = {}
        self.durations: dict[str, Histogram] = {}

    def count(self, name: str, number: float = 1) -> None:
        """Add `number` to a figure."""
        self.counts[name] = self.counts.get(name, 0) + number

    def record(self, name: str, seconds: float) -> None:
        """Count one duration."""
        histogram = self.durations.get(name)
        if histogram is None:
            histogram = self.durations[name] = Histogram()
        histogram.record(seconds)

    def duration(self, name: str) -> Histogram:
        """The durations of a name, empty where there were none."""
        return self.durations.get(name) or Histogram()

    def merge(self, other: Notes) -> None:
        """Add the figures of `other`."""
        _add(self.counts, other.counts)
        for name, histogram in other.durations.items():
            self.durations.setdefault(name, Histogram()).merge(histogram)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "counts": self.counts,
            "durations": {name: histogram.to_json() for name, histogram in self.durations.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Notes:
        """The notes that `to_json` described."""
        notes = cls()
        notes.counts = dict(data["counts"])
        notes.durations = {name: Histogram.from_json(each) for name, each in data["durations"].items()}
        return notes


def _add(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, number in theirs.items():
        mine[name] = mine.get(name, 0) + number


@dataclass(slots=True)
class Measurements:
    """One run, or the part of it that one process saw since its last report.

    intended: requests that the schedule asked for; started: those that were sent. Their difference and the lateness
    say whether the generator kept its schedule. elapsed_seconds: length of the schedule. finished: processes that
    came to the end of theirs. notes: of each scenario. costs: of each process, the
    newest that it told. series: the run second by second.
    """

    patterns: dict[str, Tally] = field(default_factory=dict)
    lateness: Histogram = field(default_factory=Histogram)
    intended: int = 0
    started: int = 0
    elapsed_seconds: float = 0.0
    finished: int = 0
    notes: dict[str, Notes] = field(default_factory=dict)
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    series: Series = field(default_factory=Series)

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
        for scenario, notes in other.notes.items():
            self.notes.setdefault(scenario, Notes()).merge(notes)
        self.costs |= other.costs
        self.series.merge(other.series)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "patterns": {name: tally.to_json() for name, tally in self.patterns.items()},
            "lateness": self.lateness.to_json(),
            "intended": self.intended,
            "started": self.started,
            "elapsed_seconds": self.elapsed_seconds,
            "finished": self.finished,
            "notes": {scenario: notes.to_json() for scenario, notes in self.notes.items()},
            "costs": self.costs,
            "series": self.series.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Measurements:
        """The measurements that `to_json` described."""
        patterns = {name: Tally.from_json(tally) for name, tally in data["patterns"].items()}
        lateness = Histogram.from_json(data["lateness"])
        numbers = {name: data[name] for name in ("intended", "started", "elapsed_seconds", "finished")}
        notes = {scenario: Notes.from_json(each) for scenario, each in data["notes"].items()}
        return cls(
            patterns, lateness, **numbers, notes=notes, costs=data["costs"], series=Series.from_json(data["series"])
        )
