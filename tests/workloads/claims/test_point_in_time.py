"""Statements on recovery: what is restored is compared with the log of writes, and a restore that errs is found out."""

import pytest

from dynarig.emulator.storage.past_items import PastItems
from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.claims.point_in_time import recover
from dynarig.workloads.claims.run import choose, run


@pytest.fixture
def bench():
    with Bench(Options(scale=0.02)) as made:
        yield made


def outcome(bench, id):
    return next(run(choose(ids=[id]), bench)).finding


def _recovered(bench, seconds=8):
    return recover(bench, "us-east-1", bench.definitions("acs")["acsd2p-dev-Organizations"], seconds)


def test_every_second_of_the_window_comes_back(bench):
    found = _recovered(bench)
    assert (found.window_days, found.restored, found.differ, found.carried) == (35, 8, [], [])
    assert found.is_right


def test_a_restore_that_errs_is_found_out(bench, monkeypatch):
    monkeypatch.setattr(PastItems, "_undo", lambda self, entries: None)
    found = _recovered(bench)
    assert len(found.differ) >= 4  # those within bursts
    assert not found.is_right


def test_five_minutes_are_lost_and_no_longer_with_another_setting(bench, monkeypatch):
    assert outcome(bench, "MYB-14").value == 5
    virtual = Bench.virtual
    monkeypatch.setattr(Bench, "virtual", lambda self, region: virtual(self, region, pitr_latest_seconds=301.0))
    assert outcome(bench, "MYB-14").verdict == "fails"


@pytest.mark.parametrize("id", ["CAL-33", "MYB-41", "ACS-34"])
def test_backups_and_unprotected_tables(bench, id):
    assert outcome(bench, id).verdict == "holds"


def test_a_protected_test_table_is_named(bench, monkeypatch):
    definitions = dict(bench.definitions("callytics", "test"))
    name = "studio-Cache-test"
    protected = bench.definitions("callytics", "prod")["orangetheory-PhoneNumbers-prod"]
    create = {**protected.create, "TableName": name}
    definitions[name] = type(protected)(protected.logical_id, protected.region, create, recovery_period_days=35)
    monkeypatch.setattr(Bench, "definitions", lambda self, system, stage=None: definitions)
    found = outcome(bench, "CAL-33")
    assert found.verdict == "fails"
    assert (found.evidence["protected"], found.evidence["restored"], found.evidence["kept"]) == ([name],) * 3
