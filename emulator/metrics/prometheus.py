"""The same counts as Prometheus reads them: sums since the start in its text exposition format.

Source: Prometheus, Exposition formats (text, 0.0.4). A metric of CloudWatch keeps its name in small letters:
WriteThrottleEvents of a table is `dynarig_write_throttle_events_total{table_name="…"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.storage.catalog import Catalog

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
BUCKETS_MICROSECONDS = (50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]  # suffix of the family's name, labels, value


def exposition(activity: Activity, catalogs: Iterable[Catalog]) -> str:
    """Everything, one family after the other."""
    catalogs = list(catalogs)
    lines: list[str] = []
    for name, kind, help, samples in (
        (
            "dynarig_consumed_capacity_units_total",
            "counter",
            "Capacity consumed, in units",
            _consumed(activity),
        ),
        (
            "dynarig_successful_request_seconds",
            "histogram",
            "Service time of successful requests, or their modelled latency",
            _latencies(activity),
        ),
        ("dynarig_table_items", "gauge", "Items stored", _sizes(catalogs, items=True)),
        ("dynarig_table_bytes", "gauge", "Bytes stored, without storage overhead", _sizes(catalogs, items=False)),
        *_counters(activity),
    ):
        rows = [f"{name}{suffix}{_labels(labels)} {value:g}" for suffix, labels, value in samples]
        if rows:
            lines += [f"# HELP {name} {help}.", f"# TYPE {name} {kind}", *rows]
    return "\n".join(lines) + "\n"


def _consumed(activity: Activity) -> Iterator[Sample]:
    for (namespace, operation, table, index), (read, written) in sorted(_totals(activity).items()):
        labels = (*_of(namespace), ("table", table), ("index", index), ("operation", operation))
        for axis, half_units in (("read", read), ("write", written)):
            if half_units:
                yield "", (*labels, ("axis", axis)), half_units / 2


def _totals(activity: Activity) -> dict[tuple[Namespace, str, str, str], tuple[int, int]]:
    """Half units by namespace, operation, table and index ("" for the table), whatever they are billed by."""
    totals: dict[tuple[Namespace, str, str, str], tuple[int, int]] = {}
    for name, series in activity.series.items():
        key = (name.namespace, name.operation, name.table, name.index or "")
        read, written = totals.get(key, (0, 0))
        totals[key] = (read + series.read_half_units, written + series.write_half_units)
    return totals


def _latencies(activity: Activity) -> Iterator[Sample]:
    for successes in activity.successes.values():
        values = Distribution(successes.totals.counts, successes.totals.rest)
        values.merge(successes.minute)
        if not values.counts:
            continue
        labels = (*_of(successes.namespace), ("table", successes.table), ("operation", successes.operation))
        ordered = sorted(values.counts.items())
        for bound in BUCKETS_MICROSECONDS:
            within = sum(times for value, times in ordered if value <= bound)
            yield "_bucket", (*labels, ("le", f"{bound / 1e6:g}")), within
        yield "_bucket", (*labels, ("le", "+Inf")), values.samples
        yield "_sum", labels, values.total / 1e6
        yield "_count", labels, values.samples


def _sizes(catalogs: Iterable[Catalog], *, items: bool) -> Iterator[Sample]:
    for catalog in catalogs:
        for table in catalog:
            labels = (*_of(Namespace(catalog.account, catalog.region)), ("table", table.name))
            yield "", (*labels, ("index", "")), table.item_count if items else table.size
            for name, index in table.indexes.items():
                yield "", (*labels, ("index", name)), index.entries.count if items else index.size


def _counters(activity: Activity) -> Iterator[tuple[str, str, str, list[Sample]]]:
    """Errors, throttles and the rest of what is counted by events."""
    families: dict[str, list[Sample]] = {}
    for key, value in sorted(activity.counters.items()):
        labels = (*_of(key.namespace), *((_small(name), held) for name, held in key.dimensions))
        families.setdefault(key.name, []).append(("", labels, value))
    for name, samples in families.items():
        yield f"dynarig_{_small(name)}_total", "counter", f"CloudWatch's {name}, summed since the start", samples


def _of(namespace: Namespace) -> Labels:
    return (("account", namespace.account), ("region", namespace.region))


def _small(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


def _labels(labels: Labels) -> str:
    shown = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{shown}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
