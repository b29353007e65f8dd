"""The checks of Natterbox: the transformer's fault, what throttles, what time to live keeps."""

import json

import pytest

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import UNTESTABLE
from dynarig.workloads.claims.natterbox.pipeline import EXAMPLE, change_of, transform_cdc_event
from dynarig.workloads.claims.register import all_checks
from dynarig.workloads.claims.run import choose, run


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def outcome(bench, id):
    return next(run(choose(ids=[id]), bench))


def test_every_claim_has_a_check_or_says_why_not():
    ids = {claim.id for claim in choose(["natterbox"]) if claim.kind != UNTESTABLE}
    assert ids <= all_checks().keys()


def test_the_documented_transformer_loses_the_entity():
    assert json.loads(transform_cdc_event(EXAMPLE)["Detail"])["entityId"] is None
    with_id = {**EXAMPLE, "data": {"id": 7}}
    assert json.loads(transform_cdc_event(with_id)["Detail"])["entityId"] == 7


def test_a_stream_record_becomes_the_documented_event():
    record = {"eventName": "MODIFY", "dynamodb": {"NewImage": {"k": {"S": "b"}}, "OldImage": {"k": {"S": "a"}}}}
    change = change_of(record, "users", 5, 0.0)
    assert change["metadata"]["operation"] == "update"
    assert (change["data"], change["before-image"]) == ({"k": "b"}, {"k": "a"})


def test_a_large_organization_throttles_and_its_shards_less(bench):
    shares = outcome(bench, "NBX-11").finding.evidence["by_shards"]
    assert shares["1"] > 2 * shares["10"] > 0


def test_time_to_live_is_late_and_never_early(bench):
    evidence = outcome(bench, "NBX-18").finding.evidence
    assert not any(evidence["early"].values())
    assert evidence["late"]["recordings"] > 0


@pytest.mark.peers
def test_the_pipeline_passes_what_the_rule_takes(bench):
    assert outcome(bench, "NBX-24").finding.verdict == "holds"
    found = outcome(bench, "NBX-01").finding
    assert all(each["delivered"] == each["produced"] > 0 for each in found.evidence.values())


def test_a_full_batch_misses_the_target_of_the_same_document(bench):
    found = outcome(bench, "NBX-08").finding
    assert (found.verdict, found.value, found.evidence["target_s"]) == ("contradicted", 6, 5)


def test_thresholds_of_seconds_are_held_against_modelled_milliseconds(bench):
    found = outcome(bench, "NBX-21").finding
    assert 2 < found.value < 100
    assert found.evidence["cdc_alert_s"] == 10
