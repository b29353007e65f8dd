"""Thresholds: k6's expressions as a table, and what is said of those that are none."""

import pytest

from dynarig.workloads.measure import Measurements
from dynarig.workloads.thresholds import broken, judge, judge_all, parse


def measured():
    made = Measurements(elapsed_seconds=2.0)
    for name, milliseconds in (("AP1 user", 10), ("AP10 workflows", 40)):
        tally = made.tally(name)
        tally.succeeded = 98
        tally.throttles = {"ThrottlingException": 1}
        tally.errors = {"ValidationException": 1}
        tally.write_units = 50.0
        for _ in range(99):
            tally.from_intended.record(milliseconds / 1e3)
    made.lateness.record(0.005)
    return made


@pytest.mark.parametrize(
    ("text", "value", "passed"),
    [
        ("p(99)<50", 40, True),
        ("p(50) < 10", 10, False),
        ("AP1: p(99)<=10.1", 40, False),  # AP10 begins so too
        ("AP1 user: p(99.9)<=10.1", 10, True),
        ("med<=10.1", 10, True),
        ("avg==25", 25, True),
        ("max>40", 40, False),
        ("min>=10", 10, True),
        ("rate>=98", 98, True),
        ("rate>98", 98, False),
        ("throttles<1%", 1, False),
        ("throttles<=1%", 1, True),
        ("throttles<3", 2, True),
        ("errors===0", 2, False),
        ("refusals==0", 0, True),
        ("requests!=0", 200, True),
        ("lateness<6", 5, True),
        ("wcu<=100", 100, True),
    ],
)
def test_expressions(text, value, passed):
    outcome = judge(parse(text), measured())
    assert outcome["value"] == pytest.approx(value, rel=1e-3)
    assert outcome["passed"] == passed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("p99<50", "such as p(99)<50"),
        ("fast", "such as p(99)<50"),
        ("p(99)=50", "such as"),
        ("speed<3", "no figure 'speed'; one of p(N), med"),
        ("p(101)<3", "a percentile is from 0 to 100"),
        ("p(99)<3%", "a share in % is one of throttles"),
        ("rate>1.2.3", "a number that is none"),
    ],
)
def test_what_is_no_threshold_is_told(text, told):
    with pytest.raises(ValueError) as fault:
        parse(text)
    assert told in str(fault.value)


def test_those_broken_are_reasons_against_the_run():
    outcomes = judge_all(["p(99)<50", "throttles==0"], measured())
    assert broken(outcomes) == ("threshold throttles==0: 2",)


@pytest.mark.parametrize("text", ["W1: p(99)<50", "W1: errors==0"])
def test_a_pattern_that_was_not_run_keeps_nothing(text):
    outcome = judge(parse(text), measured())
    assert (outcome["value"], outcome["passed"]) == (None, False)
    assert broken([outcome]) == (f"threshold {text}: no request of a pattern whose name begins so",)
