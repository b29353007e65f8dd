"""The scenarios of one process as one source of requests, each asked as often as its weight says.

Rule: which one is next is drawn by the run's seed. With one scenario its patterns keep their names; with several they
are told apart as `scenario: pattern`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from dynarig.workloads.measure import Measurements, Notes, Tally
from dynarig.workloads.scenarios.base import Scenario, Step

_CHUNK = 1024
_BETWEEN = ": "


@dataclass(slots=True)
class Source:
    """One scenario that makes requests. labels: how its patterns are shown, as they came up."""

    scenario: Scenario
    weight: float
    prefix: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    def label(self, pattern: str) -> str:
        """The name of a pattern in the figures of the run."""
        label = self.labels.get(pattern)
        if label is None:
            label = self.labels[pattern] = self.prefix + pattern
        return label


class Mixture:
    """Sources by weight."""

    def __init__(self, parts: Sequence[tuple[Scenario, float]], seed: int) -> None:
        several = len(parts) > 1
        self.sources = [
            Source(scenario, weight, f"{scenario.name}{_BETWEEN}" if several else "") for scenario, weight in parts
        ]
        self._only = None if several else self.sources[0]
        self._weights = list(accumulate(source.weight for source in self.sources))
        self._draw = random.Random(seed)
        self._chosen: list[Source] = []

    def next(self, now: float) -> tuple[Source, Step]:
        """The next request and whose it is."""
        source = self._only
        if source is None:
            if not self._chosen:
                self._chosen = self._draw.choices(self.sources, cum_weights=self._weights, k=_CHUNK)
            source = self._chosen.pop()
        return source, source.scenario.next(now)

    def take_notes(self) -> dict[str, Notes]:
        """What the scenarios counted since the last time."""
        taken = {}
        for source in self.sources:
            notes, source.scenario.notes = source.scenario.notes, Notes()
            if notes.counts or notes.durations:
                taken[source.scenario.name] = notes
        return taken


def patterns_of(measured: Measurements, scenario: str, several: bool) -> dict[str, Tally]:
    """One scenario's patterns by its own names."""
    if not several:
        return measured.patterns
    prefix = f"{scenario}{_BETWEEN}"
    return {label.removeprefix(prefix): tally for label, tally in measured.patterns.items() if label.startswith(prefix)}
