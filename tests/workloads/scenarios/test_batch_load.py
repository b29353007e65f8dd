"""Batches against the engine: what comes back is sent again, and all that was taken is there."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.scenarios.batch_load import AGAIN, TABLE, BatchLoad
from dynarig.workloads.scenarios.counted import pages
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_what_comes_back_is_sent_again_until_it_is_taken():
    driven = Driven(BatchLoad, times=2.0).run(600)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    figures = verdict.findings[0].figures
    assert figures["in_part"] > 50
    assert figures["sent_again"] > 500
    assert driven.measured.patterns[AGAIN].requests > 50
    stored = sum(page["Count"] for page in pages(driven.target, "Scan", {"TableName": TABLE, "Select": "COUNT"}))
    assert stored / 6 == pytest.approx(figures["items_per_second"], rel=0.01)


def test_what_is_sent_again_waits_twice_as_long_each_time():
    scenario = Driven(BatchLoad).loading
    step = scenario.next(0.0)
    puts = step.request["RequestItems"][TABLE]
    scenario.answered(step, {"UnprocessedItems": {TABLE: puts[:3]}}, 1.0)
    again = scenario.next(1.05)
    assert (again.pattern, again.request["RequestItems"][TABLE]) == (AGAIN, puts[:3])
    scenario.failed(again, DynamoDBError("ThrottlingException", ""), 2.0)
    at, _, pause, waiting = scenario._waiting[0]
    assert (pause, waiting) == (0.1, puts[:3])
    assert 2.0 <= at <= 2.1


class Losing(EngineClient):
    """Acknowledges batches that it has not written."""

    lost = False

    def call(self, operation, request):
        if self.lost and operation == "BatchWriteItem":
            return {}
        return super().call(operation, request)


def test_items_that_are_not_there_are_told():
    client = Losing()
    driven = Driven(BatchLoad, client).run(20)
    client.lost = True
    failures = driven.run(5).verify().failures
    assert any("500 found after 625" in each for each in failures)


def test_a_batch_has_25_items_at_most():
    with pytest.raises(ValueError, match="at most 25"):
        Driven(BatchLoad, items=26)
