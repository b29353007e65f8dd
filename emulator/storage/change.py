"""One item's change, before → after, with what each index sees of it. A value; `Table.apply` takes it once.

Rule: it names indexes by their schema and no table at all, so that nothing here needs to know what takes a change.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.schema import LOCAL, IndexSchema
from dynarig.emulator.storage.item import StoredItem


class IndexChange(Struct, gc=False):
    """What one index sees: the entry that goes and the one that comes, each its place and what it projects, or None."""

    schema: IndexSchema
    before_place: Place | None
    before: StoredItem | None
    after_place: Place | None
    after: StoredItem | None


class Change(Struct, gc=False):
    """An item put in place of another. partition, sort: the item's place; before, after: None for absent.

    by_service: the expiry of an item, which stream records mark as the service's own.
    """

    partition: Any
    sort: Any
    before: StoredItem | None
    after: StoredItem | None
    index_changes: tuple[IndexChange, ...] = ()
    by_service: bool = False

    @property
    def collection_growth(self) -> int:
        """By how many bytes the item collection grows: the item and its local index entries."""
        growth = (0 if self.after is None else self.after.size) - (0 if self.before is None else self.before.size)
        for seen in self.index_changes:
            if seen.schema.kind == LOCAL:
                growth += 0 if seen.after is None else seen.after.size
                growth -= 0 if seen.before is None else seen.before.size
        return growth
