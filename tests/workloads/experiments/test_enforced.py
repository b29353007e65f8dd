"""A hot index throttles its table's writes and says why; shards of its key, or what else is tried, mend it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.experiments import enforced
from dynarig.workloads.experiments.enforced import NONE, Change, Enforced, Load, found, listbackup
from dynarig.workloads.verify.enforce import main


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
    assert [(run.rate, run.change.words) for run in told.runs] == tried


def test_the_command_prints_a_table_and_keeps_data_and_plot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(bench: Bench, rate: int, change: Change) -> Enforced:
        made = Enforced(rate, change, sent=1000, throttled=0 if change.words == "enough" else 250)
        made.reasons.update({"IndexWrite of jobs": made.throttled, "other": 1} if made.throttled else {})
        return made

    loads = [Load("x", run, [Change("little"), Change("enough")]), Load("y", run, [])]
    monkeypatch.setattr("dynarig.workloads.verify.enforce.LOADS", loads)
    assert main(["--out", str(tmp_path)]) == 1  # nothing mends y
    header, *lines, kept = capsys.readouterr().out.splitlines()
    assert header.split() == ["load", "per", "s", "sent", "throttled", "share", "change", "reasons"]
    assert [line.split()[4] for line in lines] == ["25.00%", "25.00%", "0.00%", "25.00%"]
    assert kept == f"data and plot: {tmp_path}/enforce.json, {tmp_path}/enforce.svg"
    [first, second] = json.loads((tmp_path / "enforce.json").read_text())["results"]
    assert (first["mended"]["change"], second["mended"], len(first["runs"])) == ("enough", None, 3)
    picture = ElementTree.fromstring((tmp_path / "enforce.svg").read_text())
    assert "25.00%  IndexWrite of jobs (250), 1 more" in [each.text for each in picture.iter()]
    bars = [each for each in picture.iter() if each.get("fill") in ("#2ca02c", "#d62728")]
    assert [(each.get("width"), each.get("fill")) for each in bars] == [
        ("60.0", "#d62728"),
        ("60.0", "#d62728"),
        ("2.0", "#2ca02c"),
        ("60.0", "#d62728"),
    ]
