"""What is kept of the rounds, and what is derived: ratios within rounds, a saturated driver told."""

import json

import pytest
from rich.console import Console

from dynarig.workloads import results
from dynarig.workloads.bench import calls, figures, statements, tables
from dynarig.workloads.bench.figures import Series
from dynarig.workloads.bench.servers import CONSTANT, EMULATOR
from dynarig.workloads.histogram import Histogram

# In every round the emulator gives half of what the constant server gives, while the machine drifts: the ratio of the
# medians would be 0.4.
PER_SECOND = {CONSTANT: [1_000, 400, 200], EMULATOR: [500, 200, 160]}


def answer(per_second, busy=0.5):
    latency = Histogram()
    for microseconds in (70, 80, 81, 5_000):
        latency.record(microseconds / 1e6)
    return {
        "per_second": per_second,
        "answers": 4,
        "driver_busy": busy,
        "server_cpu_us": 12.345678,
        "latency": latency.to_json(),
        "failures": 0,
        "sample": "",
    }


def raw(busy=0.5):
    rounds = [
        {
            (Series("plain", operation), server): answer(each[number], busy if server == CONSTANT else 0.5)
            for operation in calls.OPERATIONS
            for server, each in PER_SECOND.items()
        }
        for number in range(3)
    ]
    settings = {"servers": [CONSTANT, EMULATOR], "rounds": 3, "connections": 8, "mixes": ["plain"]}
    measured = figures.summed_up(rounds)
    return {"kind": "http", "format": figures.FORMAT, "settings": settings, "measurements": measured}


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    kept = [figures.of(raw(), "plain", "GetItem", server) for server in (EMULATOR, CONSTANT)]
    assert figures.ratio(*kept) == 0.5
    assert statements.ratio([1.0, 2.0, 8.0], [2.0, 4.0, 8.0]) == 2.0


def test_a_ratio_does_not_mix_rounds():
    """Of 2, 0.1 and 3; the ratio of the medians, which belong to two rounds, is 1."""
    assert figures.ratio({"per_second": [100, 10, 300]}, {"per_second": [50, 100, 100]}) == 2.0


@pytest.mark.parametrize(("busy", "saturated"), [(0.97, False), (0.971, True), (1.0, True)])
def test_a_saturated_driver_fails(busy, saturated):
    console = Console(width=120, record=True, quiet=True)
    assert figures.is_saturated(figures.of(raw(busy), "plain", "GetItem", CONSTANT)) is saturated
    with console.capture() as shown:
        console.quiet = False
        assert tables.render(raw(busy), console) is not saturated
    text = shown.get()
    assert ("FAILED plain GetItem on constant: the driver was the bottleneck" in text) is saturated
    assert "emulator: the driver" not in text


def test_percentiles_are_kept_exact_and_the_histogram_coarse():
    kept = figures.of(raw(), "plain", "Query", EMULATOR)
    assert kept["percentiles_ms"] == {"50": 0.08, "90": 5.0, "99": 5.0, "99.9": 5.0}
    assert sum(kept["latency"].values()) == 12
    bounds = list(map(int, kept["latency"]))
    assert all(bound >= value > bound * 0.96 for bound, value in zip(bounds, (70, 81, 5_000), strict=True))
    assert kept["server_cpu_us"] == [12.346] * 3


def test_a_file_stays_small(tmp_path):
    latency = Histogram()
    for microseconds in range(60, 9_000):
        latency.record(microseconds / 1e6)
    many = answer(12_345.678) | {"latency": latency.to_json()}
    servers = [CONSTANT, EMULATOR, "moto", "dynoxide"]
    entry = {
        (Series(mix, operation), server): many
        for mix in ("plain", "varied")
        for operation in calls.OPERATIONS
        for server in servers
    }
    file = tmp_path / "http.json"
    results.write(file, {"kind": "http", "measurements": figures.summed_up([entry] * 11)}, indent=None)
    assert file.stat().st_size < 100_000
    assert json.loads(file.read_text())["kind"] == "http"


def test_a_result_of_an_earlier_version_is_told():
    with pytest.raises(ValueError, match="measure again"):
        tables.render({"kind": "http", "settings": {}, "rounds": []}, Console(quiet=True))
