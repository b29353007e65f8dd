"""A stored item: its wire bytes and its size.

Why bytes: an answer splices them in unparsed, a reader gets a copy of its own, and the garbage collector has nothing to
walk in a million items. One parse is paid where a condition, an index or an update looks inside.
"""

from __future__ import annotations

import orjson

from emulator.model.values import Item


class StoredItem:
    """An item as stored. raw: compact DynamoDB JSON. size: bytes of names and values."""

    __slots__ = ("raw", "size")

    def __init__(self, raw: bytes, size: int) -> None:
        self.raw = raw
        self.size = size

    @property
    def attributes(self) -> Item:
        """The item, parsed anew; the caller owns it."""
        return orjson.loads(self.raw)  # type: ignore[no-any-return]

    @property
    def fragment(self) -> orjson.Fragment:
        """The item for a response, spliced in as bytes."""
        return orjson.Fragment(self.raw)


def store(item: Item, size: int) -> StoredItem:
    """A normalised item of known size, made ready to be kept."""
    return StoredItem(orjson.dumps(item), size)
