"""The checks of Miyabi: the month's bill of the real mix, alarms by the clock, what must hold together."""

import pytest

from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.claim import UNTESTABLE
from dynarig.workloads.claims.loads import read
from dynarig.workloads.claims.miyabi import cost, traffic
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
    load = read({"measurements": measured}, {"GetItem": {"p50": 0.1, "p99": 0.3}, "Query": {"p50": 0.2, "p99": 0.5}})
    assert (load.rate, load.failed, load.throttled) == (4.0, 6, 6)
    assert (load.read_units_a_second, load.write_units_a_second) == (10.0, 20.0)
    assert load.client.total == 4
    assert load.service_p99_ms == 0.5
