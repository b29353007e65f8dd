"""The open minute: every request is counted here once, when it has been answered.

Rule: the usual request costs one look-up and one count. The minute is taken out by `flush`, at its end or whenever
somebody reads; what is counted later in the same minute joins it. Knows no time but the minute that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from operator import attrgetter
from typing import Any, NamedTuple

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import Dimensions, MetricKey, of_operation, of_table
from dynarig.emulator.metrics.refusals import (
    Counted,
    ThrottleShape,
    refusal_counts,
    statement_counts,
    throttle_events,
    throttles_of,
)
from dynarig.emulator.metrics.series import Namespace, Series, SeriesName, Successes, Tariff
from dynarig.emulator.metrics.store import MINUTE_SECONDS, Store
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import LOCAL
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.stream_iterator import decode

Timings = tuple[Successes, ...]
STANDARD = "STANDARD"
FORGOTTEN = "(forgotten)"  # in place of the names of tables, of which there may be ever more


_TARGET = attrgetter("target")
_COMPANIES_MAX = 1000  # batches may mix tables in ever new ways


class _Company(NamedTuple):
    """Charges that come in one request, by their places. alone: those that are shown by themselves. shared: those that
    are shown as one sum, by its dimensions."""

    alone: tuple[tuple[int, Series], ...]
    shared: tuple[tuple[Dimensions, tuple[tuple[int, Series], ...]], ...]
    timings: Timings


class Activity:
    """Mutable. series: by name; kept, as their totals count since the start. store: where minutes go.

    most: how many names are kept apart; of more, the totals of the first join those of `FORGOTTEN`.
    """

    def __init__(self, store: Store, most: int = 5_000) -> None:
        self._most = most
        self.store = store
        self.series: dict[SeriesName, Series] = {}
        self.successes: dict[tuple[Namespace, str, str, str | None], Successes] = {}
        self.counters: dict[MetricKey, int] = {}  # sums since the start of what is counted by `count`
        self.minute_start = 0
        self._known: dict[tuple[str, CapacityTarget], Series] = {}
        self._companies: dict[tuple[str, tuple[CapacityTarget, ...]], _Company] = {}
        self._open: dict[MetricKey, Distribution] = {}

    # requests

    def succeeded(
        self, operation: str, catalog: Catalog, charges: Sequence[Charge], payload: dict[str, Any]
    ) -> Timings:
        """Count a success. Answers whose time the shell, which measures it, has to add to."""
        if len(charges) != 1:
            return self._succeeded_jointly(operation, catalog, charges, payload)
        charge = charges[0]
        series = self._known.get((operation, charge.target)) or self._find(operation, charge.target, catalog)
        half_units = charge.read_half_units
        if half_units:
            counts = series.reads
        else:
            half_units, counts = charge.write_half_units, series.writes
        try:
            counts[half_units] += 1
        except KeyError:
            counts[half_units] = 1
        successes = series.successes
        if successes.returns_items:
            _count_items(successes, payload)
        return series.timings

    def refused(
        self,
        call: Call,
        catalog: Catalog,
        error: DynamoDBError,
        charges: Sequence[Charge] = (),
        throttles: Sequence[ThrottleShape] | None = None,
    ) -> None:
        """Count a refusal. charges: what it took all the same. throttles: of a batch's parts; else the error's own."""
        namespace = _namespace(catalog)
        self._draw(call.operation, catalog, charges)
        events = throttles_of(error) if throttles is None else throttles
        charged = list(dict.fromkeys(charge.target.table for charge in charges))
        self.count(namespace, (*throttle_events(events), *refusal_counts(call, error, charged)))

    def answered_statements(self, catalog: Catalog, response: dict[str, Any]) -> None:
        """Count the statements of a batch whose conditions failed."""
        self.count(_namespace(catalog), statement_counts(response))

    def throttled(self, catalog: Catalog, throttles: Sequence[ThrottleShape]) -> None:
        """Count the parts of a batch that were held back while others were carried out."""
        self.count(_namespace(catalog), throttle_events(throttles))

    def read_stream(self, catalog: Catalog, request: dict[str, Any], records: Sequence[Any]) -> Timings:
        """Count a success of GetRecords: a unit of its own, and what it returned."""
        iterator = decode(request["ShardIterator"])
        assert iterator is not None, "an iterator that was read"
        table, label = iterator.stream_arn.rpartition(":table/")[2].split("/stream/")
        namespace = _namespace(catalog)
        successes = self._successes(namespace, "GetRecords", table, label)
        successes.stream_reads += 1
        dimensions = of_operation(table, "GetRecords", label)
        size_bytes = sum(record["dynamodb"]["SizeBytes"] for record in records)
        self._open_values(namespace, "ReturnedBytes", dimensions).add_rounded(size_bytes)
        self._open_values(namespace, "ReturnedRecordsCount", dimensions).add(len(records))
        return (successes,)

    def expired(self, catalog: Catalog, table: str, items: int) -> None:
        """Count items that were deleted at the end of their time to live."""
        self.count(_namespace(catalog), [Counted("TimeToLiveDeletedItemCount", of_table(table), items)])

    def count(self, namespace: Namespace, counts: Iterable[Counted]) -> None:
        """Count one sample each."""
        for counted in counts:
            key = MetricKey(namespace, counted.name, counted.dimensions)
            self._open_values(*key).add(counted.value)
            self.counters[key] = self.counters.get(key, 0) + counted.value

    def forget_targets(self) -> None:
        """Look every target up again: tables have come or gone, or are billed otherwise."""
        self._known.clear()
        self._companies.clear()

    # the minute

    def flush(self, now: float) -> None:
        """Take out what the open minute holds; the minute of `now` (epoch seconds) is the open one from here on."""
        at = self.minute_start
        for series in self.series.values():
            name = series.name
            reads, writes = series.take_minute()
            dimensions = of_table(name.table, None if name.is_local else name.index)
            if reads:
                self._keep(name.namespace, "ConsumedReadCapacityUnits", dimensions, Distribution(reads))
            if writes:
                self._keep(name.namespace, "ConsumedWriteCapacityUnits", dimensions, Distribution(writes))
        for successes in self.successes.values():
            latencies, returned = successes.take_minute()
            dimensions = of_operation(successes.table, successes.operation, successes.stream_label)
            self._keep(successes.namespace, "SuccessfulRequestLatency", dimensions, latencies)
            self._keep(successes.namespace, "ReturnedItemCount", dimensions, returned)
        self._keep_open()
        minute_start = int(now) // MINUTE_SECONDS * MINUTE_SECONDS
        if minute_start > at:
            self.minute_start = minute_start
            self.forget_targets()
            self._forget_names()

    def _forget_names(self) -> None:
        """Bound what is kept by name, half of it at a time; no unit is lost."""
        for name in list(self.series)[: self._excess(self.series)]:
            series = self.series.pop(name)
            other = SeriesName(Namespace("", ""), name.operation, FORGOTTEN, None, name.is_local, name.tariff)
            total = self.series.get(other)
            if total is None:
                successes = self._successes(other.namespace, other.operation, FORGOTTEN, None)
                total = self.series[other] = Series(other, successes)
            total.read_total += series.read_half_units
            total.write_total += series.write_half_units
        used = {id(series.successes) for series in self.series.values()}
        for key in list(self.successes)[: self._excess(self.successes)]:
            if id(self.successes[key]) not in used:
                del self.successes[key]
        for counter in list(self.counters)[: self._excess(self.counters)]:
            del self.counters[counter]

    def _excess(self, kept: Sized) -> int:
        return len(kept) - self._most // 2 if len(kept) > self._most else 0

    def _keep(self, namespace: Namespace, name: str, dimensions: Dimensions, values: Distribution) -> None:
        self.store.add(MetricKey(namespace, name, dimensions), self.minute_start, values)

    def _open_values(self, namespace: Namespace, name: str, dimensions: Dimensions) -> Distribution:
        key = MetricKey(namespace, name, dimensions)
        values = self._open.get(key)
        if values is None:
            if len(self._open) >= self._most:
                self._keep_open()
            values = self._open[key] = Distribution()
        return values

    def _keep_open(self) -> None:
        for key, values in self._open.items():
            self.store.add(key, self.minute_start, values)
        self._open.clear()

    # charges

    def _succeeded_jointly(
        self, operation: str, catalog: Catalog, charges: Sequence[Charge], payload: dict[str, Any]
    ) -> Timings:
        found = self._draw(operation, catalog, charges)
        if len(found) == 1 and found[0].returns_items:
            _count_items(found[0], payload)
        return found

    def _draw(self, operation: str, catalog: Catalog, charges: Sequence[Charge]) -> Timings:
        """Count charges: CloudWatch shows one figure a request for a table with its local indexes, and one an index."""
        targets = tuple(map(_TARGET, charges))
        company = self._companies.get((operation, targets)) or self._meet(operation, targets, catalog)
        for place, series in company.alone:
            charge = charges[place]
            half_units = charge.read_half_units
            if half_units:
                counts = series.reads
            else:
                half_units, counts = charge.write_half_units, series.writes
            if half_units:
                try:
                    counts[half_units] += 1
                except KeyError:
                    counts[half_units] = 1
        for dimensions, drawn in company.shared:
            self._draw_shared(_namespace(catalog), dimensions, [(series, charges[place]) for place, series in drawn])
        return company.timings

    def _meet(self, operation: str, targets: tuple[CapacityTarget, ...], catalog: Catalog) -> _Company:
        """How the charges of these targets go together, remembered for the rest of the minute."""
        shown: dict[Dimensions, list[tuple[int, Series]]] = {}
        for place, target in enumerate(targets):
            series = self._known.get((operation, target)) or self._find(operation, target, catalog)
            index = None if target.kind == LOCAL else target.index_name
            shown.setdefault(of_table(target.table, index), []).append((place, series))
        successes = {id(series.successes): series.successes for drawn in shown.values() for _, series in drawn}
        company = _Company(
            alone=tuple(drawn[0] for drawn in shown.values() if len(drawn) == 1),
            shared=tuple((dimensions, tuple(drawn)) for dimensions, drawn in shown.items() if len(drawn) > 1),
            timings=tuple(successes.values()),
        )
        if len(self._companies) >= _COMPANIES_MAX:
            self._companies.clear()
        self._companies[(operation, targets)] = company
        return company

    def _draw_shared(
        self, namespace: Namespace, dimensions: Dimensions, drawn: Sequence[tuple[Series, Charge]]
    ) -> None:
        read = written = 0
        for series, charge in drawn:
            series.shared_reads += charge.read_half_units
            series.shared_writes += charge.write_half_units
            read += charge.read_half_units
            written += charge.write_half_units
        if read:
            self._open_values(namespace, "ConsumedReadCapacityUnits", dimensions).add(read)
        if written:
            self._open_values(namespace, "ConsumedWriteCapacityUnits", dimensions).add(written)

    def _find(self, operation: str, target: CapacityTarget, catalog: Catalog) -> Series:
        """The series of an operation on a target, remembered for the rest of the minute."""
        namespace = _namespace(catalog)
        name = SeriesName(
            namespace, operation, target.table, target.index_name, target.kind == LOCAL, _tariff(catalog, target.table)
        )
        series = self.series.get(name)
        if series is None:
            series = self.series[name] = Series(name, self._successes(namespace, operation, target.table, None))
        self._known[(operation, target)] = series
        return series

    def _successes(self, namespace: Namespace, operation: str, table: str, label: str | None) -> Successes:
        key = (namespace, operation, table, label)
        found = self.successes.get(key)
        if found is None:
            found = self.successes[key] = Successes(namespace, operation, table, label)
        return found

    def check(self) -> None:
        """Assert the invariants."""
        for name, series in self.series.items():
            assert name == series.name
            assert series.read_half_units >= 0
            assert series.write_half_units >= 0


def _namespace(catalog: Catalog) -> Namespace:
    return Namespace(catalog.account, catalog.region)


def _tariff(catalog: Catalog, table: str) -> Tariff:
    found = catalog.get(table)
    if found is None:
        return Tariff("PROVISIONED", STANDARD)
    return Tariff(found.settings.billing_mode, found.settings.table_class or STANDARD)


def _count_items(successes: Successes, payload: dict[str, Any]) -> None:
    """Query and Scan say how many; a statement that selects lists them, one that writes returns an empty list."""
    count = payload.get("Count")
    if count is None:
        count = len(payload.get("Items", ()))
    successes.returned.add_rounded(count)
