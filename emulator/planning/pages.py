"""The page walk that Query and Scan share: which items are evaluated, which are answered, what that takes.

Rule: a page ends at the limit, with the item that takes it past one megabyte of evaluated items, or at the end of the
range; filters and projections change what is answered, never what is charged. AWS: Query and Scan, API reference and
Developer Guide; seen on the service: 25 items of 133.5 units, of which the first 24 make 128.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Protocol

import orjson
from msgspec import Struct
from msgspec.json import Encoder

from dynarig.emulator.capacity.units import read_half_units
from dynarig.emulator.capacity.visits import partitions_visited
from dynarig.emulator.model import limits
from dynarig.emulator.model.java_order import any_holds_number_set, holds_number_set, order_number_sets
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.parts import PARTS
from dynarig.emulator.model.tokens import TOKENS_END, token_of
from dynarig.emulator.model.values import Item, ordering_key
from dynarig.emulator.planning.key_range import KeyRange
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.planning.reads import Projection
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.table import Table

_FEW = 50  # items whose bytes are copied sooner than their list
_encode = Encoder().encode  # bytes of their own length, where orjson hands out 4 KB for each


class Filter(Protocol):
    """A bound condition on items. paths: the document paths that it reads, each a tuple that begins with a name."""

    @property
    def matches(self) -> Callable[[Item], bool]: ...

    @property
    def paths(self) -> Sequence[tuple[Any, ...]]: ...


class PageRequest(Struct):
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
    condition: Filter | None = None
    projection: Projection | None = None
    consistent: bool = False
    count_only: bool = False
    fetch: bool = False
    hash_ordered: bool = False


class Page(Struct):
    """One page. raws: the JSON of each item as it is answered. last_key: None at the end of the range."""

    raws: list[bytes]
    count: int
    scanned_count: int
    last_key: Item | None
    charges: tuple[Charge, ...]

    @property
    def items(self) -> list[orjson.Fragment]:
        """The items, each JSON-ready."""
        return [orjson.Fragment(raw) for raw in self.raws]

    @property
    def items_json(self) -> bytes:
        """The JSON of the list of all items; that of many is copied once."""
        raws = self.raws
        if len(raws) < _FEW:
            return b"[%b]" % b",".join(raws)
        return b",".join([b"[" + raws[0], *raws[1:-1], raws[-1] + b"]"])


def plan_page(request: PageRequest) -> Page:
    """Walk one page."""
    sorts, rows, size, more = _evaluate(_slices(request), request.limit)
    wanted = request.key_range
    charges = [
        _walk_charge(request, rows, size, more) if wanted is None else _page_charge(request, wanted, sorts, size)
    ]
    last_key = _last_key(request, rows[-1]) if more and not _holds_one_item(request) else None
    scanned_count = len(rows)
    if request.fetch:
        items = request.table.items_for(consistent=request.consistent)
        rows = [_fetch(items, sort) for sort in sorts]
        charges.insert(0, _fetch_charge(request, rows))
    raws = _filtered(request.condition, [stored.raw for stored in rows])
    shown = [] if request.count_only else _shown(request, raws)
    return Page(shown, len(raws), scanned_count, last_key, tuple(charges))


def _holds_one_item(request: PageRequest) -> bool:
    """Whether the range has one item at most: such a Query is never gone on with."""
    return request.key_range is not None and request.index is None and not request.table.schema.keys.sort


def _slices(request: PageRequest) -> Iterator[tuple[list[Any], list[StoredItem]]]:
    """Sort keys and items in the order of the walk, from the start: of a Query all keys only where rows are fetched."""
    table = request.table
    if request.index is None:
        space = table.items_for(consistent=request.consistent)
    else:
        space = table.entries_for(request.index, consistent=request.consistent)
    wanted = request.key_range
    if wanted is None:
        return space.runs(request.start, request.first_token, request.end_token)
    collection = space.collection(wanted.partition)
    if collection is None:
        return iter(())
    lower = None if wanted.lower is None else (wanted.lower, wanted.lower_inclusive)
    upper = None if wanted.upper is None else (wanted.upper, wanted.upper_inclusive)
    if request.start is not None:
        if request.forward:
            lower = (request.start[1], False)
        else:
            upper = (request.start[1], False)
    return collection.slices(lower, upper, forward=request.forward, all_keys=request.fetch)


def _evaluate(
    slices: Iterator[tuple[list[Any], list[StoredItem]]], limit: int | None
) -> tuple[list[Any], list[StoredItem], int, bool]:
    """(sort keys, items, their bytes) of one page, and whether the page ended before the range did.

    A page that reaches its limit says so even at the very end of the range: within what the service does (2026).
    """
    sorts: list[Any] = []
    rows: list[StoredItem] = []
    size = 0
    for more_sorts, more_rows in slices:
        if limit is not None and len(rows) + len(more_rows) > limit:
            more_rows = more_rows[: limit - len(rows)]
        sizes = [stored.size for stored in more_rows]
        added = sum(sizes)
        over = size + added > limits.PAGE_SIZE_BYTES_MAX
        if over:
            count = _count_until_over(sizes, limits.PAGE_SIZE_BYTES_MAX - size)
            more_rows = more_rows[:count]
            added = sum(sizes[:count])
        size += added
        rows += more_rows
        sorts += more_sorts if len(more_sorts) == len(more_rows) else more_sorts[: len(more_rows)]
        if over or len(rows) == limit:
            return sorts, rows, size, True
    return sorts, rows, size, False


def _count_until_over(sizes: list[int], room: int) -> int:
    """How many of the first items are of the page: up to the one that no longer fits into `room` bytes, and it."""
    return bisect_right(list(accumulate(sizes)), room) + 1


def _filtered(condition: Filter | None, raws: list[bytes]) -> list[bytes]:
    """The items that meet the condition, if there is one."""
    if condition is None:
        return raws
    matches = condition.matches
    if len(raws) == 1:
        return [raw for raw in raws if matches(orjson.loads(raw))]
    read = PARTS.reader([path[0] for path in condition.paths], len(raws))
    return [raw for raw in raws if matches(read(raw))]


def _shown(request: PageRequest, raws: list[bytes]) -> list[bytes]:
    """Items as they are answered."""
    if request.projection is not None:
        raws = _projected(request.projection, raws)
    if request.hash_ordered and any_holds_number_set(raws):
        return [_encode(order_number_sets(orjson.loads(raw))) if holds_number_set(raw) else raw for raw in raws]
    return raws


def _projected(projection: Projection, raws: list[bytes]) -> list[bytes]:
    """What the projection keeps of items."""
    names = projection.top_level
    cut = PARTS.cutter(names, len(raws)) if projection.is_flat else None
    if cut is not None:
        return cut(raws)
    read = PARTS.reader(names, len(raws))
    return [_encode(projection.apply(read(raw))) for raw in raws]


def _page_charge(request: PageRequest, wanted: KeyRange, sorts: list[Any], size: int) -> Charge:
    """Of a Query; placed by the first item that it finds."""
    units = read_half_units(size, request.consistent)
    target = (request.index or request.table).target
    return Charge(target, units, 0, wanted.partition, sorts[0] if sorts else None, request.consistent)


def _walk_charge(request: PageRequest, rows: list[StoredItem], size: int, more: bool) -> Charge:
    """Of a Scan: a step for each partition visited at the least (Developer Guide, read-write-operations)."""
    target = (request.index or request.table).target
    first = request.first_token if request.start is None else token_of(request.start[0])
    end = token_of(_partition_of(request, rows[-1])) + 1 if more else request.end_token
    step = read_half_units(0, request.consistent)
    least = step * partitions_visited(target, first, end)
    units = max(read_half_units(size, request.consistent), least)
    return Charge(target, units, 0, None, None, request.consistent, 0, first)


def _partition_of(request: PageRequest, stored: StoredItem) -> Any:
    """The partition key value under which a row was found."""
    attributes = stored.attributes
    if request.index is None:
        return request.table.place_of(attributes)[0]
    names = request.index.schema.keys.partition
    values = tuple(ordering_key(attributes[each.name]) for each in names)
    return values[0] if len(values) == 1 else values


def _fetch(items: KeySpace[StoredItem], sort: Any) -> StoredItem:
    """The whole item behind a local index entry, whose sort key ends in the table's own place."""
    stored = items.get(sort[-2], sort[-1])
    assert stored is not None, "a local index entry without its item"
    return stored


def _fetch_charge(request: PageRequest, fetched: list[StoredItem]) -> Charge:
    """Each row that is fetched is rounded by itself (recorded 2026)."""
    units = sum(read_half_units(stored.size, consistent=request.consistent) for stored in fetched)
    partition = None if request.key_range is None else request.key_range.partition
    return Charge(request.table.target, units, 0, partition, None, request.consistent)


def _last_key(request: PageRequest, stored: StoredItem) -> Item:
    """The key attributes of the table, and of the index that was walked."""
    names = request.table.schema.keys.names
    if request.index is not None:
        names = tuple(dict.fromkeys(request.index.schema.keys.names + names))
    attributes = stored.attributes
    return {name: attributes[name] for name in names}
