"""A secondary index: entries ordered by the index key, ties broken by the table key, each with what it projects.

Rule: an index never decides what it holds; a change says which entry goes and which comes. One that was added to a
table is filled bit by bit while writes go on: until then, what a change takes out of it may not be there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model import limits
from dynarig.emulator.model.keys import Place, entry_reader
from dynarig.emulator.model.schema import IndexSchema, KeySchema
from dynarig.emulator.model.values import Item, item_size, text_size
from dynarig.emulator.storage.change import IndexChange
from dynarig.emulator.storage.item import StoredItem, store
from dynarig.emulator.storage.key_space import KeySpace


class Index:
    """The entries of one index. size: bytes of all projected entries, without storage overhead.

    target: what its capacity is drawn from. projects_all: whether an entry shows the whole item. is_whole: whether it
    holds an entry of each item that has a place in it. filled_to: the item that a backfill has reached.
    """

    __slots__ = (
        "_names",
        "backfilling",
        "entries",
        "filled_to",
        "is_whole",
        "place_of",
        "projects_all",
        "schema",
        "size",
        "status",
        "target",
    )

    def __init__(
        self, schema: IndexSchema, table_keys: KeySchema, table: CapacityTarget, *, is_late: bool = False
    ) -> None:
        """table: what the table's capacity is drawn from. is_late: it is added to a table that may hold items."""
        self.schema = schema
        self.target = CapacityTarget(table.table, schema.kind, schema.name, table, table.declared)
        self.entries: KeySpace[StoredItem] = KeySpace()
        self.size = 0
        self.status = "ACTIVE"
        self.backfilling: bool | None = None  # None: the index came with its table, or is built
        self.is_whole = not is_late
        self.filled_to: Place | None = None
        # An item's place here, by its attributes and its place in the table; None where it has none.
        self.place_of = _within_limits(entry_reader(schema.keys)) if is_late else entry_reader(schema.keys)
        self._names = schema.projected_names(table_keys)
        self.projects_all = self._names is None

    def view(self, attributes: Item, stored: StoredItem) -> StoredItem:
        """What an entry of this item projects."""
        if self._names is None:
            return stored
        names = self._names
        shown = {name: value for name, value in attributes.items() if name in names}
        return stored if len(shown) == len(attributes) else store(shown, item_size(shown))

    def held(self, place: Place) -> StoredItem | None:
        """What the entry at this place projects; None only where a backfill has not come to it yet."""
        item = self.entries.get(place[0], place[1])
        assert item is not None or not self.is_whole, "an item's place in an index that holds nothing there"
        return item

    def apply(self, change: IndexChange) -> None:
        """Take one entry out and put another in; they may share a place."""
        old_place, new_place = change.before_place, change.after_place
        if not self.is_whole:
            if old_place is not None and old_place != new_place:
                self._take_out(old_place)
            if new_place is not None and change.after is not None:
                self._put_in(new_place, change.after)
            return
        before, after = change.before, change.after
        moved = old_place != new_place
        if before is not None:
            self.size -= before.size
            if moved and old_place is not None:
                self.entries.remove(old_place[0], old_place[1])
        if after is not None and new_place is not None:
            self.size += after.size
            self.entries.put(new_place[0], new_place[1], after, new=moved)

    def fill(self, place: Place, item: StoredItem) -> None:
        """Let a backfill add an item by its place in the table, unless a write has done so meanwhile."""
        attributes = item.attributes
        own = self.place_of(attributes, place)
        if own is not None and self.entries.get(own[0], own[1]) is None:
            self._put_in(own, self.view(attributes, item))

    def _take_out(self, place: Place) -> None:
        held = self.entries.get(place[0], place[1])
        if held is not None:
            self.size -= held.size
            self.entries.remove(place[0], place[1])

    def _put_in(self, place: Place, item: StoredItem) -> None:
        held = self.entries.get(place[0], place[1])
        self.size += item.size - (0 if held is None else held.size)
        self.entries.put(place[0], place[1], item, new=held is None)

    def check(self) -> None:
        """Assert the invariants."""
        self.entries.check()
        assert self.size == sum(item.size for _, _, item in self.entries.walk(None, 0, 1 << 64))


def _within_limits(read: Callable[[Item, Place], Place | None]) -> Callable[[Item, Place], Place | None]:
    """Items stored before an index was added were not held to its limits: those beyond have no place in it.

    AWS: backfill skips them; an update of other attributes does not change that.
    """

    def read_within(item: Item, table_place: Place) -> Place | None:
        place = read(item, table_place)
        return None if place is None or _is_too_long(place) else place

    return read_within


def _is_too_long(place: Place) -> bool:
    """Whether a live write would refuse these index keys for their length."""
    partition = place[0] if isinstance(place[0], tuple) else (place[0],)
    sort = place[1][:-2]  # the table's own place follows
    return (
        any(_size_bytes(part) > limits.PARTITION_KEY_SIZE_BYTES_MAX for part in partition)
        or sum(map(_size_bytes, sort)) > limits.SORT_KEY_SIZE_BYTES_MAX
    )


def _size_bytes(part: Any) -> int:
    return text_size(part) if isinstance(part, str) else len(part) if isinstance(part, bytes) else 0
