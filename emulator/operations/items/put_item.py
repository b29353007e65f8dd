"""PutItem: an item in place of what has its key. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import CONDITION
from dynarig.emulator.model import limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.walk import walk_attributes
from dynarig.emulator.operations.checks import constraints, expressions, legacy, mixing, placeholders, values
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import (
    Bare,
    Faults,
    bare,
    enveloped,
    gathered,
    looks_at,
)
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME, find_table
from dynarig.emulator.operations.items.item_answer import old_image, plan_of
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.key_checks import check_item_keys
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import plan_put
from dynarig.emulator.storage.table_settings import ACTIVE

TOO_LARGE = "Item size has exceeded the maximum allowed size"


@looks_at("ReturnValues")
def _return_values(request: Request) -> Faults:
    if request.members["ReturnValues"] in ("NONE", "ALL_OLD"):
        return None
    return constraints.RETURN_VALUES_OF_PUT_AND_DELETE


@looks_at("Item")
def _size(request: Request) -> Faults:
    return Bare(TOO_LARGE) if request.members["Item"].size > limits.ITEM_SIZE_BYTES_MAX else None


STAGES = (
    enveloped(EMPTY_TABLE_NAME),
    gathered(
        TABLE_NAME,
        constraints.required("Item"),
        constraints.RETURN_CONSUMED_CAPACITY,
        constraints.RETURN_VALUES_OF_LAYER,
        constraints.RETURN_ITEM_COLLECTION_METRICS,
        constraints.RETURN_VALUES_ON_CONDITION_CHECK_FAILURE,
    ),
    bare(values.DEEP_NESTING),
    enveloped(values.EMPTY_NAMES),
    enveloped(values.value_faults("Item", "Expected")),
    enveloped(mixing.MIXING),
    enveloped(mixing.NAMES_WITHOUT_EXPRESSION),
    enveloped(mixing.values_without_expression()),
    enveloped(placeholders.PLACEHOLDERS),
    enveloped(values.expression_values(values.never_wraps)),
    enveloped(legacy.CONDITIONAL_OPERATOR_USE),
    enveloped(values.nesting("Item", "Expected")),
    enveloped(expressions.static(CONDITION)),
    enveloped(_return_values),
    enveloped(legacy.EXPECTED),
    bare(_size),
    enveloped(expressions.DEFINED_AND_USED),
)
_read = checked_reader("PutItem", STAGES)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request or its keys are refused."""
    return _plan_plain(body, context) or _plan_checked(body, context)


def _plan_plain(body: dict[str, Any], context: Context) -> Plan | None:
    """The commonest request, straight: a table that is there and an item of which a walk has nothing to tell. None for
    all others, of whatever kind."""
    if len(body) != 2:
        return None
    findings = ValueFindings()
    try:
        table, item = context.catalog.tables.get(body["TableName"]), body["Item"]
        if table is None or table.settings.status != ACTIVE or type(item) is not dict:
            return None
        attributes, size = walk_attributes(item, findings)
    except (LookupError, TypeError, DynamoDBError):
        return None
    if not findings.is_clean or size > limits.ITEM_SIZE_BYTES_MAX:
        return None
    check_item_keys(table, attributes)
    refuse_held(table, attributes, context.now)
    write = plan_put(table, attributes, size)
    return Plan(write.charges, write.changes)


def _plan_checked(body: dict[str, Any], context: Context) -> Plan:
    """Any request, past every check."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    item = members["Item"]
    check_item_keys(table, item.attributes)
    refuse_held(table, item.attributes, context.now)
    write = plan_put(table, item.attributes, item.size, condition=expressions.condition_of(request))
    return plan_of(write, members, item.attributes, old_image(write, members))


PUT_ITEM = Operation("PutItem", plan, SINGLE)
