"""Choosers: seeded, in range, with the shares that they promise."""

from collections import Counter
from itertools import islice

import pytest

from dynarig.workloads import keys

CHOOSERS = {
    "uniform": lambda count, seed: keys.uniform(count, seed),
    "zipf": lambda count, seed: keys.zipf(count, seed),
    "hot": lambda count, seed: keys.hot(count, seed),
}


def draw(chooser, count=20_000):
    return list(islice(chooser, count))


@pytest.mark.parametrize("name", CHOOSERS)
def test_a_chooser_is_a_function_of_its_seed_and_stays_in_range(name):
    make = CHOOSERS[name]
    assert draw(make(100, 1)) == draw(make(100, 1))
    assert draw(make(100, 1)) != draw(make(100, 2))
    assert set(draw(make(3, 1))) == {0, 1, 2}
    assert set(draw(make(1, 1), 10)) == {0}


@pytest.mark.parametrize(
    ("chooser", "number", "share"),
    [
        (keys.uniform(10, 1), 3, 0.1),
        (keys.zipf(3, 1), 0, 6 / 11),
        (keys.zipf(3, 1), 2, 2 / 11),
        (keys.zipf(4, 1, exponent=0.0), 3, 0.25),
        (keys.hot(100, 1), 0, 0.9),
        (keys.hot(10, 1, hot_share=0.5, hot_count=2), 1, 0.25),
        (keys.hot(4, 1, hot_share=0.5, hot_count=4), 1, 0.25),
    ],
)
def test_shares(chooser, number, share):
    drawn = draw(chooser, 40_000)
    assert Counter(drawn)[number] / len(drawn) == pytest.approx(share, abs=0.015)


def test_sequential_goes_round():
    assert draw(keys.sequential(3, start=2), 5) == [2, 0, 1, 2, 0]


@pytest.mark.parametrize(
    "chooser", [keys.uniform(0, 1), keys.zipf(3, -1), keys.hot(3, 1, hot_count=4), keys.sequential(0)]
)
def test_nothing_to_choose_from_is_told(chooser):
    with pytest.raises(ValueError, match="chooser"):
        next(chooser)
