"""One partition of a table or global index: its ceilings, what it served, and whether it is hot.

Rule: consistent reads come out of the leader's ceiling, eventually consistent ones out of all replicas', each of which
serves as many steps as the leader (measured by AWS, Database Blog, "Scaling DynamoDB", part 2). Where it lies among the
keys is the ring's to know.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from dynarig.emulator.capacity.bucket import MILLISECONDS, NEVER, Bucket

_SAMPLES_MAX = 512
_ONE_OF = 8  # of the requests to a hot partition, how many are sampled


class Ceilings:
    """What every partition of a table or index takes: half units per second, scaled. replicas: that serve reads.

    write_slack: half units that a global index may fall behind. read_enough: a level at which any read is granted.
    """

    __slots__ = ("hot_share", "read", "read_enough", "replicas", "write", "write_slack")

    def __init__(
        self, read: int, write: int, replicas: int, hot_share: float, write_slack: int = 0, read_enough: int = NEVER
    ) -> None:
        self.read = read
        self.write = write
        self.replicas = replicas
        self.hot_share = hot_share
        self.write_slack = write_slack
        self.read_enough = read_enough


class Partition:
    """Mutable. number: its name, for good. grown_bytes: of what was stored since it is watched. throttled:
    times by reason.

    Counts are half units: of the second under way, of the one before it, and in all; passed: let through beside the
    ceilings. samples: where a hot partition was
    accessed, oldest first: (token, sort key).
    """

    __slots__ = (
        "_ceilings",
        "_dice",
        "began_at",
        "grown_bytes",
        "hot_seconds",
        "last_read",
        "last_write",
        "leader",
        "number",
        "passed_read",
        "passed_write",
        "reads",
        "replicas",
        "samples",
        "second",
        "throttled",
        "writes",
        "writing",
    )

    def __init__(self, number: int, ceilings: Ceilings, at: int) -> None:
        self.number = number
        self._ceilings = ceilings
        self.leader = Bucket(ceilings.read, 1, at, enough=ceilings.read_enough)
        # Steps: a consistent half unit is half a step of one replica, an eventually consistent one a step of any.
        steps = ceilings.read // 2 * ceilings.replicas
        self.replicas = Bucket(steps, 1, at, enough=ceilings.read_enough // 2)
        self.writing = Bucket(ceilings.write, 1, at, slack_half_units=ceilings.write_slack)
        self.grown_bytes = 0
        self.second = at // MILLISECONDS
        self.began_at = self.second * MILLISECONDS
        self.last_read = self.last_write = self.reads = self.writes = 0
        self.passed_read = self.passed_write = 0
        self.hot_seconds = 0
        self.throttled: dict[str, int] = {}
        self.samples: deque[tuple[int, Any]] | None = None
        self._dice = number * 2 + 1

    def take_consistent(self, half_units: int, at: int) -> bool:
        """Take a consistent read, if the leader has it. Others are taken from `replicas`, writes from `writing`."""
        need = half_units * MILLISECONDS
        if not self.leader.take(need, at):
            return False
        if not self.replicas.take(need // 2, at):
            self.leader.give_back(need)
            return False
        return True

    def give_back_read(self, half_units: int, consistent: bool) -> None:
        """Undo a read of the same instant."""
        need = half_units * MILLISECONDS
        if consistent:
            self.leader.give_back(need)
            self.replicas.give_back(need // 2)
        else:
            self.replicas.give_back(need)

    def give_back_write(self, half_units: int) -> None:
        """Undo a write of the same instant."""
        self.writing.give_back(half_units * MILLISECONDS)

    @property
    def leader_used(self) -> int:
        """Half units read consistently in the second under way, within the ceilings."""
        return self.leader.used

    @property
    def eventual_used(self) -> int:
        """Half units read otherwise; what the leader read took half as much of the replicas."""
        return self.replicas.used - self.leader.used // 2

    @property
    def read_used(self) -> int:
        """Half units read in the second under way, within the ceilings."""
        return self.leader_used + self.eventual_used

    @property
    def write_used(self) -> int:
        """Half units written in the second under way, within the ceilings."""
        return self.writing.used

    def begin_second(self, second: int) -> None:
        """Close the second under way: count how long the partition has been hot."""
        gap = second - self.second
        self.second = second
        self.began_at = second * MILLISECONDS
        hot = self._is_hot()
        if gap > 0:
            self.hot_seconds = self.hot_seconds + 1 if hot else max(self.hot_seconds - 1, 0)
            self.hot_seconds = max(self.hot_seconds - (gap - 1), 0)
        adjacent = gap == 1
        read, written = self.read_used + self.passed_read, self.write_used + self.passed_write
        self.last_read = read if adjacent else 0
        self.last_write = written if adjacent else 0
        self.reads += read
        self.writes += written
        for bucket in (self.leader, self.replicas, self.writing):
            bucket.begin_second()
        self.passed_read = self.passed_write = 0
        if not self.hot_seconds:
            self.samples = None
        elif self.samples is None:
            self.samples = deque(maxlen=_SAMPLES_MAX)

    def sample(self, token: int, sort: Any) -> None:
        """Perhaps remember an access to a hot partition; a sequence of its own decides, so that no rhythm hides."""
        self._dice = (self._dice * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        if self.samples is not None and self._dice >> 16 & _ONE_OF - 1 == 0:
            self.samples.append((token, sort))

    def split(self, number: int, at: int) -> Partition:
        """The half that leaves: a partition with ceilings of its own that begins where this one stands."""
        self._catch_up(at)
        other = Partition(number, self._ceilings, at)
        for mine, its in (
            (self.leader, other.leader),
            (self.replicas, other.replicas),
            (self.writing, other.writing),
        ):
            its.level = mine.level
        other.grown_bytes = self.grown_bytes // 2
        self.grown_bytes -= other.grown_bytes
        self.hot_seconds = 0
        self.samples = None
        return other

    def set_ceilings(self, ceilings: Ceilings, at: int) -> None:
        """Other ceilings from now on."""
        self._catch_up(at)
        self._ceilings = ceilings
        self.leader.set_rate(ceilings.read, 1, at)
        self.replicas.set_rate(ceilings.read // 2 * ceilings.replicas, 1, at)
        self.writing.set_rate(ceilings.write, 1, at)
        self.writing.slack = ceilings.write_slack * MILLISECONDS

    def _catch_up(self, at: int) -> None:
        """A bucket that has been looked at in a second counts for it, so the one before is closed first."""
        if self.second != at // MILLISECONDS:
            self.begin_second(at // MILLISECONDS)
        for bucket in (self.leader, self.replicas, self.writing):
            bucket.refill(at)

    def _is_hot(self) -> bool:
        ceilings, share = self._ceilings, self._ceilings.hot_share
        return (
            self.write_used >= share * ceilings.write
            or self.leader_used >= share * ceilings.read
            or self.eventual_used + self.leader_used // 2 >= share * (ceilings.read // 2 * ceilings.replicas)
        )

    def check(self) -> None:
        """Assert the invariants."""
        for bucket in (self.leader, self.replicas, self.writing):
            bucket.check()
        assert self.leader_used >= 0 <= self.eventual_used
        assert self.write_used >= 0
