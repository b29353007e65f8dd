"""From an item to its place: the partition and the sort value that order it.

A place's parts are plain Python values that order as DynamoDB does: str, Decimal, bytes; tuples where there are several
attributes. Knows nothing of what is stored there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model import limits
from dynarig.emulator.model.schema import KeySchema
from dynarig.emulator.model.values import Item, ordering_key

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


def plain_key_test(keys: KeySchema) -> Callable[[Item], bool]:
    """Whether an item's key attributes are there, of their types, neither empty nor long enough to be worth measuring:
    a character takes at most four bytes of the limits."""
    name, kind = keys.partition[0].name, keys.partition[0].type
    length_max = limits.PARTITION_KEY_SIZE_BYTES_MAX // 4
    if not keys.sort:

        def has_plain_partition(item: Item) -> bool:
            try:
                return 0 < len(item[name][kind]) <= length_max
            except KeyError:
                return False

        return has_plain_partition
    sort_name, sort_kind = keys.sort[0].name, keys.sort[0].type
    sort_length_max = limits.SORT_KEY_SIZE_BYTES_MAX // 4

    def has_plain_keys(item: Item) -> bool:
        try:
            return 0 < len(item[name][kind]) <= length_max and 0 < len(item[sort_name][sort_kind]) <= sort_length_max
        except KeyError:
            return False

    return has_plain_keys


def text_place_reader(keys: KeySchema) -> Callable[[Any], Place | None]:
    """A function from what stands where a key is expected, not looked at yet, to its place. None unless it is the key's
    attributes and nothing else, each a plain text: then nothing about it can be refused."""
    if any(attribute.type != "S" for attribute in keys.attributes):
        return lambda key: None
    name, length_max = keys.partition[0].name, limits.PARTITION_KEY_SIZE_BYTES_MAX // 4
    if not keys.sort:

        def read_partition(key: Any) -> Place | None:
            try:
                value = key[name]
                text = value["S"]
                if len(key) == len(value) == 1 and type(text) is str and 0 < len(text) <= length_max:
                    return text, NO_SORT
            except (LookupError, TypeError):
                pass
            return None

        return read_partition
    sort_name, sort_length_max = keys.sort[0].name, limits.SORT_KEY_SIZE_BYTES_MAX // 4

    def read(key: Any) -> Place | None:
        try:
            partition, sort = key[name], key[sort_name]
            text, sort_text = partition["S"], sort["S"]
            if (
                len(key) == 2
                and len(partition) == len(sort) == 1
                and type(text) is type(sort_text) is str
                and 0 < len(text) <= length_max
                and 0 < len(sort_text) <= sort_length_max
            ):
                return text, sort_text
        except (LookupError, TypeError):
            pass
        return None

    return read


def entry_reader(keys: KeySchema) -> Callable[[Item, Place], Place | None]:
    """A function from an item and its place in the table to its place in an index; None where it has none.

    An item has a place only when every key attribute is there, of the declared type and not empty. The partition part
    is the value itself, or a tuple of them where the index has several; the sort part is a tuple that ends in the
    table's place.
    """
    partition = tuple((attribute.name, attribute.type) for attribute in keys.partition)
    sort = tuple((attribute.name, attribute.type) for attribute in keys.sort)
    if len(partition) == len(sort) == 1 and partition[0][1] == sort[0][1] == "S":
        return _two_texts_reader(partition[0][0], sort[0][0])

    def read(item: Item, table_place: Place) -> Place | None:
        first = _values(item, partition)
        if first is None:
            return None
        rest = _values(item, sort)
        if rest is None:
            return None
        return (first[0] if len(first) == 1 else first), rest + table_place

    return read


def _two_texts_reader(partition_name: str, sort_name: str) -> Callable[[Item, Place], Place | None]:
    """The commonest index, straight."""

    def read(item: Item, table_place: Place) -> Place | None:
        partition = item.get(partition_name)
        sort = item.get(sort_name)
        if partition is None or sort is None:
            return None
        first, rest = partition.get("S"), sort.get("S")
        return (first, (rest, *table_place)) if first and rest else None

    return read


def _values(item: Item, attributes: tuple[tuple[str, str], ...]) -> tuple[Any, ...] | None:
    found = []
    for name, kind in attributes:
        value = item.get(name)
        if value is None or not value.get(kind):
            return None
        found.append(ordering_key(value))
    return tuple(found)
