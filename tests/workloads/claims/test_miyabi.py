"""The checks of Miyabi: the month's bill of the real mix, alarms by the clock, what must hold together."""

from types import SimpleNamespace

import pytest

from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.claim import UNTESTABLE
from dynarig.workloads.claims.loads import read
from dynarig.workloads.claims.miyabi import cost, load, traffic
from dynarig.workloads.claims.register import all_checks
from dynarig.workloads.claims.run import choose, run


@pytest.fixture(scope="module")
def bench():
    with Bench(Options(scale=0.02)) as made:
        made.once("miyabi traffic", lambda: traffic.send(made, 1_500, 100.0))
        yield made


def outcome(bench, id):
    return next(run(choose(ids=[id]), bench))


def test_every_claim_has_a_check_or_says_why_not():
    ids = {claim.id for claim in choose(["miyabi"]) if claim.kind != UNTESTABLE}
    assert ids <= all_checks().keys()


def test_the_mix_is_answered_right_and_reads_are_two_thirds(bench):
    sent = traffic.of_bench(bench)
    assert sent.wrong == []
    assert not sent.throttles
    assert sent.requests["read"] / sum(sent.requests.values()) == pytest.approx(2 / 3, abs=0.05)


def test_the_bill_is_units_times_prices():
    sent = traffic.Traffic()
    sent.requests.update({"read": 10, "write": 10})
    sent.units.update({("read", "table"): 5, ("write", "table"): 20, ("write", "GSI1"): 10})
    sent.table_bytes, sent.index_bytes = 100, {"GSI1": 50}
    bill = cost.month(sent)
    assert bill.reads == pytest.approx(1_000_000 * 0.5 * 0.1425e-6)
    assert bill.writes == pytest.approx(500_000 * 2 * 0.715e-6)
    assert bill.index_writes == {"GSI1": pytest.approx(500_000 * 1 * 0.715e-6)}
    assert bill.index_storage == {"GSI1": pytest.approx(bill.storage / 2)}
    assert bill.total == pytest.approx(bill.table + bill.indexes)
    assert cost.month(sent, "2024-10-31").reads == pytest.approx(1_000_000 * 0.5 * 0.2854e-6)


def test_the_throttling_alarm_cannot_fire(bench):
    evidence = outcome(bench, "MYB-18").finding.evidence
    throttled, malformed = evidence["throttling"], evidence["malformed"]
    assert throttled["states"]["miyabi-dynamodb-throttle-production"] == "INSUFFICIENT_DATA"
    assert throttled["states"]["WriteThrottleEvents"] == "ALARM"
    assert (throttled["UserErrors"], malformed["ThrottledRequests"]) == (0, 0)
    assert malformed["states"]["account's UserErrors"] == "ALARM"


def test_two_periods_are_later_than_one(bench):
    fired = outcome(bench, "MYB-19").finding.evidence
    assert fired["two periods"] == fired["one period"] + 5


@pytest.mark.parametrize("id", ["MYB-34", "MYB-40", "MYB-42", "MYB-43", "MYB-44"])
def test_what_must_hold_together_agrees(bench, id):
    assert outcome(bench, id).agrees


def test_a_load_s_summary_is_summed_over_patterns():
    latency = {"unit": "us", "total": 2, "sum": 30, "min": 10, "max": 20, "buckets": [10, 20], "counts": [1, 1]}
    tally = {
        "wrong": 1,
        "errors": {"a": 2},
        "throttles": {"b": 3},
        "read_units": 10.0,
        "write_units": 20.0,
        "from_intended": latency,
        "service": latency,
    }
    measured = {"patterns": {"x": tally, "y": tally}, "elapsed_seconds": 2.0, "intended": 10, "started": 8}
    loaded = read({"measurements": measured}, {"GetItem": {"p50": 0.1, "p99": 0.3}, "Query": {"p50": 0.2, "p99": 0.5}})
    assert (loaded.rate, loaded.failed, loaded.throttled) == (4.0, 6, 6)
    assert (loaded.read_units_a_second, loaded.write_units_a_second) == (10.0, 20.0)
    assert loaded.client.total == 4
    assert loaded.service_p99_ms == 0.5


def test_one_table_saves_provisioned_capacity_alone(bench):
    found = outcome(bench, "MYB-01").finding
    assert (found.verdict, found.evidence["one_table"]) == ("fails", found.evidence["many_tables"])
    one, many = found.evidence["busiest_day"]
    assert 0 < one < many


def test_reads_of_the_cache_are_a_share_of_reads(bench):
    found = outcome(bench, "MYB-30").finding
    assert found.value == found.evidence["hits"] / found.evidence["reads"] > 0.99


def test_objects_without_an_item_are_found_by_a_scan(bench):
    assert 5 < outcome(bench, "MYB-32").finding.evidence["orphans"] < 50


def test_an_operation_above_the_latency_alarm_is_not_passed_over(bench, monkeypatch):
    p99 = {"GetItem": 10.0, "TransactWriteItems": 86.0}
    client = {"client_ms": {"p99": 2.0}}
    shared = SimpleNamespace(to_json=lambda: client, service_p99_ms=1.0, rate=1_000.0)
    monkeypatch.setattr(load, "load_of_bench", lambda bench: shared)
    monkeypatch.setattr(load, "_modelled_p99", lambda bench: p99)
    found = outcome(bench, "MYB-20")
    assert (found.finding.verdict, found.finding.evidence["above"]) == ("partly", ["TransactWriteItems"])
    assert "TransactWriteItems" in found.finding.disagreement
    p99["TransactWriteItems"] = 40.0
    assert outcome(bench, "MYB-20").finding.verdict == "holds"


def test_alarms_tell_a_share_by_metric_maths_and_not_by_the_count(bench):
    found = outcome(bench, "MYB-21").finding
    assert {share: state["by_math"] for share, state in found.evidence.items()} == {
        "0.005": "OK",
        "0.01": "OK",
        "0.02": "ALARM",
    }
    assert found.evidence["0.005"]["by_count"] == "ALARM"
    assert (found.verdict, found.value) == ("partly", 1)


@pytest.mark.peers
def test_a_mock_answers_the_patterns_and_throttles_nothing(bench):
    found = outcome(bench, "MYB-36").finding
    assert (found.verdict, found.evidence["wrong"], found.evidence["throttled"]["moto"]) == ("holds", [], 0)
    assert found.evidence["throttled"]["emulator"] > 0


@pytest.mark.peers
def test_the_mock_is_freshly_seeded_where_the_estate_stands_on_it_too():
    with Bench(Options(backend="moto", scale=0.02)) as on_moto:
        on_moto.estate("miyabi")
        assert outcome(on_moto, "MYB-36").finding.evidence["wrong"] == []
