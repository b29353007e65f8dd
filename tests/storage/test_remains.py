"""What was thrown away is freed in turns, each of a bounded size."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.remains import Plain, Remains
from dynarig.emulator.storage.sorted_map import SortedMap
from dynarig.emulator.storage.work import Work


class Counted:
    """Says how many of its kind there are."""

    alive = 0

    def __init__(self) -> None:
        Counted.alive += 1

    def __del__(self) -> None:
        Counted.alive -= 1


def _space(partitions: int, sorts: int) -> KeySpace[Counted]:
    space: KeySpace[Counted] = KeySpace()
    for partition in range(partitions):
        for sort in range(sorts):
            space.put(f"p{partition}", sort, Counted(), new=True)
    return space


@pytest.mark.parametrize(("partitions", "sorts"), [(20_000, 1), (1, 20_000), (40, 500), (7, 3_000)])
def test_no_turn_frees_much_and_all_goes(partitions: int, sorts: int) -> None:
    remains = Remains(Plain({number: number for number in range(5_000)}), _space(partitions, sorts))
    assert Counted.alive == partitions * sorts
    turns = 0
    while remains.next_due is not None:
        before = Counted.alive
        remains.run_due(0.0, Work(100))
        assert before - Counted.alive <= 100 * 16 + 1_024
        turns += 1
    gc.collect()
    assert Counted.alive == 0
    assert turns > 10


def test_without_work_nothing_is_freed() -> None:
    remains = Remains(_space(10, 1))
    remains.run_due(0.0, Work(0))
    assert Counted.alive == 10
    del remains
    assert Counted.alive == 0


@pytest.mark.parametrize("count", [0, 1, 2, 512, 513, 5_000])
def test_a_map_is_discarded_from_its_end(count: int) -> None:
    entries: SortedMap[Any] = SortedMap()
    for number in range(count):
        entries.put(number, number)
    assert entries.first() == ((0, 0) if count else None)
    gone = 0
    while part := entries.discard(700):
        assert part <= 700 + 512
        gone += part
    assert gone == count
    assert not entries
