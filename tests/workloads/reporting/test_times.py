"""The three times of a run: each by operation, with where it comes from, and none made up."""

from __future__ import annotations

from typing import Any

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.measure import Measurements
from dynarig.workloads.reporting.times import times_of


def measured(*, told: bool = False) -> Measurements:
    """Two patterns of one operation and one of another. told: each answer tells its times."""
    made = Measurements()
    for label, operation in (("read a", "GetItem"), ("read b", "GetItem"), ("list", "Query")):
        tally = made.tally(label)
        tally.operation = operation
        tally.from_intended.record(0.004)
        if told:
            tally.service.record(0.0001)
            tally.modelled.record(0.003)
    return made


def latency(time: str) -> dict[str, Any]:
    """What a server tells of a run: more operations than the load has."""
    histogram = Histogram()
    histogram.record_many(200, 4)
    names = ("GetItem", "Query", "Scan")
    return {"latency": {"time": time, "operations": dict.fromkeys(names, histogram.to_json())}}


def test_service_time_from_the_servers_metrics() -> None:
    times = times_of(measured(), latency("service"))
    assert [each.operation for each in times.operations] == ["GetItem", "Query"]
    get = times.operations[0]
    assert (get.service.total, get.client.total, get.modelled.total) == (4, 2, 0)
    assert get.service.percentile(99.0) == 0.0002
    assert "metrics" in times.sources["service"]
    assert "--latency service" in times.sources["modelled"]


def test_both_times_from_the_answers() -> None:
    times = times_of(measured(told=True), latency("modelled"))
    get = times.operations[0]
    assert (get.service.total, get.modelled.total) == (2, 2)
    assert get.modelled.percentile(50.0) == 0.003
    assert "each answer" in times.sources["service"]
    assert "each answer" in times.sources["modelled"]


def test_modelled_time_from_the_metrics_where_the_client_reads_no_headers() -> None:
    times = times_of(measured(), latency("modelled"))
    assert times.total("modelled").total == 8
    assert times.total("service").total == 0
    assert "does not tell" in times.sources["service"]


def test_a_target_that_tells_nothing_is_said_not_to() -> None:
    times = times_of(measured(), {})
    assert times.total("client").total == 3
    assert "does not tell" in times.sources["service"]
    assert "does not tell" in times.sources["modelled"]


def test_a_run_of_old_is_one_operation() -> None:
    made = measured()
    for tally in made.patterns.values():
        tally.operation = ""
    assert [each.operation for each in times_of(made, latency("service")).operations] == ["all"]
