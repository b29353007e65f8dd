"""Calls that many checks make: whole reads with what they consumed, puts of many items, refusals as text.

Rule: on anything with `call(operation, request)`; every figure is of the answers. Must not know any claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from dynarig.emulator.model.errors import DynamoDBError

_BATCH = 25
Item = dict[str, Any]


class Caller(Protocol):
    """Anything that answers operations."""

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]: ...


@dataclass
class Read:
    """A Query or Scan of all its pages. units: read units of all of them together."""

    items: list[Item] = field(default_factory=list)
    count: int = 0
    pages: int = 0
    units: float = 0.0


def read_all(target: Caller, operation: str, request: dict[str, Any]) -> Read:
    """Every page of a Query or Scan."""
    read = Read()
    start: dict[str, Any] = {}
    while True:
        answer = target.call(operation, {**request, **start, "ReturnConsumedCapacity": "INDEXES"})
        read.items += answer.get("Items", [])
        read.count += answer["Count"]
        read.pages += 1
        read.units += answer["ConsumedCapacity"]["CapacityUnits"]
        if "LastEvaluatedKey" not in answer:
            return read
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def scan(target: Caller, table: str, **members: Any) -> Read:
    """Every page of a Scan."""
    return read_all(target, "Scan", {"TableName": table, **members})


def table_names(target: Caller) -> list[str]:
    """Every table of a region."""
    names: list[str] = []
    request: dict[str, Any] = {}
    while True:
        answer = target.call("ListTables", request)
        names += answer["TableNames"]
        if "LastEvaluatedTableName" not in answer:
            return names
        request = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}


def describe(target: Caller, table: str) -> dict[str, Any]:
    """The table's description."""
    found: dict[str, Any] = target.call("DescribeTable", {"TableName": table})["Table"]
    return found


def put_all(target: Caller, table: str, items: Iterable[Item]) -> int:
    """Put items in batches; how many. Keys must differ within a batch."""
    walk, count = iter(items), 0
    while batch := list(islice(walk, _BATCH)):
        requests = [{"PutRequest": {"Item": item}} for item in batch]
        while requests:
            answer = target.call("BatchWriteItem", {"RequestItems": {table: requests}})
            requests = answer["UnprocessedItems"].get(table, [])
        count += len(batch)
    return count


def write_units(target: Caller, operation: str, request: dict[str, Any]) -> dict[str, float]:
    """What one write consumed: `table`, and each index that was touched, by name."""
    consumed = target.call(operation, {**request, "ReturnConsumedCapacity": "INDEXES"})["ConsumedCapacity"]
    indexes = {**consumed.get("GlobalSecondaryIndexes", {}), **consumed.get("LocalSecondaryIndexes", {})}
    units = {name: each["CapacityUnits"] for name, each in indexes.items()}
    return {"table": consumed["Table"]["CapacityUnits"], **units}


def refusal(target: Caller, operation: str, request: dict[str, Any]) -> str:
    """How a request is refused, `Code: message`; empty where it is answered."""
    try:
        target.call(operation, request)
    except DynamoDBError as error:
        return f"{error.code}: {error.message}"
    return ""
