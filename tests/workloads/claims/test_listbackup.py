"""The checks of ListBackup: what throttles in virtual time, and what does not."""

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
    ids = {claim.id for claim in choose(["listbackup"]) if claim.kind != UNTESTABLE}
    assert ids <= all_checks().keys()


def test_the_index_by_status_holds_its_table_s_writes_back(bench):
    evidence = outcome(bench, "LBK-05").finding.evidence
    assert evidence["one_status"]["reasons"].keys() == {"IndexWriteKeyRangeThroughputExceeded"}
    assert evidence["one_status"]["accepted_by_second"][0] == 40  # the buffer takes them for a while
    assert evidence["ten_shards"]["refused"] == 0


def test_redundant_indexes_are_named(bench):
    found = outcome(bench, "LBK-25").finding
    assert found.evidence["redundant"] == ["jobs.AccountIndex", "tags.AccountIndex", "platform-sources.PlatformIndex"]


def test_items_obey_their_own_ttl(bench):
    assert outcome(bench, "LBK-09").finding.evidence == {"after_8_days": 50, "after_39_days": 50}


def test_a_steady_load_is_cheaper_provisioned_and_no_table_is(bench, monkeypatch):
    found = outcome(bench, "LBK-20").finding
    assert found.evidence["on_demand_usd"] == pytest.approx(100 * 730 * 3600 * 0.625e-6)
    assert found.evidence["provisioned_usd"] == pytest.approx(100 / 0.7 * 730 * 0.00065)
    assert found.verdict == "partly"
    tables = bench.definitions("listbackup")
    name, first = next(iter(tables.items()))
    tables[name] = replace(first, create={**first.create, "BillingMode": "PROVISIONED"})
    monkeypatch.setattr(bench, "definitions", lambda system: tables)
    assert outcome(bench, "LBK-20").finding.verdict == "holds"
