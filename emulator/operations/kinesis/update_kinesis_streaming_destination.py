"""UpdateKinesisStreamingDestination: how precise the times of records are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.kinesis.destinations import (
    ACTIVE,
    MILLISECOND,
    PRECISION,
    UPDATING,
    answer,
    begin,
    changed_table,
    faults,
    wrong_state,
)
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan

_CONFIGURATION = "UpdateKinesisStreamingConfiguration"


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the other precision, which shows at once."""
    members = read_request("UpdateKinesisStreamingDestination", body).members
    table_members.refuse_gathered(faults(members, _CONFIGURATION))
    told = members.get(_CONFIGURATION) or {}
    if told.get(PRECISION) is None:
        raise errors.validation(
            "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot "
            "be null or contain only null values"
        )
    table = changed_table(members, context)
    arn, precision = members["StreamArn"], told[PRECISION]
    current = table.settings.kinesis_destinations.get(arn)
    if current is None:
        raise wrong_state(
            f"No streaming destination with streamArn: {arn} found for table with tableName: {table.name}"
        )
    if current.status != ACTIVE:
        raise wrong_state(
            "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
            f"TableName: {table.name}, kdsArn: {arn}"
        )
    if (current.precision or MILLISECOND) == precision:
        raise errors.validation(
            f"Invalid Request: Precision is already set to the desired value of {precision} for tableId: "
            f"{table.settings.table_id}, kdsArn: {arn}"
        )
    shown = replace(current, status=UPDATING, precision=precision)
    response = answer(table, arn, UPDATING, _CONFIGURATION, told)
    return Plan(response=response, effect=lambda: begin(table, arn, shown, replace(shown, status=ACTIVE), context))


UPDATE_KINESIS_STREAMING_DESTINATION = Operation("UpdateKinesisStreamingDestination", plan)
