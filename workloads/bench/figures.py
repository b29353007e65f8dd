"""What is kept of the rounds of `bench http`, and the figures that tables and bars derive from it. Pure.

Rule: of each server and series its figures round by round, so that ratios can be taken within rounds, and one histogram
of all its latencies, coarse enough for a file that is committed again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from dynarig.workloads.histogram import Histogram, highest_of

FORMAT = 2
_FIGURES = ("per_second", "answers", "driver_busy", "server_cpu_us")
_PERCENTS = (50.0, 90.0, 99.0, 99.9)
_COARSE_BITS = 5  # 32 buckets for every power of two: off by at most 3 %
BUSY_MAX = 0.97  # a driver that used this much of its core was the bottleneck, and what it measured was itself


@dataclass(frozen=True, slots=True)
class Series:
    """What is measured over the rounds: one operation of one mix."""

    mix: str
    operation: str

    @property
    def name(self) -> str:
        """As the driver knows it."""
        return f"{self.mix} {self.operation}"


Round = dict[tuple[Series, str], dict[str, Any]]  # what one round measured, by series and server


def summed_up(rounds: list[Round]) -> dict[str, dict[str, dict[str, Any]]]:
    """Series → server → figures of each round, percentiles in milliseconds, and a histogram."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for series, server in rounds[0]:
        answers = [entry[series, server] for entry in rounds]
        latency = Histogram()
        for answer in answers:
            latency.merge(Histogram.from_json(answer["latency"]))
        percentiles = zip(_PERCENTS, latency.percentiles(_PERCENTS), strict=True)
        found.setdefault(series.name, {})[server] = {
            **{figure: [_rounded(answer[figure]) for answer in answers] for figure in _FIGURES},
            "percentiles_ms": {f"{percent:g}": round(seconds * 1e3, 4) for percent, seconds in percentiles},
            "latency": coarse(latency),
        }
    return found


def _rounded(figure: float) -> float:
    """Five digits, which is more than any machine repeats."""
    return float(f"{figure:.5g}")


def coarse(latency: Histogram) -> dict[str, int]:
    """Microseconds that durations were at most → how many, in buckets of about three percent."""
    counts: dict[str, int] = {}
    for index in sorted(latency.counts):
        highest = highest_of(index)
        shift = max(0, highest.bit_length() - _COARSE_BITS - 1)
        bound = str(((highest >> shift) + 1 << shift) - 1)
        counts[bound] = counts.get(bound, 0) + latency.counts[index]
    return counts


def of(raw: dict[str, Any], mix: str, operation: str, server: str) -> dict[str, Any]:
    """What was kept of a server and a series."""
    kept: dict[str, Any] = raw["measurements"][Series(mix, operation).name][server]
    return kept


def ratio(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How many times as many answers per second: the median of the rounds' ratios, not the ratio of medians."""
    return float(median(a / b for a, b in zip(one["per_second"], other["per_second"], strict=True)))


def is_saturated(kept: dict[str, Any]) -> bool:
    """Whether the driver was the bottleneck, so that the figure is not the server's."""
    return bool(median(kept["driver_busy"]) > BUSY_MAX)
