"""The metrics kept: by minute for some hours, then by hour for some days, as CloudWatch coarsens what is older.

Rule: what is added to a minute joins what it holds; bounds are by time, and a metric past them all is forgotten. Of
more metrics than a bound the ones longest unused are: tables that come and go bring new names without end.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import MetricKey
from dynarig.emulator.metrics.series import Namespace

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600


class _Kept:
    """One metric: its minutes and its hours, by when they begin (epoch seconds)."""

    __slots__ = ("hours", "minutes")

    def __init__(self) -> None:
        self.minutes: dict[int, Distribution] = {}
        self.hours: dict[int, Distribution] = {}


class Store:
    """Mutable. minutes_kept, hours_kept: how far back each goes. most: how many metrics are kept."""

    def __init__(self, minutes_kept: int, hours_kept: int, most: int = 50_000) -> None:
        self._most = most
        self._minutes_seconds = minutes_kept * MINUTE_SECONDS
        self._hours_seconds = hours_kept * HOUR_SECONDS
        self._metrics: OrderedDict[MetricKey, _Kept] = OrderedDict()  # the one longest unused first

    def add(self, key: MetricKey, at: float, values: Distribution) -> None:
        """Add values to the minute of `at` (epoch seconds)."""
        if not values.counts:
            return
        kept = self._metrics.get(key)
        if kept is None:
            kept = self._metrics[key] = _Kept()
            if len(self._metrics) > self._most:
                self._metrics.popitem(last=False)
        else:
            self._metrics.move_to_end(key)
            self._age(kept, at)
        _join(kept.minutes, int(at) // MINUTE_SECONDS * MINUTE_SECONDS, values)

    def _age(self, kept: _Kept, now: float) -> None:
        """As `coarsen`, for a metric whose minutes and hours came in order: a look at the first of each."""
        while kept.minutes and (start := next(iter(kept.minutes))) < now - self._minutes_seconds:
            _join(kept.hours, start // HOUR_SECONDS * HOUR_SECONDS, kept.minutes.pop(start))
        while kept.hours and (start := next(iter(kept.hours))) < now - self._hours_seconds:
            del kept.hours[start]

    def coarsen(self, now: float) -> None:
        """Turn minutes past their time into hours, and forget hours past theirs."""
        minutes_from, hours_from = now - self._minutes_seconds, now - self._hours_seconds
        for key, kept in list(self._metrics.items()):
            for start in [start for start in kept.minutes if start < minutes_from]:
                _join(kept.hours, start // HOUR_SECONDS * HOUR_SECONDS, kept.minutes.pop(start))
            for start in [start for start in kept.hours if start < hours_from]:
                del kept.hours[start]
            if not kept.minutes and not kept.hours:
                del self._metrics[key]

    @property
    def minutes_seconds(self) -> int:
        """How far back minutes go."""
        return self._minutes_seconds

    def read(self, key: MetricKey, span: tuple[float, float], period: int) -> dict[int, Distribution]:
        """Period start → values, for the periods of `span` that hold any. span: from its first period, up to its end.

        An hour counts in the period in which it begins.
        """
        first, end = span
        periods: dict[int, Distribution] = {}
        kept = self._metrics.get(key)
        if kept is None:
            return periods
        for part in (kept.hours, kept.minutes):
            for start, values in part.items():
                if first <= start < end:
                    _join(periods, int(first) + (start - int(first)) // period * period, values)
        return dict(sorted(periods.items()))

    def keys(self, namespace: Namespace) -> Iterator[MetricKey]:
        """The metrics of an account and region that hold any value."""
        return (key for key in self._metrics if key.namespace == namespace)

    def latest(self, key: MetricKey) -> int | None:
        """When the last minute or hour of a metric begins, None for a metric without values."""
        kept = self._metrics.get(key)
        return None if kept is None else max((*kept.minutes, *kept.hours), default=None)


def _join(parts: dict[int, Distribution], start: int, values: Distribution) -> None:
    part = parts.get(start)
    if part is None:
        part = parts[start] = Distribution()
    part.merge(values)
