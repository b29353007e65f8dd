"""Two figures → a verdict."""

import pytest

from dynarig.workloads.gate import comparison
from dynarig.workloads.gate.comparison import FASTER, REGRESSION, SAME, UNSURE, WARNING
from dynarig.workloads.gate.interleaving import Found, Interval

EVEN = Interval(1.0, 0.99, 1.01)


@pytest.mark.parametrize(
    ("current", "verdict"), [(1020, SAME), (1021, REGRESSION), (980, SAME), (979, FASTER), (1000, SAME)]
)
def test_instructions_have_a_threshold(current, verdict):
    (metric,) = comparison.of_instructions({"put-item": 1000}, {"put-item": current}, {})
    assert metric.verdict == verdict
    assert comparison.named([metric], verdict) == ["put-item"]


def test_a_threshold_of_ones_own():
    assert comparison.of_instructions({"wire": 100}, {"wire": 104}, {"wire": 0.05})[0].verdict == SAME


def test_what_only_one_tree_has_is_not_compared():
    assert comparison.of_instructions({"a": 1}, {"b": 2}, {}) == []


def of_wire(interval, guard=EVEN):
    (metric,) = comparison.of_intervals({"wire": Found(1.0, 1.1, interval, guard)}, {})
    return metric


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.031, 1.2, REGRESSION),
        (1.02, 1.09, SAME),
        (1.02, 1.11, UNSURE),
        (0.9, 1.09, SAME),
        (0.8, 1.2, UNSURE),
        (0.8, 0.96, FASTER),
        (0.8, 0.98, SAME),
    ],
)
def test_an_interval_must_exclude_the_threshold_and_hide_no_tenth(low, high, verdict):
    metric = of_wire(Interval(1.1, low, high))
    assert metric.verdict == verdict
    assert metric.change == pytest.approx(0.1)


def test_seconds_on_a_clock_only_warn():
    before, after = {"load p99 ms": 10.0, "load p50 ms": 1.0}, {"load p99 ms": 90.0, "load p50 ms": 1.1}
    metrics = comparison.of_wall_clock(before, after)

    assert [metric.verdict for metric in metrics] == [WARNING, SAME]
    assert comparison.named(metrics, REGRESSION) == []


@pytest.mark.parametrize("guard", [Interval(1.1, 1.05, 1.2), Interval(0.9, 0.8, 0.95)])
@pytest.mark.parametrize("interval", [EVEN, Interval(1.2, 1.1, 1.3)])
def test_a_tree_that_differs_from_itself_is_no_measure(guard, interval):
    assert of_wire(interval, guard).verdict == UNSURE


def test_what_was_measured_anew_is_judged_by_that_alone():
    before = comparison.of_instructions({"a": 100, "b": 100}, {"a": 110, "b": 110}, {})
    anew = comparison.of_instructions({"b": 100}, {"b": 100}, {})
    assert [metric.verdict for metric in comparison.corrected(before, anew)] == [REGRESSION, SAME]
