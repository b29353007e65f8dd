"""A stream's consumer against the engine: once, in order, all of it; and each way of not being so is noticed."""

import pytest

from dynarig.workloads.scenarios.stream_consumer import RECORDS, WRITE, StreamConsumer, _parents_first
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_each_change_arrives_once_and_in_order():
    driven = Driven(StreamConsumer, keys=20).run(1_500)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    figures = verdict.findings[0].figures
    assert figures["records"] == driven.measured.patterns[WRITE].succeeded
    assert figures["seen"] > 0.9 * figures["records"]
    assert 0 < figures["late_p50_ms"] < figures["late_p99_ms"] < 1_000


def test_the_other_processes_only_write():
    driven = Driven(StreamConsumer, changes={"process": 1, "processes": 2}).run(200)
    verdict = driven.verify()
    assert verdict.passed
    assert set(driven.measured.patterns) == {WRITE}
    assert "read no record" in verdict.doubts[0]


def test_a_child_is_read_after_its_parent():
    shards = [{"ShardId": "b", "ParentShardId": "a"}, {"ShardId": "a", "ParentShardId": "gone"}, {"ShardId": "c"}]
    assert [each["ShardId"] for each in _parents_first(shards)] == ["a", "c", "b"]
    scenario = Driven(StreamConsumer).loading
    listed = scenario.next(0.0)
    scenario.answered(listed, {"StreamDescription": {"Shards": shards}}, 0.0)
    asked = [scenario.next(0.1).request.get("ShardId") for _ in range(3)]
    assert asked == ["a", "c", None]  # then a write


class Faulty(EngineClient):
    """Shows a page's first record twice, leaves it out, or turns the page round."""

    faulty = ""

    def call(self, operation, request):
        response = super().call(operation, request)
        if operation == "GetRecords" and len(response["Records"]) > 2:
            records = response["Records"]
            if self.faulty == "twice":
                records.insert(0, records[0])
            elif self.faulty == "lost":
                del records[0]
            elif self.faulty == "turned":
                records.reverse()
        return response


@pytest.mark.parametrize("faulty", ["twice", "lost", "turned"])
def test_records_that_are_not_as_they_were_written_are_noticed(faulty):
    client = Faulty()
    driven = Driven(StreamConsumer, client, keys=3)
    client.faulty = faulty
    verdict = driven.run(400).verify()
    assert any("version" in each for each in verdict.failures)
    assert driven.measured.patterns[RECORDS].wrong > 0


def test_a_record_without_its_image_is_a_wrong_answer():
    driven = Driven(StreamConsumer)
    record = {"dynamodb": {"Keys": {"id": {"S": f"{driven.prepared['run']}-000-00001"}}, "NewImage": {}}}
    assert "without the version" in driven.loading._taken(record, 1.0)
