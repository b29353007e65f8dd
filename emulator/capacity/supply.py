"""What one table, or one of its global indexes, can supply: its throughput as a whole and its partitions.

Rule: a charge is taken from both or from neither, and what is undone leaves no trace. A local index draws on its table.
A global index may fall behind by a bounded buffer; once that is full its table takes no write at all, whether it
touches the index or not, until the index has caught up (Developer Guide, GSI throttling; the advanced lab).
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple, Protocol
from zlib import crc32

from dynarig.emulator.capacity.bucket import MILLISECONDS, NEVER, ONE_UNIT, Bucket
from dynarig.emulator.capacity.capacity_settings import OFF, OWED, CapacitySettings
from dynarig.emulator.capacity.cut import Place, choose_cut
from dynarig.emulator.capacity.declared import Promise, partition_count, promise_of
from dynarig.emulator.capacity.key_heat import HALVED_EVERY_SECONDS, KeyHeat, KeyMemory
from dynarig.emulator.capacity.lane import ACCOUNT_LIMIT, KEY_RANGE, MAX_ON_DEMAND, PROVISIONED, Lane
from dynarig.emulator.capacity.partition import Ceilings, Partition
from dynarig.emulator.capacity.ring import Ring
from dynarig.emulator.capacity.target import CapacityTarget

_SPLITS_KEPT = 1000
# Causes of splits.
OF_HEAT = "heat"
OF_SIZE = "size"
OF_THROUGHPUT = "provisioned throughput"
OF_PEAK = "on-demand peak"
OF_WARM = "warm throughput"


class Drawn(Protocol):
    """What a supply reads of a charge."""

    @property
    def read_half_units(self) -> int: ...
    @property
    def write_half_units(self) -> int: ...
    @property
    def partition(self) -> Any: ...
    @property
    def sort(self) -> Any: ...
    @property
    def consistent(self) -> bool: ...
    @property
    def growth_bytes(self) -> int: ...
    @property
    def token(self) -> int: ...


class Fault(NamedTuple):
    """Why a charge is not taken. supply: whose throughput it is about, which may be an index's. axis: Read or Write."""

    supply: Supply
    axis: str
    cause: str


class Split(NamedTuple):
    """at: epoch seconds. parts: partitions before and after. place: of the cut, None where all were cut or none was.

    withheld: why it was not done, "" where it was.
    """

    at: int
    cause: str
    partition: int | None
    place: Place | None
    parts: tuple[int, int]
    withheld: str = ""


def read_enough(settings: CapacitySettings) -> int:
    """The level at which a read is taken however much it reads."""
    return ONE_UNIT if settings.large_reads == OWED else NEVER


class Supply:
    """Mutable; one a table and one a global index, made when first drawn from."""

    __slots__ = (
        "_by_key",
        "_settings",
        "_throttles",
        "began_at",
        "behind",
        "generation",
        "is_on",
        "keys",
        "mode",
        "owner",
        "promise",
        "reads",
        "ring",
        "scale",
        "second",
        "series",
        "splits",
        "target",
        "throttled",
        "writes",
    )

    def __init__(
        self, target: CapacityTarget, owner: Supply | None, settings: CapacitySettings, at: int, scale: float = 1.0
    ) -> None:
        self.target = target
        self.owner = owner  # of a global index: its table's
        self.mode = OFF
        self.is_on = False
        self.scale = scale
        self.generation = -1
        self.second = at // MILLISECONDS
        self.began_at = self.second * MILLISECONDS
        self._settings = settings
        peak_seconds, growth_seconds = settings.on_demand_peak_seconds, settings.on_demand_growth_seconds
        self.reads = Lane("Read", at, peak_seconds, growth_seconds, read_enough(settings))
        self.writes = Lane("Write", at, peak_seconds, growth_seconds)
        self.promise = promise_of(target)
        count = self._partitions_for(self.promise.warm)
        seed = crc32(f"{target.table}/{target.index_name}".encode())
        self.ring = Ring(count, self._ceilings(), at, settings.partition_unevenness, seed)
        self.keys = KeyMemory(self.ring, settings.heat_keys_max)
        self._by_key = self.keys.known
        self.behind: dict[int, tuple[Supply, Bucket, str]] = {}  # of a table: indexes whose buffer was seen full
        self.splits: deque[Split] = deque(maxlen=_SPLITS_KEPT)
        self.throttled: dict[str, int] = {}
        self.series: deque[tuple[int, int, int, int]] = deque(maxlen=settings.heat_seconds)
        self._throttles = 0
        self.provision(at, scale)

    # ---- what is set

    def provision(self, at: int, scale: float) -> None:
        """Take on what is set for the table now, and the scale."""
        promise = promise_of(self.target)
        if self.generation >= 0 and promise == self.promise and scale == self.scale and self.owner is None:
            return
        if not 0 <= at - self.began_at < MILLISECONDS:
            self._begin_second(at)
        self.promise = promise
        if scale != self.scale or self.owner is not None:
            self.scale = scale
            self.ring.set_ceilings(self._ceilings(), at)
        for axis, lane in enumerate((self.reads, self.writes)):
            self._provision_lane(lane, axis, promise, at)
        self._grow(promise.warm, OF_WARM if promise.provisioned is None else OF_THROUGHPUT, at)

    def _provision_lane(self, lane: Lane, axis: int, promise: Promise, at: int) -> None:
        settings, quota = self._settings, self._scaled(self._quota())
        kept = 1 + settings.burst_seconds
        if promise.provisioned is not None:
            lane.cause = PROVISIONED
            lane.bucket.set_rate(self._scaled(promise.provisioned[axis]), kept, at)
            lane.set_most(None, kept, at)
        else:
            ceiling = max(self._scaled(promise.warm[axis]), 2 * lane.peak)
            lane.cause = ACCOUNT_LIMIT if ceiling >= quota else KEY_RANGE
            lane.bucket.set_rate(min(ceiling, quota), 1, at)
            most = promise.most[axis]
            lane.set_most(None if most is None else self._scaled(most), kept, at)
        if self.owner is not None and axis:
            lane.bucket.slack = self._buffer() * MILLISECONDS

    def _scaled(self, units: int) -> int:
        """Units per second as half units of the scaled clock."""
        return max(round(2 * units * self.scale), 1)

    def _quota(self) -> int:
        return int(getattr(self._settings, "table_max_capacity_units", 40_000))

    def _buffer(self) -> int:
        """How many half units the index may owe."""
        return 0 if self.owner is None else int(self.owner.writes.bucket.rate * self._settings.index_buffer_seconds)

    def _ceilings(self) -> Ceilings:
        settings = self._settings
        return Ceilings(
            self._scaled(settings.partition_max_read_units),
            self._scaled(settings.partition_max_write_units),
            settings.partition_replicas,
            settings.split_heat_share,
            self._buffer(),
            read_enough(self._settings),
        )

    def _partitions_for(self, ready: tuple[int, int]) -> int:
        return partition_count(ready, self._settings.partition_max_read_units, self._settings.partition_max_write_units)

    def _grow(self, ready: tuple[int, int], cause: str, at: int) -> None:
        """Split all partitions, each in two, until they serve what is promised; never merge (USENIX ATC 2022)."""
        needed, before = self._partitions_for(ready), len(self.ring)
        while len(self.ring) < needed and self.ring.double(at):
            pass
        if len(self.ring) > before:
            self.splits.append(Split(at // MILLISECONDS, cause, None, None, (before, len(self.ring))))
            self.keys.relocate()

    # ---- what is drawn

    def take(self, charge: Drawn, at: int) -> Fault | None:
        """Take one charge, or say why not.

        Every request comes through here: where throughput and partition have plenty, both are drawn from by adding,
        and all else is for `_take_scarce`.
        """
        half_units = charge.write_half_units
        lane = self.writes if half_units else self.reads
        bucket = lane.bucket
        if bucket.at is not at:  # by identity, which all of a millisecond share: looking again would do no harm
            if not 0 <= at - self.began_at < MILLISECONDS:
                self._begin_second(at)
            bucket.refill(at)
        try:
            known = self._by_key[charge.partition]
        except KeyError:
            known = self._known(charge)
        partition = known.partition
        if partition is None:
            partition = self.ring.locate((known.token, charge.sort))
        if half_units:
            its = partition.writing
        else:
            half_units = charge.read_half_units
            its = partition.leader if charge.consistent else partition.replicas
        if its.at is not at:
            if not 0 <= at - partition.began_at < MILLISECONDS and self._begin_partition_second(partition, at):
                return self.take(charge, at)  # there was a split: it may lie in another now
            its.refill(at)
        need = half_units * MILLISECONDS
        spent, spent_of_it = bucket.spent + need, its.spent + need
        if spent > bucket.easy or spent_of_it > its.easy or not lane.is_plain or charge.consistent:
            fault = self._take_scarce(charge, lane, partition, at)
            if fault is not None:
                return fault
        else:
            bucket.spent = spent
            its.spent = spent_of_it
        known.half_units += half_units
        if charge.growth_bytes:
            partition.grown_bytes += charge.growth_bytes
        if partition.samples is not None:
            partition.sample(known.token, charge.sort)
        return None

    def _take_scarce(self, charge: Drawn, lane: Lane, partition: Partition, at: int) -> Fault | None:
        """Take from each bucket that has to be asked, or from none."""
        half_units = charge.write_half_units or charge.read_half_units
        need = half_units * MILLISECONDS
        if self.behind and charge.write_half_units:
            fault = self._held_up(at)
            if fault is not None:
                return fault
        if lane.most is not None and not lane.most.take(need, at):
            return Fault(self, lane.axis, MAX_ON_DEMAND)
        if not lane.bucket.take(need, at):
            if lane.most is not None:
                lane.most.give_back(need)
            return Fault(self, lane.axis, lane.cause)
        if charge.write_half_units:
            taken = partition.writing.take(need, at)
        elif charge.consistent:
            taken = partition.take_consistent(half_units, at)
        else:
            taken = partition.replicas.take(need, at)
        if not taken:
            lane.give_back(need)
            return Fault(self, lane.axis, KEY_RANGE)
        if self.owner is not None and charge.write_half_units:
            self._note_behind(partition)
        return None

    def give_back(self, charge: Drawn) -> None:
        """Undo a take of the same instant."""
        known, partition = self._place(charge)
        half_units, lane = charge.write_half_units, self.writes
        if half_units:
            partition.give_back_write(half_units)
            partition.grown_bytes -= charge.growth_bytes
        else:
            half_units, lane = charge.read_half_units, self.reads
            partition.give_back_read(half_units, charge.consistent)
        lane.give_back(half_units * MILLISECONDS)
        known.half_units -= half_units

    def let_pass(self, charge: Drawn) -> None:
        """Count a charge that was let through although it could not be taken."""
        known, partition = self._place(charge)
        if charge.write_half_units:
            self.writes.passed += charge.write_half_units
            partition.passed_write += charge.write_half_units
            partition.grown_bytes += charge.growth_bytes
        else:
            self.reads.passed += charge.read_half_units
            partition.passed_read += charge.read_half_units
        known.half_units += charge.write_half_units + charge.read_half_units

    def note_throttle(self, charge: Drawn | None, reason: str) -> None:
        """Count a charge that was not taken. charge: None where it is of another supply, which this one holds up."""
        self._throttles += 1
        self.throttled[reason] = self.throttled.get(reason, 0) + 1
        if charge is not None:
            known, partition = self._place(charge)
            known.throttled += 1
            partition.throttled[reason] = partition.throttled.get(reason, 0) + 1

    def _place(self, charge: Drawn) -> tuple[KeyHeat, Partition]:
        known = self._known(charge)
        return known, known.partition or self.ring.locate((known.token, charge.sort))

    def _known(self, charge: Drawn) -> KeyHeat:
        """What is kept of the charge's key; walks over many keys are kept as none."""
        if charge.partition is None:
            return KeyHeat(charge.token, self.ring.locate((charge.token,)))
        return self.keys.find(charge.partition)

    # ---- back-pressure

    def _note_behind(self, partition: Partition) -> None:
        """Of an index: tell the table which buffer has filled up, if one has."""
        assert self.owner is not None
        for bucket, cause in ((self.writes.bucket, self.writes.cause), (partition.writing, KEY_RANGE)):
            if bucket.level + bucket.slack < ONE_UNIT:
                self.owner.behind[id(bucket)] = (self, bucket, cause)
                self.owner.writes.hold_up(True)

    def _held_up(self, at: int) -> Fault | None:
        """Of a table: the index whose buffer is full still, None where all have room again."""
        for name, (supply, bucket, cause) in list(self.behind.items()):
            if bucket.is_full_behind(at):
                return Fault(supply, "Write", cause)
            del self.behind[name]
        self.writes.hold_up(False)
        return None

    # ---- time

    def _begin_second(self, at: int) -> None:
        """Close the second under way: the series, the peaks, and what grows with them."""
        second = at // MILLISECONDS
        reads, writes = self.reads, self.writes
        consumed = (reads.used + reads.passed, writes.used + writes.passed)
        self.series.append((self.second, *consumed, self._throttles))
        self.keys.total += sum(consumed)
        if second // HALVED_EVERY_SECONDS != self.second // HALVED_EVERY_SECONDS:
            self.keys.halve()
        grown = [lane.begin_second(second) for lane in (reads, writes)]
        self.second = second
        self.began_at = second * MILLISECONDS
        self._throttles = 0
        if any(grown) and self.promise.provisioned is None:
            for axis, lane in enumerate((reads, writes)):
                self._provision_lane(lane, axis, self.promise, at)
            ready = tuple(int(lane.bucket.rate / (2 * self.scale)) for lane in (reads, writes))
            self._grow((ready[0], ready[1]), OF_PEAK, at)

    def _begin_partition_second(self, partition: Partition, at: int) -> bool:
        """Close a partition's second, after which it may be split. Whether that was due."""
        partition.begin_second(at // MILLISECONDS)
        if partition.hot_seconds >= self._settings.split_heat_seconds:
            self._split(partition, OF_HEAT, at)
        elif partition.grown_bytes >= self._settings.partition_max_bytes:
            self._split(partition, OF_SIZE, at)
        else:
            return False
        return True

    def _split(self, partition: Partition, cause: str, at: int) -> None:
        position, before = self.ring.partitions.index(partition), len(self.ring)
        place, withheld = self._place_of_cut(partition, position, cause)
        if place is not None:
            self.ring.split(position, place, at)
            self.keys.relocate()
        partition.hot_seconds = 0
        self.splits.append(
            Split(at // MILLISECONDS, cause, partition.number, place, (before, len(self.ring)), withheld)
        )

    def _place_of_cut(self, partition: Partition, position: int, cause: str) -> tuple[Place | None, str]:
        first, end = self.ring.range_of(position)
        if cause == OF_SIZE:
            middle = ((first[0] + end[0]) // 2,)
            return (middle, "") if first < middle < end else (None, "range of one key")
        cut = choose_cut(
            tuple(partition.samples or ()),
            min_share=self._settings.split_min_share,
            has_local_index=self.target.has_local_index,
        )
        if cut.place is not None and not first < cut.place < end:
            return None, "range of one key"
        return cut.place, cut.withheld

    def check(self) -> None:
        """Assert the invariants."""
        self.ring.check()
        self.reads.check()
        self.writes.check()
