"""The document's pipeline in small: a table's stream → Kinesis → the transformer → event bus → rule → queue.

Rule: the source is our own emulator's stream; Kinesis, EventBridge and SQS are moto server's, over HTTP. The
transformer is the document's code to the letter but for where the bus's name comes from. Times are the machine's, from
the commit of a change to its arrival in the queue.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from dynarig.workloads.backends.moto import MotoServerBackend
from dynarig.workloads.claims.bench import VirtualEmulator

BUS = "natterbox-events-prod"
STREAM = "cdc-events-prod"
QUEUE = "salesforce-sync-queue"
SHARDS = 8
RULE: dict[str, Any] = {
    "source": ["natterbox.cdc"],
    "detail-type": ["natterbox.users.insert", "natterbox.users.update", "natterbox.orgs.update"],
}
EXAMPLE: dict[str, Any] = {
    "metadata": {
        "timestamp": "2026-01-20T10:30:00.123Z",
        "table-name": "users",
        "operation": "update",
        "schema-name": "org",
        "transaction-id": "12345678",
    },
    "data": {
        "userId": 12345,
        "email": "user@example.com",
        "firstName": "John",
        "lastName": "Doe",
        "status": "active",
    },
    "before-image": {"status": "inactive"},
}
_EVENTS_A_CALL = 10  # PutEvents takes ten entries
_REGION = "eu-west-2"
_OPERATIONS = {"INSERT": "insert", "MODIFY": "update", "REMOVE": "delete"}


def transform_cdc_event(raw_event: dict[str, Any]) -> dict[str, Any]:
    """Transform raw CDC event to domain event: the document's own code."""
    table = raw_event["metadata"]["table-name"]
    operation = raw_event["metadata"]["operation"]

    event_type = f"natterbox.{table}.{operation}"

    return {
        "Source": "natterbox.cdc",
        "DetailType": event_type,
        "Detail": json.dumps(
            {
                "entityId": raw_event["data"].get("id") or raw_event["data"].get(f"{table}Id"),
                "timestamp": raw_event["metadata"]["timestamp"],
                "operation": operation,
                "data": raw_event["data"],
                "previousData": raw_event.get("before-image", {}),
            }
        ),
        "EventBusName": BUS,
    }


@dataclass
class Passed:
    """latencies: seconds from commit to arrival in the queue. iterator_ages: of the oldest record of each poll.

    transform_seconds: of each batch of the transformer. produced, delivered: changes that the rule takes.
    """

    produced: int = 0
    delivered: int = 0
    latencies: list[float] = field(default_factory=list)
    iterator_ages: list[float] = field(default_factory=list)
    transform_seconds: list[float] = field(default_factory=list)


class Pipeline:
    """Everything behind the table's stream, on one moto server."""

    def __init__(self, url: str) -> None:
        common = {
            "endpoint_url": url,
            "region_name": _REGION,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }
        self.kinesis, self.events, self.sqs = (boto3.client(name, **common) for name in ("kinesis", "events", "sqs"))
        self.kinesis.create_stream(StreamName=STREAM, ShardCount=SHARDS)
        self.events.create_event_bus(Name=BUS)
        self.queue = self.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]
        self.events.put_rule(Name="salesforce-sync-rule", EventBusName=BUS, EventPattern=json.dumps(RULE))
        target = {"Arn": attributes["QueueArn"], "Id": "salesforce-sync"}
        self.events.put_targets(Rule="salesforce-sync-rule", EventBusName=BUS, Targets=[target])
        shards = self.kinesis.list_shards(StreamName=STREAM)["Shards"]
        self._iterators = [
            self.kinesis.get_shard_iterator(
                StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            for shard in shards
        ]

    def publish(self, changes: list[dict[str, Any]]) -> None:
        """Changes into Kinesis, as the replication task writes them."""
        records = [
            {"Data": json.dumps(change).encode(), "PartitionKey": str(change["metadata"]["transaction-id"])}
            for change in changes
        ]
        self.kinesis.put_records(StreamName=STREAM, Records=records)

    def transform(self, passed: Passed) -> None:
        """One poll of every shard: what is there goes through the transformer onto the bus."""
        for number, iterator in enumerate(self._iterators):
            answer = self.kinesis.get_records(ShardIterator=iterator)
            self._iterators[number] = answer["NextShardIterator"]
            changes = [json.loads(record["Data"]) for record in answer["Records"]]
            if not changes:
                continue
            now = time.time()
            passed.iterator_ages.append(now - min(change["committed_at"] for change in changes))
            began = time.perf_counter()
            events = [transform_cdc_event(change) for change in changes]
            passed.transform_seconds.append(time.perf_counter() - began)
            for start in range(0, len(events), _EVENTS_A_CALL):
                self.events.put_events(Entries=events[start : start + _EVENTS_A_CALL])

    def receive(self) -> Iterator[dict[str, Any]]:
        """What is in the queue, taken off it."""
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])


@contextmanager
def pipeline() -> Iterator[Pipeline]:
    """A pipeline on a moto server of its own. Raises BackendError where moto is not installed."""
    with MotoServerBackend(_REGION) as server:
        yield Pipeline(server.url)


def change_of(record: dict[str, Any], table: str, number: int, committed_at: float) -> dict[str, Any]:
    """A stream record in the document's event format, with the instant of its commit beside."""
    image = record["dynamodb"].get("NewImage") or record["dynamodb"]["OldImage"]
    before = record["dynamodb"].get("OldImage", {})
    return {
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(committed_at)),
            "table-name": table,
            "operation": _OPERATIONS[record["eventName"]],
            "schema-name": "org",
            "transaction-id": number,
        },
        "data": {name: next(iter(value.values())) for name, value in image.items()},
        "before-image": {name: next(iter(value.values())) for name, value in before.items()},
        "committed_at": committed_at,
    }


def run(source: VirtualEmulator, line: Pipeline, per_second: int, seconds: float) -> Passed:
    """Changes of users at a rate for some seconds of real time, through to the queue."""
    passed = Passed()
    arn = _users(source)
    shard = source.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
    request = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = source.call("GetShardIterator", request)["ShardIterator"]
    committed: list[float] = []
    began = time.time()
    ended = None
    while ended is None or (passed.delivered < passed.produced and time.time() < ended + 10):
        now = time.time()
        due = min(int((now - began) * per_second), int(per_second * seconds))
        while len(committed) < due:
            key = {"usersKey": {"S": f"u{len(committed) % 100}"}}
            item = {**key, "version": {"N": str(len(committed))}}
            source.call("PutItem", {"TableName": "users", "Item": item})
            committed.append(time.time())
        if due == int(per_second * seconds) and ended is None:
            ended = now
        answer = source.call("GetRecords", {"ShardIterator": iterator})
        iterator = answer["NextShardIterator"]
        changes = [
            change_of(record, "users", number, committed[number])
            for number, record in enumerate(answer["Records"], passed.produced)
        ]
        passed.produced += len(changes)
        if changes:
            line.publish(changes)
        line.transform(passed)
        for event in line.receive():
            passed.delivered += 1
            version = int(event["detail"]["data"]["version"])
            passed.latencies.append(time.time() - committed[version])
    return passed


def _users(source: VirtualEmulator) -> str:
    """A table of users with a stream, by its stream's ARN."""
    request = {
        "TableName": "users",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "usersKey", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "usersKey", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    return str(source.call("CreateTable", request)["TableDescription"]["LatestStreamArn"])
