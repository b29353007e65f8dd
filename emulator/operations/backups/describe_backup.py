"""DescribeBackup: a backup, the table it is of, and that table's indexes, stream, time to live and encryption."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.backups.backup_description import description, status_of
from dynarig.emulator.operations.backups.backup_members import backup_arn, find_backup
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    arn = read_request("DescribeBackup", body).members.get("BackupArn")
    table_members.refuse_gathered(backup_arn(arn))
    backup = find_backup(str(arn), context)
    return Plan(response={"BackupDescription": description(backup, status_of(backup, context.now))})


DESCRIBE_BACKUP = Operation("DescribeBackup", plan)
