"""A hot index throttles its table's writes and says why; shards of its key, or what else is tried, mend it."""

from __future__ import annotations

import pytest

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.experiments import enforced
from dynarig.workloads.experiments.enforced import NONE, Change, Enforced, Load, found, listbackup


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enforced, "SECONDS", 200)  # the index's buffer lasts for 120 of them at twice its ceiling


def test_one_status_holds_the_table_up_and_shards_do_not() -> None:
    with Bench() as bench:
        plain = listbackup(bench, 2_000, NONE)
        sharded = listbackup(bench, 2_000, Change("ten", attribute="status", shards=10))
    index = "IndexWriteKeyRangeThroughputExceeded of listbackup-dev-jobs/index/StatusTimeIndex"
    assert dict(plain.reasons) == {index: plain.throttled}
    assert plain.share == pytest.approx(0.5 * 80 / 200, rel=0.1)  # half of what comes once the buffer is full
    assert sharded.throttled == 0


def test_the_least_change_that_passes_is_found() -> None:
    tried = []

    def run(bench: Bench, rate: int, change: Change) -> Enforced:
        tried.append((rate, change.words))
        throttled = 500 if rate > 1_500 and change.words != "enough" else 0
        return Enforced(rate, change, sent=1000, throttled=throttled)

    with Bench() as bench:
        told = found(Load("x", run, [Change("little"), Change("enough"), Change("more")]), bench, 1_000)
    assert told.asked.passes
    assert told.throttles is not None
    assert told.mended is not None
    assert (told.throttles.rate, told.mended.change.words) == (2_000, "enough")
    assert tried == [(1_000, "none"), (1_500, "none"), (2_000, "none"), (2_000, "little"), (2_000, "enough")]
