"""Filling a table that is restored: its items and, with them, the entries of its indexes.

Rule: what is stored goes in by `Table.apply`, as any change; no capacity is asked for, and the table records no stream
yet. Bytes of items are shared with where they come from.
"""

from __future__ import annotations

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.work import Work


def fill_restored(table: Table, now: float, work: Work) -> bool:
    """Go on filling a table, if it is restored; whether it is done."""
    restoring = table.restoring
    if restoring is None:
        return True
    for place, item in restoring.take(table.get, work):
        _put(table, place, item, now)
    if not restoring.is_done:
        return False
    table.free(*restoring.remains)
    table.restoring = None
    for index in table.indexes.values():
        index.is_whole = table.follower is None  # as after a backfill
    return True


def _put(table: Table, place: Place, item: StoredItem, now: float) -> None:
    """Store an item; the places that it knows are of another table's indexes."""
    partition, sort = place
    if not table.indexes:
        after = item if not item.layout else StoredItem(item.raw, item.size)
        table.apply(Change(partition, sort, None, after), now)
        return
    attributes = item.attributes
    places = tuple([index.place_of(attributes, place) for index in table.indexes.values()])
    after = StoredItem(item.raw, item.size, places, table.layout)
    seen = table.changes_of_indexes(place, None, after, attributes)
    table.apply(Change(partition, sort, None, after, seen), now)
