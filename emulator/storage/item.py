"""A stored item: its wire bytes, its size, and its places in the indexes.

Why bytes: an answer splices them in unparsed, a reader gets a copy of its own, and the garbage collector has nothing to
walk in a million items. One parse is paid where a condition, an update or a stream looks inside. Why the places: the
next write of the item knows what leaves each index without a parse.
"""

from __future__ import annotations

import orjson
from msgspec import Struct

from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item


class StoredItem(Struct, eq=False):
    """An item as stored.

    raw: compact DynamoDB JSON. size: bytes of names and values. places: its place in each index of its table, in the
    table's order, None for no place there; None as a whole where they are not known yet.
    """

    raw: bytes
    size: int
    places: tuple[Place | None, ...] | None = None

    @property
    def attributes(self) -> Item:
        """The item, parsed anew; the caller owns it."""
        return orjson.loads(self.raw)  # type: ignore[no-any-return]

    @property
    def fragment(self) -> orjson.Fragment:
        """The item for a response, spliced in as bytes."""
        return orjson.Fragment(self.raw)

    def shows(self, other: StoredItem) -> bool:
        """Whether both are the same item, whatever the order of their attributes."""
        return self.size == other.size and (self.raw == other.raw or self.attributes == other.attributes)


def store(item: Item, size: int) -> StoredItem:
    """A normalised item of known size, made ready to be kept.

    The bytes are copied because orjson hands out its whole buffer, 4 KB for a small item.
    """
    return StoredItem(b"%b" % orjson.dumps(item), size)
