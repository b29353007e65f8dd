"""DisableKinesisStreamingDestination: let item changes go to a Kinesis data stream no longer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.kinesis.destinations import (
    ACTIVE,
    DISABLED,
    DISABLING,
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
from dynarig.emulator.storage.table_settings import DELETING

_CONFIGURATION = "EnableKinesisStreamingConfiguration"


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the entry's end; it stays listed. To disable once more meanwhile changes nothing."""
    members = read_request("DisableKinesisStreamingDestination", body).members
    table_members.refuse_gathered(faults(members, _CONFIGURATION))
    if members.get(_CONFIGURATION):
        raise errors.validation("Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters")
    table = changed_table(members, context)
    arn = members["StreamArn"]
    current = table.settings.kinesis_destinations.get(arn)
    response = answer(table, arn, DISABLING, _CONFIGURATION, None)
    if current is not None and current.status == DISABLING:
        return Plan(response=response)
    if current is None or current.status != ACTIVE or table.settings.status == DELETING:
        raise wrong_state("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    shown, done = replace(current, status=DISABLING), replace(current, status=DISABLED, precision=None)
    return Plan(response=response, effect=lambda: begin(table, arn, shown, done, context))


DISABLE_KINESIS_STREAMING_DESTINATION = Operation("DisableKinesisStreamingDestination", plan)
