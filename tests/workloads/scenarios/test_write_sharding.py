"""Write sharding against the engine: the shards let through what one key does not, and every event is there."""

import pytest

from dynarig.workloads.scenarios.write_sharding import PLAIN, SHARDED, WriteSharding
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_shards_let_through_what_one_key_does_not_and_cost_reads():
    driven = Driven(WriteSharding).run(3_000)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    writes, reads = verdict.findings
    asked, plain = writes.figures["asked_per_second"], writes.figures["plain_per_second"]
    assert plain == pytest.approx(asked / 2, rel=0.15)
    assert writes.figures["sharded_per_second"] > 1.6 * plain
    assert set(writes.figures["reasons"]) == {"TableWriteKeyRangeThroughputExceeded"}
    assert writes.figures["partition"]["key"].startswith("USER#")
    assert reads.figures["sharded_read_units"] == pytest.approx(10 * reads.figures["plain_read_units"], rel=0.5)
    assert "10 queries" in reads.text


def test_a_read_over_shards_asks_each_and_ends_with_the_last():
    driven = Driven(WriteSharding, shards=3, reads=1.0)
    steps = [driven.loading.next(0.0) for _ in range(40)]
    asked = [step.request["ExpressionAttributeValues"][":key"]["S"] for step in steps]
    first = next(place for place, key in enumerate(asked) if key.count("#") == 2)
    assert [key.rpartition("#")[2] for key in asked[first : first + 3]] == ["0", "1", "2"]
    for ended, step in enumerate(steps[first : first + 3], start=1):
        assert not driven.loading.notes.duration("gathered").total
        driven.loading.answered(step, {"Items": []}, float(ended))
    assert driven.loading.notes.duration("gathered").percentile(50.0) == pytest.approx(3.0, rel=0.02)  # the slowest


class Faulty(EngineClient):
    """Loses a write, or turns a page round."""

    faulty = ""

    def call(self, operation, request):
        if operation == self.faulty == "PutItem":
            return {}
        response = super().call(operation, request)
        if operation == self.faulty == "Query" and "Items" in response:
            response["Items"].reverse()
        return response


@pytest.mark.parametrize("faulty", ["PutItem", "Query"])
def test_lost_writes_and_pages_out_of_order_are_told(faulty):
    client = Faulty(capacity="enforce")
    driven = Driven(WriteSharding, client).run(500)
    client.faulty = faulty
    driven.run(100)
    failures = driven.verify().failures
    assert failures
    if faulty == "PutItem":
        assert any(PLAIN in each for each in failures)
        assert any(SHARDED in each for each in failures)
