"""A migration against the engine: the drift is what was left out and not copied, and the repair finds it all."""

import pytest

from dynarig.workloads.scenarios.migration import COPY, NEW, Migration
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_the_drift_is_known_and_repaired():
    driven = Driven(Migration, items=200, failures=0.2).run(1_500)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    figures = verdict.findings[0].figures
    assert figures["left_out"] > 50
    assert 0 < figures["drift"] <= figures["left_out"] + figures["absent"]
    assert figures["repaired"] == figures["drift"]
    assert figures["left"] == 0
    assert figures["stale_reads"] > 0


def test_without_failures_only_what_is_not_copied_yet_differs():
    driven = Driven(Migration, items=100, failures=0.0).run(1_500)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    assert verdict.findings[0].figures["drift"] <= 1  # a dual write may be between its halves
    assert "no second write was left out" in verdict.doubts[0]
    assert driven.measured.patterns[COPY].succeeded + driven.measured.patterns[COPY].refused == 100


class Faulty(EngineClient):
    """Acknowledges writes to the new table without doing them, or loses the repair's batches."""

    faulty = ""

    def call(self, operation, request):
        if operation == self.faulty == "PutItem" and request["TableName"] == NEW:
            return {}
        if operation == self.faulty == "BatchWriteItem":
            return {}
        return super().call(operation, request)


@pytest.mark.parametrize(
    ("faulty", "said"), [("PutItem", "are known to"), ("BatchWriteItem", "differ after the repair")]
)
def test_a_drift_that_nobody_knows_and_a_repair_that_did_nothing_are_told(faulty, said):
    client = Faulty()
    driven = Driven(Migration, client, items=100, failures=0.2).run(300)
    client.faulty = faulty
    assert any(said in each for each in driven.run(100).verify().failures)
