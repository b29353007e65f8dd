"""Pacers as tables of (elapsed, sent) → (wait, stop); no clock, no sleep."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynarig.workloads.pacing import Constant, Poisson, Profile, Ramp

CONSTANT = Constant(100, duration_seconds=10)
OFFSET = Constant(100, offset_seconds=0.005)
RAMP = Ramp(0, 100, ramp_seconds=10, duration_seconds=20)
FALLING = Ramp(100, 50, ramp_seconds=10)
FLAT = Ramp(100, 100, ramp_seconds=10)

TABLE = [
    # pacer, elapsed, sent, wait, stop
    (CONSTANT, 0.0, 0, 0.0, False),
    (CONSTANT, 0.0, 1, 0.01, False),
    (CONSTANT, 0.5, 50, 0.0, False),
    (CONSTANT, 0.6, 50, -0.1, False),
    (CONSTANT, 9.0, 999, 0.99, False),
    (CONSTANT, 9.99, 1000, 0.01, True),
    (CONSTANT, 30.0, 999, -20.01, False),
    (OFFSET, 0.0, 0, 0.005, False),
    (OFFSET, 1e6, 100_000_000, 0.005, False),
    (RAMP, 0.0, 0, 0.0, False),
    (RAMP, 0.0, 125, 5.0, False),
    (RAMP, 5.0, 500, 5.0, False),
    (RAMP, 10.0, 600, 1.0, False),
    (RAMP, 20.0, 1500, 0.0, True),
    (FALLING, 0.0, 750, 10.0, False),
    (FALLING, 10.0, 800, 1.0, False),
    (FLAT, 0.0, 100, 1.0, False),
    (FLAT, 0.0, 2000, 20.0, False),
]


@pytest.mark.parametrize(("pacer", "elapsed", "sent", "wait", "stop"), TABLE)
def test_says_when_the_next_request_is_due(pacer, elapsed, sent, wait, stop):
    told_wait, told_stop = pacer(elapsed, sent)
    assert told_wait == pytest.approx(wait, abs=1e-9)
    assert told_stop is stop


@pytest.mark.parametrize("pacer", [CONSTANT, RAMP, FALLING, Poisson(100, seed=3)])
@given(elapsed=st.floats(0, 1e4), sent=st.integers(0, 20_000))
def test_the_intended_start_does_not_move_with_the_clock_and_never_goes_back(pacer, elapsed, sent):
    intended = elapsed + pacer(elapsed, sent)[0]
    assert intended == pytest.approx(pacer(0.0, sent)[0], abs=1e-6)
    assert pacer(0.0, sent + 1)[0] >= pacer(0.0, sent)[0]


def test_poisson_arrivals_are_those_of_the_seed():
    first, again, other = (Poisson(50, seed=seed) for seed in (7, 7, 8))
    dues = [first(0.0, sent)[0] for sent in range(10_000)]
    assert dues == [again(0.0, sent)[0] for sent in reversed(range(10_000))][::-1]
    assert dues != [other(0.0, sent)[0] for sent in range(10_000)]
    gaps = [b - a for a, b in pairwise(dues)]
    mean = sum(gaps) / len(gaps)
    deviation = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    assert mean == pytest.approx(1 / 50, rel=0.05)
    assert deviation == pytest.approx(mean, rel=0.05)  # an exponential gap deviates by its mean


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_a_rate_is_a_positive_number(rate):
    for make in (Constant, lambda rate: Poisson(rate, 1), lambda rate: Ramp(1, rate, 1)):
        with pytest.raises(ValueError, match="rate"):
            make(rate)


@pytest.mark.parametrize(("start", "seconds"), [(-1, 1), (1, 0)])
def test_a_ramp_starts_at_a_rate_and_has_a_length(start, seconds):
    with pytest.raises(ValueError, match="ramp"):
        Ramp(start, 10, seconds)


def test_a_profile_goes_piece_by_piece_and_on_at_its_last_rate():
    pacer = Profile(((10, 100, 100), (10, 100, 300), (5, 300, 50)))
    assert [pacer(0.0, sent)[0] for sent in (0, 500, 1_000, 3_000)] == pytest.approx([0.0, 5.0, 10.0, 20.0])
    assert pacer(0.0, 3_875)[0] == pytest.approx(25.0)
    assert pacer(0.0, 3_975)[0] == pytest.approx(27.0)
    dues = [pacer(0.0, sent)[0] for sent in range(4_000)]
    assert dues == sorted(dues)


def test_processes_share_a_profile_like_one():
    pieces = ((2, 0, 50), (2, 50, 20))
    whole = [Profile(pieces)(0.0, sent)[0] for sent in range(120)]
    shared = sorted(Profile(pieces, 1 / 3, process / 3)(0.0, sent)[0] for sent in range(40) for process in range(3))
    assert shared == pytest.approx(whole)


def test_the_arrivals_of_a_long_run_are_not_all_kept():
    pacer = Poisson(1_000, seed=1)
    first = [pacer(0.0, sent)[0] for sent in range(10)]
    again = Poisson(1_000, seed=1)
    assert again(0.0, 1_000_000)[0] == pytest.approx(1_000, rel=0.01)
    assert len(again._due) < 100_000
    assert first == [Poisson(1_000, seed=1)(0.0, sent)[0] for sent in range(10)]
