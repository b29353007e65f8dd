"""INSERT, UPDATE, DELETE and EXISTS against a table: their keys, and the planned write of each.

Rule: INSERT never replaces, UPDATE never creates, DELETE of what is not there is no failure; texts and order recorded
2026. The writes themselves are planning's.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions.parse.ast import And
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.java_order import order_number_sets
from dynarig.emulator.model.values import Item
from dynarig.emulator.partiql import key_reads, terms
from dynarig.emulator.partiql.key_reads import check_type
from dynarig.emulator.partiql.prepare import NO_KEY, Inserting, Reading, Writing, matcher
from dynarig.emulator.partiql.selects import Predicate
from dynarig.emulator.planning.key_checks import check_item_keys, check_key, check_update_targets
from dynarig.emulator.planning.writes import ItemWrite, plan_check, plan_delete, plan_put, plan_update
from dynarig.emulator.storage.table import Table

TOO_LARGE = "Item size has exceeded the maximum allowed size"
EXISTS_KEY = "Select statements within ExecuteTransaction must specify the primary key in the where clause."


def check_insert(inserting: Inserting, table: Table, *, transactional: bool = False) -> None:
    """The item's keys and size. Raises ValidationException; a transaction words a wrong type as PutItem does."""
    if not transactional:
        for attribute in table.schema.keys.attributes:
            value = inserting.item.get(attribute.name)
            if value is not None:
                check_type(attribute, value)
    check_item_keys(table, inserting.item)
    if inserting.size > limits.ITEM_SIZE_BYTES_MAX:
        raise errors.validation(TOO_LARGE)


def plan_insert(inserting: Inserting, table: Table, *, transactional: bool = False) -> ItemWrite:
    """Put a new item; `refused` where there is one already. Raises ValidationException for an item nested too deep."""
    absent = Predicate(lambda item: not item)
    write = plan_put(table, inserting.item, inserting.size, condition=absent, transactional=transactional)
    if not write.refused and inserting.depth > limits.NESTING_LEVELS_MAX:
        raise errors.validation(terms.TOO_DEEP)
    return write


def write_key(writing: Writing, table: Table) -> Item:
    """The key that the WHERE clause names, its values unchecked. Raises ValidationException."""
    return key_reads.key_of_write(writing.condition, table.schema.keys, NO_KEY)


def check_key_types(key: Item, table: Table) -> None:
    """Refuse key values of the wrong type, as everything outside a transaction words it."""
    for attribute in table.schema.keys.attributes:
        check_type(attribute, key[attribute.name])


def check_scalar_keys(key: Item, table: Table) -> None:
    """Refuse key values of a type that no key has."""
    for attribute in table.schema.keys.attributes:
        if not any(tag in key[attribute.name] for tag in ("S", "N", "B")):
            check_type(attribute, key[attribute.name])


def plan_change(writing: Writing, table: Table, key: Item, *, transactional: bool = False) -> ItemWrite:
    """Plan UPDATE or DELETE of the item with this key. Raises ValidationException."""
    check_key(table, key)
    holds = matcher(writing.condition)
    if writing.update is None:
        condition = Predicate(lambda item: not item or holds(item))
        return plan_delete(table, key, condition=condition, transactional=transactional)
    check_update_targets(table, writing.update)
    condition = Predicate(lambda item: bool(item) and holds(item))
    return plan_update(table, key, writing.update, condition=condition, transactional=transactional)


def has_condition(writing: Writing, table: Table) -> bool:
    """Whether the WHERE clause says more than the key."""
    equalities = list(key_reads.top_equalities(writing.condition))
    names = table.schema.keys.names
    return len(equalities) != len(names) or _leaf_count(writing.condition) != len(names)


def _leaf_count(condition: Any) -> int:
    count, pending = 0, [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, And):
            pending.extend(node.conditions)
        else:
            count += 1
    return count


def plan_exists(reading: Reading, table: Table, key: Item) -> ItemWrite:
    """Plan EXISTS: the item must be there and meet the whole clause."""
    holds = matcher(reading.condition)
    return plan_check(table, key, Predicate(lambda item: bool(item) and holds(item)))


def returned(writing: Writing, write: ItemWrite) -> list[Item]:
    """What RETURNING shows, in a list that is empty for nothing; number sets in hash order."""
    if writing.returning is None:
        return []
    scope, image = writing.returning.split(" ")
    stored = write.before if image == "OLD" else write.after
    if stored is None:
        return []
    attributes = stored.attributes
    if scope == "MODIFIED":
        before = {} if write.before is None else write.before.attributes
        update = writing.update
        attributes = {}
        if update is not None:
            attributes = update.updated_old(before) if image == "OLD" else update.updated_new(before)
    return [order_number_sets(attributes)] if attributes else []


def shown_item(write: ItemWrite) -> Item | None:
    """The stored item of a failed condition, where it is asked for; number sets in hash order."""
    return None if write.before is None else order_number_sets(write.before.attributes)
