"""A table, a clock and the four operations of DynamoDB Streams, without an engine."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import KeyAttribute, KeySchema, TableSchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.streams.describe_stream import DESCRIBE_STREAM
from dynarig.emulator.operations.streams.get_records import GET_RECORDS
from dynarig.emulator.operations.streams.get_shard_iterator import GET_SHARD_ITERATOR
from dynarig.emulator.operations.streams.list_streams import LIST_STREAMS
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import store
from dynarig.emulator.storage.stream import Stream, StreamShape
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.table_streams import start_stream, stop_stream
from tests.storage.due import run_due

OPERATIONS = {each.name: each for each in (LIST_STREAMS, DESCRIBE_STREAM, GET_SHARD_ITERATOR, GET_RECORDS)}
NOW = 1_795_252_200.123
KEYS = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))


class World:
    """Mutable. now: the clock, epoch seconds; move it with `advance`, which does what is due."""

    def __init__(self, **settings: Any) -> None:
        self.now = NOW
        self.settings = Settings(**settings)
        self.catalog = Catalog("123456789012", "eu-west-2")

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of a request, through its JSON; raises DynamoDBError."""
        context = Context(self.catalog, self.now, self.settings, Random(0))
        plan = OPERATIONS[operation].plan(request, context)
        assert isinstance(plan, Plan)
        return orjson.loads(orjson.dumps(plan.response))  # type: ignore[no-any-return]

    def refusal(self, operation: str, **request: Any) -> tuple[str, str | None]:
        """The code and the text of a refusal."""
        try:
            self.call(operation, **request)
        except DynamoDBError as error:
            return error.code, error.message
        raise AssertionError("no refusal")

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds
        run_due(self.catalog, self.now)
        self.catalog.check()

    def table(self, name: str, view_type: str | None = "NEW_AND_OLD_IMAGES") -> Table:
        """A new table with a stream, or without one."""
        settings = TableSettings(arn=self.catalog.arn(name), table_id=f"{name}-id", created_at=self.now)
        table = Table(TableSchema(name, KEYS), settings)
        self.catalog.add(table)
        if view_type is not None:
            self.start(table, view_type)
        return table

    def start(self, table: Table, view_type: str = "KEYS_ONLY") -> Stream:
        """Start a table's stream."""
        shape = StreamShape(self.settings.stream_shards, self.settings.stream_shard_seconds)
        return start_stream(table, view_type, self.now, shape, self.catalog.past_streams)

    def delete_table(self, table: Table) -> None:
        """Drop a table as DeleteTable does."""
        stop_stream(table, self.now)
        self.catalog.remove(table.name)

    def put(self, table: Table, pk: str, sk: int = 0, **attributes: Any) -> None:
        """Write an item."""
        item: Item = {"pk": {"S": pk}, "sk": {"N": str(sk)}, **attributes}
        place = table.place_of(item)
        change = Change(*place, table.get(place), store(item, item_size(item)))
        table.apply(change, self.now)

    def delete(self, table: Table, pk: str, sk: int = 0) -> None:
        """Delete an item, if it is there."""
        place = table.place_of({"pk": {"S": pk}, "sk": {"N": str(sk)}})
        table.apply(Change(*place, table.get(place), None), self.now)

    def shards(self, arn: str, **request: Any) -> list[dict[str, Any]]:
        """All shards of a stream, page by page."""
        found: list[dict[str, Any]] = []
        for _ in range(1_000):
            description = self.call("DescribeStream", StreamArn=arn, **request)["StreamDescription"]
            found += description["Shards"]
            if "LastEvaluatedShardId" not in description:
                return found
            request["ExclusiveStartShardId"] = description["LastEvaluatedShardId"]
        raise AssertionError("DescribeStream has no end")

    def iterator(self, arn: str, shard_id: str, kind: str = "TRIM_HORIZON", **request: Any) -> str:
        """A shard iterator."""
        answer = self.call("GetShardIterator", StreamArn=arn, ShardId=shard_id, ShardIteratorType=kind, **request)
        return str(answer["ShardIterator"])

    def records(self, arn: str, shard_id: str, kind: str = "TRIM_HORIZON", **request: Any) -> list[dict[str, Any]]:
        """What one page from there holds."""
        answer = self.call("GetRecords", ShardIterator=self.iterator(arn, shard_id, kind, **request))
        return list(answer["Records"])
