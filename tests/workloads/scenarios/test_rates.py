"""The four scenarios that are about the rate: the course they set, and what they say of seconds made by hand."""

import pytest

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.measure import Measurements, Notes
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.saturation import Saturation
from dynarig.workloads.scenarios.soak import Soak
from dynarig.workloads.scenarios.spike import Spike
from dynarig.workloads.scenarios.target_rate import TargetRate


def made(scenario, rate=100.0, run_seconds=60.0, **parameters):
    return scenario(Setting(rate=rate, run_seconds=run_seconds, parameters=parameters))


def run_of(p99s_ms, asked=None):
    """A run of a second each, all of whose requests took so long."""
    measured = Measurements(elapsed_seconds=float(len(p99s_ms)))
    tally = measured.tally("AP1")
    tally.from_intended = Histogram()
    for number, ms in enumerate(p99s_ms):
        second = measured.series.at(1_000.0 + number)
        for _ in range(10):
            second.started += 1
            second.latency.record(ms / 1e3)
            tally.from_intended.record(ms / 1e3)
            tally.succeeded += 1
    measured.started = tally.succeeded
    measured.intended = asked or tally.succeeded
    return Run(measured.patterns, Notes(), measured, None, {})


def test_a_target_rate_passes_if_it_was_answered_in_time():
    assert made(TargetRate).verify(run_of([5] * 10)).passed
    slow = made(TargetRate, p99_ms=4.0).verify(run_of([5] * 10))
    assert "p99 5.0 ms above 4 ms" in slow.failures
    few = made(TargetRate).verify(run_of([5] * 10, asked=200))
    assert few.failures == ("10 of 20 requests/s were answered",)


def test_a_target_rate_fails_by_more_throttles_than_allowed():
    run = run_of([5] * 10)
    run.patterns["AP1"].throttles = {"ThrottlingException": 5}
    assert made(TargetRate).verify(run).failures == ("5 of 105 requests were throttled",)
    assert made(TargetRate, throttled_share=0.1).verify(run).passed


def test_a_spike_leaps_in_the_middle_and_must_be_over_soon_after():
    assert made(Spike, 100.0, 50.0, times=4.0).profile() == ((20, 100, 100), (10, 400, 400), (20, 100, 100))
    calm = [5.0] * 20
    verdict = made(Spike, 100.0, 50.0).verify(run_of([*calm, *[300.0] * 10, 80.0, *[6.0] * 19]))
    assert verdict.passed
    assert verdict.findings[0].figures["back_seconds"] == 1
    hiccup = made(Spike, 100.0, 50.0).verify(run_of([*calm, *[300.0] * 10, 80.0, *[6.0] * 14, 90.0, *[6.0] * 4]))
    assert hiccup.passed
    assert hiccup.findings[0].figures["back_seconds"] == 1
    lasting = made(Spike, 100.0, 50.0).verify(run_of([*calm, *[300.0] * 30]))
    assert lasting.failures == ("p99 was not back 5 s after the leap",)


def test_a_soak_holds_the_last_third_against_the_first():
    verdict = made(Soak).verify(run_of([15.0] * 60))
    assert verdict.passed
    assert "600 s or more" in verdict.doubts[0]
    assert not made(Soak).verify(run_of([15.0] * 40 + [50.0] * 20)).passed
    assert made(Soak).verify(run_of([5.0] * 40 + [15.0] * 20)).passed  # below the noise


@pytest.mark.parametrize(
    ("p99s_ms", "held", "passed"),
    [
        ([5, 6, 7, 8], 400.0, True),
        ([5, 6, 150, 900], 200.0, True),
        ([500, 6, 7, 8], 0.0, False),
    ],
)
def test_saturation_is_the_last_step_within_the_limit(p99s_ms, held, passed):
    scenario = made(Saturation, 400.0, 4.0, steps=4)
    assert scenario.profile() == ((1, 100, 100), (1, 200, 200), (1, 300, 300), (1, 400, 400))
    verdict = scenario.verify(run_of(p99s_ms))
    assert (verdict.findings[0].figures["rate"], verdict.passed) == (held, passed)
    assert ("the limit was not reached" in verdict.findings[0].text) == (held == 400.0)
