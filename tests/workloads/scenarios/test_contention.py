"""Contention against the engine: who loses is counted, and what was acknowledged adds up."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.scenarios.contention import COUNT, JOIN, LOCK, Contention
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_what_was_acknowledged_adds_up_and_races_are_lost():
    driven = Driven(Contention).run(2_000)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    assert "adds up" in verdict.findings[0].text
    assert verdict.findings[1].figures["units"] == pytest.approx(6.0, rel=0.1)
    assert driven.measured.patterns[COUNT].succeeded > 300


def test_of_two_updates_of_one_version_the_second_loses():
    driven = Driven(Contention, documents=1)
    scenario = driven.loading
    scenario._updates.extend([(0, "0"), (0, "0")])
    verdict = driven.run(20).verify()
    assert verdict.passed, verdict.failures
    assert verdict.findings[0].figures["lost"] == 1
    assert driven.measured.patterns[LOCK].refusals == {"ConditionalCheckFailedException": 1}


def test_transactions_that_overlap_are_cancelled_with_their_reason():
    client = EngineClient(transaction_seconds=0.05)
    verdict = Driven(Contention, client, organizations=1).run(600).verify()
    assert verdict.passed, verdict.failures
    assert verdict.findings[0].figures["reasons"].keys() == {"TransactionConflict"}
    assert verdict.findings[0].figures["cancelled"] > 20


class Faulty(EngineClient):
    """Acknowledges a write of one kind without doing it, or does it and says that it was refused."""

    faulty = ""

    def call(self, operation, request):
        if operation == self.faulty == "TransactWriteItems":
            return {}
        response = super().call(operation, request)
        if operation == self.faulty == "UpdateItem":
            raise DynamoDBError("ConditionalCheckFailedException", "")
        return response


@pytest.mark.parametrize(("faulty", "what"), [("TransactWriteItems", "members"), ("UpdateItem", "updates")])
def test_sums_that_do_not_add_up_are_told(faulty, what):
    client = Faulty()
    driven = Driven(Contention, client).run(200)
    client.faulty = faulty
    failures = driven.run(200).verify().failures
    assert any(what in each for each in failures)
    assert JOIN in driven.measured.patterns
