"""What a table's settings promise: throughput of the table or of one global index, in units per second."""

from __future__ import annotations

from typing import Any, NamedTuple

from dynarig.emulator.capacity.target import CapacityTarget

PAY_PER_REQUEST = "PAY_PER_REQUEST"
# Developer Guide, on-demand: what a new table or index takes at once.
NEW_ON_DEMAND = (12_000, 4_000)


class Promise(NamedTuple):
    """Of reads, then of writes. provisioned: units; None on demand. warm: what it is ready for at once.

    most: the maximum on-demand throughput, None for no such bound.
    """

    provisioned: tuple[int, int] | None
    warm: tuple[int, int]
    most: tuple[int | None, int | None] = (None, None)


def promise_of(target: CapacityTarget) -> Promise:
    """What is set now for a table or a global index."""
    declared, index = target.declared, target.index_name
    if declared is None:
        return Promise(None, NEW_ON_DEMAND)
    warm = declared.warm_throughput if index is None else declared.index_warm_throughput.get(index)
    if declared.billing_mode == PAY_PER_REQUEST:
        most = declared.on_demand_throughput if index is None else declared.index_on_demand_throughput.get(index) or {}
        ready = _units(warm)
        ready = max(ready[0], NEW_ON_DEMAND[0]), max(ready[1], NEW_ON_DEMAND[1])
        return Promise(None, ready, (most.get("MaxReadRequestUnits"), most.get("MaxWriteRequestUnits")))
    throughput = declared.throughput if index is None else declared.index_throughput.get(index)
    units = _units(throughput)
    ready = _units(warm)
    return Promise(units, (max(ready[0], units[0]), max(ready[1], units[1])))


def _units(value: Any) -> tuple[int, int]:
    return (0, 0) if value is None else (value.read_units, value.write_units)


def partition_count(ready: tuple[int, int], read_units: int = 3000, write_units: int = 1000) -> int:
    """How many partitions serve this many units: what is known today of new tables (AWS Database Blog, part 1)."""
    return max(-(-ready[0] // read_units), -(-ready[1] // write_units), 1)
