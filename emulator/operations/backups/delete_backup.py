"""DeleteBackup: a backup that is not being created, nor restored from."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.backups.backup_description import DELETED, description
from dynarig.emulator.operations.backups.backup_members import (
    backup_arn,
    check_available,
    check_not_restored,
    find_backup,
)
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the deletion."""
    arn = read_request("DeleteBackup", body).members.get("BackupArn")
    table_members.refuse_gathered(backup_arn(arn))
    backup = find_backup(str(arn), context)
    check_available(backup, context)
    check_not_restored(backup, context)
    return Plan(
        response={"BackupDescription": description(backup, DELETED)},
        effect=lambda: context.catalog.remove_backup(backup.arn),
    )


DELETE_BACKUP = Operation("DeleteBackup", plan)
