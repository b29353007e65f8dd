"""EnableKinesisStreamingDestination: let item changes go to a Kinesis data stream."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.kinesis.destinations import (
    ACTIVE,
    ENABLE_FAILED,
    ENABLING,
    LIVE,
    PRECISION,
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
from dynarig.emulator.storage.table_settings import DELETING, KinesisDestination

_CONFIGURATION = "EnableKinesisStreamingConfiguration"
_NO_STREAM = "User does not have a permission to use kinesis stream"
_OTHER_REGION = (
    "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current region"
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the entry; whether the stream is there shows later."""
    members = read_request("EnableKinesisStreamingDestination", body).members
    table_members.refuse_gathered(faults(members, _CONFIGURATION))
    table = changed_table(members, context)
    live = any(each.status in LIVE for each in table.settings.kinesis_destinations.values())
    if live or table.settings.status == DELETING:
        raise wrong_state(
            "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
        )
    arn, told = members["StreamArn"], members.get(_CONFIGURATION) or {}
    precision, why = told.get(PRECISION), _why_not(arn, context.catalog.region)
    shown = KinesisDestination(ENABLING, precision)
    done = KinesisDestination(ACTIVE if why is None else ENABLE_FAILED, precision, why)
    response = answer(table, arn, ENABLING, _CONFIGURATION, told)
    return Plan(response=response, effect=lambda: begin(table, arn, shown, done, context))


def _why_not(arn: str, region: str) -> str | None:
    """Why a stream cannot be had; None where it can."""
    parts = arn.split(":", 5)
    kind, _, name = parts[-1].partition("/")
    if len(parts) != 6 or parts[2] != "kinesis" or kind != "stream" or not name or "/" in name:
        return _NO_STREAM
    return None if parts[3] == region else _OTHER_REGION


ENABLE_KINESIS_STREAMING_DESTINATION = Operation("EnableKinesisStreamingDestination", plan)
