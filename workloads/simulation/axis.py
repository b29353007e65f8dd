"""Reads or writes of a simulated table: what its throughput as a whole and its partitions take of each second.

Rule: all requests of a second come at its beginning, evenly mixed, which is what an engine with a held clock sees. So a
partition takes up to its ceiling of each second; while the table's throughput lasts, what is over a ceiling is refused
for the key range, and once it is used up all that comes after is refused for that. The lane is the emulator's own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from dynarig.emulator.capacity.bucket import MILLISECONDS
from dynarig.emulator.capacity.lane import ACCOUNT_LIMIT, KEY_RANGE, PROVISIONED, Lane
from dynarig.emulator.settings import Settings
from dynarig.workloads.simulation.places import Array


@dataclass(frozen=True, slots=True)
class Promise:
    """units: provisioned a second, None on demand. warm: what is ready at once. quota: what a table may have."""

    units: int | None
    warm: int
    quota: int


class Axis:
    """Mutable. name: Read or Write. half_units: of one request. ceiling: of a partition, in half units a second.

    steps: what one request takes of `ceiling`. accepted: requests; throttled: by reason.
    """

    def __init__(self, name: str, half_units: int, partition: tuple[int, int], settings: Settings, at: int) -> None:
        """partition: (ceiling in half units a second, what one request takes of it)."""
        self.name = name
        self.half_units = half_units
        self.ceiling, self._steps = partition
        self.most_of_partition = self.ceiling // self._steps
        self.accepted = 0
        self.throttled: Counter[str] = Counter()
        self.lane = Lane(name, at, settings.on_demand_peak_seconds, settings.on_demand_growth_seconds)
        self._settings = settings

    def provision(self, promise: Promise, at: int) -> None:
        """Take on what is promised; on demand, twice the highest earlier peak where that is more."""
        bucket, scale = self.lane.bucket, self._settings.capacity_scale
        if promise.units is not None:
            self.lane.cause = PROVISIONED
            bucket.set_rate(_scaled(promise.units, scale), 1 + self._settings.burst_seconds, at)
            return
        ceiling, quota = max(_scaled(promise.warm, scale), 2 * self.lane.peak), _scaled(promise.quota, scale)
        self.lane.cause = ACCOUNT_LIMIT if ceiling >= quota else KEY_RANGE
        bucket.set_rate(min(ceiling, quota), 1, at)

    def admit(self, offered: Array, second: int) -> Array:
        """What is accepted of `offered`, by second (the first is `second`) and partition."""
        accepted = np.minimum(offered, self.most_of_partition)
        totals, wanted = accepted.sum(axis=1).tolist(), offered.sum(axis=1).tolist()
        bucket, need = self.lane.bucket, self.half_units * MILLISECONDS
        refused_by_lane = 0
        for row, total in enumerate(totals):
            bucket.refill((second + row) * MILLISECONDS)
            granted = min(total, max(bucket.level // need, 0))
            bucket.spent += granted * need
            if granted < total:
                accepted[row], after = shared_out(offered[row], accepted[row], granted)
                refused_by_lane += after
                totals[row] = granted
        taken = sum(totals)
        self._count(taken, refused_by_lane, sum(wanted) - taken - refused_by_lane)
        return accepted

    def _count(self, taken: int, by_lane: int, by_partition: int) -> None:
        self.accepted += taken
        for cause, count in ((self.lane.cause, by_lane), (KEY_RANGE, by_partition)):
            if count:
                self.throttled[f"Table{self.name}{cause}"] += count

    def is_hot(self, accepted: Array) -> Array:
        """Whether each partition is near its ceiling, by second."""
        hot: Array = accepted * self._steps >= self._settings.split_heat_share * self.ceiling
        return hot


def shared_out(offered: Array, capped: Array, granted: int) -> tuple[Array, int]:
    """Of one second, `granted` shared out as the requests come, and how many come after. capped: what partitions take.

    A partition is full at the moment capped / offered of the second; between two such moments the count accepted rises
    evenly, so the moment at which the last one is granted is found on a broken line.
    """
    full_at = np.divide(capped, offered, out=np.ones(len(offered)), where=offered > 0)
    order = np.argsort(full_at, kind="stable")
    filled = np.concatenate(([0], np.cumsum(capped[order])))
    still = offered.sum() - np.concatenate(([0], np.cumsum(offered[order])))
    reached = filled[:-1] + full_at[order] * still[:-1]  # accepted by the moment that each is full
    step = int(np.searchsorted(reached, granted, side="left"))
    moment = (granted - filled[step]) / still[step] if still[step] else 1.0
    exact = np.minimum(offered * moment, capped)
    shares = np.floor(exact).astype(np.int64)
    largest = np.argsort(shares - exact, kind="stable")[: granted - int(shares.sum())]
    shares[largest] += 1
    return shares, round(float(offered.sum()) * (1 - moment))


def _scaled(units: int, scale: float) -> int:
    """Units per second as half units of the scaled clock, as the engine counts them."""
    return max(round(2 * units * scale), 1)
