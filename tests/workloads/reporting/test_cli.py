"""`dynarig report`: one run again, several side by side, and what is no run."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynarig.workloads import cli, results
from tests.workloads.reporting.summaries import summary
from tests.workloads.reporting.test_page import Outline


def test_a_run_is_reported_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = results.save(summary(), tmp_path)
    assert cli.main(["report", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n"
    first = (folder / "report.html").read_text()
    assert cli.main(["report", str(folder / "summary.json"), "-o", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_text() == first


def test_runs_side_by_side(tmp_path: Path) -> None:
    folders = [
        str(results.save(summary(), tmp_path)),
        str(results.save(summary(ours=False, latency_seconds=0.008, seed=5), tmp_path)),
    ]
    assert cli.main(["report", *folders]) == 0
    outline = Outline((Path(folders[0]) / "comparison.html").read_text())
    assert "2 runs side by side Ratios are to A: hot-key." in outline.text
    for words in (
        "p50, ms 4 8 (2.00 ×)",
        "80 80 (1.00 ×)",
        "$2,635 –",
        "seed 4 5",
        "orders p1 –",
        "A: hot-key, orders: accepted",
        "A: hot-key, orders: throttled",
        "Heat per partition, A: hot-key",
        Path(folders[1]).name,
    ):
        assert words in outline.text, words
    assert outline.links == []


def test_text_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = results.save(summary(), tmp_path)
    assert cli.main(["report", "--text", str(folder)]) == 1
    assert "FAILED: threshold throttles<1%: 20" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"measurements": {}}'])
def test_what_is_no_run_is_one_line(content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "summary.json"
    if content is not None:
        file.write_text(content)
    assert cli.main(["report", str(file)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"dynarig report: {file} is not a run's summary: ")
    assert told.count("\n") == 1


def test_a_page_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = results.save(summary(), tmp_path)
    assert cli.main(["report", str(folder), "-o", str(tmp_path / "no" / "page.html")]) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


def test_what_runs_took_and_refused_of_their_writes_is_in_one_drawing(tmp_path: Path) -> None:
    folders = [str(results.save(summary(seed=seed), tmp_path)) for seed in (4, 5)]
    page = tmp_path / "writes.html"
    assert cli.main(["report", *folders, "-o", str(page)]) == 0
    drawn = page.read_text().partition("Accepted and throttled writes")[2].partition("</section>")[0]
    for place, run in enumerate(("A: hot-key", "B: hot-key"), 1):
        assert f'class="curve s{place}"' in drawn
        assert f'class="curve s{place} dashed"' in drawn  # the same colour
        assert f"{run}, orders: accepted" in drawn
    assert "orders / by-day" not in drawn
