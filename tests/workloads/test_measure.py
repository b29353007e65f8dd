"""Tallies, notes and whole measurements: merging, and JSON there and back."""

import json

from dynarig.workloads.measure import Measurements, Notes, Tally


def measured(pattern, ms, error=None):
    made = Measurements(intended=3, started=2, elapsed_seconds=ms)
    tally = made.tally(pattern)
    tally.succeeded = 1
    tally.throttles = {"ThrottlingException": 2}
    tally.read_units = 0.5
    if error:
        tally.errors = {error: 1}
        tally.sample(error)
    tally.from_intended.record(ms / 1e3)
    made.lateness.record(0.001)
    made.notes["hot-key"] = notes = Notes()
    notes.count("drifted", 2)
    notes.record("lag", 0.25)
    second = made.series.at(1_000.5)
    second.started = 3
    second.throttles = {"ThrottlingException": 2}
    second.latency.record(ms / 1e3)
    return made


def test_measurements_of_processes_add_up():
    run = measured("AP1", 5)
    run.merge(measured("AP1", 7, error="Timeout"))
    run.merge(measured("AP2", 6))
    assert (run.intended, run.started, run.elapsed_seconds) == (9, 6, 7)
    first = run.patterns["AP1"]
    assert (first.requests, first.failed, first.throttled, first.read_units) == (7, 1, 4, 1.0)
    assert first.samples == ["Timeout"]
    total = run.total()
    assert total.requests == 10
    assert total.from_intended.total == 3
    notes = run.notes["hot-key"]
    assert (notes.counts["drifted"], notes.duration("lag").total, notes.duration("none").total) == (6, 3, 0)
    second = run.series.seconds[1_000]
    assert (second.started, second.throttles, second.latency.total) == (9, {"ThrottlingException": 6}, 3)
    assert run.patterns["AP1"].requests == 7  # adding up leaves the parts alone
    assert Measurements.from_json(json.loads(json.dumps(run.to_json()))).to_json() == run.to_json()


def test_few_samples_are_kept():
    tally = Tally()
    for number in range(100):
        tally.sample(str(number))
    assert tally.samples == ["0", "1", "2", "3", "4"]
