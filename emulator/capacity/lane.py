"""The throughput of a whole table or global index on one axis, reads or writes: provisioned, or grown on demand.

Rule: provisioned units come in evenly and are kept for bursts; any partition may use what the others leave, at once
(adaptive capacity). On demand, twice the highest earlier peak is there, a peak being earlier once its growth time is
over (Developer Guide, on-demand: more than double within 30 minutes may throttle).
"""

from __future__ import annotations

from collections import deque

from dynarig.emulator.capacity.bucket import MILLISECONDS, NEVER, Bucket

PROVISIONED = "ProvisionedThroughputExceeded"
KEY_RANGE = "KeyRangeThroughputExceeded"
MAX_ON_DEMAND = "MaxOnDemandThroughputExceeded"
ACCOUNT_LIMIT = "AccountLimitExceeded"


class Lane:
    """Mutable. axis: Read or Write. cause: of what the bucket does not give. most: a further bound, None for none.

    Half units: used in the second under way; passed, those of requests that were let through beside the bucket.
    is_plain: whether the bucket alone decides: no further bound is set, and no index holds the table's writes up.
    """

    __slots__ = (
        "_enough",
        "_growth_seconds",
        "_is_held_up",
        "_peak_seconds",
        "_pending",
        "_window",
        "_window_used",
        "axis",
        "bucket",
        "cause",
        "is_plain",
        "most",
        "passed",
        "peak",
    )

    def __init__(self, axis: str, at: int, peak_seconds: int, growth_seconds: float, enough: int = NEVER) -> None:
        """enough: of its buckets."""
        self.axis = axis
        self.bucket = Bucket(0, 1, at, enough=enough)
        self._enough = enough
        self.most: Bucket | None = None
        self.cause = PROVISIONED
        self.is_plain = True
        self._is_held_up = False
        self.passed = 0
        self.peak = 0  # half units per second: the highest that has become an earlier one
        self._pending: deque[tuple[float, int]] = deque()  # (second from which it counts, peak), rising
        self._peak_seconds = peak_seconds
        self._growth_seconds = growth_seconds
        self._window = at // MILLISECONDS // peak_seconds
        self._window_used = 0

    @property
    def used(self) -> int:
        """Half units that the bucket gave in the second under way."""
        return self.bucket.used

    def give_back(self, need: int) -> None:
        """Undo a take of the same instant, of both buckets."""
        self.bucket.give_back(need)
        if self.most is not None:
            self.most.give_back(need)

    def set_most(self, rate: int | None, kept_seconds: float, at: int) -> None:
        """The maximum that was set, None for none. Best effort: what was not used may be used above it."""
        if rate is None:
            self.most = None
        elif self.most is None:
            self.most = Bucket(rate, kept_seconds, at, enough=self._enough)
        else:
            self.most.set_rate(rate, kept_seconds, at)
        self.hold_up(self._is_held_up)

    def hold_up(self, is_held_up: bool) -> None:
        """Whether another bucket, an index's, has to be asked before this one."""
        self._is_held_up = is_held_up
        self.is_plain = self.most is None and not is_held_up

    def begin_second(self, second: int) -> bool:
        """Close the second under way. Whether an earlier peak has become higher."""
        self._window_used += self.used
        self.bucket.begin_second()
        self.passed = 0
        window = second // self._peak_seconds
        if window != self._window:
            self._close_window((self._window + 1) * self._peak_seconds)
            self._window = window
        grown = False
        while self._pending and self._pending[0][0] <= second:
            peak = self._pending.popleft()[1]
            grown = grown or peak > self.peak
            self.peak = max(self.peak, peak)
        return grown

    def _close_window(self, ended: int) -> None:
        average = self._window_used // self._peak_seconds
        self._window_used = 0
        if average > (self._pending[-1][1] if self._pending else self.peak):
            self._pending.append((ended + self._growth_seconds, average))

    def check(self) -> None:
        """Assert the invariants."""
        self.bucket.check()
        peaks = [self.peak, *(peak for _, peak in self._pending)]
        assert peaks == sorted(peaks)
        assert self.used >= 0
