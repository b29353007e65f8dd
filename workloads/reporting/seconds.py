"""A run's course: curves over its seconds, from the summary's series and from what the server was seen to be.

Rule: seconds count from the first one; the first and the last, which are seldom whole, are not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.measure import Measurements
from dynarig.workloads.reporting.svg import Axes, Curve
from dynarig.workloads.series import Second

_FEW = 4  # rows, of which all are drawn
_NINES = ((1.0, "90"), (2.0, "99"), (3.0, "99.9"), (4.0, "99.99"))
_PERCENTS = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99)
_PARTITIONS_SHOWN = 24
Course = list[tuple[float, Second]]


def course(measured: Measurements) -> Course:
    """(second since the first, its figures), whole ones."""
    rows = measured.series.rows()
    if not rows:
        return []
    first = rows[0][0]
    kept = rows[1:-1] if len(rows) > _FEW else rows
    return [(float(number - first), second) for number, second in kept]


def curve(name: str, rows: Course, figure: Callable[[Second], float | None], *, dashed: bool = False) -> Curve:
    """One figure of each second."""
    return Curve(name, [(at, figure(second)) for at, second in rows], dashed)


def intended(settings: dict[str, Any], rows: Course, elapsed_seconds: float) -> Curve:
    """The rate that was meant, over time; nothing in a closed loop, where there is none."""
    profile = settings.get("profile") or []
    points: list[tuple[float, float | None]] = []
    if settings.get("closed"):
        return Curve("intended", [], dashed=True)
    if profile:
        at = 0.0
        for seconds, rate_from, rate_to in profile:
            points += [(at, rate_from), (at + seconds, rate_to)]
            at += seconds
    else:
        ramp = settings.get("ramp_seconds") or 0.0
        points = [(0.0, 0.0), (ramp, settings["rate"])] if ramp else [(0.0, settings["rate"])]
        points.append((max(elapsed_seconds, ramp), settings["rate"]))
    last = rows[-1][0] if rows else elapsed_seconds
    return Curve("intended", [(at, rate) for at, rate in points if at <= last + 2], dashed=True)


def percentile_curve(name: str, histogram: Histogram) -> Curve:
    """Milliseconds by percentile, drawn over the number of nines."""
    known = [percent for percent in _PERCENTS if histogram.total * (100 - percent) >= 100 or percent <= 50]
    values = histogram.percentiles(known) if histogram.total else []
    return Curve(name, [(_nines(percent), value * 1e3) for percent, value in zip(known, values, strict=False)])


def percentile_axes() -> Axes:
    """Axes of `percentile_curve`."""
    marks = [(_nines(50.0), "50"), *_NINES]
    return Axes((0.0, 4.0), [(place, f"{name} %") for place, name in marks], "ms by percentile", log=True)


def _nines(percent: float) -> float:
    return -math.log10(1 - percent / 100) if percent < 100 else 4.0


class Watched:
    """What the server was seen to be during the run: looks in order, each with the sums since its start."""

    def __init__(self, server: dict[str, Any]) -> None:
        self.looks: list[dict[str, Any]] = server.get("looks") or []
        began = self.looks[0]["at"] if self.looks else 0.0
        self.seconds = [look["at"] - began for look in self.looks[1:]]

    def rates(self, kind: str, place: int | None = None) -> list[Curve]:
        """Curves of differences per second, by name, of a kind of sum; place: of a figure within its list."""
        return self._rates([{name: _figure(sum_, place) for name, sum_ in look[kind].items()} for look in self.looks])

    def throttles(self) -> list[Curve]:
        """Throttled requests per second by table, or `table / index`: those of its partitions."""
        sums: list[dict[str, float]] = []
        for look in self.looks:
            owners: dict[str, float] = {}
            for name, (_, throttled) in look["partitions"].items():
                owner = name.rpartition(" ")[0]
                owners[owner] = owners.get(owner, 0.0) + throttled
            sums.append(owners)
        return self._rates(sums)

    def _rates(self, sums: list[dict[str, float]]) -> list[Curve]:
        curves = []
        for name in sorted({name for each in sums for name in each}):
            values = [each.get(name, 0.0) for each in sums]
            steps = zip(self.looks, self.looks[1:], values, values[1:], strict=False)
            rates = [max(now - before, 0.0) / max(late["at"] - early["at"], 1e-3) for early, late, before, now in steps]
            if any(rates):
                curves.append(Curve(name, list(zip(self.seconds, rates, strict=True))))
        return curves

    def heat(self) -> list[tuple[str, list[tuple[float, int] | None]]]:
        """(partition, (share, throttles) at each look), the warmest, in the order of their names."""
        names = {name for look in self.looks for name in look["partitions"]}
        rows: dict[str, list[tuple[float, int] | None]] = {}
        for name in names:
            cells: list[tuple[float, int] | None] = []
            before = self.looks[0]["partitions"].get(name, (0.0, 0))[1]
            for look in self.looks[1:]:
                share, throttled = look["partitions"].get(name, (None, before))
                cells.append(None if share is None else (share, max(throttled - before, 0)))
                before = throttled
            rows[name] = cells
        warmth = {name: sum(cell[0] + bool(cell[1]) for cell in cells if cell) for name, cells in rows.items()}
        kept = sorted(rows, key=lambda name: -warmth[name])[:_PARTITIONS_SHOWN]
        return [(name, rows[name]) for name in sorted(kept, key=_natural) if warmth[name] > 0.02]


def _figure(value: Any, place: int | None) -> float:
    if value is None:
        return 0.0
    return float(value if place is None else value[place])


def _natural(name: str) -> tuple[str, int]:
    head, _, tail = name.rpartition(" p")
    return head, int(tail) if tail.isdigit() else 0
