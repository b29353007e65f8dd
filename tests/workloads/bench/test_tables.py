"""What is made of a bench's raw results: ratios within a round, and drivers that were too busy to be believed."""

import io

import pytest
from rich.console import Console

from dynarig.workloads.bench.calls import OPERATIONS
from dynarig.workloads.bench.http import ratio
from dynarig.workloads.bench.tables import render
from dynarig.workloads.histogram import Histogram


def _raw(rounds):
    return {"rounds": [{"GetItem": {"a": {"per_second": a}, "b": {"per_second": b}}} for a, b in rounds]}


def test_ratios_are_taken_within_a_round():
    """A round in which the machine was slow has both slow; medians of each apart would mix two rounds."""
    raw = _raw([(100, 50), (10, 100), (300, 100)])
    assert ratio(raw, "GetItem", "a", "b") == 2.0  # of 2, 0.1 and 3; the medians' ratio is 1


@pytest.mark.parametrize(("busy", "is_marked"), [(0.5, False), (0.99, True)])
def test_a_saturated_driver_is_marked(busy, is_marked):
    latency = Histogram()
    latency.record(0.001)
    figures = {"per_second": 1.0, "driver_busy": busy, "server_cpu_us": 1.0, "latency": latency.to_json()}
    raw = {
        "kind": "http",
        "settings": {"servers": ["emulator"], "connections": 1, "rounds": 1},
        "rounds": [{operation: {"emulator": figures} for operation in OPERATIONS}],
        "remarks": [],
    }
    out = io.StringIO()
    render(raw, Console(file=out, force_terminal=True, color_system="standard", width=200))
    assert (f"\x1b[33m{busy:.0%}" in out.getvalue()) is is_marked
