"""The tables of the differential test. Data alone."""

from __future__ import annotations

from typing import Any

_THROUGHPUT = {"ReadCapacityUnits": 100, "WriteCapacityUnits": 100}
_ATTRIBUTES = [
    {"AttributeName": "pk", "AttributeType": "S"},
    {"AttributeName": "sk", "AttributeType": "N"},
    {"AttributeName": "gk", "AttributeType": "S"},
    {"AttributeName": "n", "AttributeType": "N"},
]
_BASE_KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


def _global(name: str, partition: str, sort: str | None, projection: dict[str, Any]) -> dict[str, Any]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    if sort:
        keys.append({"AttributeName": sort, "KeyType": "RANGE"})
    return {"IndexName": name, "KeySchema": keys, "Projection": projection}


TABLES: list[dict[str, Any]] = [
    {
        "TableName": "ranged",
        "AttributeDefinitions": _ATTRIBUTES,
        "KeySchema": _BASE_KEYS,
        "LocalSecondaryIndexes": [
            {
                "IndexName": "local",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["s"]},
            }
        ],
        "GlobalSecondaryIndexes": [
            _global("global", "gk", "n", {"ProjectionType": "ALL"}),
            _global("keys", "gk", None, {"ProjectionType": "KEYS_ONLY"}),
        ],
        "BillingMode": "PAY_PER_REQUEST",
    },
    {
        "TableName": "plain",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput": _THROUGHPUT,
    },
    {
        "TableName": "bytes",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "B"},
            {"AttributeName": "at", "AttributeType": "B"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
]
