"""Ranges of keys: every key in one partition, whatever is split."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.capacity.partition import Ceilings
from dynarig.emulator.capacity.ring import Ring, first_bounds
from dynarig.emulator.model.tokens import TOKENS_END

CEILINGS = Ceilings(6000, 2000, 3, 0.8)


def test_new_partitions_are_equal() -> None:
    assert first_bounds(4) == [(0,), (TOKENS_END // 4,), (TOKENS_END // 2,), (3 * TOKENS_END // 4,)]


@pytest.mark.parametrize("seed", range(20))
def test_uneven_partitions_cover_all_keys(seed: int) -> None:
    bounds = first_bounds(9, 1.0, seed)
    assert len(bounds) == 9
    assert bounds[0] == (0,)
    assert bounds == sorted(set(bounds))
    assert bounds[-1] < (TOKENS_END,)


def test_a_collection_is_cut_by_sort_key() -> None:
    ring = Ring(1, CEILINGS, 0)
    lower, upper = ring.partitions[0], ring.split(0, (7, "m"), 0)
    assert ring.locate((7, "a")) is ring.locate((6, "z")) is lower
    assert ring.locate((7, "m")) is ring.locate((8, "a")) is upper
    assert ring.is_spread(7)
    assert not ring.is_spread(8)
    assert ring.partitions_of(7) == [lower, upper]


def test_doubling_cuts_each_in_the_middle_and_keeps_its_level() -> None:
    ring = Ring(3, CEILINGS, 0)
    ring.partitions[0].writing.take(2_000_000, 0)
    assert ring.double(0) == 3
    assert len(ring) == 6
    assert ring.partitions[1].writing.level == ring.partitions[0].writing.level == 0
    ring.check()


@pytest.mark.parametrize("seed", range(5))
def test_any_splits_keep_every_key_in_one_range(seed: int) -> None:
    random, ring = Random(seed), Ring(2, CEILINGS, 0)
    for _ in range(60):
        place = (random.randrange(50) * 10**17, f"{random.randrange(100):02}")[: random.choice((1, 2))]
        if place not in ring.bounds and place > (0,):
            ring.split(ring.position(place), place, 0)
        ring.check()
    for _ in range(200):
        place = (random.randrange(50) * 10**17, f"{random.randrange(100):02}")
        first, end = ring.range_of(ring.position(place))
        assert first <= place < end
