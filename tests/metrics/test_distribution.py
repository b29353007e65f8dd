"""Distributions: exact sums and counts, percentiles between neighbours, values to nine binary digits."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynarig.emulator.metrics.distribution import Distribution

VALUES = st.lists(st.integers(0, 10**9), min_size=1, max_size=50)


@given(VALUES)
def test_sums_are_exact_and_values_near(values: list[int]) -> None:
    made = Distribution()
    for value in values:
        made.add_rounded(value)
    assert (made.samples, made.total) == (len(values), sum(values))
    assert max(values) * 0.996 <= max(made.counts) <= max(values)
    assert max(values) <= made.most <= max(values) * 1.004
    assert made.total / made.samples <= made.most
    assert min(values) * 0.996 <= min(made.counts) <= min(values)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=50), st.integers(1, 99))
def test_percentiles_are_those_between_neighbours(values: list[int], percent: int) -> None:
    made = Distribution()
    for value in values:
        made.add(value)
    wanted = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
    assert made.at_rank(percent / 100) == pytest.approx(wanted)


def test_the_ends_of_a_distribution() -> None:
    made = Distribution({1: 1, 9: 3})
    assert [made.at_rank(fraction) for fraction in (0.0, 1.0)] == [1.0, 9.0]


def test_merging_counts_both() -> None:
    one, two = Distribution({3: 1}, rest=1), Distribution({3: 2, 4: 1}, rest=2)
    one.merge(two)
    assert (one.counts, one.total, one.samples) == ({3: 3, 4: 1}, 16, 4)
