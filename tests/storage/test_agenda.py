"""The agenda: who is due comes in order, once, and what was overtaken does not pile up."""

from __future__ import annotations

from random import Random

import pytest

from dynarig.emulator.storage.agenda import NEVER, Agenda


def test_those_who_are_due_come_in_order() -> None:
    agenda: Agenda[str] = Agenda()
    for who, due_at in (("c", 3.0), ("a", 1.0), ("b", 2.0), ("never", None)):
        agenda.note(who, due_at)
    assert agenda.next_due == 1.0
    assert agenda.take(0.9) == []
    assert agenda.take(2.0) == ["a", "b"]
    assert (agenda.next_due, len(agenda)) == (3.0, 1)
    agenda.forget("c")
    assert agenda.next_due == NEVER


def test_a_nearer_instant_overtakes_and_a_later_one_does_not() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.note("a", 5.0)
    agenda.note("a", 3.0)
    agenda.note("a", 9.0)
    assert agenda.take(4.0) == ["a"]
    assert agenda.take(99.0) == []


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_plain_map_would_be(seed: int) -> None:
    random = Random(seed)
    agenda: Agenda[int] = Agenda()
    model: dict[int, float] = {}
    for step in range(5_000):
        who, due_at = random.randrange(30), 10_000 - step + random.random() * 100
        agenda.note(who, due_at)
        model[who] = min(model.get(who, NEVER), due_at)
        if random.random() < 0.05:
            agenda.forget(who)
            del model[who]
        if random.random() < 0.02:
            now = 10_000 - step
            due = sorted((at, who) for who, at in model.items() if at <= now)
            assert agenda.take(now) == [who for _, who in due]
            model = {who: at for who, at in model.items() if at > now}
        agenda.check()
