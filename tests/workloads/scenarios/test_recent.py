"""The newest records, in a ring: who is drawn, and who is pushed out."""

from collections import Counter
from random import Random

from dynarig.workloads.scenarios.recent import Recent


def test_the_oldest_of_the_runs_own_is_pushed_out_with_its_keys():
    recent = Recent([("seeded",)], kept=3)
    pushed = [recent.add((str(number),), (f"key {number}",)) for number in range(5)]
    assert pushed == [(), (), (), ("key 0",), ("key 1",)]
    assert len(recent) == 4
    draw = Random(1)
    assert {recent.any(draw)[0] for _ in range(200)} == {"seeded", "2", "3", "4"}


def test_the_newest_are_drawn_most_often():
    recent = Recent([("a",), ("b",)], kept=2)
    for name in "cde":
        recent.add((name,), ())
    draw = Random(1)
    counts = Counter(recent.newest(draw)[0] for _ in range(2_000))
    assert set(counts) == {"a", "b", "d", "e"}
    assert counts.most_common(1)[0][0] == "e"
    assert counts["e"] > counts["d"] > counts["b"] > counts["a"]
