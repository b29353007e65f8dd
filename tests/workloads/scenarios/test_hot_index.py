"""A hot index against the engine: it holds its table up and says so, shards of its key do not."""

import pytest

from dynarig.workloads.scenarios.hot_index import CASES, HotIndex
from tests.workloads.scenarios.driven import Driven, EngineClient


@pytest.mark.parametrize("case", CASES)
def test_a_hot_index_key_holds_up_the_tables_writes_and_shards_do_not(case):
    driven = Driven(HotIndex, case=case).run(2_500)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    (found,) = verdict.findings
    assert set(found.figures["reasons"]) == {"IndexWriteKeyRangeThroughputExceeded"}
    assert found.figures["plain_per_second"] < 0.75 * found.figures["asked_per_second"]
    assert found.figures["sharded_per_second"] > 0.95 * found.figures["asked_per_second"]
    assert found.figures["index"]["key"] == CASES[case].hot
    assert found.figures["index"]["share"] > 0.9


def test_a_buffer_that_is_not_full_throttles_nothing_and_is_doubted():
    verdict = Driven(HotIndex, EngineClient(capacity="enforce")).run(600).verify()
    assert verdict.passed
    assert "nothing was throttled" in verdict.doubts[0]


class Faulty(EngineClient):
    """Turns the pages of an index round, or counts one entry less there."""

    faulty = False

    def call(self, operation, request):
        response = super().call(operation, request)
        if self.faulty and "IndexName" in request:
            response.get("Items", []).reverse()
            response["Count"] -= operation == "Scan"
        return response


def test_an_index_out_of_order_or_without_an_entry_is_told():
    client = Faulty(capacity="enforce")
    driven = Driven(HotIndex, client).run(400)
    client.faulty = True
    failures = driven.run(200).verify().failures
    assert any("requests failed" in each for each in failures)
    assert any("its index" in each for each in failures)
