"""`dynarig verify --patterns --judge` as a user meets it."""

import json

import pytest

from dynarig.fixtures.access_patterns import scene
from dynarig.workloads.verify import patterns as verify


def test_a_line_a_pattern_the_sums_and_nothing_missed(capsys):
    assert verify.main(["--judge", "--system", "natterbox", "--scale", "0.02"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:8]] == [f"NBX-AP{number}" for number in range(1, 7)]
    assert lines[-1].startswith("6 patterns × 10 kinds: ")
    assert "0 MISSED" in lines[-1]


def test_what_is_missed_is_told_and_fails(capsys, monkeypatch):
    monkeypatch.setattr(scene, "check_order", lambda *_: None)
    assert verify.main(["--judge", "--id", "NBX-AP3", "--scale", "0.02"]) == 1
    told = capsys.readouterr().out
    assert "MISSED NBX-AP3, order turned: request " in told
    assert "1 MISSED" in told.splitlines()[-1]


def test_every_cell_and_its_reason_as_json(capsys):
    assert verify.main(["--judge", "--json", "--id", "NBX-AP6", "--scale", "0.02"]) == 0
    report = json.loads(capsys.readouterr().out)
    cells = {cell["kind"]: cell for cell in report["patterns"]["NBX-AP6"]}
    assert cells["item dropped"]["state"] == "noticed"
    assert cells["page cut"] == {
        "kind": "page cut",
        "state": "cannot apply",
        "places": 0,
        "why": "it reads one item by its whole key",
    }
    assert sum(report["totals"].values()) == 10
    assert report["by_kind"]["noticed"]["attribute lost"] == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--judge", "--backend", "moto"], "makes an emulator of its own"),
        (["--judge", "--seeded"], "makes an emulator of its own"),
        (["--json"], "go with --judge"),
    ],
)
def test_mistakes_are_told_in_one_line(words, reason, capsys):
    assert verify.main(words) == 2
    assert reason in capsys.readouterr().err
