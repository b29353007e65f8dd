"""Verdicts for people and for tools."""

from xml.etree import ElementTree

import pytest

from dynarig.workloads.gate import comparison, output
from dynarig.workloads.gate.interleaving import Found, Interval

EVEN = Interval(1.0, 0.99, 1.01)

METRICS = [
    *comparison.of_instructions({"put-item": 1000, "wire": 1000}, {"put-item": 1100, "wire": 1001}, {}),
    *comparison.of_intervals({"get-item": Found(1.0, 1.1, Interval(1.1, 1.05, 1.15), EVEN)}, {}),
    *comparison.of_wall_clock({"load p99 ms": 10.0}, {"load p99 ms": 90.0}),
]


def test_the_table_has_a_line_a_metric():
    lines = output.table(METRICS).splitlines()
    assert [line.split()[0] for line in lines] == ["SLOWER", "ok", "SLOWER", "warn"]
    assert "+10.00%" in lines[0]
    assert "1,000 → 1,100 instructions" in lines[0]
    assert "99 % interval +5.0% to +15.0%" in lines[2]


def test_github_action_benchmark_reads_smaller_is_better():
    body = output.as_github_benchmark(METRICS)
    assert body[0] == {
        "name": "put-item",
        "unit": "instructions",
        "value": 1100,
        "range": "",
        "extra": "baseline 1000, +10.00%, regression",
    }
    assert body[2]["range"] == "1.0500–1.1500"


def test_what_could_not_be_compared_is_skipped():
    (unsure,) = comparison.of_intervals({"wire": Found(1.0, 1.0, Interval(1.0, 0.8, 1.2), EVEN)}, {})
    suite = ElementTree.fromstring(output.as_junit([unsure]).split("\n", 1)[1])
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    assert suite[0].find("skipped") is not None
    assert output.table([unsure]).startswith("unsure  wire")


def test_junit_has_a_failure_a_regression():
    suite = ElementTree.fromstring(output.as_junit(METRICS).split("\n", 1)[1])
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")
    assert [case.find("failure") is not None for case in suite] == [True, False, True, False]
    assert suite[3].find("system-out") is not None


def test_json_carries_the_change():
    assert output.as_json(METRICS)[0]["change"] == pytest.approx(0.1)
