"""Histograms: precision, percentiles against sorted values, merging, JSON there and back."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynarig.workloads.histogram import Histogram, bucket_of, highest_of

MICROSECONDS = st.integers(0, 600_000_000)


def histogram(values):
    made = Histogram()
    for value in values:
        made.record(value / 1e6)
    return made


@given(MICROSECONDS)
def test_a_bucket_is_within_a_thousandth_of_its_values(value):
    highest = highest_of(bucket_of(value))
    assert value <= highest
    assert highest - value <= value / 1000
    assert bucket_of(highest) == bucket_of(value)
    assert bucket_of(highest + 1) == bucket_of(value) + 1


@given(st.lists(MICROSECONDS, min_size=1, max_size=200), st.sampled_from([0, 1, 50, 90, 99, 99.9, 100]))
def test_percentiles_are_those_of_the_sorted_values(values, percent):
    exact = sorted(values)[max(1, math.ceil(round(percent * len(values), 6) / 100)) - 1]
    assert histogram(values).percentile(percent) * 1e6 == pytest.approx(exact, rel=1e-3, abs=0.5)


@given(st.lists(MICROSECONDS), st.lists(MICROSECONDS))
def test_merging_is_measuring_together(first, second):
    merged = histogram(first)
    merged.merge(histogram(second))
    assert merged.to_json() == histogram(first + second).to_json()


@given(st.lists(MICROSECONDS))
def test_json_there_and_back(values):
    made = histogram(values)
    text = json.dumps(made.to_json())
    again = Histogram.from_json(json.loads(text))
    assert again.to_json() == made.to_json()
    assert again.percentiles([99, 50]) == made.percentiles([99, 50])


def test_figures_of_known_values():
    made = histogram([1000, 2000, 3000, 4000])
    assert (made.mean_seconds, made.max_seconds, made.total) == (0.0025, 0.004, 4)
    assert made.percentiles([100, 50, 25]) == [0.004, 0.002, 0.001]
    assert Histogram().percentile(99) == 0.0
    assert Histogram().mean_seconds == 0.0


def test_time_that_runs_backwards_counts_as_none():
    made = Histogram()
    made.record(-0.5)
    assert made.counts == {0: 1}
