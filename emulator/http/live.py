"""`/_dynarig/live`: what the page that watches the emulator asks once a second.

Rule: sums since the start, of which the page takes differences, so that nothing is kept here for anybody; small and
bounded, however many tables there are, and made in steps for the same reason. Only reads. Latencies are those of the
open minute, in buckets of 6 %: a minute that has just begun tells fewer.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.capacity.bucket import MILLISECONDS, instant
from dynarig.emulator.capacity.heat import load_now
from dynarig.emulator.capacity.supply import Supply
from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.http.admin_request import AdminRequest, Steps
from dynarig.emulator.http.capacity_routes import capacity_targets
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.storage.catalog import Catalog

PARTITIONS_MAX = 200  # the warmest; the others are counted
CONSUMERS_MAX = 100
_LATENCY_BITS = 5  # 16 buckets an octave
_STEP = 16  # tables and indexes, or operations on one, that are looked at in one go: half a millisecond
_ERRORS = {"UserErrors": "user", "SystemErrors": "system", "ConditionalCheckFailedRequests": "condition"}

Row = dict[str, Any]


def show_live(request: AdminRequest) -> Steps:
    """Sums for a page that watches: answers, throttles, errors, units, latencies, and the warmest partitions."""
    engine, now = request.rig.engine, request.rig.clock.now()
    activity, admission = engine.activity, engine.admission
    watched = [(catalog, target) for catalog, target, _ in capacity_targets(request) if target.supply is not None]
    yield
    heat, left_out = yield from _heat(watched, admission, now)
    throttled: dict[str, int] = {}
    for _, target in watched:
        for reason, times in target.supply.throttled.items():
            throttled[reason] = throttled.get(reason, 0) + times
    consumed = yield from _consumed(activity)
    minute = activity.minute_start
    answered, latency = yield from _successes(activity)
    return {
        "source": "emulator",
        "now": now,
        "mode": admission.mode,
        "scale": admission.scale,
        "namespaces": [
            {"account": account, "region": region, "tables": len(catalog.tables)}
            for (account, region), catalog in sorted(engine.catalogs.items())
            if catalog.tables
        ],
        "answered": answered,
        "throttled": throttled,
        "errors": _errors(activity),
        "consumed": consumed[:CONSUMERS_MAX],
        "consumed_left_out": max(len(consumed) - CONSUMERS_MAX, 0),
        "minute": minute,
        "latency": latency,
        "heat": heat,
        "heat_left_out": left_out,
    }


def _heat(
    watched: list[tuple[Catalog, CapacityTarget]], admission: Admission, now: float
) -> Generator[None, None, tuple[list[Row], int]]:
    """The warmest partitions by table and index, and how many others are watched."""
    second, found = instant(now) // MILLISECONDS, []
    for count, (catalog, target) in enumerate(watched):
        if count % _STEP == 0:
            yield
        supply = target.supply
        row: Row = {
            "table": target.table,
            "index": target.index_name,
            "account": catalog.account,
            "region": catalog.region,
            "mode": admission.table_modes.get(target.table, admission.mode),
            "throttled": dict(supply.throttled),
            "splits": len(supply.splits),
            "partitions": [],
        }
        found += [(warmth, row, partition) for warmth, partition in _partitions(supply, second)]
    found.sort(key=lambda each: each[0], reverse=True)
    rows: dict[int, Row] = {}
    for _, row, partition in found[:PARTITIONS_MAX]:
        rows.setdefault(id(row), row)["partitions"].append(partition)
    return list(rows.values()), max(len(found) - PARTITIONS_MAX, 0)


def _partitions(supply: Supply, second: int) -> Iterator[tuple[tuple[float, int], Row]]:
    """Each with what it is sorted by: the share of its ceiling that is drawn now, and how often it throttled."""
    for partition in supply.ring:
        read, written = load_now(partition, second)
        share = max(read / partition.leader.rate, written / partition.writing.rate)
        throttled = sum(partition.throttled.values())
        yield (
            (share, throttled),
            {
                "id": f"p{partition.number}",
                "read_units": read / 2,
                "write_units": written / 2,
                "share": round(share, 4),
                "throttled": throttled,
            },
        )


def _consumed(activity: Activity) -> Generator[None, None, list[Row]]:
    """Units since the start by table and index, most first."""
    totals: dict[tuple[str, str, str, str | None], list[int]] = {}
    for count, (name, series) in enumerate(list(activity.series.items())):
        if count % _STEP == 0:
            yield
        total = totals.setdefault((*name.namespace, name.table, name.index), [0, 0])
        total[0] += series.read_half_units
        total[1] += series.write_half_units
    ordered = sorted(totals.items(), key=lambda each: (-sum(each[1]), each[0][:3], each[0][3] or ""))
    return [
        {
            "account": account,
            "region": region,
            "table": table,
            "index": index,
            "read_units": read / 2,
            "write_units": written / 2,
        }
        for (account, region, table, index), (read, written) in ordered
        if read or written
    ]


def _successes(activity: Activity) -> Generator[None, None, tuple[int, dict[str, list[tuple[int, int]]]]]:
    """How many answers there were; by operation, (microseconds, how often) of the open minute, ascending."""
    answered = 0
    found: dict[str, dict[int, int]] = {}
    for count, successes in enumerate(list(activity.successes.values())):
        if count % _STEP == 0:
            yield
        answered += successes.totals.samples + successes.minute.samples
        if successes.minute.counts:
            buckets = found.setdefault(successes.operation, {})
            for value, times in successes.minute.counts.items():
                shift = max(value.bit_length() - _LATENCY_BITS, 0)
                bucket = value >> shift << shift
                buckets[bucket] = buckets.get(bucket, 0) + times
    return answered, {operation: sorted(buckets.items()) for operation, buckets in sorted(found.items())}


def _errors(activity: Activity) -> dict[str, int]:
    counts = dict.fromkeys(_ERRORS.values(), 0)
    for key, value in activity.counters.items():
        kind = _ERRORS.get(key.name)
        if kind is not None:
            counts[kind] += value
    return counts
