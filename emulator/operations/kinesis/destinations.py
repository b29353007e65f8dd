"""What the four operations on Kinesis streaming destinations share: the table, its entries, their states and texts.

Rule: a table has one live entry at most, and keeps those that were disabled or failed; nothing is ever "not found".
Which stream could not be had is only told afterwards. States, order and texts: recorded in October 2026. There is no
Kinesis here: a stream of the table's Region is taken to be there, whoever's it is, and no record is sent to it.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.storage.lifecycle import KINESIS_DESTINATION, schedule, set_kinesis_destination
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import CREATING, KinesisDestination, Step

ENABLING, ACTIVE, UPDATING = "ENABLING", "ACTIVE", "UPDATING"
DISABLING, DISABLED, ENABLE_FAILED = "DISABLING", "DISABLED", "ENABLE_FAILED"
LIVE = (ENABLING, ACTIVE, UPDATING, DISABLING)
PRECISION = "ApproximateCreationDateTimePrecision"
MILLISECOND = "MILLISECOND"  # where none was ever set
_PRECISIONS = (MILLISECOND, "MICROSECOND")


def wrong_state(text: str) -> DynamoDBError:
    """The refusal of every change that an entry's state does not admit."""
    return errors.validation(f"Table is not in a valid state to enable Kinesis Streaming Destination: {text}")


def faults(members: dict[str, Any], configuration: str) -> table_members.Faults:
    """Faults of StreamArn and of the precision in a configuration."""
    if members.get("StreamArn") is None:
        yield null("streamArn")
    precision = (members.get(configuration) or {}).get(PRECISION)
    path = f"{configuration[0].lower()}{configuration[1:]}.approximateCreationDateTimePrecision"
    yield from table_members.enumeration(precision, path, _PRECISIONS)


def changed_table(members: dict[str, Any], context: Context) -> Table:
    """The table of a change; one that is being created is not there yet."""
    table = named_table(checked_name(members), context.catalog)
    if table.settings.status == CREATING:
        raise errors.table_not_found(table.name)
    return table


def begin(table: Table, arn: str, shown: KinesisDestination, done: KinesisDestination, context: Context) -> None:
    """Show an entry as it is while the change takes its time, and then as it is once it is done."""
    set_kinesis_destination(table, arn, shown)
    schedule(table, Step(context.now + context.settings.table_update_seconds, KINESIS_DESTINATION, value=(arn, done)))
    _forget_old(table)


def _forget_old(table: Table) -> None:
    """Entries that are over are kept, so anybody could add to them for ever."""
    kept = table.settings.kinesis_destinations
    over = [arn for arn, each in kept.items() if each.status not in LIVE]
    for arn in over[: max(len(kept) - limits.KINESIS_DESTINATIONS_KEPT, 0)]:
        del kept[arn]


def answer(table: Table, arn: str, status: str, configuration: str, told: dict[str, Any] | None) -> dict[str, Any]:
    """The members that every change answers. told: the configuration as it was sent."""
    shown: dict[str, Any] = {"TableName": table.name, "StreamArn": arn, "DestinationStatus": status}
    if told is not None:
        shown[configuration] = told
    return shown
