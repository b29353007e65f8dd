"""The checks of callytics answer as measured; where a check could be fooled, a changed world changes its verdict."""

import pytest

from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.claim import UNTESTABLE
from dynarig.workloads.claims.register import all_checks
from dynarig.workloads.claims.run import choose, run


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def outcome(bench, id):
    return next(run(choose(ids=[id]), bench))


def test_write_amplification_is_counted_by_index(bench):
    ratios = outcome(bench, "CAL-05").finding.evidence["write_units_over_the_table_s"]
    new = {int(name.split()[3]): ratio for name, ratio in ratios.items() if name.startswith("new")}
    assert new == {held: held + 1 for held in new}
    assert {0, 8, 11} <= new.keys()
    assert (ratios["update of a non-key attribute"], ratios["update of callStartTime"]) == (12, 21)
    assert (ratios["identical overwrite"], ratios["delete"]) == (1, 12)


def test_the_legacy_week_is_one_scan(bench):
    found = [outcome(bench, id).finding for id in ("CAL-16", "CAL-21", "CAL-22")]
    assert [round(each.value, 1) for each in found] == [15.0, 3468.5, 8861.5]


def test_a_finding_follows_what_is_measured(bench, monkeypatch):
    lost = {name: each for name, each in bench.definitions("callytics", "prod").items() if name != "call-events"}
    monkeypatch.setattr(Bench, "definitions", lambda self, system, stage=None: lost)
    assert outcome(bench, "CAL-03").finding.measured.startswith("25 + ")
    assert outcome(bench, "CAL-03").finding.verdict == "fails"


def test_every_claim_has_a_check_or_says_why_not():
    ids = {claim.id for claim in choose(["callytics"]) if claim.kind != UNTESTABLE}
    assert ids <= all_checks().keys()


def test_one_minute_tells_a_scan_from_callers_of_the_same_sum(bench):
    evidence = outcome(bench, "CAL-23").finding.evidence
    assert len(evidence["scan_by_minute"]) == 1
    assert evidence["spread"]["units"] == 8_819
    assert evidence["spread"]["busiest"] == 1
    assert evidence["spread"]["minutes"] > 8_000


def test_personal_data_is_found_by_value_at_any_depth(bench):
    personal = outcome(bench, "CAL-40").finding.evidence["personal"]
    assert {"call-events", "CallAnalysisMetadata", "orangetheory-PhoneNumbers-prod"} <= set(personal)
    assert len(personal) == 8


def test_tables_of_others_in_the_same_region_are_no_evidence():
    with Bench(Options(scale=0.02)) as bench:
        foreign = {
            "TableName": "somebody-else",
            "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
            "Tags": [{"Key": "k", "Value": "v"}],
        }
        bench.estate("callytics", "prod").call("CreateTable", foreign)
        assert "somebody-else" not in bench.tables("callytics", "prod")
        for id in ("CAL-01", "CAL-04", "CAL-39", "CAL-41", "CAL-43"):
            found = outcome(bench, id)
            assert found.agrees, id
            assert "somebody-else" not in found.finding.measured
