"""DescribeKinesisStreamingDestination: every entry of a table, those that are over among them, the newest first."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.kinesis.destinations import ACTIVE, PRECISION, UPDATING
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.table_settings import DELETING, KinesisDestination


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the answer; there is no page."""
    members = read_request("DescribeKinesisStreamingDestination", body).members
    table = named_table(checked_name(members), context.catalog)
    ending = table.settings.status == DELETING
    entries = [_shape(arn, each, ending) for arn, each in reversed(table.settings.kinesis_destinations.items())]
    return Plan(response={"TableName": table.name, "KinesisDataStreamDestinations": entries})


def _shape(arn: str, destination: KinesisDestination, ending: bool) -> dict[str, Any]:
    status = UPDATING if ending and destination.status == ACTIVE else destination.status
    shown = {"StreamArn": arn, "DestinationStatus": status}
    if destination.why_failed is not None:
        shown["DestinationStatusDescription"] = destination.why_failed
    if destination.precision is not None:
        shown[PRECISION] = destination.precision
    return shown


DESCRIBE_KINESIS_STREAMING_DESTINATION = Operation("DescribeKinesisStreamingDestination", plan)
