"""Heat as it is shown: the partitions of a table or global index with what each holds, serves and refuses.

Rule: only reads. Figures in units (not half units) are of the last whole second, or of the one under way where that is
more: with a held clock there is no other. Shares of keys are of the last minutes, by a bounded count.
"""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from itertools import pairwise
from typing import Any

from dynarig.emulator.capacity.bucket import MILLISECONDS, instant
from dynarig.emulator.capacity.declared import partition_count, promise_of
from dynarig.emulator.capacity.key_heat import KeyHeat
from dynarig.emulator.capacity.lane import Lane
from dynarig.emulator.capacity.partition import Partition
from dynarig.emulator.capacity.ring import Place, first_bounds
from dynarig.emulator.capacity.supply import Split, Supply
from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model.tokens import TOKENS_END

_HOTTEST_OF_PARTITION = 5
_HOTTEST_OF_ALL = 20


def describe(target: CapacityTarget, size_bytes: int, now: float, scale: float = 1.0) -> dict[str, Any]:
    """What is known of one table or global index. size_bytes: of all it holds. scale: of every ceiling."""
    supply: Supply | None = target.supply
    if supply is None:
        return _unwatched(target, size_bytes, scale)
    second = instant(now) // MILLISECONDS
    total = max(supply.keys.total + _open(supply.reads) + _open(supply.writes), 1)
    return {
        "billing": "on-demand" if supply.promise.provisioned is None else "provisioned",
        "read_units_per_second": supply.reads.bucket.rate / 2,
        "write_units_per_second": supply.writes.bucket.rate / 2,
        "write_units_per_partition": supply.writes.bucket.rate / 2 / len(supply.ring),
        "partitions": _partitions(supply, size_bytes, total, second),
        "splits": [_split(split) for split in supply.splits if not split.withheld],
        "withheld": [_split(split) for split in supply.splits if split.withheld],
        "throttled": dict(supply.throttled),
        "hottest": [_key(key, known, total) for key, known in supply.keys.hottest(_HOTTEST_OF_ALL)],
        "share_error": round(supply.keys.error / total, 6),
        "consumed": [
            {"at": at, "read_units": read / 2, "write_units": written / 2, "throttled": throttled}
            for at, read, written, throttled in supply.series
        ],
    }


def _open(lane: Lane) -> int:
    return lane.used + lane.passed


def _unwatched(target: CapacityTarget, size_bytes: int, scale: float) -> dict[str, Any]:
    """Where nothing was drawn since capacity is on: the partitions there would be."""
    promise = promise_of(target)
    bounds = [*first_bounds(partition_count(promise.warm)), (TOKENS_END,)]
    ranges = list(pairwise(bounds))
    read, written = (units * scale for units in promise.provisioned or promise.warm)
    return {
        "billing": "on-demand" if promise.provisioned is None else "provisioned",
        "read_units_per_second": read,
        "write_units_per_second": written,
        "write_units_per_partition": written / len(ranges),
        "partitions": [
            {
                "id": f"p{number}",
                "range": [_place(first), _place(end)],
                "bytes": size_bytes // len(ranges),
                "read_units": 0.0,
                "write_units": 0.0,
                "read_units_total": 0.0,
                "write_units_total": 0.0,
                "hot_seconds": 0,
                "throttled": {},
                "hottest": [],
            }
            for number, (first, end) in enumerate(ranges)
        ],
        "splits": [],
        "withheld": [],
        "throttled": {},
        "hottest": [],
        "share_error": 0.0,
        "consumed": [],
    }


def _partitions(supply: Supply, size_bytes: int, total: int, second: int) -> list[dict[str, Any]]:
    """In the order of their ranges. What was there before they were watched is shared out by range."""
    ring, hottest = supply.ring, supply.keys.hottest_by_partition(_HOTTEST_OF_PARTITION)
    before = max(size_bytes - sum(partition.grown_bytes for partition in ring), 0)
    shown = []
    for position, partition in enumerate(ring):
        first, end = ring.range_of(position)
        share_bytes = before * (end[0] - first[0]) // TOKENS_END
        keys = [_key(key, known, total) for key, known in hottest.get(partition.number, ())]
        shown.append(
            {
                "id": f"p{partition.number}",
                "range": [_place(first), _place(end)],
                "bytes": max(share_bytes + partition.grown_bytes, 0),
                **_load(partition, second),
                "hottest": keys,
            }
        )
    return shown


def _load(partition: Partition, second: int) -> dict[str, Any]:
    read, written = load_now(partition, second)
    return {
        "read_units": read / 2,
        "write_units": written / 2,
        "read_units_total": (partition.reads + partition.read_used + partition.passed_read) / 2,
        "write_units_total": (partition.writes + partition.write_used + partition.passed_write) / 2,
        "hot_seconds": partition.hot_seconds,
        "throttled": dict(partition.throttled),
    }


def load_now(partition: Partition, second: int) -> tuple[int, int]:
    """Half units read and written in the last whole second, or in this one if that is more."""
    under_way = (partition.read_used + partition.passed_read, partition.write_used + partition.passed_write)
    if partition.second == second:
        return max(partition.last_read, under_way[0]), max(partition.last_write, under_way[1])
    return under_way if partition.second == second - 1 else (0, 0)


def _key(key: Any, known: KeyHeat, total: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": _value(key), "share": round(known.half_units / total, 6)}
    if known.throttled:
        shown["throttled"] = known.throttled
    return shown


def _split(split: Split) -> dict[str, Any]:
    shown: dict[str, Any] = {"at": split.at, "cause": split.cause, "partitions": list(split.parts)}
    if split.partition is not None:
        shown["id"] = f"p{split.partition}"
    if split.place is not None:
        shown["place"] = _place(split.place)
    if split.withheld:
        shown["why"] = split.withheld
    return shown


def _place(place: Place) -> str:
    """A hash as 16 digits; inside an item collection the sort key follows."""
    text = f"{place[0]:016x}"
    return text if len(place) == 1 else f"{text}/{_value(place[1])}"


def _value(value: Any) -> str:
    """A key value as text."""
    if isinstance(value, tuple):
        return "/".join(map(_value, value))
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return str(value) if isinstance(value, (str, Decimal)) else repr(value)
