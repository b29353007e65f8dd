"""What a simulated run costs, by line: units × dated price, as the emulator's own bill counts them.

Rule: what was accepted is billed; a provisioned table pays for its hours whatever it serves. Storage is of the items
alone: what the run has put, and what was there before.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from dynarig.emulator.cost.prices import DEFAULT_REGION, Price, price_table
from dynarig.workloads.simulation.table import Design, Simulated

_HOUR_SECONDS = 3600


class Line(NamedTuple):
    """quantity: of the run, month_quantity: of a month of such requests that stores what is stored at the run's end;
    in the price's unit.
    """

    price: Price
    quantity: Decimal
    month_quantity: Decimal

    @property
    def cost(self) -> Decimal:
        """USD of the run."""
        return self.price.cost(self.quantity)

    @property
    def month_cost(self) -> Decimal:
        """USD of a month."""
        return self.price.cost(self.month_quantity)


def bill(design: Design, run: Simulated, stored_bytes: int = 0, region: str = DEFAULT_REGION) -> list[Line]:
    """Reads, writes or provisioned units, and storage. stored_bytes: before the run."""
    table = price_table()
    month_hours = Decimal(table.month_hours)
    hours = Decimal(run.seconds) / _HOUR_SECONDS
    lines = []
    for axis, half_units in zip(("read", "write"), run.half_units, strict=True):
        if design.units is None:
            units = Decimal(half_units) / 2
            lines.append(Line(table.price(region, f"{axis}_request"), units, units * month_hours / hours))
        else:
            provisioned = Decimal(design.units[axis == "write"])
            price = table.price(region, f"{axis}_capacity_hour")
            lines.append(Line(price, provisioned * hours, provisioned * month_hours))
    grown, gigabyte = Decimal(run.grown_bytes), table.gigabyte_bytes
    mean, at_end = (stored_bytes + grown / 2) / gigabyte, (stored_bytes + grown) / gigabyte
    lines.append(Line(table.price(region, "storage"), mean * hours / month_hours, at_end))
    return lines
