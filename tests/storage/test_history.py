"""Many snapshots of one table: one notes for all, and whichever goes, the others know what they knew."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.storage.history import History, Snapshot
from dynarig.emulator.storage.item import StoredItem, store
from dynarig.emulator.storage.key_space import KeySpace

Items = dict[tuple[str, int], StoredItem]


class Changing:
    """Items with their history, changed at random."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.items: KeySpace[StoredItem] = KeySpace()
        self.history = History()

    def change(self) -> None:
        partition, sort = self.random.choice("abcdef"), self.random.randrange(4)
        before = self.items.get(partition, sort)
        self.history.note(partition, sort, before, 0.0)
        if before is not None and self.random.random() < 0.5:
            self.items.remove(partition, sort)
        else:
            item = store({"v": {"N": str(self.random.random())}}, 9)
            self.items.put(partition, sort, item, new=before is None)

    def now(self) -> Items:
        return {(partition, sort): item for partition, sort, item in self.items.walk(None, 0, 1 << 64)}


def _known(snapshot: Snapshot) -> Items:
    fork = snapshot.fork()
    held = {(p, s): item for p, s, item in snapshot.items.walk(None, 0, 1 << 64)}
    held |= {place: item for place, item in fork.undone.items() if item is not None}
    known = {place: item for place, item in held.items() if fork.undone.get(place, item) is not None}
    fork.close()
    return known


@pytest.mark.parametrize("seed", range(10))
def test_whichever_goes_the_others_know_what_they_knew(seed: int) -> None:
    world = Changing(Random(seed))
    snapshots: list[tuple[Snapshot, Items]] = []
    for _ in range(400):
        world.change()
        chance = world.random.random()
        if chance < 0.1:
            snapshots.append((world.history.open(world.items), world.now()))
        elif chance < 0.17 and snapshots:
            snapshots.pop(world.random.randrange(len(snapshots)))[0].close()
        assert len(world.history.recorders) == bool(snapshots)
    assert len(snapshots) > 3
    for snapshot, items in snapshots:
        assert _known(snapshot) == items


def test_what_is_undone_is_kept_once() -> None:
    world = Changing(Random(1))
    snapshots = [world.history.open(world.items) for _ in range(5)]
    for _ in range(50):
        world.change()
    assert [bool(snapshot.undone) for snapshot in snapshots] == [False, False, False, False, True]
