"""A DynamoDB table as a dict: what the simulation believes. Simple on purpose: sorts and filters on every read.

Items hold a string partition key `pk`, a number sort key `sk`, and attributes that put them into a global index `by_g`
(`gk` string, `gs` number, ALL), a sparse global index `by_h` (`hk` string, KEYS_ONLY) and a local index `by_l` (`ls`
number, INCLUDE a). Sizes and units follow the documented rules, written here a second time, from the documentation.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any

Item = dict[str, Any]
Key = tuple[str, Decimal]

TABLE = {
    "TableName": "simulated",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind}
        for name, kind in (("pk", "S"), ("sk", "N"), ("gk", "S"), ("gs", "N"), ("hk", "S"), ("ls", "N"))
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_g",
            "KeySchema": [{"AttributeName": "gk", "KeyType": "HASH"}, {"AttributeName": "gs", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "by_h",
            "KeySchema": [{"AttributeName": "hk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by_l",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "ls", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
INDEXES = {"by_g": ("gk", "gs"), "by_h": ("hk", None), "by_l": ("pk", "ls")}
PROJECTED = {"by_g": None, "by_h": {"pk", "sk", "hk"}, "by_l": {"pk", "sk", "ls", "a"}}


def key_of(item: Item) -> Key:
    """The place of an item or key."""
    return item["pk"]["S"], Decimal(item["sk"]["N"])


def size_of(item: Item) -> int:
    """Bytes of an item of strings, whole numbers, and maps and lists of them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Item) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        digits = content.lstrip("-").strip("0")
        return 1 + ceil(len(digits) / 2) + content.startswith("-") if digits else 1
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in content.items())
    assert kind == "L", f"the model holds no {kind}"
    return 3 + sum(1 + _value_size(inner) for inner in content)


def view(index: str, item: Item | None) -> Item | None:
    """What an index shows of an item; None where it is no member."""
    if item is None:
        return None
    partition, sort = INDEXES[index]
    if partition not in item or (sort is not None and sort not in item):
        return None
    names = PROJECTED[index]
    return item if names is None else {name: value for name, value in item.items() if name in names}


def write_units(before: Item | None, after: Item | None) -> dict[str, float]:
    """Units of a write by target: `table` and each index that is touched."""
    size = max(size_of(before) if before else 0, size_of(after) if after else 0)
    targets: dict[str, float] = {"table": max(1, ceil(size / 1024))}
    for index, (partition, sort) in INDEXES.items():
        old, new = view(index, before), view(index, after)
        if old == new:
            continue
        steps = [max(1, ceil(size_of(entry) / 1024)) for entry in (old, new) if entry is not None]
        moved = old and new and [old.get(n) for n in (partition, sort)] != [new.get(n) for n in (partition, sort)]
        targets[index] = sum(steps) if moved else max(steps)
    return targets


class TableModel:
    """The table's content, and every change made to it."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.changes: list[tuple[Item | None, Item | None]] = []

    def get(self, key: Item) -> Item | None:
        """The item with this key, or None."""
        return self.items.get(key_of(key))

    def set(self, key: Item, after: Item | None) -> dict[str, float]:
        """Put or, with None, delete; answers the units."""
        place = key_of(key)
        before = self.items.get(place)
        if after is None:
            self.items.pop(place, None)
        else:
            self.items[place] = after
        if before != after:
            self.changes.append((before, after))
        return write_units(before, after)

    def query(self, index: str | None, partition: str) -> list[Item]:
        """What a whole Query answers, ascending."""
        name, sort = ("pk", "sk") if index is None else INDEXES[index]
        rows = [item for item in self.items.values() if item.get(name) == {"S": partition}]
        if index is not None:
            rows = [item for item in rows if view(index, item) is not None]

        def order(item: Item) -> tuple[Any, ...]:
            own = (item["pk"]["S"], Decimal(item["sk"]["N"]))
            return own if sort is None else (Decimal(item[sort]["N"]), *own)

        return [item if index is None else view(index, item) or {} for item in sorted(rows, key=order)]
