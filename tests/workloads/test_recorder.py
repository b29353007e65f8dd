"""One request after another: each outcome in its column, latency from the intended start."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.client import NoAnswer
from dynarig.workloads.recorder import Recorder
from dynarig.workloads.scenarios.base import Step

UNITS = {"ConsumedCapacity": {"CapacityUnits": 0.5}}


class Clock:
    def __init__(self):
        self.now = 10.0

    def __call__(self):
        return self.now


class Scenario:
    """One pattern; `fault` is what it says of every answer."""

    def __init__(self, fault):
        self.fault = fault
        self.failures = []

    def next(self, now):
        return Step("AP1", "GetItem", {}, now)

    def answered(self, step, response, ended):
        return self.fault

    def failed(self, step, error, ended):
        self.failures.append(error)


class Client:
    """Takes two seconds, then answers or raises."""

    def __init__(self, clock, answer):
        self.clock, self.answer = clock, answer

    def call(self, operation, request):
        self.clock.now += 2.0
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def recorded(answer, fault=None):
    clock, heard, scenario = Clock(), [], Scenario(fault)
    recorder = Recorder(Client(clock, answer), scenario, lambda *told: heard.append(told), clock)
    recorder.request(9.0)  # due a second before it starts
    measured = recorder.take()
    assert recorder.measured.started == 0
    assert measured.started == 1
    assert measured.lateness.max_seconds == 1.0
    return measured.patterns["AP1"], heard[0], scenario


def test_a_success():
    tally, heard, _ = recorded(UNITS)
    assert (tally.succeeded, tally.failed, tally.throttled, tally.read_units) == (1, 0, 0, 0.5)
    assert tally.from_intended.max_seconds == 3.0
    assert tally.from_actual.max_seconds == 2.0
    assert heard == ("GetItem", "AP1", 3.0, None)


def test_a_wrong_answer_is_a_failure():
    tally, heard, _ = recorded(UNITS, "no such item")
    assert (tally.succeeded, tally.wrong, tally.failed) == (0, 1, 1)
    assert tally.samples == ["wrong answer: no such item"]
    assert str(heard[3]) == "no such item"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (DynamoDBError("ThrottlingException", "slow"), "ThrottlingException"),
        ({"UnprocessedItems": {"T": [{}]}}, "UnprocessedItems"),
    ],
)
def test_a_throttle_is_no_failure_and_has_no_latency(answer, code):
    tally, heard, _ = recorded(answer)
    assert (tally.requests, tally.failed, tally.throttles) == (1, 0, {code: 1})
    assert tally.from_intended.total == 0
    assert heard == ("GetItem", "AP1 (throttled)", 3.0, None)


@pytest.mark.parametrize(
    ("answer", "code"),
    [(DynamoDBError("ValidationException", "bad"), "ValidationException"), (NoAnswer("Timeout", "late"), "Timeout")],
)
def test_errors_are_counted_by_code_with_their_latency(answer, code):
    tally, heard, scenario = recorded(answer)
    assert tally.errors == {code: 1}
    assert tally.from_intended.total == 1
    assert heard[3] is answer
    assert scenario.failures == [answer]
