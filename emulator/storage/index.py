"""A secondary index: entries ordered by the index key, ties broken by the table key, each with what it projects.

Rule: an index never decides what it holds; a change says which entry goes and which comes.
"""

from __future__ import annotations

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model.keys import Place, entry_reader
from dynarig.emulator.model.schema import IndexSchema, KeySchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.storage.change import IndexChange
from dynarig.emulator.storage.item import StoredItem, store
from dynarig.emulator.storage.key_space import KeySpace


class Index:
    """The entries of one index. size: bytes of all projected entries, without storage overhead.

    target: what its capacity is drawn from. projects_all: whether an entry shows the whole item.
    """

    __slots__ = ("_names", "backfilling", "entries", "place_of", "projects_all", "schema", "size", "status", "target")

    def __init__(self, schema: IndexSchema, table_keys: KeySchema, table: CapacityTarget) -> None:
        """table: what the table's capacity is drawn from."""
        self.schema = schema
        self.target = CapacityTarget(table.table, schema.kind, schema.name, table, table.declared)
        self.entries: KeySpace[StoredItem] = KeySpace()
        self.size = 0
        self.status = "ACTIVE"
        self.backfilling: bool | None = None  # None: the index came with its table, or is built
        self.place_of = entry_reader(schema.keys)
        self._names = schema.projected_names(table_keys)
        self.projects_all = self._names is None

    def view(self, attributes: Item, stored: StoredItem) -> StoredItem:
        """What an entry of this item projects."""
        if self._names is None:
            return stored
        names = self._names
        shown = {name: value for name, value in attributes.items() if name in names}
        return stored if len(shown) == len(attributes) else store(shown, item_size(shown))

    def held(self, place: Place) -> StoredItem:
        """What the entry at this place projects; there must be one."""
        item = self.entries.get(place[0], place[1])
        assert item is not None, "an item's place in an index that holds nothing there"
        return item

    def apply(self, change: IndexChange) -> None:
        """Take one entry out and put another in; they may share a place."""
        old_place, new_place = change.before_place, change.after_place
        moved = old_place != new_place
        if old_place is not None and change.before is not None:
            self.size -= change.before.size
            if moved:
                self.entries.remove(old_place[0], old_place[1])
        if new_place is not None and change.after is not None:
            self.size += change.after.size
            self.entries.put(new_place[0], new_place[1], change.after, new=moved)

    def check(self) -> None:
        """Assert the invariants."""
        self.entries.check()
        assert self.size == sum(item.size for _, _, item in self.entries.walk(None, 0, 1 << 64))
