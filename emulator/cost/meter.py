"""The meter: what has been consumed so far, by table and index. Only adds; prices are another room's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Metered(Protocol):
    """What the meter reads of a charge."""

    @property
    def table(self) -> str: ...
    @property
    def index_name(self) -> str | None: ...
    @property
    def read_half_units(self) -> int: ...
    @property
    def write_half_units(self) -> int: ...


class Meter:
    """Totals in half units. totals: (table, index or None) → [read, write]."""

    def __init__(self) -> None:
        self.totals: dict[tuple[str, str | None], list[int]] = {}

    def add(self, charges: Iterable[Metered]) -> None:
        """Count the charges of one applied plan."""
        for charge in charges:
            total = self.totals.get((charge.table, charge.index_name))
            if total is None:
                total = self.totals[(charge.table, charge.index_name)] = [0, 0]
            total[0] += charge.read_half_units
            total[1] += charge.write_half_units

    def check(self) -> None:
        """Assert the invariants."""
        assert all(read >= 0 and write >= 0 for read, write in self.totals.values())
