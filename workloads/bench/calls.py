"""What is measured: one table, items of about 600 bytes, and four operations on them. Pure.

Rule: every write changes something (each key comes round with another content), so that no server can skip its index;
every read finds what it asks for.
"""

from __future__ import annotations

from typing import Any

from dynarig.workloads import items

TABLE = "bench"
ITEM_BYTES = 600
OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "Query")
_STATES = ("running", "pending")

CREATE_TABLE: dict[str, Any] = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gpk", "gsk")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "groups",
            "KeySchema": [{"AttributeName": "gpk", "KeyType": "HASH"}, {"AttributeName": "gsk", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def item(number: int) -> dict[str, Any]:
    """Item `number` as it is loaded."""
    return items.make(number, ITEM_BYTES)


def request(operation: str, number: int, turn: int = 0) -> dict[str, Any]:
    """Request number `number`; `turn` says how often the keys have come round."""
    if operation == "GetItem":
        return {"TableName": TABLE, "Key": items.key(number)}
    if operation == "PutItem":
        return {"TableName": TABLE, "Item": item(number) | {"entity": {"S": f"BENC{turn % 2}"}}}
    if operation == "UpdateItem":
        return {
            "TableName": TABLE,
            "Key": items.key(number),
            "UpdateExpression": "SET doc.#s = :s, version = :v",
            "ConditionExpression": "attribute_exists(pk) AND doc.#c >= :zero",
            "ExpressionAttributeNames": {"#s": "status", "#c": "count"},
            "ExpressionAttributeValues": {
                ":s": {"S": _STATES[turn % 2]},
                ":v": {"N": str(2 + turn % 2)},
                ":zero": {"N": "0"},
            },
        }
    if operation == "Query":
        return {
            "TableName": TABLE,
            "IndexName": "groups",
            "KeyConditionExpression": "gpk = :g",
            "ExpressionAttributeValues": {":g": {"S": items.index_key(number)}},
        }
    raise ValueError(f"no benchmark of {operation}")


def fault(operation: str, number: int, response: dict[str, Any]) -> str | None:
    """What is wrong with the answer to request `number`, if anything; only reads carry something to look at."""
    if operation == "GetItem" and response.get("Item", {}).get("pk") != items.key(number)["pk"]:
        return f"GetItem {number}: not the item asked for"
    if operation == "Query":
        found = [item["pk"]["S"] for item in response.get("Items", [])]
        first = number // items.PER_INDEX_KEY * items.PER_INDEX_KEY
        wanted = [items.key(each)["pk"]["S"] for each in range(first, first + items.PER_INDEX_KEY)]
        if sorted(found) != wanted:
            return f"Query {number}: {len(found)} items, not the ten of its group"
    return None
