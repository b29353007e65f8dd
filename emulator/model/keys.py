"""From an item to its place: the partition and the sort value that order it.

A place's parts are plain Python values that order as DynamoDB does: str, Decimal, bytes; tuples where there are several
attributes. Knows nothing of what is stored there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.model.schema import KeySchema
from emulator.model.values import Item, ordering_key

Place = tuple[Any, Any]
NO_SORT = ()


def place_reader(keys: KeySchema) -> Callable[[Item], Place]:
    """A function from an item (or key) that has valid table keys to its place in the table."""
    partition_name, partition_is_text = keys.partition[0].name, keys.partition[0].type == "S"
    if not keys.sort:
        if partition_is_text:
            return lambda item: (item[partition_name]["S"], NO_SORT)
        return lambda item: (ordering_key(item[partition_name]), NO_SORT)
    sort_name, sort_is_text = keys.sort[0].name, keys.sort[0].type == "S"
    if partition_is_text and sort_is_text:
        return lambda item: (item[partition_name]["S"], item[sort_name]["S"])
    return lambda item: (ordering_key(item[partition_name]), ordering_key(item[sort_name]))


def entry_reader(keys: KeySchema) -> Callable[[Item], Place | None]:
    """A function from an item to its place in an index, without the table key that breaks ties; None where it has none.

    An item has a place only when every key attribute is there and of the declared type. The partition part is the value
    itself, or a tuple of them where the index has several; the sort part is always a tuple.
    """
    partition = tuple((attribute.name, attribute.type) for attribute in keys.partition)
    sort = tuple((attribute.name, attribute.type) for attribute in keys.sort)

    def read(item: Item) -> Place | None:
        first = _values(item, partition)
        if first is None:
            return None
        rest = _values(item, sort)
        if rest is None:
            return None
        return (first[0] if len(first) == 1 else first), rest

    return read


def _values(item: Item, attributes: tuple[tuple[str, str], ...]) -> tuple[Any, ...] | None:
    found = []
    for name, kind in attributes:
        value = item.get(name)
        if value is None or kind not in value:
            return None
        found.append(ordering_key(value))
    return tuple(found)
