"""Reading one item: what is found, as it is answered, and what it takes."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct
from orjson import Fragment

from dynarig.emulator.capacity.units import read_half_units, transactional_read_half_units
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.table import Table


class Projection(Protocol):
    """A bound projection: the part of an item that is answered.

    top_level: the attributes that it looks at. is_flat: it keeps just those, whole, in their order.
    """

    @property
    def top_level(self) -> tuple[str, ...]: ...

    @property
    def is_flat(self) -> bool: ...

    def apply(self, item: Item) -> Item: ...


class ItemRead(Struct, gc=False):
    """One item's planned read. stored: None where there is none. answer: JSON-ready, projected; None likewise."""

    stored: StoredItem | None
    answer: Any
    charges: tuple[Charge, ...]


def plan_get(
    table: Table,
    key: Item,
    *,
    consistent: bool,
    projection: Projection | None = None,
    transactional: bool = False,
) -> ItemRead:
    """Read the item with this key; charged on the whole item, the least step where it is missing."""
    place = table.place_of(key)
    return plan_get_at(
        table, place, consistent=consistent or transactional, projection=projection, transactional=transactional
    )


def plan_get_at(
    table: Table, place: Place, *, consistent: bool, projection: Projection | None = None, transactional: bool = False
) -> ItemRead:
    """As `plan_get`, of the item at a place; a transaction reads consistently."""
    partition, sort = place
    items = table.items if consistent or table.follower is None else table.follower.items
    stored = items.get(partition, sort)
    size = 0 if stored is None else stored.size
    units = transactional_read_half_units(size) if transactional else read_half_units(size, consistent)
    answer: Any = None
    if stored is not None:
        answer = Fragment(stored.raw) if projection is None else projection.apply(stored.attributes)
    return ItemRead(stored, answer, (Charge(table.target, units, 0, partition, sort, consistent),))
