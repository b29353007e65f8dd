"""The soak: mixed traffic whose counts stay where they are, and the verdict on memory."""

from __future__ import annotations

import json

import pytest

from dynarig.workloads.bench import cli, soak


def test_counts_stand_still_while_requests_go_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(soak, "FIRST_LOOK", 2_000)
    monkeypatch.setattr(soak, "_ITEMS", 50)
    monkeypatch.setattr(soak, "_SECONDS_A_REQUEST", 1.0)
    file = tmp_path / "soak.json"
    cli.main(["soak", "--requests", "6000", "--output", str(file)])
    raw = json.loads(file.read_text())
    first, last = (look["held"] for look in raw["looks"])
    assert first["expiries"] <= first["items"]
    assert last["expiries"] <= last["items"]
    assert max(first["namespaces"], last["namespaces"]) <= 101
    assert max(first["streams"], last["streams"]) <= 20 + 7
    assert last["tokens"] <= first["tokens"] * 2
    assert raw["refusals"] == 0
    assert "resident MB" in capsys.readouterr().out


@pytest.mark.parametrize(("growth", "code"), [(1.09, 0), (1.11, 1)])
def test_memory_that_grows_is_a_miss(growth, code, tmp_path):
    looks = [{"requests": 1, "resident_bytes": size, "held": {"items": 1}} for size in (1e8, 1e8 * growth)]
    file = tmp_path / "soak.json"
    file.write_text(json.dumps({"kind": "soak", "looks": looks}))
    assert cli.main(["show", str(file)]) == code
