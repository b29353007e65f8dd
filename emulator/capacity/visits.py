"""How many partitions a walk over hashes visits: each costs at least one step, even where nothing is found.

Rule: what admission models is counted; where it models nothing (mode off), the partitions that the settings ask for.
Recorded by two sources: a Scan of a new on-demand table with one small item takes 2.0 units, 4.0 consistent.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from dynarig.emulator.capacity.declared import partition_count, promise_of
from dynarig.emulator.capacity.ring import first_bounds
from dynarig.emulator.capacity.target import CapacityTarget, drawn_on


def partitions_visited(target: CapacityTarget, first_token: int, end_token: int) -> int:
    """Partitions that hold hashes in [first_token, end_token), one at the least."""
    source = drawn_on(target)
    bounds = source.supply.ring.bounds if source.supply else first_bounds(partition_count(promise_of(source).warm))
    return max(bisect_left(bounds, (end_token,)) - bisect_right(bounds, (first_token,)) + 1, 1)
