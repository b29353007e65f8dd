"""Verdicts, and the summary that can be rendered again from its file."""

import io
import json

import pytest
from rich.console import Console

from dynarig.workloads import report, results
from dynarig.workloads.measure import Measurements
from dynarig.workloads.verdict import Finding, ScenarioVerdict, judge_run, judge_schedule, lateness_shown


def measured(intended=100, started=100, late_seconds=0.001, errors=0, throttles=0, finished=1):
    made = Measurements(intended=intended, started=started, elapsed_seconds=10.0, finished=finished)
    for name, succeeded in (("AP10 workflows", 40), ("AP2 repositories", 60)):
        tally = made.tally(name)
        tally.succeeded = succeeded
        tally.from_intended.record(0.0042)
        tally.from_actual.record(0.0021)
    if errors:
        made.tally("W1 write").errors = {"ValidationException": errors}
        made.tally("W1 write").sample("ValidationException: [bad] request")
    if throttles:
        made.tally("W1 write").throttles = {"ThrottlingException": throttles}
    made.lateness.record(late_seconds)
    return made


@pytest.mark.parametrize(
    ("changes", "kept", "passed", "reason"),
    [
        ({}, True, True, None),
        ({"throttles": 7}, True, True, None),
        ({"started": 99}, True, True, None),
        ({"started": 98}, False, False, "only 98 of 100"),
        ({"late_seconds": 0.2}, False, False, "200.0 ms late"),
        ({"intended": 0, "started": 0}, False, False, "no request was sent"),
        ({"finished": 0}, False, False, "1 of 1 generator processes did not finish"),
    ],
)
def test_verdicts(changes, kept, passed, reason):
    verdict = judge_run(judge_schedule(measured(**changes), 1, lateness_limit_seconds=0.05), {"a": ScenarioVerdict()})
    assert (verdict.kept, verdict.passed) == (kept, passed)
    assert bool(verdict.reasons) == (reason is not None)
    if reason:
        assert reason in verdict.reasons[0]


@pytest.mark.parametrize(
    ("elapsed_seconds", "late", "kept", "told"),
    [
        (8.0, 125, True, "p87.5"),  # all that fall due in a second
        (8.0, 126, False, "one request in 8"),
        (100.0, 10, True, "p99"),
        (100.0, 11, False, "one request in 100"),
        (0.5, 500, True, "p50"),
        (0.5, 501, False, "one request in 2"),
    ],
)
def test_one_stall_of_a_second_is_no_generator_that_falls_behind(elapsed_seconds, late, kept, told):
    made = Measurements(intended=1_000, started=1_000, elapsed_seconds=elapsed_seconds, finished=1)
    for number in range(1_000):
        made.lateness.record(0.2 if number < late else 0.001)
    reasons = judge_schedule(made, 1, lateness_limit_seconds=0.05)
    assert (not reasons) is kept
    assert told in (lateness_shown(made)[1] if kept else reasons[0])


def test_a_scenarios_failures_fail_the_run_and_are_told_apart_where_there_are_several():
    broken = ScenarioVerdict(failures=("it leaks",))
    assert judge_run((), {"a": broken}).reasons == ("it leaks",)
    verdict = judge_run((), {"a": broken, "b": ScenarioVerdict()}, thresholds=("p(99)<5: 9 ms",))
    assert (verdict.kept, verdict.passed) == (True, False)
    assert verdict.reasons == ("a: it leaks", "p(99)<5: 9 ms")


def summed(found, *failures):
    finding = Finding("one key took 90 % of the heat", {"share": 0.9})
    verdict = ScenarioVerdict((finding,), failures, ("8 s are few",))
    reasons = judge_run((), {"miyabi": verdict})
    told = {"passed": reasons.passed, "kept": True, "reasons": list(reasons.reasons)}
    return results.summary(SETTINGS, found, {**told, "scenarios": {"miyabi": verdict.to_json()}})


SETTINGS = {
    "scenario": "miyabi",
    "endpoint": "http://127.0.0.1:1",
    "rate": 10.0,
    "arrivals": "constant",
    "seed": 4,
    "processes": 1,
    "lateness_limit_ms": 50.0,
}


def test_a_saved_run_renders_again(tmp_path, capsys):
    folder = results.save(summed(measured(errors=2, throttles=3), "2 of 105 requests failed"), tmp_path)
    assert folder.name.startswith("run-")
    assert folder.name.endswith("-seed4")
    assert report.main([str(folder)]) == 1
    shown = capsys.readouterr().out
    for text in (
        "one key took 90 %",
        "less certain: 8 s are few",
        "AP2 repositories",
        "4.20",
        "ValidationException: [bad] request",
        "FAILED: 2 of 105 requests failed",
    ):
        assert text in shown
    assert shown.index("AP2") < shown.index("AP10")
    raw = json.loads((folder / "summary.json").read_text())
    assert raw["versions"]["python"]
    assert raw["measurements"]["patterns"]["AP2 repositories"]["from_intended"]["total"] == 1


def test_a_run_that_passed_says_so():
    console = Console(file=io.StringIO(), width=140)
    verdict = report.render(summed(measured()), console)
    assert verdict.passed
    assert "PASSED" in console.file.getvalue()
    assert "100 of 100 intended requests sent" in console.file.getvalue()


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"measurements": {}, "settings": {}}'])
def test_what_is_no_summary_is_told_in_one_line(tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "summary.json").write_text(content)
    assert report.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_same_fault_of_many_patterns_is_one_line():
    run = measured()
    for number in range(20):
        tally = run.tally(f"AP{number} read")
        tally.errors = {"ConnectionError": 100 + number}
        tally.sample("ConnectionError: Connection refused")
    console = Console(file=io.StringIO(), width=200)
    report.render(summed(run), console)
    lines = [line for line in console.file.getvalue().splitlines() if "onnection" in line]
    assert lines == [
        "errors: 2,190 × ConnectionError (AP19 read, AP18 read, AP17 read and 17 more)",
        "such as: ConnectionError: Connection refused (AP0 read, AP1 read, AP2 read and 17 more)",
    ]


def test_a_run_of_minutes_shows_each_with_lateness_and_memory():
    run = measured()
    for number in range(130):
        second = run.series.at(1_000.0 + number)
        second.started = 10
        second.lateness.record(0.002 if number < 60 else 0.02)
        second.latency.record(0.005)
    minutes = [{"memory_bytes": 50 * 2**20, "longest_pause_seconds": 0.004}]
    run.costs = {"0": {"cpu_seconds": 1.3, "elapsed_seconds": 130.0, "requests": 1_300, "minutes": minutes}}
    run.costs["0"] |= {"memory_start_bytes": 2**20, "memory_end_bytes": 2**21}
    run.costs["0"] |= {"longest_pause_seconds": 0.004, "longest_collection_seconds": 0.0}
    console = Console(file=io.StringIO(), width=200)
    report.render(summed(run), console)
    shown = console.file.getvalue()
    assert "1,000 µs of processor a request" in shown
    assert "1.3 s of processor, 1% of a core; memory 1 MB at first, 2 MB at the end" in shown
    (first, second, third) = [line.split() for line in shown[shown.index("minute by minute") :].splitlines()[2:5]]
    assert (first[0], first[1], first[5]) == ("1", "10", "50")
    assert float(first[3]) < 2.2 < 19 < float(second[3]) < 22
    assert third[5] == "-"
