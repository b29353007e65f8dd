"""ExclusiveStartKey: whether it fits the schema and the condition, and the place behind which a page goes on.

Texts and their order as recorded on the service in 2026; a Query and a Scan word them differently.
"""

from __future__ import annotations

from dynarig.emulator.model import errors
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.schema import LOCAL, KeySchema
from dynarig.emulator.model.tokens import TOKENS_END, token_of
from dynarig.emulator.model.values import Item, ordering_key, type_of
from dynarig.emulator.planning.key_checks import check_empty_keys
from dynarig.emulator.planning.key_range import KeyRange
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table

INVALID = "The provided starting key is invalid"
ONE_ROW = "The query can return at most one row and cannot be restarted"
OFF_PREDICATE = "The provided starting key does not match the range key predicate"
OUTSIDE = "The provided starting key is outside query boundaries based on provided conditions"


def place_of_start(table: Table, index: Index | None, start: Item) -> Place:
    """The place that a fitting start key names."""
    place = table.place_of(start)
    if index is None:
        return place
    entry = index.place_of(start, place)
    assert entry is not None, "a start key that was not checked"
    return entry


def check_query_start(table: Table, index: Index | None, start: Item) -> None:
    """Refuse a start key of a Query that does not fit the schema."""
    if not _fits(table, index, start):
        raise errors.validation(INVALID)
    check_empty_keys(table, start)


def check_scan_start(table: Table, index: Index | None, start: Item) -> None:
    """Refuse a start key of a Scan that does not fit the schema."""
    named = index if index is not None else _first_index(table)
    if named is not None:
        schemas = (table.schema.keys,) if index is None else (index.schema.keys, table.schema.keys)
        for attribute in (attribute for keys in schemas for attribute in keys.attributes):
            value = start.get(attribute.name)
            if value is not None and attribute.type not in value:
                raise errors.invalid_parameter(
                    f"Type mismatch for Index Key {attribute.name} Expected: {attribute.type} "
                    f"Actual: {type_of(value)} IndexName: {named.schema.name}"
                )
    if not _fits(table, index, start):
        raise errors.validation(INVALID)
    check_empty_keys(table, start)


def _first_index(table: Table) -> Index | None:
    """The first index, of which the global ones come first."""
    return min(table.indexes.values(), key=lambda index: index.schema.kind == LOCAL, default=None)


def _fits(table: Table, index: Index | None, start: Item) -> bool:
    attributes = {attribute.name: attribute.type for attribute in table.schema.keys.attributes}
    if index is not None:
        attributes |= {attribute.name: attribute.type for attribute in index.schema.keys.attributes}
    if start.keys() != attributes.keys():
        return False
    return all(kind in start[name] for name, kind in attributes.items())


def check_start_in_range(wanted: KeyRange, keys: KeySchema, place: Place, start: Item, *, of_table: bool) -> None:
    """Refuse a start key of a Query that lies outside its condition."""
    asked = wanted.partition if len(keys.partition) > 1 else (wanted.partition,)
    given = tuple(ordering_key(start[attribute.name]) for attribute in keys.partition)
    if given[:-1] != asked[:-1]:
        raise errors.validation(ONE_ROW)
    has_sort_condition = wanted.lower not in (None, ()) or (wanted.upper is not None and not _is_open(wanted))
    if not wanted.holds(place[1]):
        raise errors.validation(OFF_PREDICATE)
    if given[-1] != asked[-1]:
        if has_sort_condition:
            raise errors.validation(ONE_ROW)
        if of_table and not keys.sort:
            raise errors.validation("The provided exclusive start key is invalid")
        raise errors.validation(OUTSIDE)


def not_restarted(start: Item) -> errors.DynamoDBError:
    """The refusal of any start key of a Query of a table without a sort key: its one item is always the last."""
    shown = ", ".join(
        f"{name}=AttributeValue: {{{type_of(value)}:{value[type_of(value)]}}}" for name, value in start.items()
    )
    return errors.validation(f"The provided exclusive start key is invalid: ExclusiveStartKey: {{{shown}}}")


def _is_open(wanted: KeyRange) -> bool:
    """Whether an index range spans its whole collection: from () to (TOP,)."""
    return wanted.lower == () and isinstance(wanted.upper, tuple) and len(wanted.upper) == 1


def segment_tokens(segment: int | None, total: int | None) -> tuple[int, int]:
    """The tokens [first, end) of one segment of a parallel Scan; all of them without one."""
    if segment is None or total is None:
        return 0, TOKENS_END
    return segment * TOKENS_END // total, (segment + 1) * TOKENS_END // total


def check_segment_start(place: Place, segment: int | None, total: int | None) -> None:
    """Refuse a start key that lies in another segment."""
    first, end = segment_tokens(segment, total)
    if not first <= token_of(place[0]) < end:
        raise errors.validation(
            f"{INVALID}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
            f"TotalSegments: {total} Segment: {segment}"
        )
