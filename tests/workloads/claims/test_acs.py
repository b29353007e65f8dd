"""The checks of ACS: races that a check must be able to lose, limits that hold."""

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
