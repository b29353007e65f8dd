"""The open loop: a dispatcher greenlet that hands intended starts to whoever is free.

Rule: intended starts come from the pacer alone. If nobody is free they wait in line with their instant kept, so that a
slow server or a short pool shows as latency and lateness, never as a lower rate. Knows neither requests nor Locust.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
from gevent.queue import Queue

from dynarig.workloads.pacing import Pacer

Clock = Callable[[], float]
# Locust stands still for some 25 ms when it stops a run; what came due in that moment is nobody's failure.
STOP_GRACE_SECONDS = 0.25


class Schedule:
    """One process's share of the load. `start` it once; `close` ends it for good."""

    def __init__(self, pacer: Pacer, clock: Clock = time.monotonic) -> None:
        self._pacer = pacer
        self._clock = clock
        self._line: Queue[float | None] = Queue()
        self._greenlet: gevent.Greenlet | None = None
        self._began = 0.0
        self._handed = 0
        self._taken = 0
        self.closed = False
        self.elapsed_seconds = 0.0
        self.intended = 0

    @property
    def started(self) -> bool:
        """Whether `start` was called."""
        return self._greenlet is not None

    def start(self) -> None:
        """Begin to hand out; a second call changes nothing."""
        if self._greenlet is None and not self.closed:
            self._began = self._clock()
            self._greenlet = gevent.spawn(self._run)

    def take(self) -> float | None:
        """Wait for the next intended start, an instant of the clock; None once the schedule is closed."""
        if self.closed:
            return None
        intended: float | None = self._line.get()
        if intended is None:
            self._line.put(None)  # the next one who waits is to know it as well
        else:
            self._taken += 1
        return intended

    def close(self) -> None:
        """End now. Intended is what was taken, and at least what was due until STOP_GRACE_SECONDS ago."""
        if self.closed:
            return
        self.closed = True
        if self._greenlet is not None:
            self._greenlet.kill(block=False)
            self.elapsed_seconds = self._clock() - self._began
            self.intended = max(self._taken, self._due(self.elapsed_seconds - STOP_GRACE_SECONDS))
        while not self._line.empty():
            self._line.get_nowait()
        self._line.put(None)

    def _due(self, elapsed_seconds: float) -> int:
        """How many were due by then: the first that was not, by bisection."""
        low, high = self._taken, self._taken + 1
        while self._is_due(high, elapsed_seconds):
            low, high = high, 2 * high - self._taken + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._is_due(middle, elapsed_seconds) else (low, middle)
        return low

    def _is_due(self, sent: int, elapsed_seconds: float) -> bool:
        wait_seconds, stop = self._pacer(elapsed_seconds, sent)
        return wait_seconds <= 0 and not stop

    def _run(self) -> None:
        while not self.closed:
            elapsed = self._clock() - self._began
            wait_seconds, stop = self._pacer(elapsed, self._handed)
            if stop:
                return
            if wait_seconds > 0:
                gevent.sleep(wait_seconds)
                continue
            self._handed += 1
            self._line.put(self._began + elapsed + wait_seconds)
