"""DynamoDB Streams by request: what is refused with which text, paging, iterators, retention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.operations.streams.stream_world import NOW, World

DAY = 86_400
# Requests that the member constraints and the rules of iterators refuse; $arn and the like stand for the fixture's.
REFUSALS = orjson.loads((Path(__file__).parent.parent.parent / "cases" / "streams" / "refusals.json").read_bytes())
SHARD = "shardId-00000001795252200123-00000000"


def number_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


class Readable:
    """A world with one table of one shard and three records."""

    def __init__(self) -> None:
        self.world = World()
        self.table = self.world.table("Music")
        assert self.table.stream is not None
        self.stream = self.table.stream
        self.arn = self.stream.arn
        (self.shard_id,) = self.stream.shards
        for count in range(3):
            self.world.put(self.table, "a", count)
        self.numbers = [number_of(record) for record in self.world.records(self.arn, self.shard_id)]

    def refusal(self, **changed: Any) -> tuple[str, str | None]:
        """The refusal of GetShardIterator with these members changed; None takes one out."""
        request = {"StreamArn": self.arn, "ShardId": self.shard_id, "ShardIteratorType": "TRIM_HORIZON", **changed}
        return self.world.refusal("GetShardIterator", **request)


@pytest.fixture
def readable() -> Readable:
    return Readable()


# ---- GetShardIterator


def test_iterator_types(readable: Readable) -> None:
    world, arn, shard_id, numbers = readable.world, readable.arn, readable.shard_id, readable.numbers

    def read(kind: str, **request: Any) -> list[str]:
        return [number_of(record) for record in world.records(arn, shard_id, kind, **request)]

    assert read("TRIM_HORIZON") == numbers
    assert read("AT_SEQUENCE_NUMBER", SequenceNumber=numbers[1]) == numbers[1:]
    assert read("AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[1]) == numbers[2:]
    assert read("AT_SEQUENCE_NUMBER", SequenceNumber="+" + numbers[2]) == numbers[2:]
    assert read("AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[2]) == []
    start = world.shards(arn)[0]["SequenceNumberRange"]["StartingSequenceNumber"]
    assert read("AT_SEQUENCE_NUMBER", SequenceNumber=start) == numbers
    assert read("AFTER_SEQUENCE_NUMBER", SequenceNumber=start) == numbers
    assert read("LATEST") == []


def test_latest_sees_only_what_comes_later(readable: Readable) -> None:
    iterator = readable.world.iterator(readable.arn, readable.shard_id, "LATEST")
    readable.world.put(readable.table, "later")
    (record,) = readable.world.call("GetRecords", ShardIterator=iterator)["Records"]
    assert record["dynamodb"]["Keys"]["pk"] == {"S": "later"}


def test_at_timestamp(readable: Readable) -> None:
    world, arn, shard_id = readable.world, readable.arn, readable.shard_id
    world.advance(10)
    world.put(readable.table, "b")
    for instant, count in ((NOW - 5, 4), (NOW + 1, 1), (NOW + 10, 1)):
        assert len(world.records(arn, shard_id, "AT_TIMESTAMP", Timestamp=instant)) == count
    world.advance(5)
    iterator = world.iterator(arn, shard_id, "AT_TIMESTAMP", Timestamp=world.now)
    world.put(readable.table, "c")
    assert len(world.call("GetRecords", ShardIterator=iterator)["Records"]) == 1


def test_unknown_streams_and_shards(readable: Readable) -> None:
    missing = readable.arn[:-3] + "999"
    text = f"Requested resource not found: Stream: {missing}"
    assert readable.refusal(StreamArn=missing) == ("ResourceNotFoundException", text)
    assert readable.world.refusal("DescribeStream", StreamArn=missing) == ("ResourceNotFoundException", text)
    text = "Requested resource not found: Shard does not exist"
    assert readable.refusal(ShardId=SHARD) == ("ResourceNotFoundException", text)


def test_a_number_of_another_shard_is_refused(readable: Readable) -> None:
    world = readable.world
    low, _ = readable.stream.split(readable.shard_id, world.now)
    refused = readable.refusal(
        ShardId=low.shard_id, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=readable.numbers[0]
    )
    assert refused == ("ValidationException", "Invalid SequenceNumber for the shard")


# ---- GetRecords


def test_pages_continue_also_behind_empty_ones(readable: Readable) -> None:
    world = readable.world
    iterator = world.iterator(readable.arn, readable.shard_id)
    seen = []
    for count in (2, 1, 0, 0):
        answer = world.call("GetRecords", ShardIterator=iterator, Limit=2)
        assert len(answer["Records"]) == count
        seen += [number_of(record) for record in answer["Records"]]
        iterator = answer["NextShardIterator"]
    assert seen == readable.numbers
    world.put(readable.table, "z")
    assert len(world.call("GetRecords", ShardIterator=iterator)["Records"]) == 1


def test_a_page_holds_a_megabyte_or_one_record(readable: Readable) -> None:
    world = readable.world
    for count in range(4):
        world.put(readable.table, "big", count, text={"S": "x" * 399_000})
    iterator = world.iterator(readable.arn, readable.shard_id)
    sizes = []
    while len(sizes) < 3:
        answer = world.call("GetRecords", ShardIterator=iterator)
        iterator = answer["NextShardIterator"]
        sizes.append(len(answer["Records"]))
    assert sizes == [3 + 2, 2, 0]


def test_a_page_holds_a_thousand_records(readable: Readable) -> None:
    for count in range(1200):
        readable.world.put(readable.table, "many", count)
    assert len(readable.world.records(readable.arn, readable.shard_id)) == 1000


def test_the_end_of_a_closed_shard_has_no_next_iterator(readable: Readable) -> None:
    world = readable.world
    first = world.iterator(readable.arn, readable.shard_id)
    latest = world.iterator(readable.arn, readable.shard_id, "LATEST")
    readable.stream.split(readable.shard_id, world.now)
    world.put(readable.table, "child")
    answer = world.call("GetRecords", ShardIterator=first, Limit=2)
    assert "NextShardIterator" in answer
    answer = world.call("GetRecords", ShardIterator=answer["NextShardIterator"], Limit=2)
    assert [number_of(record) for record in answer["Records"]] == readable.numbers[2:]
    assert "NextShardIterator" not in answer
    assert world.call("GetRecords", ShardIterator=latest) == {"Records": []}


def test_iterators_last_15_minutes(readable: Readable) -> None:
    world = readable.world
    iterator = world.iterator(readable.arn, readable.shard_id)
    world.advance(14 * 60 + 59)
    following = world.call("GetRecords", ShardIterator=iterator)["NextShardIterator"]
    world.advance(1)
    assert world.refusal("GetRecords", ShardIterator=iterator) == (
        "ExpiredIteratorException",
        "The provided iterator exceeds the maximum age allowed.",
    )
    world.advance(14 * 60 + 58)
    assert world.call("GetRecords", ShardIterator=following)["Records"] == []


def test_a_slow_reader_is_told_that_its_data_is_gone() -> None:
    world = World(stream_shard_seconds=DAY)
    table = world.table("Music")
    assert table.stream is not None
    arn, (shard_id,) = table.stream.arn, table.stream.shards
    for _ in range(3):
        world.put(table, "a", n={"N": str(int(world.now))})
        world.advance(600)
    first, second, third = (number_of(record) for record in world.records(arn, shard_id))
    world.advance(DAY - 1800 - 60)
    slow = world.iterator(arn, shard_id)
    world.advance(60)
    trimmed = ("TrimmedDataAccessException", "The data you are trying to access has been trimmed")
    assert world.refusal("GetRecords", ShardIterator=slow) == trimmed
    at = {"StreamArn": arn, "ShardId": shard_id, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    assert world.refusal("GetShardIterator", **at, SequenceNumber=first) == trimmed
    assert [number_of(record) for record in world.records(arn, shard_id)] == [second, third]
    # Behind a trimmed record nothing is lost yet.
    after = world.records(arn, shard_id, "AFTER_SEQUENCE_NUMBER", SequenceNumber=first)
    assert [number_of(record) for record in after] == [second, third]


def test_a_shard_that_went_while_its_iterator_lasts(readable: Readable) -> None:
    world = readable.world
    world.advance(DAY - 60)
    iterator = world.iterator(
        readable.arn, readable.shard_id, "AFTER_SEQUENCE_NUMBER", SequenceNumber=readable.numbers[0]
    )
    world.advance(60)
    assert readable.shard_id not in {shard["ShardId"] for shard in world.shards(readable.arn)}
    assert world.refusal("GetRecords", ShardIterator=iterator)[0] == "TrimmedDataAccessException"


# ---- DescribeStream


def test_description(readable: Readable) -> None:
    answer = readable.world.call("DescribeStream", StreamArn=readable.arn)
    start = str(readable.stream.shards[readable.shard_id].starting_number)
    assert answer == {
        "StreamDescription": {
            "StreamArn": "arn:aws:dynamodb:eu-west-2:123456789012:table/Music/stream/2026-11-21T09:10:00.123",
            "StreamLabel": "2026-11-21T09:10:00.123",
            "StreamStatus": "ENABLED",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            "CreationRequestDateTime": NOW,
            "TableName": "Music",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "Shards": [{"ShardId": readable.shard_id, "SequenceNumberRange": {"StartingSequenceNumber": start}}],
        }
    }


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_shards_by_pages(limit: int) -> None:
    world = World(stream_shards=5, stream_shard_seconds=3600)
    table = world.table("Music")
    assert table.stream is not None
    world.advance(5 * 3600)
    shards = world.shards(table.stream.arn, Limit=limit)
    assert len(shards) == 5 * 6
    identifiers = [shard["ShardId"] for shard in shards]
    assert identifiers == sorted(set(identifiers))
    closed = [shard for shard in shards if "EndingSequenceNumber" in shard["SequenceNumberRange"]]
    assert len(closed) == 5 * 5


def test_shards_are_at_most_a_hundred_a_page() -> None:
    world = World(stream_shards=150)
    table = world.table("Music")
    assert table.stream is not None
    description = world.call("DescribeStream", StreamArn=table.stream.arn)["StreamDescription"]
    assert len(description["Shards"]) == 100
    assert description["LastEvaluatedShardId"] == description["Shards"][-1]["ShardId"]
    assert len(world.shards(table.stream.arn)) == 150


def test_children_of_a_shard(readable: Readable) -> None:
    world, arn = readable.world, readable.arn

    def children(shard_id: str) -> list[str]:
        wanted = {"Type": "CHILD_SHARDS", "ShardId": shard_id}
        return [shard["ShardId"] for shard in world.shards(arn, ShardFilter=wanted, Limit=1)]

    assert children(readable.shard_id) == []
    low, high = readable.stream.split(readable.shard_id, world.now)
    world.advance(4 * 3600)
    assert children(readable.shard_id) == sorted([low.shard_id, high.shard_id])
    (grandchild,) = children(low.shard_id)
    assert children(grandchild) == []
    assert len(world.shards(arn)) == 5


def test_an_empty_filter_filters_nothing(readable: Readable) -> None:
    assert len(readable.world.shards(readable.arn, ShardFilter={})) == 1


def test_streams_stay_readable_for_a_day_after_their_end(readable: Readable) -> None:
    world = readable.world
    world.delete_table(readable.table)
    description = world.call("DescribeStream", StreamArn=readable.arn)["StreamDescription"]
    assert description["StreamStatus"] == "DISABLED"
    numbers = description["Shards"][0]["SequenceNumberRange"]
    assert numbers["EndingSequenceNumber"] == readable.numbers[-1]
    answer = world.call("GetRecords", ShardIterator=world.iterator(readable.arn, readable.shard_id))
    assert len(answer["Records"]) == 3
    assert "NextShardIterator" not in answer
    world.advance(DAY)
    assert world.refusal("DescribeStream", StreamArn=readable.arn)[0] == "ResourceNotFoundException"
    assert world.call("ListStreams") == {"Streams": []}


# ---- ListStreams


def test_lists_and_pages() -> None:
    world = World()
    tables = [world.table(name) for name in ("Alpha", "Beta", "Gamma")]
    world.table("None", None)
    arns = [table.stream.arn for table in tables if table.stream is not None]
    assert world.call("ListStreams")["Streams"][1] == {
        "StreamArn": arns[1],
        "TableName": "Beta",
        "StreamLabel": "2026-11-21T09:10:00.123",
    }
    answer = world.call("ListStreams", Limit=2)
    assert [stream["StreamArn"] for stream in answer["Streams"]] == arns[:2]
    rest = world.call("ListStreams", Limit=2, ExclusiveStartStreamArn=answer["LastEvaluatedStreamArn"])
    assert [stream["StreamArn"] for stream in rest["Streams"]] == arns[2:]
    assert "LastEvaluatedStreamArn" not in rest


def test_lists_of_one_table_with_its_past_streams() -> None:
    world = World()
    table = world.table("Alpha")
    world.table("Beta")
    world.delete_table(table)
    world.advance(1)
    world.table("Alpha")
    listed = world.call("ListStreams", TableName="Alpha")["Streams"]
    assert [stream["StreamLabel"] for stream in listed] == ["2026-11-21T09:10:00.123", "2026-11-21T09:10:01.123"]
    assert world.call("ListStreams", TableName="Nothing") == {"Streams": []}


# ---- refusals


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case['operation']} {case['refusal'][:60]}")
def test_refusals(readable: Readable, case: dict[str, Any]) -> None:
    stands = {"$arn": readable.arn, "$shard": readable.shard_id, "$future": readable.world.now + 1}
    request = {
        name: stands.get(value, value) if isinstance(value, str) else value for name, value in case["request"].items()
    }
    assert readable.world.refusal(case["operation"], **request) == ("ValidationException", case["refusal"])
