"""The queue of expiries: one entry an item, that of its latest write, due strictly after its time."""

from __future__ import annotations

from math import inf, nextafter
from random import Random

import pytest

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.expiry import Expiry


def test_an_entry_is_due_once_its_time_is_past() -> None:
    expiry = Expiry()
    expiry.note(("a", 1), 100.0)
    assert expiry.take(100.0) is None
    assert expiry.next_due == nextafter(100.0, inf)
    assert expiry.take(nextafter(100.0, inf)) == ("a", 1)
    assert (expiry.next_due, len(expiry)) == (None, 0)


def test_a_time_that_moves_on_leaves_nothing_behind() -> None:
    expiry = Expiry()
    for step in range(50_000):
        expiry.note(("a", 1), 1_000.0 + step)
    assert len(expiry) == 1
    expiry.check()
    assert expiry.take(50_000.0) is None  # an overtaken entry would be taken here
    assert expiry.take(60_000.0) == ("a", 1)


def test_an_item_that_goes_or_loses_its_time_is_not_taken() -> None:
    expiry = Expiry()
    expiry.note(("a", 1), 10.0)
    expiry.note(("a", 1), None)
    expiry.note(("b", 1), None)
    assert (len(expiry), expiry.take(99.0)) == (0, None)


def test_when_is_the_rule_s_to_say() -> None:
    def within_days(expires_at: float, place: Place) -> float:
        return expires_at + Random(f"7 {place}").random() * 172_800

    expiry = Expiry(within_days)
    for number in range(100):
        expiry.note((f"p{number}", ()), 1_000.0)
    assert expiry.take(1_000.5) is None
    taken = [expiry.take(1_000.0 + 172_800) for _ in range(100)]
    assert taken != sorted(taken)
    assert len(set(taken)) == 100


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_a_plain_map_would_be(seed: int) -> None:
    random = Random(seed)
    expiry, model = Expiry(), {}
    now = 0.0
    for _ in range(4_000):
        place = (random.choice("abcdefgh"), random.randrange(40))
        if random.random() < 0.2:
            model.pop(place, None)
            expiry.note(place, None)
        else:
            model[place] = float(random.randrange(4_000))
            expiry.note(place, model[place])
        if random.random() < 0.02:
            now += random.random() * 20
            wanted = {place for place, at in model.items() if at < now}
            taken = set()
            while (place := expiry.take(now)) is not None:
                taken.add(place)
            assert taken == wanted
            model = {place: at for place, at in model.items() if place not in wanted}
    expiry.check()
    assert len(expiry) == len(model)


def test_it_is_thrown_away_bit_by_bit() -> None:
    expiry = Expiry()
    for number in range(3_000):
        expiry.note((f"p{number}", ()), float(number))
    turns = 0
    while expiry.discard(600):
        turns += 1
    assert len(expiry) == 0
    assert turns >= 5
