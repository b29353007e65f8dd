"""Requests as the service's older layer prints them back inside a refusal: the text form of its Java objects.

Rule: every field of a structure is printed, in the service's order, absent ones as null; maps come in Java's hash order
(recorded 2026; some hosts of the service print object hashes instead). Works on bodies as sent.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from dynarig.emulator.model.java_order import order_strings

_VALUE_FIELDS = (
    ("s", "S"),
    ("n", "N"),
    ("b", "B"),
    ("iNT", ""),
    ("dECIMAL", ""),
    ("dOUBLE", ""),
    ("sS", "SS"),
    ("nS", "NS"),
    ("bS", "BS"),
    ("iNTSET", ""),
    ("dECIMALSET", ""),
    ("dOUBLESET", ""),
    ("m", "M"),
    ("l", "L"),
    ("nULL", "NULL"),
    ("bOOL", "BOOL"),
)
_UPDATE_FIELDS = ("key", "updateExpression", "tableName", "conditionExpression")
_PLACEHOLDER_FIELDS = ("expressionAttributeNames", "expressionAttributeValues", "returnValuesOnConditionCheckFailure")
_ACTIONS = {
    "conditionCheck": ("ConditionCheck", ("key", "tableName", "conditionExpression")),
    "put": ("Put", ("item", "tableName", "conditionExpression")),
    "delete": ("Delete", ("key", "tableName", "conditionExpression")),
    "update": ("Update", _UPDATE_FIELDS),
}


def value(content: Any) -> str:
    """An attribute value."""
    if not isinstance(content, Mapping):
        return "null"
    fields = (f"{field}={_member(tag, content.get(tag))}" for field, tag in _VALUE_FIELDS)
    return f"AttributeValue({', '.join(fields)})"


def _member(tag: str, content: Any) -> str:
    if content is None:
        return "null"
    if tag == "B":
        return _buffer(content)
    if tag == "BS":
        return _list(map(_buffer, content))
    if tag == "M":
        return attributes(content)
    if tag == "L":
        return _list(map(value, content))
    if isinstance(content, bool):
        return str(content).lower()
    return _list(content) if isinstance(content, list) else str(content)


def _buffer(text: str) -> str:
    size = len(b64decode(text))
    return f"java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]"


def _list(elements: Iterable[str]) -> str:
    return f"[{', '.join(elements)}]"


def _map(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}={entries[name]}" for name in order_strings(entries, sized=True)) + "}"


def attributes(item: Any) -> str:
    """An item, a key or expression values; null where absent."""
    return "null" if item is None else _map({name: value(content) for name, content in item.items()})


def write_requests(request_items: Mapping[str, list[Any]]) -> str:
    """BatchWriteItem's RequestItems."""
    return _map({table: _list(map(_write_request, requests)) for table, requests in request_items.items()})


def _write_request(request: Mapping[str, Any]) -> str:
    put, delete = request.get("PutRequest"), request.get("DeleteRequest")
    shown_put = "null" if put is None else f"PutRequest(item={attributes(put.get('Item'))}, workloadProfileName=null)"
    shown_delete = (
        "null" if delete is None else f"DeleteRequest(key={attributes(delete.get('Key'))}, workloadProfileName=null)"
    )
    return f"WriteRequest(putRequest={shown_put}, deleteRequest={shown_delete})"


def transact_write_items(items: list[Any]) -> str:
    """TransactWriteItems' TransactItems."""
    return _list(f"TransactWriteItem({', '.join(_action(item, field) for field in _ACTIONS)})" for item in items)


def _action(item: Mapping[str, Any], field: str) -> str:
    name, fields = _ACTIONS[field]
    action = item.get(name)
    if action is None:
        return f"{field}=null"
    shown = [f"{each}={_field(action, each)}" for each in (*fields, *_PLACEHOLDER_FIELDS)]
    return f"{field}={name}({', '.join([*shown, 'workloadProfileName=null'])})"


def transact_get_items(items: list[Any]) -> str:
    """TransactGetItems' TransactItems."""
    fields = ("key", "tableName", "projectionExpression", "expressionAttributeNames")
    shown = []
    for item in items:
        get = item.get("Get")
        inner = "null" if get is None else f"Get({', '.join(f'{each}={_field(get, each)}' for each in fields)}, "
        shown.append(f"TransactGetItem(get={inner if get is None else inner + 'workloadProfileName=null)'})")
    return _list(shown)


def _field(action: Mapping[str, Any], field: str) -> str:
    content = action.get(field[0].upper() + field[1:])
    if field in ("key", "item", "expressionAttributeValues"):
        return attributes(content)
    if content is None:
        return "null"
    return _map(content) if isinstance(content, Mapping) else str(content)
