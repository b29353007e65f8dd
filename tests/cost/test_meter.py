"""The meter: sums by name, whatever became of the table that bore it."""

from __future__ import annotations

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.cost.meter import Meter
from dynarig.emulator.planning.plan import Charge


def test_totals_are_by_name() -> None:
    meter = Meter()
    table, index, made_anew = CapacityTarget("a"), CapacityTarget("a", "gsi", "g"), CapacityTarget("a")
    meter.add([Charge(table, 0, 2), Charge(index, 0, 4)])
    meter.add([Charge(table, 1, 0)])
    meter.add([Charge(made_anew, 0, 2), Charge(made_anew, 3, 0)])
    assert meter.totals() == {("a", None): (4, 4), ("a", "g"): (0, 4)}
    meter.check()
