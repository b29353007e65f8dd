"""An engine at a held time, and what its metrics say."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.engine import Engine
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import Dimensions, MetricKey, kind_of, of_table
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

START = 1_763_985_600.0  # a midnight
NAMESPACE = Namespace("000000000000", "us-east-1")
TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-status",
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "status", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


class Rig:
    """now: moved by the test."""

    def __init__(self, *tables: dict[str, Any], settings: Settings | None = None) -> None:
        self.engine = Engine(settings)
        self.now = START
        for table in tables or (TABLE,):
            assert self.call("CreateTable", table).status == 200

    def call(self, operation: str, request: dict[str, Any], *, streams: bool = False) -> Reply:
        service = "DynamoDBStreams_20120810" if streams else "DynamoDB_20120810"
        return self.engine.execute(Call(operation, request, service), self.now)

    def put(self, pk: str = "a", *, status: str | None = None, size: int = 10, **request: Any) -> Reply:
        item = {"pk": {"S": pk}, "sk": {"S": "1"}, "data": {"S": "x" * size}}
        if status is not None:
            item["status"] = {"S": status}
        return self.call("PutItem", {"TableName": "orders", "Item": item, **request})

    def get(self, pk: str = "a", **request: Any) -> Reply:
        key = {"pk": {"S": pk}, "sk": {"S": "1"}}
        return self.call("GetItem", {"TableName": "orders", "Key": key, **request})

    def values(self, name: str, dimensions: Dimensions | None = None) -> Distribution:
        """All values of a metric; its default dimensions are the table's."""
        self.engine.activity.flush(self.now)
        key = MetricKey(NAMESPACE, name, of_table("orders") if dimensions is None else dimensions)
        periods = self.engine.activity.store.read(key, (START, self.now + 60), 10**9)
        return next(iter(periods.values()), Distribution())

    def stat(self, name: str, dimensions: Dimensions | None = None) -> tuple[float, int]:
        """(sum in the metric's unit, samples)."""
        values = self.values(name, dimensions)
        return values.total / kind_of(name).scale, values.samples
