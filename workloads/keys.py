"""Which of `count` things the next request touches: seeded choosers.

Rule: a chooser is an endless iterator of whole numbers in [0, count), a function of its seed alone. Knows nothing of
what the numbers stand for.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_CHUNK = 4096


def uniform(count: int, seed: int) -> Iterator[int]:
    """Each equally often."""
    draw = np.random.default_rng(_checked(count, seed))
    while True:
        yield from draw.integers(0, count, _CHUNK).tolist()


def zipf(count: int, seed: int, exponent: float = 1.0) -> Iterator[int]:
    """Number k in proportion to 1 / (k + 1)^exponent: a few are busy, most are seldom used. Exponent 0 is uniform."""
    draw = np.random.default_rng(_checked(count, seed))
    shares = np.cumsum(np.arange(1, count + 1, dtype=np.float64) ** -exponent)
    while True:
        yield from np.searchsorted(shares, draw.random(_CHUNK) * shares[-1], side="right").tolist()


def hot(count: int, seed: int, hot_share: float = 0.9, hot_count: int = 1) -> Iterator[int]:
    """`hot_share` of the draws fall evenly on the first `hot_count`, the others evenly on the rest."""
    draw = np.random.default_rng(_checked(count, seed))
    if not (0 <= hot_share <= 1 and 1 <= hot_count <= count):
        raise ValueError("a hot chooser needs a share from 0 to 1 and from 1 to `count` hot things")
    if hot_count == count:
        yield from uniform(count, seed)
    while True:
        is_hot = draw.random(_CHUNK) < hot_share
        numbers = np.where(is_hot, draw.integers(0, hot_count, _CHUNK), draw.integers(hot_count, count, _CHUNK))
        yield from numbers.tolist()


def sequential(count: int, start: int = 0) -> Iterator[int]:
    """start, start + 1, …, and again from 0."""
    _checked(count, start)
    number = start % count
    while True:
        yield number
        number = (number + 1) % count


def _checked(count: int, seed: int) -> int:
    if count < 1 or seed < 0:
        raise ValueError(f"a chooser needs at least one thing and a seed of at least 0, not {count} and {seed}")
    return seed
