"""A secondary index: entries ordered by the index key, ties broken by the table key, each with what it projects.

Rule: an index never decides what it holds; a change says which entry goes and which comes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.model.keys import Place, entry_reader
from emulator.model.schema import IndexSchema, KeySchema
from emulator.model.values import Item, item_size
from emulator.storage.item import StoredItem, store
from emulator.storage.key_space import KeySpace


class Entry(NamedTuple):
    """An index entry: its place (sort part: index sort values, then the table key's place) and what it projects."""

    partition: Any
    sort: tuple[Any, ...]
    item: StoredItem


class Index:
    """The entries of one index. size: bytes of all projected entries, without storage overhead."""

    __slots__ = ("_names", "_read_place", "entries", "schema", "size", "status", "backfilling")

    def __init__(self, schema: IndexSchema, table_keys: KeySchema) -> None:
        self.schema = schema
        self.entries: KeySpace[StoredItem] = KeySpace()
        self.size = 0
        self.status = "ACTIVE"
        self.backfilling = False
        self._read_place = entry_reader(schema.keys)
        self._names = schema.projected_names(table_keys)

    def entry_of(self, attributes: Item, stored: StoredItem, table_place: Place) -> Entry | None:
        """The entry that an item has here, or None."""
        place = self._read_place(attributes)
        if place is None:
            return None
        if self._names is not None:
            view = {name: value for name, value in attributes.items() if name in self._names}
            if len(view) != len(attributes):
                stored = store(view, item_size(view))
        return Entry(place[0], place[1] + table_place, stored)

    def apply(self, before: Entry | None, after: Entry | None) -> None:
        """Take one entry out and put another in; they may share a place."""
        same_place = before is not None and after is not None and before[:2] == after[:2]
        if before is not None:
            self.size -= before.item.size
            if not same_place:
                self.entries.remove(before.partition, before.sort)
        if after is not None:
            self.size += after.item.size
            self.entries.put(after.partition, after.sort, after.item, new=not same_place)

    def check(self) -> None:
        """Assert the invariants."""
        self.entries.check()
        assert self.size == sum(item.size for _, _, item in self.entries.walk(None, 0, 1 << 64))
