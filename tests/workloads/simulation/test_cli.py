"""`dynarig simulate`: known designs come out as the service's documentation says; wrong flags are one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynarig.workloads.simulation.cli import main


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main([*words, "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_one_key_takes_what_one_partition_does(capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, "--rate=2500", "--read-share=0", "--keys=1", "--duration=20m")
    assert told["accepted_per_second"]["writes"] == 1000
    assert set(told["throttled"]) == {"TableWriteKeyRangeThroughputExceeded"}
    assert told["splits"][0]["withheld"] == "single item"


def test_shards_spread_it(capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, "--rate=2500", "--read-share=0", "--keys=1", "--shards=64", "--duration=20m")
    assert told["accepted_per_second"]["writes"] > 2000


def test_warm_throughput_takes_at_once_what_a_new_table_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    load = ("--rate=20000", "--read-share=0", "--duration=60")
    new, warm = _told(capsys, *load), _told(capsys, *load, "--warm=12000,40000")
    assert new["accepted_per_second"]["writes"] == pytest.approx(4000, rel=0.01)
    assert warm["throttled"] == {}


def test_a_provisioned_table_pays_for_its_hours(capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, "--rate=1", "--provisioned=100,50", "--duration=2h")
    assert [line["quantity"] for line in told["bill"][:2]] == [200, 100]
    assert told["bill"][1]["cost"] == pytest.approx(100 * 0.00065)


def test_a_month_of_the_document_s_traffic(capsys: pytest.CaptureFixture[str]) -> None:
    """A day of it here; the whole takes ten seconds."""
    told = _told(capsys, "--preset=miyabi-month", "--duration=1d")
    assert told["throttled"] == {}
    assert told["offered"] == pytest.approx(50_000, rel=0.02)
    assert [line["month_cost"] for line in told["bill"][:2]] == [
        pytest.approx(500_000 * 0.1425e-6 * 30.42 / 30, rel=0.02),
        pytest.approx(500_000 * 0.715e-6 * 30.42 / 30, rel=0.02),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "offered"), [("miyabi-month", 1_500_000), ("million", 3_600_000_000)])
def test_the_large_ones(preset: str, offered: int, capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, f"--preset={preset}")
    assert told["offered"] == pytest.approx(offered, rel=0.01)
    assert told["throttled"] == {}


def test_the_same_seed_is_the_same_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--rate=3000", "--distribution=zipf", "--duration=90", "--setting=split_heat_seconds=20")
    first = _told(capsys, *words, f"--out={tmp_path}")
    assert first == _told(capsys, *words)
    kept = json.loads((tmp_path / "simulation.json").read_text())
    assert kept["asked"]["rate"] == 3000
    assert {name: kept[name] for name in first} == first


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("--rat=5", "no flag --rat; did you mean --rate?"),
        ("--rate=fast", "argument --rate: 'fast' is not a number"),
        ("--duration=2w", "argument --duration: 2w is no time up to a year, such as 600, 10m, 2h or 30d"),
        ("--provisioned=5", "argument --provisioned: '5' is not READ,WRITE in units, such as 3000,1000"),
        ("--read-share=2", "argument --read-share: 2 is not a share between 0 and 1"),
    ],
)
def test_a_wrong_flag_is_one_line(word: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([word])
    assert capsys.readouterr().err == f"dynarig simulate: {complaint}\n"


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("--setting=split_heat_second=5", "no setting split_heat_second; did you mean split_heat_seconds?"),
        ("--item-bytes=2000000", "an item has at most 409,600 bytes"),
        ("--setting=split_heat_seconds=x", "setting split_heat_seconds: 'x' is not a number"),
    ],
)
def test_a_wrong_design_is_one_line(word: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 2
    assert capsys.readouterr().err == f"dynarig simulate: {complaint}\n"
