"""DeleteItem: one item, if it is there. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import CONDITION
from dynarig.emulator.operations.checks import constraints, expressions, legacy, mixing, placeholders, values
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import Faults, bare, enveloped, gathered, looks_at
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME, find_table
from dynarig.emulator.operations.items.item_answer import old_image, plan_of
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import plan_delete


@looks_at("ReturnValues")
def _return_values(request: Request) -> Faults:
    """Told with the member constraints, but not where the key is missing."""
    value = request.members["ReturnValues"]
    if value in ("NONE", "ALL_OLD") or value not in constraints.RETURN_VALUES or "Key" not in request.members:
        return None
    return constraints.RETURN_VALUES_OF_PUT_AND_DELETE


STAGES = (
    enveloped(EMPTY_TABLE_NAME),
    gathered(
        TABLE_NAME,
        constraints.required("Key"),
        constraints.RETURN_CONSUMED_CAPACITY,
        constraints.RETURN_VALUES_OF_LAYER,
        constraints.RETURN_ITEM_COLLECTION_METRICS,
        constraints.RETURN_VALUES_ON_CONDITION_CHECK_FAILURE,
        _return_values,
    ),
    bare(values.DEEP_NESTING),
    enveloped(values.EMPTY_NAMES),
    enveloped(values.value_faults("Key", "Expected")),
    enveloped(mixing.MIXING),
    enveloped(mixing.NAMES_WITHOUT_EXPRESSION),
    enveloped(mixing.values_without_expression()),
    enveloped(placeholders.PLACEHOLDERS),
    enveloped(values.expression_values(values.wraps_empty)),
    enveloped(legacy.CONDITIONAL_OPERATOR_USE),
    enveloped(values.nesting("Key", "Expected")),
    enveloped(expressions.static(CONDITION)),
    enveloped(legacy.EXPECTED),
    enveloped(expressions.DEFINED_AND_USED),
)
_read = checked_reader("DeleteItem", STAGES)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request or its key is refused."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    key = members["Key"].attributes
    check_key(table, key)
    refuse_held(table, key, context.now)
    write = plan_delete(table, key, condition=expressions.condition_of(request))
    return plan_of(write, members, key, old_image(write, members))


DELETE_ITEM = Operation("DeleteItem", plan, SINGLE)
