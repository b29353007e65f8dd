"""Put, update, delete and check of one item: what each would do, as a value.

Rule: keys have been checked; here the condition is decided, the new item made, and what it takes is charged. The same
four serve single calls, batches, transactions and PartiQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from dynarig.emulator.capacity.units import index_write_half_units, write_half_units
from dynarig.emulator.expressions import BoundUpdate
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.planning.key_checks import check_update_targets, check_updated_index_keys
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.storage.change import Change, IndexChange
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.table import Table

UPDATE_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
COLLECTION_TOO_LARGE = "Item collection size limit exceeded"


class Condition(Protocol):
    """A bound condition: whether an item (`{}` where there is none) meets it."""

    def matches(self, item: Item) -> bool: ...


class ItemWrite(Struct, gc=False):
    """One item's planned write.

    changes: what a plan has to apply, the table and the change, or nothing. refused: the condition failed, nothing
    changes, the charge stands.
    """

    table: Table
    place: Place
    before: StoredItem | None
    after: StoredItem | None
    charges: Sequence[Charge]
    changes: tuple[tuple[Table, Change], ...] = ()
    refused: bool = False

    @property
    def change(self) -> Change | None:
        """The change, None where nothing changes."""
        return self.changes[0][1] if self.changes else None


def plan_put(
    table: Table, attributes: Item, size: int, *, condition: Condition | None = None, transactional: bool = False
) -> ItemWrite:
    """Put an item of `size` bytes in place of what is there."""
    place = table.place_of(attributes)
    before = table.items.get(place[0], place[1])
    if condition is not None and not condition.matches({} if before is None else before.attributes):
        return _refused(table, place, before, size, transactional)
    after = table.prepared(attributes, size, place, before)
    return _written(table, place, before, after, attributes, transactional)


def plan_delete(
    table: Table, key: Item, *, condition: Condition | None = None, transactional: bool = False
) -> ItemWrite:
    """Delete the item with this key, if it is there."""
    place = table.place_of(key)
    before = table.items.get(place[0], place[1])
    if condition is not None and not condition.matches({} if before is None else before.attributes):
        return _refused(table, place, before, 0, transactional)
    return _written(table, place, before, None, None, transactional)


def plan_update(
    table: Table,
    key: Item,
    update: BoundUpdate | None,
    *,
    condition: Condition | None = None,
    transactional: bool = False,
) -> ItemWrite:
    """Update the item with this key, or make it. Raises ValidationException where the update cannot be carried out."""
    place = table.place_of(key)
    before = table.items.get(place[0], place[1])
    stored = {} if before is None else before.attributes
    if condition is not None and not condition.matches(stored):
        return _refused(table, place, before, 0, transactional)
    attributes, size = (key, item_size(key)) if before is None else (stored, before.size)
    moves = before is None  # whether the item may come to another place in an index
    if update is not None:
        check_update_targets(table, update)
        if before is None and update.actions.only_takes:
            return _written(table, place, None, None, None, transactional)
        updated = update.apply(attributes)  # an item that is made has its key already
        attributes = updated.item
        size += updated.growth
        moves = moves or not table.index_key_names.isdisjoint(update.actions.touched)
        if moves:
            check_updated_index_keys(table, stored, attributes)
        if size > limits.ITEM_SIZE_BYTES_MAX:
            raise errors.validation(UPDATE_TOO_LARGE)
    after = table.prepared(attributes, size, place, before, same_keys=not moves)
    return _written(table, place, before, after, attributes, transactional, stored)


def plan_check(table: Table, key: Item, condition: Condition) -> ItemWrite:
    """A transaction's ConditionCheck: charged as a write of the item on its table alone."""
    place = table.place_of(key)
    before = table.items.get(place[0], place[1])
    refused = not condition.matches({} if before is None else before.attributes)
    charge = _table_charge(table, place, 0 if before is None else before.size, transactional=True)
    return ItemWrite(table, place, before, before, (charge,), (), refused)


def plan_expiry(table: Table, place: Place, item: StoredItem) -> Change:
    """The service's own delete of an expired item; it costs nothing (AWS: howitworks-ttl)."""
    seen = table.changes_of_indexes(place, item, None, None)
    return Change(place[0], place[1], item, None, seen, by_service=True)


def _table_charge(table: Table, place: Place, size: int, transactional: bool, growth_bytes: int = 0) -> Charge:
    units = write_half_units(size)
    return Charge(table.target, 0, units * 2 if transactional else units, place[0], place[1], False, growth_bytes)


def _refused(table: Table, place: Place, before: StoredItem | None, proposed: int, transactional: bool) -> ItemWrite:
    """A failed condition is charged by the larger of what is stored and what was proposed (Developer Guide)."""
    size = max(0 if before is None else before.size, proposed)
    charge = _table_charge(table, place, size, transactional)
    return ItemWrite(table, place, before, before, (charge,), (), refused=True)


def _written(
    table: Table,
    place: Place,
    before: StoredItem | None,
    after: StoredItem | None,
    attributes: Item | None,
    transactional: bool,
    stored: Item | None = None,
) -> ItemWrite:
    before_size, after_size = 0 if before is None else before.size, 0 if after is None else after.size
    size, growth = max(before_size, after_size), after_size - before_size
    charge = _table_charge(table, place, size, transactional, growth)
    if before is None and after is None:
        return ItemWrite(table, place, None, None, (charge,))
    seen = table.changes_of_indexes(place, before, after, attributes, stored)
    change = Change(place[0], place[1], before, after, seen)
    if table.collection_sizes is not None:
        _check_collection(table, change)
    charges = [charge]
    for each in seen:
        charges.append(_index_charge(table, each))
    return ItemWrite(table, place, before, after, charges, ((table, change),))


def _index_charge(table: Table, change: IndexChange) -> Charge:
    before, after = change.before, change.after
    before_size, after_size = None if before is None else before.size, None if after is None else after.size
    units = index_write_half_units(before_size, after_size, change.before_place != change.after_place)
    place = change.after_place or change.before_place
    assert place is not None, "an index that sees nothing was charged"
    growth = (after_size or 0) - (before_size or 0)
    return Charge(table.indexes[change.schema.name].target, 0, units, place[0], place[1], False, growth)


def _check_collection(table: Table, change: Change) -> None:
    """A table with a local index bounds its item collections (AWS: LSI, item collection size limit)."""
    growth = change.collection_growth
    size = table.collection_size(change.partition) + growth
    if growth > 0 and size > limits.ITEM_COLLECTION_SIZE_BYTES_MAX:
        raise errors.DynamoDBError("ItemCollectionSizeLimitExceededException", COLLECTION_TOO_LARGE)
