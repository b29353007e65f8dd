"""Query: a page of one item collection, of the table or an index. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import FILTER, KEY_CONDITION, PROJECTION
from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks import (
    conditions,
    constraints,
    expressions,
    legacy,
    mixing,
    placeholders,
    values,
)
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import Faults, bare, enveloped, gathered, looks_at, older
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME, TABLE_NAME_OLDER, find_table
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.operations.pages import page_checks
from dynarig.emulator.operations.pages.page_answer import answer_page, fetches_rows
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning import start_keys
from dynarig.emulator.planning.key_checks import check_key_value
from dynarig.emulator.planning.key_conditions import check_clauses, check_no_stray, key_range
from dynarig.emulator.planning.key_range import KeyRange
from dynarig.emulator.planning.pages import PageRequest
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table


@looks_at()
def _has_key_condition(request: Request) -> Faults:
    legacy_conditions = request.members.get("KeyConditions")
    if KEY_CONDITION in request.members or (legacy_conditions is not None and legacy_conditions.entries):
        return None
    return "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."


STAGES = (
    older(
        constraints.SELECT,
        constraints.RETURN_CONSUMED_CAPACITY,
        TABLE_NAME_OLDER,
        conditions.missing_operators("QueryFilter"),
        conditions.missing_operators("KeyConditions"),
        constraints.bounds_old("Limit", 1),
    ),
    gathered(constraints.bounds_new("Limit", 1), EMPTY_TABLE_NAME),
    gathered(TABLE_NAME, constraints.RETURN_CONSUMED_CAPACITY, constraints.length_from("AttributesToGet", 1)),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(values.EMPTY_NAMES_TO_GET),
    bare(mixing.MIXING),
    enveloped(constraints.SELECT),
    bare(mixing.NAMES_WITHOUT_EXPRESSION),
    bare(mixing.values_without_expression(": FilterExpression is null and KeyConditionExpression is null")),
    bare(placeholders.PLACEHOLDERS),
    bare(values.expression_values(values.wraps_unreadable)),
    bare(legacy.CONDITIONAL_OPERATOR_USE),
    bare(values.nesting("QueryFilter", "KeyConditions")),
    bare(values.value_faults("QueryFilter", "KeyConditions")),
    bare(conditions.conditions("QueryFilter")),
    bare(conditions.conditions("KeyConditions")),
    bare(expressions.DUPLICATES_TO_GET),
    bare(page_checks.start_key_values(scan=False)),
    bare(_has_key_condition),
    bare(expressions.not_empty(KEY_CONDITION)),
    bare(expressions.static(FILTER)),
    bare(expressions.parsed(KEY_CONDITION)),
    bare(expressions.not_empty(PROJECTION)),
    enveloped(page_checks.SELECTION),
    bare(expressions.operands(KEY_CONDITION)),
    bare(expressions.static(PROJECTION)),
)
_read = checked_reader("Query", STAGES)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request, its condition or its start key is refused."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    index = page_checks.find_index(table, members)
    _check_start(table, index, request)
    wanted = _key_range(table, index, request)
    place = _start(table, index, wanted, request)
    condition = expressions.filter_of(request)
    if condition is not None:
        _check_filter(table, index, condition.paths, legacy_filter="QueryFilter" in members)
    page_checks.check_all_attributes(index, members)
    projection = expressions.projection_of(request)
    return answer_page(
        PageRequest(
            table,
            index,
            wanted,
            forward=members.get("ScanIndexForward", True),
            start=place,
            limit=members.get("Limit"),
            condition=condition,
            projection=projection,
            consistent=members.get("ConsistentRead", False),
            count_only=members.get("Select") == "COUNT",
            fetch=fetches_rows(table, index, projection, members),
        ),
        members,
    )


def _check_start(table: Table, index: Index | None, request: Request) -> None:
    start = request.members.get("ExclusiveStartKey")
    if start is not None:
        start_keys.check_query_start(table, index, start.attributes)


def _key_range(table: Table, index: Index | None, request: Request) -> KeyRange:
    keys = table.schema.keys if index is None else index.schema.keys
    bound = expressions.key_condition_of(request)
    check_clauses(bound.clauses, keys)
    fits = request.statement is not None and request.statement.fits  # then nothing is undefined, nothing unused
    if not fits:
        expressions.check_defined(request)
    check_no_stray(bound.clauses, keys)
    if not fits:
        expressions.check_used(request)
    return key_range(bound.clauses, keys, of_index=index is not None, check_value=check_key_value)


def _start(table: Table, index: Index | None, wanted: KeyRange, request: Request) -> tuple[Any, Any] | None:
    start = request.members.get("ExclusiveStartKey")
    if start is None:
        return None
    keys = table.schema.keys if index is None else index.schema.keys
    place = start_keys.place_of_start(table, index, start.attributes)
    start_keys.check_start_in_range(wanted, keys, place, start.attributes, of_table=index is None)
    if index is None and not keys.sort:
        raise start_keys.not_restarted(start.attributes)
    return place


def _check_filter(table: Table, index: Index | None, paths: Any, *, legacy_filter: bool) -> None:
    """A filter of a Query names neither key attributes nor what its index does not project."""
    page_checks.check_filter_paths(table, index, paths)
    keys = table.schema.keys if index is None else index.schema.keys
    named = next((path[0] for path in paths if path[0] in keys.names), None)
    if named is not None:
        what = "QueryFilter" if legacy_filter else "Filter Expression"
        raise errors.validation(f"{what} can only contain non-primary key attributes: Primary key attribute: {named}")
    projected = None if index is None else index.schema.projected_names(table.schema.keys)
    if index is None or projected is None:
        return
    missing = [name for name in dict.fromkeys(path[0] for path in paths) if name not in projected]
    if missing:
        raise errors.invalid_parameter(
            f"Secondary index {index.schema.name} does not project one or more filter attributes: "
            f"[{', '.join(missing)}]"
        )


QUERY = Operation("Query", plan, SINGLE)
