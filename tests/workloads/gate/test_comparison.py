"""Two figures → a verdict."""

import pytest

from dynarig.workloads.gate import comparison
from dynarig.workloads.gate.comparison import FASTER, REGRESSION, SAME, WARNING
from dynarig.workloads.gate.interleaving import Interval


@pytest.mark.parametrize(
    ("current", "verdict"), [(1020, SAME), (1021, REGRESSION), (980, SAME), (979, FASTER), (1000, SAME)]
)
def test_instructions_have_a_threshold(current, verdict):
    (metric,) = comparison.of_instructions({"put-item": 1000}, {"put-item": current}, {})
    assert metric.verdict == verdict
    assert comparison.failed([metric]) is (verdict == REGRESSION)


def test_a_threshold_of_ones_own():
    assert comparison.of_instructions({"wire": 100}, {"wire": 104}, {"wire": 0.05})[0].verdict == SAME


def test_what_only_one_tree_has_is_not_compared():
    assert comparison.of_instructions({"a": 1}, {"b": 2}, {}) == []


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(1.031, 1.2, REGRESSION), (1.02, 1.2, SAME), (0.9, 1.1, SAME), (0.8, 0.96, FASTER), (0.8, 0.98, SAME)],
)
def test_an_interval_must_exclude_the_threshold(low, high, verdict):
    (metric,) = comparison.of_intervals({"wire": (1.0, 1.1, Interval(1.1, low, high))}, {})
    assert metric.verdict == verdict
    assert metric.change == pytest.approx(0.1)


def test_seconds_on_a_clock_only_warn():
    before, after = {"load p99 ms": 10.0, "load p50 ms": 1.0}, {"load p99 ms": 90.0, "load p50 ms": 1.1}
    metrics = comparison.of_wall_clock(before, after)

    assert [metric.verdict for metric in metrics] == [WARNING, SAME]
    assert not comparison.failed(metrics)


def test_a_tree_that_differs_from_itself_is_no_measure():
    quiet = comparison.of_intervals({"wire": (1.0, 1.0, Interval(1.0, 0.99, 1.01))}, {})
    loud = comparison.of_intervals({"wire": (1.0, 1.1, Interval(1.1, 1.05, 1.2))}, {})
    assert comparison.is_quiet(quiet)
    assert not comparison.is_quiet(quiet + loud)
