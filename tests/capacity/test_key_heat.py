"""The bounded count of hot keys."""

from __future__ import annotations

from random import Random

from dynarig.emulator.capacity.key_heat import KeyMemory
from dynarig.emulator.capacity.partition import Ceilings
from dynarig.emulator.capacity.ring import Ring

RING = Ring(4, Ceilings(6000, 2000, 3, 0.8), 0)


def test_hot_keys_are_kept_and_counts_are_within_their_error() -> None:
    memory, random, true = KeyMemory(RING, 64), Random(3), {}
    for _ in range(20_000):
        key = f"hot{random.randrange(5)}" if random.random() < 0.5 else f"cold{random.randrange(5000)}"
        memory.find(key).half_units += 1
        true[key] = true.get(key, 0) + 1
        assert len(memory) <= 64
    assert {key for key, _ in memory.hottest(5)} == {f"hot{number}" for number in range(5)}
    for key, known in memory.known.items():
        assert known.half_units <= true[key] <= known.half_units + memory.error


def test_keys_lie_where_the_ring_says() -> None:
    memory = KeyMemory(RING, 64)
    known = memory.find("a")
    assert known.partition is RING.locate((known.token,))


def test_halving_forgets_slowly() -> None:
    memory = KeyMemory(RING, 64)
    memory.find("a").half_units, memory.total = 9, 20
    memory.halve()
    assert (memory.find("a").half_units, memory.total) == (4, 10)
