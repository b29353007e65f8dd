"""The meter: sums by name, whatever became of the table that bore it."""

from __future__ import annotations

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.cost.meter import Meter
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.metrics.store import Store
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.storage.catalog import Catalog


def test_totals_are_by_name() -> None:
    activity, catalog = Activity(Store(10, 10)), Catalog("0" * 12, "us-east-1")
    meter = Meter(activity.series)
    table, index, made_anew = CapacityTarget("a"), CapacityTarget("a", "gsi", "g"), CapacityTarget("a")
    activity.succeeded("PutItem", catalog, [Charge(table, 0, 2), Charge(index, 0, 4)], {})
    activity.succeeded("GetItem", catalog, [Charge(table, 1, 0)], {})
    activity.flush(60)
    activity.succeeded("BatchWriteItem", catalog, [Charge(made_anew, 0, 2), Charge(made_anew, 3, 0)], {})
    assert meter.totals() == {("a", None): (4, 4), ("a", "g"): (0, 4)}
    activity.flush(120)
    assert meter.totals() == {("a", None): (4, 4), ("a", "g"): (0, 4)}
    activity.check()
