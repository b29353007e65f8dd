"""DeleteBackup: a user's backup that is not being created, nor restored from; the service's own go by themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dynarig.emulator.model import errors
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
from dynarig.emulator.storage.backup import SYSTEM


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the deletion."""
    arn = read_request("DeleteBackup", body).members.get("BackupArn")
    table_members.refuse_gathered(backup_arn(arn))
    backup = find_backup(str(arn), context)
    if backup.kind == SYSTEM:
        assert backup.expires_at is not None
        expiry = datetime.fromtimestamp(backup.expires_at, UTC).isoformat(timespec="milliseconds")
        raise errors.validation(
            f"Invalid Request: User is not allowed to delete the system backup with arn {backup.arn}. It will "
            f"automatically expire on {expiry.removesuffix('+00:00')}Z"
        )
    check_available(backup, context)
    check_not_restored(backup, context, "table")
    return Plan(
        response={"BackupDescription": description(backup, DELETED)},
        effect=lambda: context.catalog.remove_backup(backup.arn),
    )


DELETE_BACKUP = Operation("DeleteBackup", plan)
