"""The shape of a recorded request: what stays the same in requests of one pattern, and places for what differs.

Rule: keys, items and values become places, in the order in which they are met; all else is the shape. Tokens and the
beginnings of later pages are left out: they belong to the traffic that was, not to its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dynarig.workloads.mixes.bench import indexes_of
from dynarig.workloads.mixes.values import TYPES

_LEFT_OUT = frozenset({"ClientRequestToken", "ExclusiveStartKey", "NextToken", "ReturnConsumedCapacity"})
_EQUALS = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)")
_MARKED = re.compile(r'"?([\w.-]+)"?\s*=\s*\?')
_FROM = re.compile(r'(?:from|into|update)\s+"?([\w.-]+)"?(?:\."?([\w.-]+)"?)?', re.IGNORECASE)
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What differs. kind: key, keys, item, items, partition, value or limit. attribute: a partition's."""

    kind: str
    table: str = ""
    attribute: str = ""


@dataclass
class Shape:
    """A request's structure, in which places stand, and what was seen at each of them."""

    structure: Any
    seen: list[Any] = field(default_factory=list)


def shape_of(request: Request, tables: Mapping[str, Request]) -> Shape:
    """The shape of one request. tables: CreateTable requests by name."""
    walk = _Walk(tables)
    return Shape(walk.mapping(request, request.get("TableName", "")), walk.seen)


class _Walk:
    def __init__(self, tables: Mapping[str, Request]) -> None:
        self._tables = tables
        self.seen: list[Any] = []

    def mapping(self, given: Request, table: str) -> Any:
        """A request or a part of one that concerns a table."""
        partitions = self._partitions(given, table)
        made: dict[str, Any] = {}
        for name, member in given.items():
            if name in _LEFT_OUT:
                continue
            if name == "RequestItems":
                made[name] = {each: self._batch(part, each) for each, part in member.items()}
            elif name == "Key":
                made[name] = self._place(Place("key", table), member)
            elif name == "Item":
                made[name] = self._place(Place("item", table), member)
            elif name == "Limit":
                made[name] = self._place(Place("limit"), member)
            elif name == "ExpressionAttributeValues":
                made[name] = {each: self._value(value, table, partitions.get(each)) for each, value in member.items()}
            elif name == "Parameters":
                made[name] = self._parameters(given.get("Statement", ""), member)
            else:
                made[name] = self._any(member, table)
        return made

    def _any(self, given: Any, table: str) -> Any:
        if isinstance(given, list):
            return [self._any(each, table) for each in given]
        if not isinstance(given, dict):
            return given
        if is_value(given):
            return self._place(Place("value"), given)
        return self.mapping(given, given.get("TableName", table))

    def _batch(self, given: Any, table: str) -> Any:
        if isinstance(given, dict):  # BatchGetItem
            made = {name: self._any(member, table) for name, member in given.items() if name != "Keys"}
            return {"Keys": [self._place(Place("keys", table), given["Keys"])], **made}
        puts = [each["PutRequest"]["Item"] for each in given if "PutRequest" in each]
        keys = [each["DeleteRequest"]["Key"] for each in given if "DeleteRequest" in each]
        written = [{"PutRequest": self._place(Place("items", table), puts)}] if puts else []
        return [*written, *([{"DeleteRequest": self._place(Place("keys", table), keys)}] if keys else [])]

    def _parameters(self, statement: str, given: list[Any]) -> list[Any]:
        named, found = _FROM.search(statement), _MARKED.findall(statement)
        table, index = named.groups() if named else ("", None)
        partition = self._partition_of(table, index)
        single = len(found) == len(given)  # else a mark stands somewhere else, and nobody knows which is whose
        return [
            self._value(value, table, partition if single and found[place] == partition else None)
            for place, value in enumerate(given)
        ]

    def _value(self, value: Any, table: str, partition: str | None) -> Any:
        return self._place(Place("partition", table, partition) if partition else Place("value"), value)

    def _place(self, place: Place, seen: Any) -> Place:
        self.seen.append(seen)
        return place

    def _partitions(self, given: Request, table: str) -> dict[str, str]:
        """Placeholder → the partition key attribute that a key condition compares with it."""
        condition, names = given.get("KeyConditionExpression") or "", given.get("ExpressionAttributeNames") or {}
        partition = self._partition_of(table, given.get("IndexName"))
        pairs = [(names.get(name, name), value) for name, value in _EQUALS.findall(condition)]
        return {value: name for name, value in pairs if name == partition}

    def _partition_of(self, table: str, index: str | None) -> str | None:
        create = self._tables.get(table)
        if create is None:
            return None
        owner = next((each for each in indexes_of(create) if each["IndexName"] == index), create)
        return str(owner["KeySchema"][0]["AttributeName"])


def is_value(given: Any) -> bool:
    """Whether this is an attribute value: one type tag with its content."""
    if not isinstance(given, dict) or len(given) != 1:
        return False
    tag, content = next(iter(given.items()))
    wanted = {"M": dict, "L": list, "SS": list, "NS": list, "BS": list, "BOOL": bool, "NULL": bool}.get(tag, str)
    return tag in TYPES and isinstance(content, wanted)
