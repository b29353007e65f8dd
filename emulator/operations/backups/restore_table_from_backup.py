"""RestoreTableFromBackup: a new table with what a backup holds, and as its source was set when that was made."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.backups.backup_members import (
    backup_arn,
    check_available,
    check_not_restored,
    find_backup,
    overrides,
    region_of,
)
from dynarig.emulator.operations.backups.restored_tables import Source, check_region, check_target, plan_restore
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.past_items import PastItems
from dynarig.emulator.storage.table_settings import RestoredFrom


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the table."""
    members = read_request("RestoreTableFromBackup", body).members
    table_members.refuse_gathered(_faults(members))
    backup = find_backup(members["BackupArn"], context)
    check_region(region_of(members["BackupArn"]), members, context)
    check_available(backup, context)
    check_target(members["TargetTableName"], context)
    check_not_restored(backup, context, "another table")
    source = Source(
        backup.schema,
        backup.settings,
        RestoredFrom(backup.settings.arn, backup.arn, backup.created_at),
        lambda: Filling(backup.arn, PastItems(backup.snapshot.fork(), backup.created_at, [])),
    )
    return plan_restore(members, source, context)


def _faults(members: dict[str, Any]) -> table_members.Faults:
    yield from table_members.name(members.get("TargetTableName"), "targetTableName")
    yield from backup_arn(members.get("BackupArn"))
    yield from overrides(members)


RESTORE_TABLE_FROM_BACKUP = Operation("RestoreTableFromBackup", plan)
