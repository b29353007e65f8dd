"""Begins and ends the requests of one process, and counts what becomes of them.

Rule: every request is counted once as a success, a throttle, a refusal that the scenario expects, an error or a wrong
answer. Latency runs from the intended start and, beside it, from the moment the request was built; throttles are
counted without latency. What was due before `counted_from` is warm-up: sent, and in the series alone.

Who sends between `begin` and the end is not known here: a greenlet that waits, or a lane that is called back.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.client import Client
from dynarig.workloads.measure import Measurements, Tally
from dynarig.workloads.mixture import Mixture, Source
from dynarig.workloads.outcomes import PARTLY, consumed_units, error_code, throttle_code, unprocessed
from dynarig.workloads.scenarios.base import Step

# (operation, pattern, seconds from the intended start, error) — for whoever else counts, such as Locust.
Listener = Callable[[str, str, float, Exception | None], None]


_UNTOLD = (-1.0, -1.0)


class WrongAnswer(Exception):
    """An answer came and is not right; the text says how."""


class Exchange:
    """One request under way."""

    __slots__ = ("intended", "source", "step")

    def __init__(self, source: Source, step: Step, intended: float) -> None:
        self.source = source
        self.step = step
        self.intended = intended


class Recorder:
    """One process's scenarios, and what was measured since the last `take`."""

    def __init__(
        self,
        mixture: Mixture,
        listener: Listener,
        clock: Callable[[], float] = time.monotonic,
        epoch_offset_seconds: float = 0.0,
    ) -> None:
        """epoch_offset_seconds: from the clock to epoch seconds, by which the series counts."""
        self._mixture = mixture
        self._listener = listener
        self._clock = clock
        self._epoch_offset = epoch_offset_seconds
        self.counted_from = -math.inf
        self.sent = 0  # with the warm-up
        self.measured = Measurements()
        self._uncounted = Measurements()

    def begin(self, intended: float) -> Exchange:
        """The next request, which was due at `intended`."""
        began = self._clock()
        measured = self.measured if intended >= self.counted_from else self._uncounted
        measured.started += 1
        self.sent += 1
        measured.lateness.record(began - intended)
        second = self.measured.series.at(intended + self._epoch_offset)
        second.started += 1
        second.lateness.record(began - intended)
        source, step = self._mixture.next(began)
        return Exchange(source, step, intended)

    def answered(self, exchange: Exchange, response: dict[str, Any], told: tuple[float, float] = _UNTOLD) -> None:
        """The answer of an exchange has come. told: seconds that the server says it took, and that it waited by its
        model; below 0 where it does not say.
        """
        ended, intended, step = self._clock(), exchange.intended, exchange.step
        fault = exchange.source.scenario.answered(step, response, ended)
        label = exchange.source.label(step.pattern)
        tally = self._tally(exchange, label)
        second = self.measured.series.at(intended + self._epoch_offset)
        read_units, write_units = consumed_units(step.operation, response)
        tally.read_units += read_units
        tally.write_units += write_units
        second.read_units += read_units
        second.write_units += write_units
        if unprocessed(response):
            self._throttled(exchange, label, ended, PARTLY)
            return
        tally.from_intended.record(ended - intended)
        tally.from_actual.record(ended - step.began)
        second.latency.record(ended - intended)
        if told[0] >= 0:
            tally.service.record(told[0])
        if told[1] >= 0:
            tally.modelled.record(told[1])
        if fault is None:
            tally.succeeded += 1
            second.succeeded += 1
            self._listener(step.operation, label, ended - intended, None)
            return
        tally.wrong += 1
        second.failed += 1
        tally.sample(f"wrong answer: {fault}")
        self._listener(step.operation, label, ended - intended, WrongAnswer(fault))

    def failed(self, exchange: Exchange, error: Exception) -> None:
        """The service refused, or no answer came."""
        ended, intended, step = self._clock(), exchange.intended, exchange.step
        exchange.source.scenario.failed(step, error, ended)
        label = exchange.source.label(step.pattern)
        throttle = throttle_code(error)
        if throttle is not None:
            self._throttled(exchange, label, ended, throttle)
            return
        tally = self._tally(exchange, label)
        second = self.measured.series.at(intended + self._epoch_offset)
        tally.from_intended.record(ended - intended)
        tally.from_actual.record(ended - step.began)
        second.latency.record(ended - intended)
        code = error_code(error)
        if code in step.expected:
            tally.refusals[code] = tally.refusals.get(code, 0) + 1
            second.refused += 1
            self._listener(step.operation, label, ended - intended, None)
            return
        tally.errors[code] = tally.errors.get(code, 0) + 1
        second.failed += 1
        tally.sample(f"{code}: {error.message}" if isinstance(error, DynamoDBError) else str(error))
        self._listener(step.operation, label, ended - intended, error)

    def retried(self, exchange: Exchange, retries: int) -> None:
        """How often the SDK has tried again before the answer, or the refusal, that it shows."""
        if retries:
            tally = self._tally(exchange, exchange.source.label(exchange.step.pattern))
            tally.retried += 1
            tally.retries += retries

    def take(self) -> Measurements:
        """What was measured since the last time; counting goes on from nothing."""
        measured, self.measured = self.measured, Measurements()
        measured.notes = self._mixture.take_notes()
        return measured

    def _counted(self, intended: float) -> Measurements:
        return self.measured if intended >= self.counted_from else self._uncounted

    def _tally(self, exchange: Exchange, label: str) -> Tally:
        measured = self._counted(exchange.intended)
        tally = measured.patterns.get(label)
        if tally is None:
            tally = measured.tally(label)
            tally.operation = exchange.step.operation
        return tally

    def _throttled(self, exchange: Exchange, label: str, ended: float, code: str) -> None:
        intended = exchange.intended
        throttles = self._tally(exchange, label).throttles
        throttles[code] = throttles.get(code, 0) + 1
        second = self.measured.series.at(intended + self._epoch_offset)
        second.throttles[code] = second.throttles.get(code, 0) + 1
        self._listener(exchange.step.operation, f"{label} (throttled)", ended - intended, None)


def request(recorder: Recorder, clients: dict[str, Client], intended: float) -> None:
    """Send the next request and wait for its answer. clients: by region."""
    exchange = recorder.begin(intended)
    step = exchange.step
    client = clients[exchange.source.scenario.region]
    try:
        response = client.call(step.operation, step.request)
    except (DynamoDBError, BackendError) as error:
        recorder.retried(exchange, getattr(client, "last_retries", 0))
        recorder.failed(exchange, error)
        return
    recorder.retried(exchange, getattr(client, "last_retries", 0))
    recorder.answered(exchange, response)
