"""The meter: what has been consumed since the start, by namespace, operation, table, index and tariff.

Rule: a view of what is counted once for metrics and bill both (`metrics.activity`), so that the two cannot differ.
Prices are another module's.
"""

from __future__ import annotations

from collections.abc import Mapping

from dynarig.emulator.metrics.series import Series, SeriesName


class Meter:
    """Half units consumed, the open minute included."""

    def __init__(self, series: Mapping[SeriesName, Series]) -> None:
        self._series = series

    def lines(self) -> dict[SeriesName, tuple[int, int]]:
        """What each operation drew from each table and index: (read, written), in half units."""
        return {name: (each.read_half_units, each.write_half_units) for name, each in self._series.items()}

    def totals(self) -> dict[tuple[str, str | None], tuple[int, int]]:
        """(table, index or None) → (read, written), in half units."""
        summed: dict[tuple[str, str | None], tuple[int, int]] = {}
        for name, (read, written) in self.lines().items():
            before = summed.get((name.table, name.index), (0, 0))
            summed[(name.table, name.index)] = (before[0] + read, before[1] + written)
        return summed
