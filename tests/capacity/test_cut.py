"""Where hot partitions are cut, by what was seen of their traffic."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.capacity.cut import (
    FEW_ACCESSES,
    LOCAL_INDEX,
    SEQUENTIAL,
    SINGLE_ITEM,
    Cut,
    Sample,
    choose_cut,
)


def cut(samples: list[Sample], *, has_local_index: bool = False) -> Cut:
    return choose_cut(samples, min_share=0.05, has_local_index=has_local_index)


def shuffled(samples: list[Sample]) -> list[Sample]:
    Random(1).shuffle(samples)
    return samples


def test_many_keys_are_cut_where_half_of_the_traffic_lies_not_in_the_middle() -> None:
    found = cut(shuffled([(token, "s") for token in range(100) for _ in range(10)] + [(10**6, "s")]))
    assert found.place == (50,)


def test_one_collection_is_cut_by_its_sort_key() -> None:
    found = cut(shuffled([(7, f"{number:03}") for number in range(100)]))
    assert found.place == (7, "050")
    assert found.share == 0.5


def test_a_hot_collection_among_others_is_cut_inside() -> None:
    found = cut(shuffled([(7, f"{number:03}") for number in range(100)] + [(9, "a")] * 5))
    assert found.place is not None
    assert found.place[0] == 7
    assert len(found.place) == 2


def test_a_hot_item_is_set_apart_from_its_neighbours() -> None:
    found = cut(shuffled([(7, "hot")] * 80 + [(9, "s")] * 20))
    assert found.place == (9,)


@pytest.mark.parametrize(
    ("samples", "has_local_index", "why"),
    [
        ([(7, "one")] * 100, False, SINGLE_ITEM),
        ([(7, f"{number:03}") for number in range(100)], False, SEQUENTIAL),
        ([(7, f"{number:03}") for number in range(100, 0, -1)], False, SEQUENTIAL),
        (shuffled([(7, f"{number:03}") for number in range(100)]), True, LOCAL_INDEX),
        ([(7, "one")] * 3, False, FEW_ACCESSES),
        (shuffled([(7, "one")] * 999 + [(9, "s")]), False, SINGLE_ITEM),
    ],
)
def test_withheld(samples: list[Sample], has_local_index: bool, why: str) -> None:
    found = cut(samples, has_local_index=has_local_index)
    assert (found.place, found.withheld) == (None, why)
