"""The page walk that Query and Scan share: which items are evaluated, which are answered, what that takes.

Rule: a page ends at the limit, at one megabyte of evaluated items, or at the end of the range; filters and projections
change what is answered, never what is charged. AWS: Query and Scan, API reference and Developer Guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from emulator.capacity.units import read_half_units
from emulator.model import limits
from emulator.model.java_order import holds_number_set, order_number_sets
from emulator.model.keys import Place
from emulator.model.schema import LOCAL
from emulator.model.values import Item
from emulator.planning.key_range import KeyRange
from emulator.planning.plan import GLOBAL_ARM, LOCAL_ARM, TABLE_ARM, Charge
from emulator.planning.reads import Projection
from emulator.planning.writes import Condition
from emulator.storage.index import Index
from emulator.storage.item import StoredItem
from emulator.storage.table import Table

TOKENS_END = 1 << 64


@dataclass(slots=True)
class PageRequest:
    """One page asked for. key_range: of a Query; None for a Scan of the tokens [first_token, end_token).

    start: the place behind which to go on. fetch: the rows of a local index are read whole from the table.
    hash_ordered: number sets come in Java's hash order, as a Scan's and PartiQL's do (recorded 2026).
    """

    table: Table
    index: Index | None = None
    key_range: KeyRange | None = None
    forward: bool = True
    start: Place | None = None
    first_token: int = 0
    end_token: int = TOKENS_END
    limit: int | None = None
    condition: Condition | None = None
    projection: Projection | None = None
    consistent: bool = False
    count_only: bool = False
    fetch: bool = False
    hash_ordered: bool = False


@dataclass(slots=True)
class Page:
    """One page. items: JSON-ready. last_key: the LastEvaluatedKey, None at the end of the range."""

    items: list[Any]
    count: int
    scanned_count: int
    last_key: Item | None
    charges: tuple[Charge, ...]


def plan_page(request: PageRequest) -> Page:
    """Walk one page."""
    evaluated, more = _evaluate(_rows(request), request.limit)
    size = sum(stored.size for _, _, stored in evaluated)
    charges = [_page_charge(request, size)]
    rows: Iterable[StoredItem] = (stored for _, _, stored in evaluated)
    if request.fetch:
        fetched = [_fetch(request.table, sort) for _, sort, _ in evaluated]
        rows = fetched
        charges.insert(0, _fetch_charge(request, fetched))
    items, count = _answer(request, rows)
    last_key = _last_key(request, evaluated[-1][2]) if more else None
    return Page(items, count, len(evaluated), last_key, tuple(charges))


def _rows(request: PageRequest) -> Iterator[tuple[Any, Any, StoredItem]]:
    """(partition, sort, item) in the order of the walk, from the start."""
    space = request.table.items_for(consistent=request.consistent) if request.index is None else request.index.entries
    wanted = request.key_range
    if wanted is None:
        yield from space.walk(request.start, request.first_token, request.end_token)
        return
    collection = space.collection(wanted.partition)
    if collection is None:
        return
    if request.forward:
        first, inclusive, last = wanted.lower, wanted.lower_inclusive, wanted.upper
        last_inclusive = wanted.upper_inclusive
    else:
        first, inclusive, last = wanted.upper, wanted.upper_inclusive, wanted.lower
        last_inclusive = wanted.lower_inclusive
    if request.start is not None:
        first, inclusive = request.start[1], False
    walk = collection.ascending if request.forward else collection.descending
    for sort, stored in walk(first, inclusive=inclusive):
        if last is not None and sort != last and (sort > last) == request.forward:
            return
        if last is not None and not last_inclusive and sort == last:
            return
        yield wanted.partition, sort, stored


def _evaluate(
    rows: Iterator[tuple[Any, Any, StoredItem]], limit: int | None
) -> tuple[list[tuple[Any, Any, StoredItem]], bool]:
    """The rows of one page, and whether the page ended before the range did.

    A page that reaches its limit says so even at the very end of the range: within what the service does (2026).
    """
    evaluated: list[tuple[Any, Any, StoredItem]] = []
    size = 0
    for row in rows:
        size += row[2].size
        if size > limits.PAGE_SIZE_BYTES_MAX and evaluated:
            return evaluated, True
        evaluated.append(row)
        if len(evaluated) == limit:
            return evaluated, True
    return evaluated, False


def _answer(request: PageRequest, rows: Iterable[StoredItem]) -> tuple[list[Any], int]:
    condition = request.condition
    if condition is not None:
        rows = [stored for stored in rows if condition.matches(stored.attributes)]
    if request.count_only:
        return [], sum(1 for _ in rows)
    items = [_shown(request, stored) for stored in rows]
    return items, len(items)


def _shown(request: PageRequest, stored: StoredItem) -> Any:
    """An item as it is answered, JSON-ready."""
    ordered = request.hash_ordered and holds_number_set(stored.raw)
    if request.projection is None and not ordered:
        return stored.fragment
    attributes = stored.attributes if request.projection is None else request.projection.apply(stored.attributes)
    return order_number_sets(attributes) if ordered else attributes


def _page_charge(request: PageRequest, size: int) -> Charge:
    units = read_half_units(size, consistent=request.consistent)
    partition = None if request.key_range is None else request.key_range.partition
    if request.index is None:
        return Charge(request.table.name, TABLE_ARM, None, units, 0, partition)
    schema = request.index.schema
    arm = LOCAL_ARM if schema.kind == LOCAL else GLOBAL_ARM
    return Charge(request.table.name, arm, schema.name, units, 0, partition)


def _fetch(table: Table, sort: Any) -> StoredItem:
    """The whole item behind a local index entry, whose sort key ends in the table's own place."""
    stored = table.get(sort[-2:])
    assert stored is not None, "a local index entry without its item"
    return stored


def _fetch_charge(request: PageRequest, fetched: list[StoredItem]) -> Charge:
    """Each row that is fetched is rounded by itself (recorded 2026)."""
    units = sum(read_half_units(stored.size, consistent=request.consistent) for stored in fetched)
    partition = None if request.key_range is None else request.key_range.partition
    return Charge(request.table.name, TABLE_ARM, None, units, 0, partition)


def _last_key(request: PageRequest, stored: StoredItem) -> Item:
    """The key attributes of the table, and of the index that was walked."""
    names = request.table.schema.keys.names
    if request.index is not None:
        names = tuple(dict.fromkeys(request.index.schema.keys.names + names))
    attributes = stored.attributes
    return {name: attributes[name] for name in names}
