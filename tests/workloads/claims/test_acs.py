"""The checks of ACS: races that a check must be able to lose, limits that hold."""

from dataclasses import replace

import pytest

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import UNTESTABLE
from dynarig.workloads.claims.register import all_checks
from dynarig.workloads.claims.run import choose, run


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def outcome(bench, id):
    return next(run(choose(ids=[id]), bench))


def test_every_claim_has_a_check_or_says_why_not():
    ids = {claim.id for claim in choose(["acs"]) if claim.kind != UNTESTABLE}
    assert ids <= all_checks().keys()


def test_only_a_conditional_update_keeps_the_limit(bench):
    evidence = outcome(bench, "ACS-13").finding.evidence
    assert evidence["conditional"] == 100
    assert evidence["read_then_write"] > 100


def test_only_a_counter_in_the_transaction_keeps_the_members(bench):
    assert outcome(bench, "ACS-32").finding.evidence == {"transaction": 100, "cancelled": 30, "count_first": 120}


def test_a_projection_expression_saves_no_units(bench):
    evidence = outcome(bench, "ACS-24").finding.evidence
    assert evidence["whole"] == evidence["projected"] > evidence["keys_only"]


def test_pages_lose_and_double_nothing(bench):
    assert [outcome(bench, id).finding.verdict for id in ("ACS-12", "ACS-26")] == ["partly", "holds"]


def test_an_example_is_refuted_by_seeded_items_that_do_not_add_up(bench, monkeypatch):
    assert [outcome(bench, id).finding.verdict for id in ("ACS-16", "ACS-17")] == ["not testable here"] * 2
    call = {name: {"N": "1"} for name in ("prompt_tokens", "response_tokens", "total_tokens")}
    item = {"conversation_id": {"S": "c"}, **call}
    monkeypatch.setattr(bench, "items", lambda system, table: iter([item]))
    assert outcome(bench, "ACS-16").finding.verdict == "fails"


def test_alarms_fire_on_throttles_and_errors_and_on_no_backup(bench):
    found = outcome(bench, "ACS-23").finding
    assert (sorted(found.evidence["fired"]), found.evidence["metrics_of_backups"], found.verdict) == (
        ["UserErrors", "WriteThrottleEvents"],
        [],
        "partly",
    )


def test_auto_scaling_needs_provisioned_tables(bench, monkeypatch):
    assert outcome(bench, "ACS-28").finding.verdict == "fails"
    tables = {
        name: replace(each, create={**each.create, "BillingMode": "PROVISIONED"})
        for name, each in bench.definitions("acs").items()
    }
    monkeypatch.setattr(bench, "definitions", lambda system: tables)
    assert outcome(bench, "ACS-28").finding.verdict == "holds"


def test_no_metric_tells_a_size(bench):
    found = outcome(bench, "ACS-21").finding
    assert (found.verdict, found.value) == ("fails", 0)
    assert "ConsumedWriteCapacityUnits" in found.evidence["metrics"]
