"""How many requests come to each partition in each second.

Rule: an arrival process is a function of the second and of where the partitions lie; it is drawn by partition, not by
key, since a sum of Poisson counts is one.
"""

from __future__ import annotations

from math import pi
from typing import Protocol

import numpy as np

from dynarig.workloads.simulation.places import Array, Places

_DAY_SECONDS = 86_400


class Arrivals(Protocol):
    """What a simulated table asks for the requests of one axis."""

    def count(self, first: int, length: int, starts: Array) -> Array:
        """Requests by second (rows, from the `first` of the run) and partition (columns, by their first place)."""
        ...


class Poisson:
    """Independent requests. rate: a second, on the average of a day; swing: how far the day's sine takes it off that,
    as a share of it.
    """

    def __init__(self, places: Places, rate: float, swing: float, seed: int) -> None:
        self._places = places
        self._rate = rate
        self._swing = swing
        self._draw = np.random.default_rng(seed)

    def count(self, first: int, length: int, starts: Array) -> Array:
        """Drawn anew at each call."""
        rates = rates_of(self._rate, self._swing, first, length)
        return self._draw.poisson(rates[:, None] * self._places.shares(starts)[None, :])


class Even:
    """As many requests in each second as the rate says, to each partition as its share says; what is left of a whole
    request comes in a later second.
    """

    def __init__(self, places: Places, rate: float, swing: float = 0.0, seed: int = 0) -> None:
        self._places = places
        self._rate = rate
        self._swing = swing
        self._phase = np.random.default_rng(seed)
        self._owed = np.zeros(0)

    def count(self, first: int, length: int, starts: Array) -> Array:
        """In the order of the seconds."""
        if self._owed.size != starts.size:  # after a split
            self._owed = self._phase.random(starts.size)
        rates = rates_of(self._rate, self._swing, first, length)
        due = self._owed + np.cumsum(rates)[:, None] * self._places.shares(starts)[None, :]
        whole = np.floor(due)
        self._owed = due[-1] - whole[-1]
        counts: Array = np.diff(whole, axis=0, prepend=0).astype(np.int64)
        return counts


class Counted:
    """Requests as they were counted. counts: by second and place."""

    def __init__(self, counts: Array) -> None:
        self._until = np.concatenate((np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)), axis=1)

    def count(self, first: int, length: int, starts: Array) -> Array:
        """Those of the seconds asked for."""
        rows = self._until[first : first + length]
        counts: Array = np.diff(rows[:, np.append(starts, rows.shape[1] - 1)], axis=1)
        return counts


def rates_of(rate: float, swing: float, first: int, length: int) -> Array:
    """The rate of each second: lowest at midnight, highest at noon."""
    seconds = np.arange(first, first + length)
    rates: Array = rate * (1 - swing * np.cos(2 * pi * seconds / _DAY_SECONDS))
    return rates
