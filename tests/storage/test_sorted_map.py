"""The ordered map against a dict and sorted(): seeded steps, so that lists part and join many times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from random import Random
from typing import Any

import pytest

from dynarig.emulator.storage.sorted_map import SortedMap


def _wanted(model: dict[int, str], lower: Any, upper: Any, *, forward: bool) -> list[tuple[int, str]]:
    keys = sorted(model)
    begin, end = 0, len(keys)
    if lower is not None:
        begin = bisect_left(keys, lower[0]) if lower[1] else bisect_right(keys, lower[0])
    if upper is not None:
        end = bisect_right(keys, upper[0]) if upper[1] else bisect_left(keys, upper[0])
    wanted = [(key, model[key]) for key in keys[begin:end]]
    return wanted if forward else wanted[::-1]


def _compare(held: SortedMap[str], model: dict[int, str], random: Random, span: int) -> None:
    held.check()
    assert len(held) == len(model)
    assert bool(held) == bool(model)
    for _ in range(10):
        lower, upper = (
            random.choice((None, (random.randrange(-5, span + 5), random.random() < 0.5))) for _ in range(2)
        )
        forward = random.random() < 0.5
        found = [
            pair
            for keys, values in held.slices(lower, upper, forward=forward)
            for pair in zip(keys, values, strict=True)
        ]
        assert found == _wanted(model, lower, upper, forward=forward)
    start = random.randrange(span)
    for inclusive in (True, False):
        found = list(held.ascending(start, inclusive=inclusive))
        assert found == _wanted(model, (start, inclusive), None, forward=True)
    assert list(held.ascending()) == sorted(model.items())


@pytest.mark.parametrize("seed", range(6))
def test_it_is_a_dict_in_order(seed: int) -> None:
    random = Random(seed)
    held: SortedMap[str] = SortedMap()
    model: dict[int, str] = {}
    span = random.choice((40, 1_500, 6_000))
    for phase in range(6):
        removes = 0.2 if phase % 2 == 0 else 0.85
        for step in range(1_200):
            key = random.randrange(span)
            if random.random() < removes:
                if key in model:
                    del model[key]
                    held.remove(key)
            else:
                model[key] = str(step)
                held.put(key, str(step))
            assert held.get(key) == model.get(key)
        _compare(held, model, random, span)
    for key in list(model):
        del model[key]
        held.remove(key)
    _compare(held, model, random, span)


@pytest.mark.parametrize("key", ["", "a", (), 0])
def test_a_map_of_one(key: Any) -> None:
    held: SortedMap[str] = SortedMap()
    for _ in range(2):
        assert not held
        held.put(key, "one")
        assert held
        assert (len(held), held.get(key), held.get("b")) == (1, "one", None)
        held.put(key, "other")
        assert list(held.slices()) == [([key], ["other"])]
        held.check()
        held.remove(key)


@pytest.mark.parametrize("keys", [range(3_000), range(3_000, 0, -1)], ids=["ascending", "descending"])
def test_keys_that_come_in_order(keys: range) -> None:
    held: SortedMap[int] = SortedMap()
    for key in keys:
        held.put(key, -key)
    held.check()
    assert list(held.ascending()) == [(key, -key) for key in sorted(keys)]
    for key in keys:
        held.remove(key)
    held.check()
    assert not held


def test_what_is_not_there() -> None:
    held: SortedMap[int] = SortedMap()
    assert held.get(1) is None
    assert list(held.slices((1, True), (2, True))) == []
    held.put(5, 5)
    assert held.get(4) is None
    assert held.get(6) is None
    assert list(held.slices((6, True), (4, True))) == []
    with pytest.raises(AssertionError):
        held.remove(4)


@pytest.mark.parametrize("count", [0, 1, 2, 300, 3_000])
@pytest.mark.parametrize("forward", [True, False])
def test_slices_without_their_keys_have_the_first_of_each(count: int, forward: bool) -> None:
    held: SortedMap[int] = SortedMap()
    for key in range(count):
        held.put(key, -key)
    for lower, upper in ((None, None), ((5, True), None), (None, (count - 7, False)), ((9, False), (1_000, True))):
        whole = list(held.slices(lower, upper, forward=forward))
        short = list(held.slices(lower, upper, forward=forward, all_keys=False))
        assert short == [(keys[:1], values) for keys, values in whole]
