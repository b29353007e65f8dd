"""CreateBackup: the table as it is at this instant; no capacity is asked for, and the table goes on as before, be it to
be deleted (recorded in October 2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.backups.backup_description import CREATING, details
from dynarig.emulator.operations.backups.backup_members import backup_name
from dynarig.emulator.operations.backups.recovery_settings import find_backed_up
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.backup import USER, take_backup


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the backup."""
    members = read_request("CreateBackup", body).members
    checked_name(members)
    table_members.refuse_gathered(backup_name(members.get("BackupName")))
    table = find_backed_up(members, context)
    identifier = context.random.getrandbits(32)
    response: dict[str, Any] = {}

    def create() -> None:
        seconds = context.settings.backup_create_seconds
        backup = take_backup(table, USER, members["BackupName"], context.now, identifier, seconds)
        context.catalog.add_backup(backup)
        response["BackupDetails"] = details(backup, CREATING)

    return Plan(response=response, effect=create)


CREATE_BACKUP = Operation("CreateBackup", plan)
