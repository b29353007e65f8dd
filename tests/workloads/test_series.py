"""Seconds: percentiles within 3 %, merging, and a bound on how many are kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynarig.workloads import series
from dynarig.workloads.series import Coarse, Series


@given(st.lists(st.integers(1, 100_000_000), min_size=1, max_size=100))
def test_percentiles_are_within_three_percent_open_and_closed(values):
    made = Coarse()
    for value in values:
        made.record(value / 1e6)
    opened = made.percentiles()
    made.close()
    assert made.percentiles() == opened
    median = sorted(values)[-(-len(values) // 2) - 1]
    assert opened[0] * 1e6 == pytest.approx(median, rel=0.035, abs=1.1)
    made.merge(made)
    assert made.percentiles((50.0,)) == opened[:1]


def test_seconds_are_those_of_the_instant_and_add_up():
    made = Series()
    for instant, latency in ((10.1, 0.001), (10.9, 0.001), (11.0, 0.5)):
        second = made.at(instant)
        second.started += 1
        second.latency.record(latency)
    assert [(number, second.started) for number, second in made.rows()] == [(10, 2), (11, 1)]
    assert made.p99_ms(10, 11) == pytest.approx(1.0, rel=0.04)
    assert made.p99_ms(10, 12) == pytest.approx(500.0, rel=0.04)
    assert made.p99_ms(50, 60) == 0.0
    again = Series.from_json(json.loads(json.dumps(made.to_json())))
    again.merge(made)
    assert [(number, second.started, second.latency.total) for number, second in again.rows()] == [
        (10, 4, 4),
        (11, 2, 2),
    ]


def test_a_long_run_keeps_a_bounded_number_by_joining_neighbours(monkeypatch):
    monkeypatch.setattr(series, "MOST_SECONDS", 10)
    made, other = Series(), Series()
    for number in range(35):
        made.at(float(number)).started += 1
    other.at(3.0).started += 5
    assert made.width == 4
    assert len(made.seconds) <= 10
    assert sum(second.started for second in made.seconds.values()) == 35
    made.merge(other)
    assert made.seconds[0].started == 9
    other.merge(made)
    assert (other.width, other.seconds[0].started) == (4, 14)
