"""Items and statements as real traffic has them: sets, binary, decimals, timestamps, lists of maps, and several
statements an operation. Pure.

Rule: as in `calls`; the statement of a request is decided by its number, so that neighbours differ. Sets are sent in no
order and numbers as programs print them, since that is what the SDKs send.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from dynarig.workloads import items
from dynarig.workloads.bench import calls

TABLE = "bench-varied"
CREATE_TABLE: dict[str, Any] = calls.CREATE_TABLE | {"TableName": TABLE}
_STATES = ("shipped", "packed")
_LINES = 3


def item(number: int, turn: int = 0) -> dict[str, Any]:
    """Item `number`, an order: about 500 bytes, most of them in small values."""
    return {
        **items.key(number),
        "gpk": {"S": items.index_key(number)},
        "gsk": {"S": f"2025-11-29T10:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z#{number:08d}"},
        "state": {"S": _STATES[turn % 2]},
        "version": {"N": str(1 + turn)},
        "created": {"N": str(1_764_410_000 + number)},
        "total": {"N": f"{number % 900}.{number % 89 + 10}"},
        "rate": {"N": "1.90"},
        "paid": {"BOOL": number % 3 > 0},
        "coupon": {"NULL": True},
        "tags": {"SS": ["web", "gift", f"campaign-{number % 40}"]},
        "zones": {"NS": ["70", str(number % 60), "8.5"]},
        "digest": {"B": b64encode(number.to_bytes(4, "big") * 8).decode()},
        "address": {"M": {"street": {"S": "Krämerstraße 12"}, "city": {"S": "Köln"}, "zip": {"S": "50667"}}},
        "positions": {
            "L": [
                {
                    "M": {
                        "sku": {"S": f"SKU-{number:06d}-{line}"},
                        "count": {"N": str(line + 1)},
                        "price": {"N": f"{line + 4}.95"},
                        "options": {"L": [{"S": "blue"}, {"N": "42"}]},
                    }
                }
                for line in range(_LINES)
            ]
        },
        "note": {"S": "Bitte beim Nachbarn abgeben, falls niemand öffnet. Danke!"},
    }


def request(operation: str, number: int, turn: int = 0) -> dict[str, Any]:
    """Request number `number`; `turn` says how often the keys have come round."""
    makers = _MAKERS[operation]
    return {"TableName": TABLE, **makers[number % len(makers)](number, turn)}


def _key(number: int) -> dict[str, Any]:
    return {"Key": items.key(number)}


def _get(number: int, turn: int) -> dict[str, Any]:
    return _key(number)


def _get_consistent(number: int, turn: int) -> dict[str, Any]:
    return _key(number) | {"ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}


def _get_projected(number: int, turn: int) -> dict[str, Any]:
    return _key(number) | {
        "ProjectionExpression": "pk, #s, address.city, positions[0].sku, tags",
        "ExpressionAttributeNames": {"#s": "state"},
    }


def _put(number: int, turn: int) -> dict[str, Any]:
    return {"Item": item(number, turn)}


def _put_newer(number: int, turn: int) -> dict[str, Any]:
    return {
        "Item": item(number, turn),
        "ConditionExpression": "attribute_not_exists(pk) OR version <> :never",
        "ExpressionAttributeValues": {":never": {"N": "-1"}},
        "ReturnValues": "ALL_OLD",
    }


def _update_state(number: int, turn: int) -> dict[str, Any]:
    return _key(number) | {
        "UpdateExpression": "SET #s = :s, changed = :at ADD version :one",
        "ConditionExpression": "attribute_exists(pk) AND #s IN (:s, :other)",
        "ExpressionAttributeNames": {"#s": "state"},
        "ExpressionAttributeValues": {
            ":s": {"S": _STATES[turn % 2]},
            ":other": {"S": _STATES[(turn + 1) % 2]},
            ":at": {"S": f"2025-11-30T08:00:{turn % 60:02d}Z"},
            ":one": {"N": "1"},
        },
        "ReturnValues": "UPDATED_NEW",
    }


def _update_sets(number: int, turn: int) -> dict[str, Any]:
    section, other = ("ADD", "DELETE") if turn % 2 else ("DELETE", "ADD")
    return _key(number) | {
        "UpdateExpression": f"{section} tags :tag {other} zones :zone SET seen = :seen",
        "ExpressionAttributeValues": {
            ":tag": {"SS": ["late", "express"]},
            ":zone": {"NS": ["901", "77"]},
            ":seen": {"N": f"{turn}.25"},
        },
    }


def _update_total(number: int, turn: int) -> dict[str, Any]:
    return _key(number) | {
        "UpdateExpression": "SET #t = #t + :fee, retries = if_not_exists(retries, :zero) + :one, address.#f = :f",
        "ExpressionAttributeNames": {"#f": "floor", "#t": "total"},
        "ExpressionAttributeValues": {
            ":fee": {"N": "0.50" if turn % 2 else "-0.5"},
            ":zero": {"N": "0"},
            ":one": {"N": "1"},
            ":f": {"N": str(turn % 9)},
        },
    }


def _update_removed(number: int, turn: int) -> dict[str, Any]:
    return _key(number) | {
        "UpdateExpression": "SET coupon = :c, payload = :b REMOVE legacy_note",
        "ConditionExpression": "attribute_not_exists(locked)",
        "ExpressionAttributeValues": {
            ":c": {"NULL": True} if turn % 2 else {"S": "SAVE10"},
            ":b": {"B": b64encode(turn.to_bytes(4, "big") * 4).decode()},
        },
    }


def _query(number: int, condition: str = "gpk = :g", values: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "IndexName": "groups",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {":g": {"S": items.index_key(number)}, **(values or {})},
    }


def _query_all(number: int, turn: int) -> dict[str, Any]:
    return _query(number)


def _query_latest(number: int, turn: int) -> dict[str, Any]:
    return _query(number) | {"ScanIndexForward": False, "Limit": 3 + number % 5}


def _query_between(number: int, turn: int) -> dict[str, Any]:
    bounds = {":a": {"S": "2025-11-29"}, ":b": {"S": f"2025-12-{turn % 28 + 1:02d}"}}
    return _query(number, "gpk = :g AND gsk BETWEEN :a AND :b", bounds)


def _query_filtered(number: int, turn: int) -> dict[str, Any]:
    values = {":day": {"S": "2025-11-29T"}, ":least": {"N": "0"}}
    return _query(number, "gpk = :g AND begins_with(gsk, :day)", values) | {
        "FilterExpression": "#t >= :least AND size(tags) > :least",
        "ProjectionExpression": "pk, gsk, #t, address.city",
        "ExpressionAttributeNames": {"#t": "total"},
    }


_MAKERS = {
    "GetItem": (_get, _get_consistent, _get_projected),
    "PutItem": (_put, _put_newer),
    "UpdateItem": (_update_state, _update_sets, _update_total, _update_removed),
    "Query": (_query_all, _query_latest, _query_between, _query_filtered),
}


def fault(operation: str, number: int, response: dict[str, Any]) -> str | None:
    """What is wrong with the answer to request `number` of turn 0, if anything."""
    if operation == "GetItem" and response.get("Item", {}).get("pk") != items.key(number)["pk"]:
        return f"GetItem {number}: not the item asked for"
    if operation == "Query":
        wanted = request(operation, number).get("Limit", items.PER_INDEX_KEY)
        found = len(response.get("Items", []))
        if found != wanted:
            return f"Query {number}: {found} items, not {wanted}"
    return None
