"""The course of the sharding curve: what is counted, what one key and its shards take, what the command keeps."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dynarig.workloads.experiments.curve_drawing import drawn
from dynarig.workloads.experiments.sharding import (
    AFTER,
    BEFORE,
    HELD,
    ON_DEMAND,
    PROVISIONED,
    SHARDS,
    Course,
    Taken,
    in_virtual_time,
    writes,
)
from dynarig.workloads.experiments.sharding_served import over_http
from dynarig.workloads.verify.sharding import main

CURVES = {"one, before": [(1, 0), (2, 900)], "one, after": [(2, 90)], "two, after": [(2, 50)]}
SHORT = Course((1_000, 8_000), held_seconds=30, step_seconds=7, heat_seconds=8)


def test_the_course_rises_holds_and_rises_again() -> None:
    seen = [(write.phase, write.rate) for write in writes(SHORT, 2)]
    assert list(dict.fromkeys(seen)) == [
        (BEFORE, 1_000),
        (BEFORE, 8_000),
        (HELD, 8_000),
        (AFTER, 1_000),
        (AFTER, 8_000),
    ]
    assert seen.count((BEFORE, 1_000)) == 5 * 7
    assert seen.count((HELD, 8_000)) == 40 * 30


def test_rates_are_over_the_time_that_sending_took() -> None:
    taken = Taken(1, scale=0.1)
    for number, write in enumerate(writes(Course((100,), held_seconds=4, step_seconds=4, scale=0.1), 1)):
        taken.count(write, 2 * write.at, accepted=number % 2 == 0)  # a sender that takes twice the time
    assert taken.accepted == {phase: {100: 25.0} for phase in (BEFORE, HELD, AFTER)}


def test_one_key_takes_one_partition_and_shards_more() -> None:
    one, four = in_virtual_time(ON_DEMAND, SHORT, 1), in_virtual_time(ON_DEMAND, SHORT, 4)
    assert one.most(BEFORE) == one.most(AFTER) == 1_000
    assert one.splits == []
    assert one.most(BEFORE) < four.most(BEFORE) < four.most(AFTER)
    assert four.partitions[1] > four.partitions[0] == 4


def test_the_command_keeps_data_and_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--http", "--table=on-demand", "--shards=1", "--shards=2", f"--out={tmp_path}"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dynarig.workloads.experiments.sharding_served.over_http", _as_the_engine)
        assert main(words) == 0
    told = json.loads((tmp_path / "sharding-http.json").read_text())
    assert told["settings"] == {"http": True, "shards": [1, 2], "tables": ["on-demand"]}
    [kept] = told["results"]
    assert [run["most_per_second"][BEFORE] for run in kept["engine"]] == [1000, 2000]
    assert "on-demand http" in capsys.readouterr().out
    ElementTree.fromstring((tmp_path / "sharding-http.svg").read_text())


def test_a_sender_that_was_late_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--http", "--table=on-demand", "--shards=1", f"--out={tmp_path}"]
    with pytest.MonkeyPatch.context() as patched:
        late = ([Taken(1, 0.005)], 3.0)
        patched.setattr("dynarig.workloads.experiments.sharding_served.over_http", lambda *asked: late)
        assert main(words) == 1
    assert "on-demand: not judged, for a write was sent 3.0 s late" in capsys.readouterr().out


def _as_the_engine(kind: str, course: Course, shards: tuple[int, ...]) -> tuple[list[object], float]:
    return [in_virtual_time(kind, course, count) for count in shards], 0.0


@pytest.mark.slow
def test_a_server_takes_what_the_engine_does() -> None:
    [one, two], late = over_http(ON_DEMAND, Course((1_000, 8_000), held_seconds=3, step_seconds=5), (1, 2))
    if late > 2:
        pytest.skip(f"this machine sent writes {late:.1f} s late: what is taken in a second says nothing")
    assert one.most(BEFORE) == pytest.approx(1_000, rel=0.15)
    assert two.most(BEFORE) == pytest.approx(2_000, rel=0.15)


@pytest.mark.slow
def test_a_server_holds_all_provisioned_tables_at_once() -> None:
    taken, _ = over_http(PROVISIONED, Course((1_000,), held_seconds=1, step_seconds=1), SHARDS)
    assert [(each.shards, each.partitions) for each in taken] == [(shards, (16, 16)) for shards in SHARDS]


def test_a_curve_is_drawn_with_its_points() -> None:
    picture = ElementTree.fromstring(drawn("a < b", ("x", "y"), CURVES))
    names = [each.tag.rpartition("}")[2] for each in picture.iter()]
    assert names.count("circle") == 4
    lines = [each for each in picture.iter() if each.tag.endswith("polyline")]
    assert lines[0].get("points") == "70.0,370.0 560.0,73.0"  # 900 of a scale to 1,000
    assert [line.get("stroke-dasharray") for line in lines] == ["6 4", None, None]
    assert lines[0].get("stroke") == lines[1].get("stroke") != lines[2].get("stroke")
