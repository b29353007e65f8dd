"""What requests say of backups and restores: faults of single members, and the backup that one names.

Rule: as in the table operations, a table's name is refused alone and first, and faults of members are told together;
what the service was not heard to say is worded as its reference words it (API reference, 2026).
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.constraints import (
    length_at_least,
    length_at_most,
    null,
    older_form,
)
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.storage.backup import Backup

Members = dict[str, Any]
_IN_USE = (
    "There is another ongoing conflicting backup control plane operation on the table. The backup is either being "
    "created, deleted or restored to a table."
)


def backup_name(value: str | None) -> table_members.Faults:
    """A backup's name, which must be there."""
    yield from table_members.name(value, "backupName")


def backup_arn(value: str | None, path: str = "backupArn") -> table_members.Faults:
    """A backup's Amazon resource name, which must be there: its length."""
    if value is None:
        yield null(path)
    elif len(value) < limits.BACKUP_ARN_LENGTH_MIN:
        yield older_form(value, path, length_at_least(limits.BACKUP_ARN_LENGTH_MIN))
    elif len(value) > limits.BACKUP_ARN_LENGTH_MAX:
        yield older_form(value, path, length_at_most(limits.BACKUP_ARN_LENGTH_MAX))


def optional_table_name(value: str | None, path: str) -> table_members.Faults:
    """A table's name that may be missing."""
    if value is not None:
        yield from table_members.name(value, path)


def overrides(members: Members) -> table_members.Faults:
    """What a restore may set otherwise than its source."""
    mode, throughput = members.get("BillingModeOverride"), members.get("ProvisionedThroughputOverride")
    yield from table_members.enumeration(mode, "billingModeOverride", table_members.BILLING_MODES)
    yield from table_members.throughput(throughput, "provisionedThroughputOverride")
    for position, index in enumerate(members.get("GlobalSecondaryIndexOverride", ()), 1):
        yield from table_members.global_index(index, f"globalSecondaryIndexOverride.{position}.member")
    for position, index in enumerate(members.get("LocalSecondaryIndexOverride", ()), 1):
        yield from table_members.local_index(index, f"localSecondaryIndexOverride.{position}.member")
    kind = (members.get("SSESpecificationOverride") or {}).get("SSEType")
    yield from table_members.enumeration(kind, "sSESpecificationOverride.sSEType", table_members.ENCRYPTION_TYPES)


def find_backup(arn: str, context: Context) -> Backup:
    """The backup of this Amazon resource name; BackupNotFoundException where none is."""
    backup = context.catalog.backups.get(arn)
    if backup is None:
        raise DynamoDBError("BackupNotFoundException", f"Backup not found: {arn}")  # text as users met it, 2023
    return backup


def check_available(backup: Backup, context: Context) -> None:
    """BackupInUseException for a backup that is still being created."""
    if context.now < backup.available_at:
        raise DynamoDBError("BackupInUseException", _IN_USE)


def check_not_restored(backup: Backup, context: Context) -> None:
    """BackupInUseException for a backup that a table is being made from."""
    if any(table.restoring is not None and table.restoring.source == backup.arn for table in context.catalog):
        raise DynamoDBError("BackupInUseException", _IN_USE)
