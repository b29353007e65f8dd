"""The meter: what has been consumed so far, by table and index. Only adds; prices are another room's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class _Target(Protocol):
    @property
    def table(self) -> str: ...
    @property
    def index_name(self) -> str | None: ...


class Metered(Protocol):
    """What the meter reads of a charge."""

    @property
    def target(self) -> _Target: ...
    @property
    def read_half_units(self) -> int: ...
    @property
    def write_half_units(self) -> int: ...


class Meter:
    """Half units consumed. Counts by target; a table that was made anew has new targets under the old name."""

    def __init__(self) -> None:
        self._totals: dict[_Target, list[int]] = {}

    def add(self, charges: Iterable[Metered]) -> None:
        """Count the charges of one applied plan."""
        totals = self._totals
        for charge in charges:
            total = totals.get(charge.target)
            if total is None:
                total = totals[charge.target] = [0, 0]
            if charge.read_half_units:
                total[0] += charge.read_half_units
            else:
                total[1] += charge.write_half_units

    def totals(self) -> dict[tuple[str, str | None], tuple[int, int]]:
        """(table, index or None) → (read, written), in half units."""
        summed: dict[tuple[str, str | None], tuple[int, int]] = {}
        for target, (read, written) in self._totals.items():
            name = (target.table, target.index_name)
            before = summed.get(name, (0, 0))
            summed[name] = (before[0] + read, before[1] + written)
        return summed

    def check(self) -> None:
        """Assert the invariants."""
        assert all(read >= 0 and written >= 0 for read, written in self._totals.values())
