"""Collections in token order, against a dict: walks, segments and what is resumed behind a place."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from dynarig.emulator.model.tokens import TOKEN_BITS, token_of
from dynarig.emulator.storage.key_space import KeySpace

END = 1 << TOKEN_BITS


def _in_order(model: dict[tuple[Any, Any], int]) -> list[tuple[Any, Any, int]]:
    return [(p, s, model[p, s]) for p, s in sorted(model, key=lambda place: (token_of(place[0]), *place))]


@pytest.mark.parametrize("seed", range(4))
def test_it_is_a_dict_by_tokens(seed: int) -> None:
    random = Random(seed)
    space: KeySpace[int] = KeySpace()
    model: dict[tuple[Any, Any], int] = {}
    for step in range(4_000):
        place = (f"p{random.randrange(60)}", random.randrange(12))
        if random.random() < 0.45:
            if model.pop(place, None) is not None:
                space.remove(*place)
        else:
            space.put(*place, step, new=place not in model)
            model[place] = step
        assert space.get(*place) == model.get(place)
        if step % 500 == 0:
            space.check()
            assert space.count == len(model)
            assert list(space.walk(None, 0, END)) == _in_order(model)
    space.check()
    wanted = _in_order(model)
    for at, (partition, sort, _) in enumerate(wanted):
        assert list(space.walk((partition, sort), 0, END)) == wanted[at + 1 :]
    total = random.randrange(2, 200)
    segments = [list(space.walk(None, n * END // total, (n + 1) * END // total)) for n in range(total)]
    assert [each for segment in segments for each in segment] == wanted


def test_a_walk_goes_on_behind_a_place_that_is_gone() -> None:
    space: KeySpace[int] = KeySpace()
    for partition in "abc":
        for sort in (1, 2, 3):
            space.put(partition, sort, 0, new=True)
    whole = list(space.walk(None, 0, END))
    partition, sort, _ = whole[3]
    for each in (1, 2, 3):
        space.remove(partition, each)
    assert list(space.walk((partition, sort), 0, END)) == whole[6:]
    assert space.collection(partition) is None


def test_a_place_outside_the_segment_yields_nothing() -> None:
    space: KeySpace[int] = KeySpace()
    space.put("a", 1, 0, new=True)
    token = token_of("a")
    assert list(space.walk(("a", 0), token + 1, END)) == []
    assert list(space.walk(("a", 0), token, token + 1)) == [("a", 1, 0)]


def test_tokens_are_even_and_fixed() -> None:
    counts = Counter(token_of(f"user#{number}") * 16 >> TOKEN_BITS for number in range(16_000))
    assert set(counts) == set(range(16))
    assert max(counts.values()) < 1.2 * min(counts.values())
    parted: list[Any] = [("1", "2"), ("12", ""), ("", "12"), ("1", b"2", Decimal(3)), "12"]
    assert len({token_of(value) for value in parted}) == len(parted)


def test_b_comes_before_a() -> None:
    """As in every Region that was seen (recorded 2026)."""
    assert token_of("b") < token_of("a")


def test_a_number_has_one_token() -> None:
    assert token_of(Decimal("5")) == token_of(Decimal("5"))
    assert token_of(Decimal("5")) != token_of(Decimal("50"))


@pytest.mark.parametrize("seed", range(6))
def test_runs_are_the_walk_without_its_partitions(seed: int) -> None:
    """From anywhere, to any token, over collections of one entry, of a few and of thousands."""
    random = Random(seed)
    space: KeySpace[str] = KeySpace()
    for number in range(300):
        for sort in range(random.choice((1, 1, 1, 1, 1, 5, 40)) if number % 60 else 1_500):
            space.put(f"p{number}", sort, f"{number}/{sort}", new=True)
    places = [(partition, sort) for partition, sort, _ in space.walk(None, 0, 1 << 64)]
    for _ in range(40):
        after = random.choice((None, *random.sample(places, 9), ("never there", 3)))
        first, end = sorted((0, 1 << 64) if random.random() < 0.4 else (random.getrandbits(64), random.getrandbits(64)))
        wanted = [(sort, value) for _, sort, value in space.walk(after, first, end)]
        runs = list(space.runs(after, first, end))
        assert [pair for sorts, values in runs for pair in zip(sorts, values, strict=True)] == wanted
        assert all(len(sorts) <= 512 + 512 for sorts, _ in runs)


def test_no_dict_is_laid_out_anew_with_more_than_its_share_of_the_keys():
    space = KeySpace()
    for number in range(4_096):
        space.put(f"key {number}", None, number, new=True)
    assert max(len(shelf) for shelf in space._shelves) < 4_096 / len(space._shelves) * 2
    assert all(space.get(f"key {number}", None) == number for number in range(4_096))
