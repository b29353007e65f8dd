"""A stored item: its wire bytes, its size, and its places in the indexes.

Why bytes: an answer splices them in unparsed, a reader gets a copy of its own, and the garbage collector has nothing to
walk in a million items. One parse is paid where a condition, an update or a stream looks inside. Why the places: the
next write of the item knows what leaves each index without a parse.
"""

from __future__ import annotations

import orjson
from msgspec import Struct

try:
    from isal.isal_zlib import adler32  # a third of zlib's time for a small item
except ImportError:
    from zlib import adler32

from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item

_SUM_OF_BYTES = 0xFFFF  # of a checksum of Adler's: the half that no order changes


class StoredItem(Struct, eq=False, gc=False):
    """An item as stored. A value. The garbage collector does not follow it (`gc=False`), as it can be in no cycle.

    raw: compact DynamoDB JSON. size: bytes of names and values. places: its place in each index of its table, in the
    table's order, None for no place there. layout: which state of the table's indexes the places are of, 0 for none.
    """

    raw: bytes
    size: int
    places: tuple[Place | None, ...] = ()
    layout: int = 0

    @property
    def attributes(self) -> Item:
        """The item, parsed anew; the caller owns it."""
        return orjson.loads(self.raw)  # type: ignore[no-any-return]

    @property
    def fragment(self) -> orjson.Fragment:
        """The item for a response, spliced in as bytes."""
        return orjson.Fragment(self.raw)


def store(item: Item, size: int, places: tuple[Place | None, ...] = (), layout: int = 0) -> StoredItem:
    """A normalised item of known size, made ready to be kept.

    The bytes are copied because orjson hands out its whole buffer, 4 KB for a small item.
    """
    return StoredItem(b"%b" % orjson.dumps(item), size, places, layout)


def is_same(before: StoredItem, after: StoredItem, attributes: Item | None = None, stored: Item | None = None) -> bool:
    """Whether both are the same item, whatever the order of their attributes.

    attributes, stored: of `after` and of `before`, where they have been parsed.
    """
    if before.size != after.size or len(before.raw) != len(after.raw):
        return False
    if stored is not None and attributes is not None:
        return stored == attributes
    if before.raw == after.raw:
        return True
    if adler32(before.raw) & _SUM_OF_BYTES != adler32(after.raw) & _SUM_OF_BYTES:
        return False  # attributes in another order are the same bytes, which spares most writes a parse
    return (before.attributes if stored is None else stored) == (after.attributes if attributes is None else attributes)
