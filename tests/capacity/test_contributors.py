"""What Contributor Insights counts: bounded, by the minute, of the keys that a charge names."""

from __future__ import annotations

from random import Random

from dynarig.emulator.capacity.contributors import ACCESSED, ACCESSED_PAIRS, Contributors, KeyCounts, KeyMinutes


def test_a_key_that_is_told_has_its_figure_or_a_little_more() -> None:
    counts, exact, draw = KeyCounts(64), dict[int, int](), Random(1)
    for _ in range(20_000):
        key = min(int(draw.expovariate(0.05)), 500)
        counts.add(key, 3)
        exact[key] = exact.get(key, 0) + 3
        assert len(counts.counts) <= 64
    assert counts.total == 60_000
    assert counts.error > 0
    for key, count in counts.counts.items():
        assert count <= exact[key] <= count + counts.error


def test_minutes_are_kept_up_to_a_bound_with_their_greatest_keys() -> None:
    minutes = KeyMinutes(keys_max=1000, minutes_max=3)
    for at in range(0, 360, 60):
        for key in range(150):
            minutes.add(key, key + 1, at)
    told = minutes.read(0, 1000)
    assert [minute.at for minute in told] == [120, 180, 240, 300]  # the one under way and three before
    assert (told[0].keys, told[0].total, len(told[0].greatest)) == (150, 150 * 151 // 2, 100)
    assert told[0].greatest[:2] == [(149, 150), (148, 149)]
    assert [minute.at for minute in minutes.read(180, 300)] == [180, 240]


def test_other_rules_leave_those_that_stay_as_they_are() -> None:
    contributors = Contributors(100, 10)
    contributors.keep([ACCESSED])
    kept = contributors.minutes[ACCESSED]
    contributors.keep([ACCESSED, ACCESSED_PAIRS])
    assert contributors.minutes[ACCESSED] is kept
    contributors.keep([ACCESSED_PAIRS])
    assert list(contributors.minutes) == [ACCESSED_PAIRS]
