"""One request after another: each outcome in its column, latency from the intended start."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import NoAnswer
from dynarig.workloads.measure import Notes
from dynarig.workloads.mixture import Mixture
from dynarig.workloads.recorder import Recorder, request
from dynarig.workloads.scenarios.base import Step

UNITS = {"ConsumedCapacity": {"CapacityUnits": 0.5}}


class Clock:
    def __init__(self):
        self.now = 10.0

    def __call__(self):
        return self.now


class Scenario:
    """One pattern; `fault` is what it says of every answer."""

    name = "one"
    region = "us-east-1"

    def __init__(self, fault):
        self.fault = fault
        self.notes = Notes()
        self.failures = []

    def next(self, now):
        return Step("AP1", "GetItem", {}, now, expected=frozenset({"ConditionalCheckFailedException"}))

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
    recorder = Recorder(Mixture([(scenario, 1.0)], 1), lambda *told: heard.append(told), clock, 1_000.0)
    request(recorder, {"us-east-1": Client(clock, answer)}, 9.0)  # due a second before it starts
    measured = recorder.take()
    assert recorder.measured.started == 0
    assert measured.started == 1
    assert measured.lateness.max_seconds == 1.0
    assert measured.series.seconds[1_009].started == 1  # that of its intended start
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


def test_an_error_that_the_scenario_expects_is_a_refusal_with_its_latency():
    tally, heard, scenario = recorded(DynamoDBError("ConditionalCheckFailedException", ""))
    assert (tally.failed, tally.refusals, tally.requests) == (0, {"ConditionalCheckFailedException": 1}, 1)
    assert tally.from_intended.max_seconds == 3.0
    assert heard[3] is None
    assert len(scenario.failures) == 1


def test_a_warm_up_is_sent_but_counts_in_the_series_alone():
    clock = Clock()
    recorder = Recorder(Mixture([(Scenario(None), 1.0)], 1), lambda *told: None, clock, 1_000.0)
    recorder.counted_from = 9.5
    for intended in (9.0, 9.6):
        request(recorder, {"us-east-1": Client(clock, UNITS)}, intended)
    measured = recorder.take()
    assert (measured.started, measured.total().succeeded, measured.lateness.total) == (1, 1, 1)
    assert measured.series.seconds[1_009].succeeded == 2
