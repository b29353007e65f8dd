"""Sends the requests of one process and counts what becomes of them.

Rule: every request is counted once as a success, a throttle, an error or a wrong answer. Latency runs from the intended
start and, beside it, from the moment the request was built; throttles are counted without latency.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.client import Client
from dynarig.workloads.measure import Measurements
from dynarig.workloads.outcomes import consumed_units, error_code, throttle_code, unprocessed
from dynarig.workloads.scenarios.base import Scenario, Step

PARTLY = "UnprocessedItems"
# (operation, pattern, seconds from the intended start, error) — for whoever else counts, such as Locust.
Listener = Callable[[str, str, float, Exception | None], None]


class WrongAnswer(Exception):
    """An answer came and is not right; the text says how."""


class Recorder:
    """One process's client and scenario, and what was measured since the last `take`."""

    def __init__(
        self, client: Client, scenario: Scenario, listener: Listener, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._scenario = scenario
        self._listener = listener
        self._clock = clock
        self.measured = Measurements()

    def request(self, intended: float) -> None:
        """Send the next request of the scenario, which was due at `intended`."""
        began = self._clock()
        self.measured.started += 1
        self.measured.lateness.record(began - intended)
        step = self._scenario.next(began)
        try:
            response = self._client.call(step.operation, step.request)
        except (DynamoDBError, BackendError) as error:
            ended = self._clock()
            self._scenario.failed(step, error, ended)
            self._refused(step, intended, ended, error)
            return
        ended = self._clock()
        fault = self._scenario.answered(step, response, ended)
        tally = self.measured.tally(step.pattern)
        read_units, write_units = consumed_units(step.operation, response)
        tally.read_units += read_units
        tally.write_units += write_units
        if unprocessed(response):
            self._throttled(step, intended, ended, PARTLY)
            return
        tally.from_intended.record(ended - intended)
        tally.from_actual.record(ended - began)
        if fault is None:
            tally.succeeded += 1
            self._listener(step.operation, step.pattern, ended - intended, None)
            return
        tally.wrong += 1
        tally.sample(f"wrong answer: {fault}")
        self._listener(step.operation, step.pattern, ended - intended, WrongAnswer(fault))

    def take(self) -> Measurements:
        """What was measured since the last time; counting goes on from nothing."""
        measured, self.measured = self.measured, Measurements()
        return measured

    def _refused(self, step: Step, intended: float, ended: float, error: Exception) -> None:
        throttle = throttle_code(error)
        if throttle is not None:
            self._throttled(step, intended, ended, throttle)
            return
        tally = self.measured.tally(step.pattern)
        code = error_code(error)
        tally.errors[code] = tally.errors.get(code, 0) + 1
        tally.sample(f"{code}: {getattr(error, 'message', None) or error}")
        tally.from_intended.record(ended - intended)
        tally.from_actual.record(ended - step.began)
        self._listener(step.operation, step.pattern, ended - intended, error)

    def _throttled(self, step: Step, intended: float, ended: float, code: str) -> None:
        throttles = self.measured.tally(step.pattern).throttles
        throttles[code] = throttles.get(code, 0) + 1
        self._listener(step.operation, f"{step.pattern} (throttled)", ended - intended, None)
