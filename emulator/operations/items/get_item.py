"""GetItem: one item by its key. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import PROJECTION
from dynarig.emulator.operations.checks import constraints, expressions, mixing, placeholders, values
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import bare, enveloped, gathered, remembering_runner
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME, find_table
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.reads import plan_get, plan_get_at
from dynarig.emulator.storage.table_settings import ACTIVE

STAGES = (
    enveloped(EMPTY_TABLE_NAME),
    gathered(
        constraints.required("Key"),
        TABLE_NAME,
        constraints.RETURN_CONSUMED_CAPACITY,
        constraints.length_from("AttributesToGet", 1),
    ),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(values.EMPTY_NAMES_TO_GET),
    bare(mixing.MIXING),
    bare(mixing.NAMES_WITHOUT_EXPRESSION),
    bare(placeholders.PLACEHOLDERS),
    bare(values.nesting("Key")),
    bare(values.value_faults("Key")),
    bare(expressions.DUPLICATES_TO_GET),
    bare(expressions.not_empty(PROJECTION)),
)
STAGES_ONCE_FOUND = (  # when the table is there and the key fits it
    bare(expressions.static(PROJECTION)),
    bare(expressions.DEFINED_AND_USED),
)
_read = checked_reader("GetItem", STAGES)
_check_projection = remembering_runner(STAGES_ONCE_FOUND)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request or its key is refused."""
    return _plan_plain(body, context) or _plan_checked(body, context)


def _plan_plain(body: dict[str, Any], context: Context) -> Plan | None:
    """The commonest request, straight: a table that is there, a plain key and nothing else that would have to be looked
    at. None for all others, of whatever kind."""
    try:
        table = context.catalog.tables.get(body["TableName"])
        consistent = body["ConsistentRead"] if len(body) == 3 else False
        if table is None or len(body) > 3 or type(consistent) is not bool or table.settings.status != ACTIVE:
            return None
        place = table.place_of_plain_key(body["Key"])
    except (LookupError, TypeError):
        return None
    if place is None:
        return None
    read = plan_get_at(table, place, consistent=consistent)
    return Plan(read.charges, response={} if read.answer is None else {"Item": read.answer})


def _plan_checked(body: dict[str, Any], context: Context) -> Plan:
    """Any request, past every check."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    key = members["Key"].attributes
    check_key(table, key)
    projection = capacity = None
    consistent = False
    if len(members) > 2:
        _check_projection(request)
        projection = expressions.projection_of(request)
        consistent = members.get("ConsistentRead", False)
        capacity = reported_capacity(members)
    read = plan_get(table, key, consistent=consistent, projection=projection)
    response = {} if read.answer is None else {"Item": read.answer}
    return Plan(read.charges, response=response, capacity=capacity)


GET_ITEM = Operation("GetItem", plan, SINGLE)
