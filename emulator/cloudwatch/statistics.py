"""Statistics of a distribution, by CloudWatch's names: Sum, p99, TM(10%:90%), …

Source: CloudWatch User Guide, Statistics definitions. Bounds of trimmed statistics are percentiles where they carry %,
else values; the short forms (`tm99`) have an upper bound alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.metrics.distribution import Distribution

_KNOWN_MAX = 256
SIMPLE = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d{1,10})?)", re.ASCII)
_SHORT = re.compile(r"(tm|wm|tc|ts)(\d{1,2}(?:\.\d{1,10})?)", re.ASCII)
_LONG = re.compile(r"(TM|WM|TC|TS|PR)\((\d+(?:\.\d+)?)?(%)?:(\d+(?:\.\d+)?)?(%)?\)", re.ASCII)

Statistic = Callable[[Distribution, int], float]  # of values that are kept as so many parts of the metric's unit


def statistic_of(values: Distribution, scale: int, name: str) -> float:
    """One statistic in the metric's unit. scale: kept values per unit."""
    return statistic(name)(values, scale)


@lru_cache(_KNOWN_MAX)
def statistic(name: str) -> Statistic:
    """The statistic of a name; ValidationError for a name that is none."""
    simple = _SIMPLE.get(name)
    if simple is not None:
        return simple
    if name == "IQM":
        return lambda values, scale: _mean(_between(values, 0.25, 0.75), scale)
    percentile = _PERCENTILE.fullmatch(name)
    if percentile is not None and float(percentile[1]) <= 100:
        fraction = float(percentile[1]) / 100
        return lambda values, scale: values.at_rank(fraction) / scale
    short = _SHORT.fullmatch(name)
    if short is not None:
        return _trimmed(short[1].upper(), 0.0, float(short[2]) / 100)
    long = _LONG.fullmatch(name)
    if long is not None:
        return _bounded(*long.groups())
    raise faults.validation(f"The value {name} for parameter Stat is not supported.")


def _bounded(
    kind: str, low: str | None, low_percent: str | None, high: str | None, high_percent: str | None
) -> Statistic:
    by_rank = low_percent is not None or high_percent is not None
    if kind != "PR" and by_rank:
        return _trimmed(kind, float(low or 0) / 100, float(high or 100) / 100)
    first, last = float(low or 0), float(high) if high is not None else float("inf")
    return lambda values, scale: _finish(kind, _within(values, first * scale, last * scale), values, scale)


def _trimmed(kind: str, low: float, high: float) -> Statistic:
    if kind == "WM":
        return lambda values, scale: _mean(_clamped(values, low, high), scale)
    return lambda values, scale: _finish(kind, _between(values, low, high), values, scale)


def _finish(kind: str, part: Distribution, whole: Distribution, scale: int) -> float:
    if kind == "TC":
        return float(part.samples)
    if kind == "TS":
        return part.total / scale
    if kind == "PR":
        return 100.0 * part.samples / whole.samples
    return _mean(part, scale)


def _mean(values: Distribution, scale: int) -> float:
    samples = values.samples
    return values.total / samples / scale if samples else 0.0


def _within(values: Distribution, low: float, high: float) -> Distribution:
    """The part with values above `low` (or at the least value) up to `high`."""
    kept = {value: times for value, times in values.counts.items() if (value > low or low == 0) and value <= high}
    return Distribution(kept)


def _between(values: Distribution, low: float, high: float) -> Distribution:
    """The part between two ranks, as fractions of all."""
    first, last = low * values.samples, high * values.samples
    kept: dict[int, int] = {}
    passed = 0
    for value in sorted(values.counts):
        times = values.counts[value]
        inside = min(passed + times, last) - max(passed, first)
        if round(inside) > 0:
            kept[value] = round(inside)
        passed += times
    return Distribution(kept)


def _clamped(values: Distribution, low: float, high: float) -> Distribution:
    """All values, those beyond the two ranks moved to the bound (a winsorized mean's)."""
    least, most = values.at_rank(low), values.at_rank(high)
    clamped = Distribution()
    for value, times in values.counts.items():
        clamped.add(int(min(max(value, least), most)), times)
    return clamped


_SIMPLE: dict[str, Statistic] = {
    "SampleCount": lambda values, scale: float(values.samples),
    "Sum": lambda values, scale: values.total / scale,
    "Average": _mean,
    "Minimum": lambda values, scale: min(values.counts) / scale,
    "Maximum": lambda values, scale: values.most / scale,
}
