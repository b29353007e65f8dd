"""A simulated table: seconds in, what was accepted, throttled, split and consumed out.

Rule: as many seconds at a time as nothing can change in: to the end of the window in which a peak is averaged, and no
further than the first second in which a partition may be due for a split. Two runs of the same seed are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd
from typing import NamedTuple

import numpy as np

from dynarig.emulator.capacity.bucket import MILLISECONDS
from dynarig.emulator.capacity.declared import NEW_ON_DEMAND, partition_count
from dynarig.emulator.capacity.supply import OF_PEAK, Split
from dynarig.emulator.capacity.units import read_half_units, write_half_units
from dynarig.emulator.model import limits
from dynarig.emulator.settings import Settings
from dynarig.workloads.simulation.arrivals import Arrivals
from dynarig.workloads.simulation.axis import Axis, Promise
from dynarig.workloads.simulation.partitions import Partitions
from dynarig.workloads.simulation.places import Array, Places

_CELLS_MAX = 1 << 18  # seconds × partitions that are drawn at once


@dataclass(frozen=True, slots=True)
class Design:
    """What is set. units: (read, write) provisioned, None on demand. warm: (read, write) ready at once, None for what a
    new table has. quota: units of a table. item_bytes: of every item; consistent: reads. new_share: of writes that put
    a new item.
    """

    units: tuple[int, int] | None = None
    warm: tuple[int, int] | None = None
    quota: int = 40_000
    item_bytes: int = 1024
    consistent: bool = False
    new_share: float = 1.0

    def promises(self) -> tuple[Promise, Promise]:
        """Of reads and of writes."""
        return self._promise(0), self._promise(1)

    def _promise(self, axis: int) -> Promise:
        warm = self.warm[axis] if self.warm is not None else 0
        if self.units is None:
            return Promise(None, max(warm, NEW_ON_DEMAND[axis]), self.quota)
        return Promise(self.units[axis], max(warm, self.units[axis]), self.quota)


class Minute(NamedTuple):
    """Sums of one stretch of seconds, a minute or less. at: its first, from the start of the run."""

    at: int
    seconds: int
    reads: int
    writes: int
    throttled: int
    partitions: int


@dataclass
class Simulated:
    """accepted, throttled: requests. half_units: (read, write) consumed. partitions: at the end."""

    seconds: int = 0
    offered: int = 0
    reads: int = 0
    writes: int = 0
    throttled: dict[str, int] = field(default_factory=dict)
    half_units: tuple[int, int] = (0, 0)
    grown_bytes: float = 0.0
    partitions: int = 0
    splits: list[Split] = field(default_factory=list)
    minutes: list[Minute] = field(default_factory=list)


class SimulatedTable:
    """Mutable. start: epoch second of the run's first."""

    def __init__(self, places: Places, design: Design, settings: Settings, start: int) -> None:
        """Raises ValueError for an item that is too large, for DynamoDB or for a scaled partition's second."""
        self._settings = settings
        self._start = self._second = start
        self._promises = design.promises()
        if design.item_bytes > limits.ITEM_SIZE_BYTES_MAX:
            raise ValueError(f"an item has at most {limits.ITEM_SIZE_BYTES_MAX:,} bytes")
        at = start * MILLISECONDS
        self._axes = self._made_axes(design, at)
        for axis, promise in zip(self._axes, self._promises, strict=True):
            if not axis.most_of_partition:
                raise ValueError(f"a partition takes not one {axis.name.lower()} of {design.item_bytes} bytes a second")
            axis.provision(promise, at)
        self.partitions = Partitions(self._needed(self._promises[0].warm, self._promises[1].warm), places, settings)
        self._growth_bytes = design.new_share * design.item_bytes
        self._window = gcd(settings.on_demand_peak_seconds, max(int(settings.on_demand_growth_seconds), 1))

    def _made_axes(self, design: Design, at: int) -> tuple[Axis, Axis]:
        settings = self._settings
        read, write = (
            max(round(2 * units * settings.capacity_scale), 1)
            for units in (settings.partition_max_read_units, settings.partition_max_write_units)
        )
        reading = read_half_units(design.item_bytes, consistent=design.consistent)
        # Eventually consistent reads come out of all replicas, a step each; consistent ones out of the leader.
        ceiling = read if design.consistent else read // 2 * settings.partition_replicas
        writing = write_half_units(design.item_bytes)
        return (
            Axis("Read", reading, (ceiling, reading), settings, at),
            Axis("Write", writing, (write, writing), settings, at),
        )

    def _needed(self, reads: int, writes: int) -> int:
        settings = self._settings
        ready = (reads, writes)
        return partition_count(ready, settings.partition_max_read_units, settings.partition_max_write_units)

    def run(self, seconds: int, reads: Arrivals, writes: Arrivals) -> Simulated:
        """Go on for so many seconds."""
        result = Simulated(seconds)
        end = self._second + seconds
        while self._second < end:
            self._begin()
            self._pass(self._length(end), (reads, writes), result)
        read, write = self._axes
        result.reads, result.writes = read.accepted, write.accepted
        result.half_units = (read.accepted * read.half_units, write.accepted * write.half_units)
        result.throttled = dict(sorted((read.throttled + write.throttled).items()))
        result.grown_bytes = float(self.partitions.grown_bytes.sum())
        result.partitions, result.splits = len(self.partitions), self.partitions.splits
        return result

    def _begin(self) -> None:
        """What is due at this second: growth by an earlier peak, then splits."""
        at = self._second * MILLISECONDS
        if self._second > self._start:
            grown = [axis.lane.begin_second(self._second) for axis in self._axes]
            if any(grown) and self._promises[0].units is None:
                for axis, promise in zip(self._axes, self._promises, strict=True):
                    axis.provision(promise, at)
                scale = self._settings.capacity_scale
                ready = [int(axis.lane.bucket.rate / (2 * scale)) for axis in self._axes]
                self.partitions.grow(self._needed(*ready), OF_PEAK, self._second)
        self.partitions.split_due(self._second)

    def _length(self, end: int) -> int:
        """For how many seconds nothing changes."""
        growth = self._growth_bytes * self._axes[1].most_of_partition
        return min(
            end - self._second,
            self._window - self._second % self._window,
            self.partitions.seconds_until_due(growth),
            max(_CELLS_MAX // len(self.partitions), 1),
        )

    def _pass(self, length: int, arrivals: tuple[Arrivals, Arrivals], result: Simulated) -> None:
        first, starts = self._second - self._start, self.partitions.starts
        offered, taken = 0, []
        for axis, arriving in zip(self._axes, arrivals, strict=True):
            coming = arriving.count(first, length, starts)
            offered += int(coming.sum())
            taken.append(axis.admit(coming, self._second))
        read, written = taken
        self._note(read, written)
        accepted = int(read.sum()), int(written.sum())
        result.offered += offered
        result.minutes.append(Minute(first, length, *accepted, offered - sum(accepted), len(self.partitions)))
        self._second += length

    def _note(self, read: Array, written: Array) -> None:
        hot = self._axes[0].is_hot(read) | self._axes[1].is_hot(written)
        self.partitions.note(hot, np.asarray(written.sum(axis=0) * self._growth_bytes))
