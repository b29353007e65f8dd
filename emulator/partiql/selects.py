"""SELECT against a table or an index: what refuses it there, and the page that it reads.

Rule: texts and order recorded 2026. A page is one walk or several, range after range; Limit and one megabyte bound them
together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dynarig.emulator.expressions.parse.ast import Condition
from dynarig.emulator.expressions.run.condition import paths_of
from dynarig.emulator.expressions.run.paths import Steps, getter
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.java_order import holds_number_set, order_number_sets
from dynarig.emulator.model.schema import GLOBAL, KeySchema
from dynarig.emulator.model.values import Item
from dynarig.emulator.partiql import key_reads, terms
from dynarig.emulator.partiql.key_reads import KeyRead
from dynarig.emulator.partiql.next_token import Position
from dynarig.emulator.partiql.prepare import Reading, matcher
from dynarig.emulator.planning import start_keys
from dynarig.emulator.planning.key_range import KeyRange
from dynarig.emulator.planning.pages import PageRequest, plan_page
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.table import Table

NO_INDEX = "The table does not have the specified index"
MULTI_ATTRIBUTE = (
    "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys."
)
CONSISTENT_GLOBAL = "Strongly consistent read is not supported on Global Secondary Indexes"
FindTable = Callable[[str], Table]
_PAGE_STEPS = limits.PAGE_SIZE_BYTES_MAX // limits.READ_UNIT_BYTES


@dataclass(slots=True)
class Selection:
    """One page. position: where the next one begins, None at the end."""

    table: Table
    items: list[Any]
    charges: list[Charge]
    position: Position | None


@dataclass(slots=True)
class Predicate:
    """A condition as page walks and writes take it. node: where its paths may be asked for."""

    matches: Callable[[Item], bool]
    node: Condition | None = None

    @property
    def paths(self) -> tuple[Steps, ...]:
        """The document paths that it reads: looked for when a page of many items asks."""
        return () if self.node is None else paths_of(self.node)


class Columns:
    """The select list: a path is answered under its last name and the indexes behind it."""

    is_flat = False

    def __init__(self, projection: tuple[Steps, ...]) -> None:
        self.top_level = tuple(dict.fromkeys(str(path[0]) for path in projection))
        self._columns = [(_label(path), getter(path)) for path in projection]

    def apply(self, item: Item) -> Item:
        """What the list shows of an item."""
        return {label: value for label, get in self._columns if (value := get(item)) is not None}


def shown(reading: Reading, stored: StoredItem | None) -> Any | None:
    """A single item as a SELECT answers it, JSON-ready; None where the rest of the WHERE clause keeps it out."""
    if stored is None:
        return None
    attributes = stored.attributes
    if not matcher(reading.condition)(attributes):
        return None
    if reading.projection is not None:
        return order_number_sets(Columns(reading.projection).apply(attributes))
    return order_number_sets(attributes) if holds_number_set(stored.raw) else stored.fragment


def _label(path: Steps) -> str:
    last = max(position for position, step in enumerate(path) if isinstance(step, str))
    return str(path[last]) + "".join(f"[{step}]" for step in path[last + 1 :])


def find_source(reading: Reading, find_table: FindTable) -> tuple[Table, Index | None]:
    """The table and index that a SELECT names, once nothing that it says is refused. Raises DynamoDBError."""
    if reading.fault is not None:
        if reading.index is not None:
            _refuse_multi_attribute(reading, find_table)
        raise errors.validation(reading.fault)
    table = find_table(reading.table)
    index = _index(table, reading.index)
    if index is not None and index.schema.keys.is_multi_attribute:
        raise errors.validation(MULTI_ATTRIBUTE)
    return table, index


def _refuse_multi_attribute(reading: Reading, find_table: FindTable) -> None:
    """An index of several attributes is refused ahead of what else is wrong."""
    try:
        index = _index(find_table(reading.table), reading.index)
    except DynamoDBError:
        return
    if index is not None and index.schema.keys.is_multi_attribute:
        raise errors.validation(MULTI_ATTRIBUTE)


def _index(table: Table, name: str | None) -> Index | None:
    if name is None:
        return None
    index = table.indexes.get(name)
    if index is None:
        raise errors.validation(NO_INDEX)
    return index


def plan_select(
    reading: Reading,
    find_table: FindTable,
    *,
    limit: int | None,
    consistent: bool,
    resume: Callable[[], Position | None],
) -> Selection:
    """Plan one page. resume: unseals where to go on; raises ValidationException, as this does."""
    table, index = find_source(reading, find_table)
    if consistent and index is not None and index.schema.kind == GLOBAL:
        raise errors.validation(CONSISTENT_GLOBAL)
    start = resume()
    keys = table.schema.keys if index is None else index.schema.keys
    _check_order_terms(reading, keys)
    branches = key_reads.branches_of(reading.condition, keys)
    read = key_reads.key_read(branches, keys, of_index=index is not None)
    forward = _ordered(reading, read, keys)
    fetch = False
    if index is not None:
        fetch = _check_projected(reading, table, index, read)
    request = PageRequest(
        table,
        index,
        forward=forward,
        limit=limit,
        condition=_filter(reading),
        projection=None if reading.projection is None else Columns(reading.projection),
        hash_ordered=True,
        consistent=consistent,
        fetch=fetch,
    )
    return _walk(request, [*read.ranges] if read.ranges else [None], start or Position(0, None))


def _filter(reading: Reading) -> Predicate | None:
    condition = reading.condition
    return None if condition is None else Predicate(matcher(condition), condition)


def _check_order_terms(reading: Reading, keys: KeySchema) -> None:
    if not reading.order:
        return
    if reading.condition is None:
        raise errors.validation("Must have WHERE clause in the statement when using ORDER BY clause.")
    for each in reading.order:
        term = each.term
        if term.kind != terms.ID:
            called = term.content if term.kind in (terms.STRING, terms.NUMBER) else term.kind.upper()
            raise errors.validation(
                f"Argument to ORDER BY must be of type VariableReference. Type: {called} at {term.at}"
            )
        if term.content not in keys.names:
            raise errors.validation(f"Attribute {term.content} in ORDER BY clause must be part of the primary key")


def _ordered(reading: Reading, read: KeyRead, keys: KeySchema) -> bool:
    """Put the ranges in the order asked for; answers whether each is read upwards."""
    if not reading.order:
        return True
    if read.ranges is None:
        raise errors.validation(
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        )
    directions = {each.term.content: each.descending for each in reading.order}
    partition = keys.partition[0].name
    if read.partitions > 1 and partition not in directions:
        raise errors.validation(
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."
        )
    sort = keys.sort[0].name if keys.sort else None
    # Where only the partition key is named, its items come descending (recorded 2026).
    descending = directions.get(sort, True) if sort is not None else False
    read.ranges.sort(key=_lower_key, reverse=descending)
    read.ranges.sort(key=lambda each: each.partition, reverse=directions.get(partition, False))
    return not descending


def _lower_key(wanted: KeyRange) -> tuple[bool, Any]:
    return wanted.lower is not None, () if wanted.lower is None else wanted.lower


def _check_projected(reading: Reading, table: Table, index: Index, read: KeyRead) -> bool:
    """Refuse what the index does not project; answers whether rows are read whole from the table."""
    projected = index.schema.projected_names(table.schema.keys)
    if projected is None:
        return False
    if read.keyed and reading.condition is not None:
        missing = _missing(paths_of(reading.condition), projected)
        if missing:
            raise errors.invalid_parameter(
                f"Secondary index {index.schema.name} does not project one or more filter attributes: "
                f"[{', '.join(missing)}]"
            )
    missing = _missing(reading.projection or (), projected)
    if missing and index.schema.kind == GLOBAL:
        raise errors.invalid_parameter(
            f"Global secondary index {index.schema.name} does not project [{', '.join(missing)}]"
        )
    return bool(missing)


def _missing(paths: Any, projected: frozenset[str]) -> list[str]:
    return [name for name in dict.fromkeys(path[0] for path in paths) if name not in projected]


def _walk(request: PageRequest, ranges: list[KeyRange | None], start: Position) -> Selection:
    items: list[Any] = []
    charges: list[Charge] = []
    limit = request.limit
    for position in range(start.range, len(ranges)):
        request.key_range = ranges[position]
        request.start = _start_place(request, start.key if position == start.range else None)
        page = plan_page(request)
        items += page.items
        charges += page.charges
        if page.last_key is not None:
            return Selection(request.table, items, charges, Position(position, page.last_key))
        if limit is not None:
            limit -= page.scanned_count
            request.limit = limit
        if _steps(charges, request.consistent) >= _PAGE_STEPS and position + 1 < len(ranges):
            return Selection(request.table, items, charges, Position(position + 1, None))
    return Selection(request.table, items, charges, None)


def _start_place(request: PageRequest, key: Item | None) -> Any:
    if key is None:
        return None
    start_keys.check_query_start(request.table, request.index, key)
    return start_keys.place_of_start(request.table, request.index, key)


def _steps(charges: list[Charge], consistent: bool) -> int:
    """How many steps of 4 KB were evaluated."""
    return sum(charge.read_half_units for charge in charges) // (2 if consistent else 1)
