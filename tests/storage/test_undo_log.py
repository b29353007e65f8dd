"""Undo logs: what is kept, in which order, and how far back is told."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.emulator.storage.item import StoredItem, store
from dynarig.emulator.storage.undo_log import UndoBudget, UndoLog

NOW = 1_790_000_000.0
DAY = 86_400


def _item(size: int) -> StoredItem:
    return store({"b": {"S": "x" * size}}, size + 1)


def _told(log: UndoLog, at: float) -> list[tuple[Any, Any]]:
    """(when, partition) of what is newer than an instant, newest first."""
    return [(e[0], e[1]) for entries in log.newer_than(at) for e in reversed(entries) if e[0] > at]


def test_what_is_newer_comes_newest_first() -> None:
    log = UndoLog(NOW, 35 * DAY)
    for number in range(1_000):
        log.note(number, None, None, NOW + number // 2)
    assert _told(log, NOW + 400) == [(NOW + n // 2, n) for n in range(999, 801, -1)]
    assert _told(log, NOW + 500) == []
    log.check()


def test_what_is_handed_out_stays_as_it_is() -> None:
    log = UndoLog(NOW, 35 * DAY)
    for number in range(300):
        log.note(number, None, None, NOW + 1)
    entries = log.newer_than(NOW)
    log.note("later", None, None, NOW + 2)
    assert log.discard(1_000) == 301
    assert sum(map(len, entries)) == 300


def test_a_clock_that_goes_back_leaves_the_order() -> None:
    log = UndoLog(NOW, 35 * DAY)
    log.note("a", None, None, NOW + 10)
    log.note("b", None, None, NOW + 5)
    log.check()
    assert _told(log, NOW + 9) == [(NOW + 10, "b"), (NOW + 10, "a")]


def test_the_window_moves_and_a_shorter_one_is_for_good() -> None:
    log = UndoLog(NOW, 35 * DAY)
    assert log.earliest_of(NOW + 10 * DAY) == NOW
    assert log.earliest_of(NOW + 40 * DAY) == NOW + 5 * DAY
    log.set_window(7 * DAY, NOW + 10 * DAY)
    assert log.earliest_of(NOW + 10 * DAY) == NOW + 3 * DAY
    log.set_window(35 * DAY, NOW + 11 * DAY)
    assert log.earliest_of(NOW + 11 * DAY) == NOW + 4 * DAY


def test_what_is_older_than_the_window_goes_a_little_at_a_time() -> None:
    log = UndoLog(NOW, DAY)
    for number in range(2_560):
        log.note(number, None, None, NOW + number)
    log.note("new", None, None, NOW + 10 * DAY)
    assert len(log) == 2_560 - 2 * 256 + 1
    assert log.earliest_of(NOW + 10 * DAY) == NOW + 9 * DAY


def test_logs_together_keep_a_bound_and_the_oldest_go_first() -> None:
    budget = UndoBudget(400_000)
    quiet, busy = (UndoLog(NOW, 35 * DAY, budget) for _ in range(2))
    random = Random(3)
    quiet.note("a", None, _item(10), NOW + 1)
    for number in range(5_000):
        busy.note(number, None, _item(random.randrange(400)), NOW + 2 + number)
        assert budget.size_bytes <= 400_000
    budget.check()
    assert (len(quiet), quiet.earliest_of(NOW + 9_999)) == (0, NOW + 1)
    kept = _told(busy, NOW)
    assert 500 < len(kept) < 5_000
    assert busy.earliest_at == kept[-1][0] - 1  # the last that went; from then on all can be told
    busy.discard(10_000)
    assert budget.size_bytes == 0


def test_a_bound_smaller_than_an_entry_keeps_that_one() -> None:
    log = UndoLog(NOW, 35 * DAY, UndoBudget(1))
    log.note("a", None, _item(2_000_000), NOW + 1)
    log.note("b", None, _item(10), NOW + 2)
    assert _told(log, NOW) == [(NOW + 2, "b")]
    assert log.earliest_at == NOW + 1
