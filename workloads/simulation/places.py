"""Where the accesses of a workload fall among the keys: a share of the traffic for each place of the key hash.

Rule: places are the ring's, (token, sort), in its order; a place is what no split can divide. Hashes are those of the
emulator, so a key lies here in the partition in which it lies there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np

from dynarig.emulator.capacity.cut import Sample
from dynarig.emulator.capacity.ring import Place
from dynarig.emulator.model.tokens import token_of

UNIFORM, ZIPF, HOT = "uniform", "zipf", "hot"
DISTRIBUTIONS = (UNIFORM, ZIPF, HOT)
ONE, RANDOM, SEQUENTIAL = "one", "random", "sequential"
SORTS = (ONE, RANDOM, SEQUENTIAL)
_FINEST_SHARE = 1 / 4096  # of the traffic, that one place of a divisible key stands for
_PLACES_OF_KEY = 64
_SAMPLES = 512
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Spread:
    """distribution: of the traffic over `keys` partition keys; exponent: of zipf; hot_share: of the one hot key.

    shards: partition keys that each is spread over. sort: what lies under one key: one item, items accessed at random,
    or items that come in the order of their sort keys.
    """

    keys: int = 10_000
    distribution: str = UNIFORM
    exponent: float = 1.0
    hot_share: float = 0.5
    shards: int = 1
    sort: str = ONE

    def weights(self) -> Array:
        """The share of each key, hottest first."""
        if self.distribution == HOT:
            cold = self.keys - 1
            rest = (1 - self.hot_share) / cold if cold else 0.0
            return np.array([self.hot_share if cold else 1.0] + [rest] * cold)
        ranks = np.arange(1, self.keys + 1, dtype=float)
        shares = ranks ** -(self.exponent if self.distribution == ZIPF else 0.0)
        weights: Array = shares / shares.sum()
        return weights


def key_name(key: int, shard: int) -> str:
    """The partition key of a shard."""
    return f"key-{key}#{shard}"


class Places:
    """at: in order. weights: share of the traffic of each; they sum to 1. sequential: items of a key come in order."""

    def __init__(self, shares: dict[Place, float], *, sequential: bool = False) -> None:
        self.at: list[Place] = sorted(shares)
        self.weights = np.array([shares[place] for place in self.at])
        self.sequential = sequential
        self._until = np.concatenate(([0.0], np.cumsum(self.weights)))

    def index(self, bound: Place) -> int:
        """How many places lie before a bound."""
        return bisect_left(self.at, bound)

    def shares(self, starts: Array) -> Array:
        """The share of the traffic of each partition. starts: how many places lie before it."""
        return np.diff(self._until[np.append(starts, len(self.at))])

    def samples(self, first: int, end: int, seed: int) -> list[Sample]:
        """Accesses of the places from `first` to before `end`, as many of each as its share; in no order but where
        items of a key come in order.
        """
        weights = self.weights[first:end]
        if not weights.size or not weights.sum():
            return []
        quantiles = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
        chosen = first + np.searchsorted(np.cumsum(weights) / weights.sum(), quantiles, side="left")
        np.random.default_rng(seed).shuffle(chosen)
        if self.sequential:
            return [(self.at[place][0], number) for number, place in enumerate(chosen.tolist())]
        return [(self.at[place][0], self.at[place][1]) for place in chosen.tolist()]


def places_of(spread: Spread) -> Places:
    """Each key's shards by their hashes; where items of a key are accessed at random, several places of each."""
    shares: dict[Place, float] = {}
    for key, share in enumerate((spread.weights() / spread.shards).tolist()):
        count = min(_PLACES_OF_KEY, int(share / _FINEST_SHARE) + 1) if spread.sort == RANDOM else 1
        for shard in range(spread.shards):
            token = token_of(key_name(key, shard))
            for position in range(count):
                shares[token, position] = share / count
    return Places(shares, sequential=spread.sort == SEQUENTIAL)
