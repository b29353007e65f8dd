"""The open loop: intended starts, in order, for whoever is free.

Rule: intended starts come from the pacer alone. If nobody is free they wait with their instant kept, so that a slow
server or too few connections show as latency and lateness, never as a lower rate. There is no dispatcher: who is free
takes the next start and waits for it himself. Knows neither requests nor Locust.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from gevent.event import Event

from dynarig.workloads.pacing import Pacer

Clock = Callable[[], float]
# Locust stands still for some 25 ms when it stops a run; what came due in that moment is nobody's failure.
STOP_GRACE_SECONDS = 0.25


class Schedule:
    """One process's share of the load. `start` it once; `close` ends it for good."""

    def __init__(self, pacer: Pacer, clock: Clock = time.monotonic, closed_loop: bool = False) -> None:
        """closed_loop: the pacer makes everything due at once; what was intended is what was taken."""
        self._pacer = pacer
        self._clock = clock
        self._closed_loop = closed_loop
        self._ended = Event()
        self._began = 0.0
        self._handed = 0
        self.started = False
        self.closed = False
        self.elapsed_seconds = 0.0
        self.intended = 0

    @property
    def began(self) -> float:
        """The instant of the clock at which it was started."""
        return self._began

    def start(self) -> bool:
        """Begin to hand out; False, and nothing changes, if it has begun or ended before."""
        if self.started or self.closed:
            return False
        self._began = self._clock()
        self.started = True
        return True

    def due(self) -> tuple[float, bool]:
        """(seconds until the next one is due, signed; whether there is none any more)."""
        if self.closed:
            return 0.0, True
        return self._pacer(self._clock() - self._began, self._handed)

    def take_due(self, wait_seconds: float) -> float:
        """The intended start of the next one, an instant of the clock, of which `due` has just told the wait."""
        self._handed += 1
        return self._clock() + wait_seconds

    def take(self) -> float | None:
        """Wait for the next intended start and take it; None once there is none any more."""
        if self.closed:
            return None
        elapsed = self._clock() - self._began
        wait_seconds, stop = self._pacer(elapsed, self._handed)
        if stop:
            self._ended.wait()
            return None
        self._handed += 1
        if wait_seconds > 0 and self._ended.wait(wait_seconds):
            return None  # closed meanwhile: `close` does not count it
        return self._began + elapsed + wait_seconds

    def close(self) -> None:
        """End now. Intended is what was taken, and at least what was due until STOP_GRACE_SECONDS ago."""
        if self.closed:
            return
        self.closed = True
        if self.started:
            self.elapsed_seconds = self._clock() - self._began
            now_due = self._due(self.elapsed_seconds)
            # Those who wait for a start that will not come give it back.
            taken = min(self._handed, now_due)
            self.intended = max(taken, self._due(self.elapsed_seconds - STOP_GRACE_SECONDS))
        self._ended.set()

    def due_within(self, seconds: float) -> int:
        """How many were intended within the first `seconds`: 0 for 0, and in a closed loop, which intends nothing."""
        return 0 if seconds <= 0 or self._closed_loop else self._due(seconds)

    def _due(self, elapsed_seconds: float) -> int:
        """How many were due by then: the first that was not, by bisection."""
        if self._closed_loop:
            return self._handed
        low, high = 0, max(1, self._handed)
        while self._is_due(high, elapsed_seconds):
            low, high = high, 2 * high
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._is_due(middle, elapsed_seconds) else (low, middle)
        return low

    def _is_due(self, sent: int, elapsed_seconds: float) -> bool:
        wait_seconds, stop = self._pacer(elapsed_seconds, sent)
        return wait_seconds <= 0 and not stop
