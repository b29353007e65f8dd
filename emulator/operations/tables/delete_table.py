"""DeleteTable: a table and all it holds, DELETING until its life cycle's last step; its streams stay readable."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.operations.tables.stream_settings import stop_stream
from dynarig.emulator.operations.tables.table_description import describe_deleted
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.backup import SYSTEM, take_backup
from dynarig.emulator.storage.lifecycle import OF_STREAM, TABLE_GONE, changes_of, schedule
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import ACTIVE, CREATING, DELETING, Step

_IN_USE = "Attempt to change a resource which is still in use: "
_PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the deletion."""
    name = checked_name(read_request("DeleteTable", body).members)
    table = named_table(name, context.catalog)
    _check_deletable(table)
    response: dict[str, Any] = {}

    def delete() -> None:
        stop_stream(table, context)
        _back_up(table, context)
        table.settings.status = DELETING
        table.settings.steps.clear()
        schedule(table, Step(context.now + context.settings.table_delete_seconds, TABLE_GONE))
        response["TableDescription"] = describe_deleted(table, context.now)

    return Plan(response=response, effect=delete)


def _back_up(table: Table, context: Context) -> None:
    """With point-in-time recovery a deleted table leaves a backup of its last state (API reference, BackupDetails)."""
    if table.settings.point_in_time_recovery is not None:
        name = f"{table.name}$DeletedTableBackup"  # G: PointInTimeRecovery_Howitworks
        identifier = context.random.getrandbits(32)
        context.catalog.add_backup(take_backup(table, SYSTEM, name, context.now, identifier))


def _check_deletable(table: Table) -> None:
    """Refuse while anything about the table is under way; states and texts as recorded 2026."""
    settings = table.settings
    if settings.status == CREATING:
        raise errors.resource_in_use(f"{_IN_USE}Table is being created: {table.name}")
    if settings.status == DELETING:
        raise errors.resource_in_use(f"{_IN_USE}Table is being deleted: {table.name}")
    if settings.deletion_protection:
        raise errors.validation(_PROTECTED)
    if any(index.status != ACTIVE for index in table.indexes.values()):
        raise errors.resource_in_use(
            f"{_IN_USE}Cannot delete table while indexes are being created, updated, or deleted."
        )
    changes = changes_of(table)
    if OF_STREAM in changes:
        raise errors.resource_in_use(f"{_IN_USE}Cannot delete table while stream is being enabled/disabled.")
    if changes:
        raise errors.resource_in_use(f"{_IN_USE}Table: {table.name} is in the process of being updated.")


DELETE_TABLE = Operation("DeleteTable", plan)
