"""Pauses from the server's start to the verdict, at a size that takes a second or two."""

from __future__ import annotations

import json

import pytest

from dynarig.workloads.bench import cli, pauses


def test_every_scenario_is_run_and_judged(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pauses, "_QUIET_SECONDS", 0.05)
    monkeypatch.setattr(pauses, "_LOOK_SECONDS", 0.1)
    file = tmp_path / "pauses.json"
    cli.main(["pauses", "--items", "200", "--output", str(file)])
    raw = json.loads(file.read_text())
    assert set(raw["scenarios"]) == set(pauses.SCENARIOS)
    assert all(seen["calls"] > 0 and seen["longest_ms"] > 0 for seen in raw["scenarios"].values())
    assert "a table with two indexes is deleted" in capsys.readouterr().out


@pytest.mark.parametrize(("longest_ms", "code"), [(49.9, 0), (50.1, 1)])
def test_a_wait_beyond_the_bar_is_a_miss(longest_ms, code, tmp_path):
    seen = {"elapsed_seconds": 1.0, "calls": 9, "longest_ms": longest_ms, "p50_ms": 1.0, "p99_ms": 2.0}
    file = tmp_path / "pauses.json"
    file.write_text(json.dumps({"kind": "pauses", "settings": {"items": 9}, "scenarios": {"nothing": seen}}))
    assert cli.main(["show", str(file)]) == code
