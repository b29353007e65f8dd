"""A memo: bounded by bytes, the oldest goes first."""

from __future__ import annotations

from random import Random

from dynarig.emulator.model.memo import Memo


def test_the_oldest_goes_first() -> None:
    memo: Memo[str, int] = Memo(bytes_max=160)
    for number in range(20):
        memo.put(str(number), number, 10)
        memo.check()
    assert [memo.get(str(number)) for number in (3, 4, 19)] == [None, 4, 19]
    memo.put("4", 44, 10)  # the newest again
    memo.put("20", 20, 10)
    assert (memo.get("4"), memo.get("5")) == (44, None)
    memo.check()


def test_what_would_sweep_it_is_not_kept() -> None:
    memo: Memo[str, int] = Memo(bytes_max=160)
    memo.put("a", 1, 10)
    memo.put("b", 2, 11)
    assert (memo.get("a"), memo.get("b"), len(memo)) == (1, None, 1)


def test_it_stays_within_its_bound() -> None:
    draw = Random(3)
    memo: Memo[int, int] = Memo(bytes_max=10_000)
    for _ in range(5_000):
        memo.put(draw.randrange(400), 0, draw.randrange(700))
        memo.check()
    assert len(memo) > 20
