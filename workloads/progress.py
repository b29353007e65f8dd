"""The line every five seconds, and the eye on a target that dies.

Rule: a greenlet of the process that owns the target. When for some seconds nothing but failures came back and nobody
answers at the address any more, the run is ended: more of the same errors would tell nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import gevent
from locust.env import Environment

from dynarig.workloads import admin
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.measure import Measurements
from dynarig.workloads.target import Target

LOG = logging.getLogger("dynarig")
_PROGRESS_SECONDS = 5
_GONE_SECONDS = 3  # without one success, before the target is asked


class Progress:
    """Tells and watches until closed."""

    def __init__(self, environment: Environment, target: Target, so_far: Callable[[], Measurements]) -> None:
        self._environment = environment
        self._target = target
        self._so_far = so_far
        self._began = time.monotonic()
        self._gone: str | None = None
        self._greenlet = gevent.spawn(self._run)

    def close(self) -> str | None:
        """End; that the target was gone, and since when, if it was."""
        if self._greenlet is not gevent.getcurrent():
            self._greenlet.kill(block=False)
        return self._gone

    def _run(self) -> None:
        seconds, requests_before, succeeded_before, fruitless = 0, 0, 0, 0
        while True:
            gevent.sleep(1.0)
            seconds += 1
            measured = self._so_far()
            succeeded = sum(tally.succeeded + tally.throttled for tally in measured.patterns.values())
            fruitless = 0 if succeeded > succeeded_before or not measured.started else fruitless + 1
            succeeded_before = succeeded
            if fruitless >= _GONE_SECONDS and self._is_gone():
                lasted = time.monotonic() - self._began - fruitless
                self._gone = f"the target {self._target.url} was gone after {lasted:.0f} s: the run was ended early"
                LOG.error("%s", self._gone)
                gevent.spawn(self._stop)
                return
            if seconds % _PROGRESS_SECONDS == 0:
                requests_before = self._tell(measured, requests_before)

    def _tell(self, measured: Measurements, requests_before: int) -> int:
        total = measured.total()
        LOG.info(
            "%3.0f s  %6.0f requests/s  p99 %.1f ms  %d failed  %d throttled",
            time.monotonic() - self._began,
            (total.requests - requests_before) / _PROGRESS_SECONDS,
            total.from_intended.percentile(99.0) * 1e3,
            total.failed,
            total.throttled,
        )
        return total.requests

    def _is_gone(self) -> bool:
        if not self._target.alive:
            return True
        try:
            admin.reach(self._target.url)
        except BackendError:
            return True
        return False

    def _stop(self) -> None:
        runner = self._environment.runner
        options = self._environment.parsed_options
        if runner is not None:
            (runner.quit if options is not None and options.headless else runner.stop)()
