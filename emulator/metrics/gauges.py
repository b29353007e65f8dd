"""What CloudWatch shows every five minutes whether or not requests come: provisioned units, limits, account's use.

Source: Developer Guide, metrics-dimensions. Values are those at the instant shown; a leap of the clock shows the state
that holds at its end for each of the instants that it passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import Dimensions, MetricKey, kind_of, of_table
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import Store
from dynarig.emulator.model.schema import GLOBAL
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.lifecycle import INDEX_ACTIVE
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import PROVISIONED, Throughput

GAUGE_SECONDS = 300

Gauge = tuple[str, Dimensions, float]


def publish_gauges(store: Store, catalogs: Iterable[Catalog], settings: Settings, at: float, times: int = 1) -> None:
    """Show the gauges of `at` (epoch seconds). times: how many instants of five minutes these values stand for."""
    for catalog in catalogs:
        namespace = Namespace(catalog.account, catalog.region)
        for name, dimensions, value in (*_account_gauges(catalog, settings), *_table_gauges(catalog, settings, at)):
            values = Distribution({round(value * kind_of(name).scale): times})
            store.add(MetricKey(namespace, name, dimensions), at, values)


def _table_gauges(catalog: Catalog, settings: Settings, at: float) -> Iterator[Gauge]:
    for table in catalog:
        for name, throughput in _provisioned(table):
            dimensions = of_table(table.name, name)
            yield "ProvisionedReadCapacityUnits", dimensions, throughput.read_units
            yield "ProvisionedWriteCapacityUnits", dimensions, throughput.write_units
        for name, units in ((None, table.settings.on_demand_throughput), *_index_limits(table)):
            for axis in ("Read", "Write"):
                most = units.get(f"Max{axis}RequestUnits", -1)
                if most > 0:
                    yield f"OnDemandMax{axis}RequestUnits", of_table(table.name, name), most
        for index in table.indexes.values():
            if index.backfilling:
                dimensions = of_table(table.name, index.schema.name)
                yield "OnlineIndexPercentageProgress", dimensions, _progress(table, index.schema.name, settings, at)
                yield "OnlineIndexConsumedWriteCapacity", dimensions, 0  # not charged any more
                yield "OnlineIndexThrottleEvents", dimensions, 0


def _index_limits(table: Table) -> Iterator[tuple[str, dict[str, int]]]:
    yield from table.settings.index_on_demand_throughput.items()


def _progress(table: Table, index: str, settings: Settings, at: float) -> float:
    """How much of a backfill is done, in percent."""
    dues = [step.due_at for step in table.settings.steps if (step.kind, step.index) == (INDEX_ACTIVE, index)]
    due_at = dues[0] if dues else at
    return 100 * (1 - min(1.0, max(0.0, due_at - at) / (settings.index_backfill_seconds or 1.0)))


def _account_gauges(catalog: Catalog, settings: Settings) -> Iterator[Gauge]:
    """Quotas, and how much of them is provisioned."""
    account, table = settings.account_max_capacity_units, settings.table_max_capacity_units
    provisioned = [throughput for each in catalog for _, throughput in _provisioned(each)]
    for axis, units in (
        ("Read", [throughput.read_units for throughput in provisioned]),
        ("Write", [throughput.write_units for throughput in provisioned]),
    ):
        yield f"AccountMax{axis}s", (), account
        yield f"AccountMaxTableLevel{axis}s", (), table
        yield f"AccountProvisioned{axis}CapacityUtilization", (), 100 * sum(units) / account
        yield f"MaxProvisionedTable{axis}CapacityUtilization", (), 100 * max(units, default=0) / table


def _provisioned(table: Table) -> Iterator[tuple[str | None, Throughput]]:
    """The provisioned units of a table and its global indexes; none where it is billed by request."""
    settings = table.settings
    if settings.billing_mode != PROVISIONED:
        return
    yield None, settings.throughput
    for name, index in table.schema.indexes.items():
        if index.kind == GLOBAL and name in settings.index_throughput:
            yield name, settings.index_throughput[name]
