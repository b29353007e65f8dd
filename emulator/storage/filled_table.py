"""Filling a table that is restored or imported: its items and, with them, the entries of its indexes.

Rule: what is stored goes in by `Table.apply`, as any change; no capacity is asked for, and the table records no stream
yet. Bytes of items are shared with where they come from.
"""

from __future__ import annotations

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.work import Work


def fill_table(table: Table, now: float, work: Work) -> bool:
    """Go on filling a table, if it is to be filled; whether it is done."""
    filling = table.filling
    if filling is None:
        return True
    for place, item in filling.items.take(work):
        _put(table, place, item, now)
    if not filling.items.is_done:
        return False
    table.free(*filling.items.remains)
    table.filling = None
    for index in table.indexes.values():
        index.is_whole = table.follower is None  # as after a backfill
    filling.ended(now)
    return True


def _put(table: Table, place: Place, item: StoredItem, now: float) -> None:
    """Store an item; the places that it knows are of another table's indexes."""
    partition, sort = place
    before = table.get(place)
    if not table.indexes:
        after = item if not item.layout else StoredItem(item.raw, item.size)
        table.apply(Change(partition, sort, before, after), now)
        return
    attributes = item.attributes
    places = tuple([index.place_of(attributes, place) for index in table.indexes.values()])
    after = StoredItem(item.raw, item.size, places, table.layout)
    seen = table.changes_of_indexes(place, before, after, attributes)
    table.apply(Change(partition, sort, before, after, seen), now)
