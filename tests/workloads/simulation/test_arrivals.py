"""Arrivals come at the rate asked for, wherever the partitions lie."""

from __future__ import annotations

import numpy as np
import pytest

from dynarig.workloads.simulation.arrivals import Even, Poisson, rates_of
from dynarig.workloads.simulation.places import Spread, places_of

PLACES = places_of(Spread(keys=100))
STARTS = np.array([0, 10, 55])


@pytest.mark.parametrize("process", [Even, Poisson])
def test_shares_follow_the_places(process: type[Even] | type[Poisson]) -> None:
    arriving = process(PLACES, 100.0, 0.0, 1)
    counts = np.concatenate([arriving.count(first, 100, STARTS) for first in range(0, 1000, 100)])
    assert counts.shape == (1000, 3)
    assert counts.sum(axis=0) == pytest.approx([10_000, 45_000, 45_000], rel=0.05)


def test_even_arrivals_lose_nothing() -> None:
    arriving = Even(PLACES, 0.3, 0.0, 1)
    assert sum(int(arriving.count(first, 10, STARTS).sum()) for first in range(0, 10_000, 10)) == pytest.approx(
        3000, abs=3
    )


def test_a_day_swings_about_its_mean() -> None:
    rates = rates_of(10, 0.8, 0, 86_400)
    assert (rates.argmin(), rates.argmax()) == (0, 43_200)
    assert rates.mean() == pytest.approx(10)
    assert (rates.min(), rates.max()) == (pytest.approx(2), pytest.approx(18))
