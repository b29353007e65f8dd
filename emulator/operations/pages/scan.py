"""Scan: a page of the whole table or index, or of one segment. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import FILTER, PROJECTION
from dynarig.emulator.model import limits
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
from dynarig.emulator.operations.checks.stages import (
    Faults,
    bare,
    each_time,
    enveloped,
    gathered,
    looks_at,
    older,
    runner,
)
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME, TABLE_NAME_OLDER, find_table
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.operations.pages import page_checks
from dynarig.emulator.operations.pages.page_answer import answer_page, fetches_rows
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning import start_keys
from dynarig.emulator.planning.pages import PageRequest
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table

SEGMENTS_MAX = 1_000_000
_REQUIRED = "The {} parameter is required but was not present in the request when {} is present"


@looks_at("Segment", "TotalSegments")
def _segments(request: Request) -> Faults:
    segment, total = request.members.get("Segment"), request.members.get("TotalSegments")
    if total is None:
        return _REQUIRED.format("TotalSegments", "Segment parameter")
    if segment is None:
        return _REQUIRED.format("Segment", "parameter TotalSegments")
    if segment >= total:
        return "The Segment parameter is zero-based and must be less than parameter TotalSegments"
    return None


STAGES = (
    older(
        constraints.SELECT,
        constraints.bounds_old("TotalSegments", 1, SEGMENTS_MAX),
        constraints.RETURN_CONSUMED_CAPACITY,
        TABLE_NAME_OLDER,
        constraints.CONDITIONAL_OPERATOR,
        conditions.missing_operators("ScanFilter"),
        constraints.bounds_old("Segment", 0, SEGMENTS_MAX - 1),
        constraints.bounds_old("Limit", 1),
    ),
    gathered(
        constraints.bounds_new("Limit", 1),
        constraints.bounds_new("Segment", 0, SEGMENTS_MAX - 1),
        constraints.bounds_new("TotalSegments", 1, SEGMENTS_MAX),
        EMPTY_TABLE_NAME,
    ),
    gathered(TABLE_NAME, constraints.RETURN_CONSUMED_CAPACITY, constraints.length_from("AttributesToGet", 1)),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(values.EMPTY_NAMES_TO_GET),
    bare(mixing.MIXING),
    bare(mixing.NAMES_WITHOUT_EXPRESSION),
    bare(mixing.values_without_expression(": FilterExpression is null")),
    bare(placeholders.PLACEHOLDERS),
    bare(values.expression_values(values.never_wraps)),
    bare(legacy.CONDITIONAL_OPERATOR_USE),
    bare(values.nesting("ScanFilter", levels_max=limits.NESTING_LEVELS_MAX + 1)),
    bare(values.value_faults("ScanFilter")),
    bare(conditions.conditions("ScanFilter")),
    bare(expressions.DUPLICATES_TO_GET),
    bare(expressions.static(FILTER, with_figure=True)),
    bare(expressions.not_empty(PROJECTION)),
    enveloped(constraints.SELECT),
    enveloped(page_checks.SELECTION),
    bare(each_time(_segments)),
    bare(expressions.static(PROJECTION)),
    bare(expressions.DEFINED_AND_USED),
)
_read = checked_reader("Scan", STAGES)
_check_start_values = runner((bare(page_checks.start_key_values(scan=True)),))  # once table and index are found


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request or its start key is refused."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    index = page_checks.find_index(table, members)
    page_checks.check_all_attributes(index, members)
    condition = expressions.filter_of(request)
    if condition is not None:
        page_checks.check_filter_paths(table, index, condition.paths)
    first_token, end_token = start_keys.segment_tokens(members.get("Segment"), members.get("TotalSegments"))
    projection = expressions.projection_of(request)
    return answer_page(
        PageRequest(
            table,
            index,
            start=_start(table, index, request),
            first_token=first_token,
            end_token=end_token,
            limit=members.get("Limit"),
            condition=condition,
            projection=projection,
            consistent=members.get("ConsistentRead", False),
            count_only=members.get("Select") == "COUNT",
            fetch=fetches_rows(table, index, projection, members),
            hash_ordered=True,
        ),
        members,
    )


def _start(table: Table, index: Index | None, request: Request) -> tuple[Any, Any] | None:
    start = request.members.get("ExclusiveStartKey")
    if start is None:
        return None
    _check_start_values(request)
    start_keys.check_scan_start(table, index, start.attributes)
    place = start_keys.place_of_start(table, index, start.attributes)
    start_keys.check_segment_start(place, request.members.get("Segment"), request.members.get("TotalSegments"))
    return place


SCAN = Operation("Scan", plan, SINGLE)
