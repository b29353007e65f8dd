"""UpdateItem: an item changed in place, or made. The order of its checks is recorded (2026) and unlike the other
writes'.

Without Key the older layer gathers everything; with it, the name answers alone and then one enumeration at a time,
two of them without an envelope.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import CONDITION, UPDATE, BoundUpdate, ChargedUpdate
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.values import Item
from dynarig.emulator.operations.checks import constraints, expressions, legacy, mixing, placeholders, values
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import bare, enveloped, gathered, where_missing
from dynarig.emulator.operations.checks.table_names import EMPTY_TABLE_NAME, TABLE_NAME_OF_UPDATE, find_table
from dynarig.emulator.operations.items.item_answer import plan_of
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import UPDATE_TOO_LARGE, ItemWrite, plan_update

STAGES = (
    enveloped(EMPTY_TABLE_NAME),
    gathered(
        where_missing("Key", constraints.RETURN_CONSUMED_CAPACITY),
        where_missing("Key", constraints.required("TableName")),
        where_missing("Key", constraints.RETURN_VALUES_OLDER),
        where_missing("Key", constraints.RETURN_VALUES_ON_CONDITION_CHECK_FAILURE),
        where_missing("Key", constraints.RETURN_ITEM_COLLECTION_METRICS),
        constraints.required("Key"),
    ),
    gathered(
        constraints.required("TableName"),
        where_missing("TableName", constraints.RETURN_VALUES_OLDER),
    ),
    gathered(TABLE_NAME_OF_UPDATE),
    enveloped(constraints.RETURN_VALUES_OF_LAYER),
    bare(constraints.RETURN_VALUES_ON_CONDITION_CHECK_FAILURE),
    enveloped(constraints.RETURN_ITEM_COLLECTION_METRICS),
    bare(constraints.RETURN_CONSUMED_CAPACITY),
    bare(values.DEEP_NESTING),
    enveloped(values.EMPTY_NAMES),
    enveloped(values.false_null("Key", "AttributeUpdates", "Expected", "ExpressionAttributeValues")),
    enveloped(mixing.MIXING),
    enveloped(mixing.NAMES_WITHOUT_EXPRESSION),
    enveloped(mixing.values_without_expression()),
    enveloped(placeholders.PLACEHOLDERS),
    enveloped(values.expression_values(values.wraps_older)),
    enveloped(legacy.CONDITIONAL_OPERATOR_USE),
    enveloped(values.nesting("Key", "AttributeUpdates", "Expected")),
    enveloped(values.value_faults("Key")),
    enveloped(values.value_faults("AttributeUpdates")),
    enveloped(legacy.ATTRIBUTE_UPDATES),
    enveloped(values.value_faults("Expected")),
    enveloped(legacy.EXPECTED),
    enveloped(expressions.not_empty(CONDITION)),
    enveloped(expressions.static(UPDATE)),
    enveloped(expressions.parsed(CONDITION)),
    enveloped(expressions.DEFINED_AND_USED),
    enveloped(expressions.operands(CONDITION)),
)
_read = checked_reader("UpdateItem", STAGES)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request, its key or its size is refused, or the update cannot be carried out."""
    request = _read(body)
    members = request.members
    table = find_table(context.catalog, members["TableName"])
    key = members["Key"].attributes
    check_key(table, key)
    update = expressions.update_of(request)
    if isinstance(update, ChargedUpdate):
        sent = members.get("ExpressionAttributeValues")
        if update.charges_over(limits.ITEM_SIZE_BYTES_MAX, 0 if sent is None else sent.size):
            raise errors.validation(UPDATE_TOO_LARGE)
    refuse_held(table, key, context.now)
    write = plan_update(table, key, update, condition=expressions.condition_of(request))
    return_values = members.get("ReturnValues")
    returned = None if return_values is None or write.refused else _returned(return_values, write, update, key)
    return plan_of(write, members, key, returned)


def _returned(return_values: str, write: ItemWrite, update: BoundUpdate | ChargedUpdate | None, key: Item) -> Any:
    """Attributes of the answer; None where there is nothing to return."""
    if return_values == "NONE":
        return None
    image = write.before if return_values.endswith("OLD") else write.after
    if image is None:
        return None
    if return_values.startswith("ALL"):
        return image.fragment
    if update is None:
        return None
    old = key if write.before is None else write.before.attributes
    return (update.updated_old(old) if return_values == "UPDATED_OLD" else update.updated_new(old)) or None


UPDATE_ITEM = Operation("UpdateItem", plan, SINGLE)
