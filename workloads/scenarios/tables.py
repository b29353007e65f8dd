"""CreateTable requests for scenarios' own tables, in one line each. Pure.

A key is written `name`, a string, or `name:N`, a number; two of them as `partition sort`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def create_table(
    name: str,
    key: str,
    indexes: Mapping[str, str] | None = None,
    *,
    projection: str | list[str] = "ALL",
    provisioned: tuple[int, int] | None = None,
    stream: str | None = None,
) -> dict[str, Any]:
    """The request. key: `partition` or `partition sort`. indexes: name → key, each with the one projection.

    projection: ALL, KEYS_ONLY or the names of attributes to include. provisioned: (read, write) units of the table and
    of each index; on demand without. stream: its view type.
    """
    types: dict[str, str] = {}
    request: dict[str, Any] = {"TableName": name, "KeySchema": _schema(key, types)}
    if indexes:
        projected = (
            {"ProjectionType": projection}
            if isinstance(projection, str)
            else {"ProjectionType": "INCLUDE", "NonKeyAttributes": projection}
        )
        request["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": _schema(text, types), "Projection": projected}
            for index, text in indexes.items()
        ]
    request["AttributeDefinitions"] = [
        {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in types.items()
    ]
    request["BillingMode"] = "PROVISIONED" if provisioned else "PAY_PER_REQUEST"
    if provisioned:
        throughput = {"ReadCapacityUnits": provisioned[0], "WriteCapacityUnits": provisioned[1]}
        for owner in (request, *request.get("GlobalSecondaryIndexes", ())):
            owner["ProvisionedThroughput"] = throughput
    if stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream}
    return request


def _schema(text: str, types: dict[str, str]) -> list[dict[str, str]]:
    schema = []
    for word, kind in zip(text.split(), ("HASH", "RANGE"), strict=False):
        name, _, letter = word.partition(":")
        types[name] = letter or "S"
        schema.append({"AttributeName": name, "KeyType": kind})
    return schema
