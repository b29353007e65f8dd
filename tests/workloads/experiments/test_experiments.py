"""Published experiments come out as published: the quick ones always, all of them with the slow checks."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from dynarig.workloads.experiments.experiment import Experiment
from dynarig.workloads.experiments.register import EXPERIMENTS
from dynarig.workloads.experiments.virtual import VirtualTable, load, loop, row
from dynarig.workloads.verify.experiments import main

LONGEST = {"E14"}  # half a minute
QUICK = {"E6", "E7", "E8", "E10", "E16", "E17"}


@pytest.mark.parametrize("experiment", [each for each in EXPERIMENTS if each.id in QUICK], ids=lambda each: each.id)
def test_quick(experiment: Experiment) -> None:
    outcome = experiment.run()
    assert outcome.agrees, outcome.ours


@pytest.mark.parametrize(
    "experiment",
    [
        pytest.param(each, id=each.id, marks=pytest.mark.long if each.id in LONGEST else pytest.mark.slow)
        for each in EXPERIMENTS
        if each.id not in QUICK
    ],
)
def test_long(experiment: Experiment) -> None:
    outcome = experiment.run()
    assert outcome.agrees, outcome.ours


def test_every_experiment_asked_for_is_there_once() -> None:
    numbers = [int(each.id[1:]) for each in EXPERIMENTS]
    assert numbers == [*range(1, 12), *range(14, 21)]


def test_every_tolerance_has_its_reason() -> None:
    assert [each.id for each in EXPERIMENTS if len(each.reason.split()) < 8] == []


def test_the_command_prints_and_keeps_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--experiment", "E16", "--json", "--out", str(tmp_path)]) == 0
    [line] = json.loads(capsys.readouterr().out)
    assert (line["id"], line["verdict"], line["ours"]) == ("E16", "agrees", "271.25 USD, 1.25/M")
    assert json.loads((tmp_path / "experiments.json").read_text())["results"] == [line]
    header, _, row = (tmp_path / "experiments.md").read_text().splitlines()
    assert header.split("|")[-3].strip() == "reason"
    assert row.startswith("| E16 |")
    assert line["reason"] in row


def test_a_run_of_a_part_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--experiment", "E16"]) == 0
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("dynarig.workloads.verify.experiments.EXPERIMENTS", list(EXPERIMENTS[-5:-3]))
    assert main([]) == 0
    assert sorted(each.name for each in (tmp_path / "results/capacity").iterdir()) == [
        "experiments.json",
        "experiments.md",
    ]
    assert capsys.readouterr().out.endswith("results/capacity/experiments.json, results/capacity/experiments.md\n")


def test_an_unknown_experiment_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--experiment", "E99"]) == 2
    assert capsys.readouterr().err.startswith("dynarig verify: no experiment E99; there are E1, E2, ")


def test_a_loop_waits_for_each_row_and_retries() -> None:
    table = VirtualTable(units=(5, 5))
    rows = (row(f"{number}", "s") for number in range(7))
    # Five at once; the sixth is refused twice (50 and 100 ms), the seventh three times (200 ms more).
    assert loop(table, rows, call_seconds=0.009) == pytest.approx(12 * 0.009 + 0.15 + 0.35)


def test_batch_writers_write_every_row_once() -> None:
    table = VirtualTable(units=(5, 20))
    rows = (row(f"{number}", "s") for number in range(60))
    taken = load(table, islice(rows, 60), workers=2, batch_seconds=0.1, seconds=10)
    assert sum(taken) == 60
    assert table.must("DescribeTable", {"TableName": "experiment"})["Table"]["ItemCount"] == 60
