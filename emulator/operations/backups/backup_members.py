"""What requests say of backups and restores: faults of single members, and the backup that one names.

Rule: as in the table operations, a table's name is refused alone and first, and faults of members are told together;
what the service was not heard to say is worded as its reference words it (API reference, 2026).
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors, limits
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
_BACKUP = re.compile(r"(?P<owner>arn:[^:]*:[^:]*:[^:]*:[^:]*):(?P<resource>table/[^/]+/backup/[^/]+)")
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
    """The backup of this Amazon resource name, whatever Region it says; BackupNotFoundException where none is.

    Recorded in October 2026: another account's is denied, another service's or partition's is no name of a backup.
    """
    found = _BACKUP.fullmatch(arn)
    if found is None:
        raise errors.validation("Invalid Backup ARN")
    _, partition, service, region, account = found["owner"].split(":")
    if (partition, service) != ("aws", "dynamodb"):
        raise errors.validation("Invalid Request: BackupArn is not valid")
    if not region or account != context.catalog.account:
        raise errors.access_denied("Access is denied")
    backup = context.catalog.backups.get(f"arn:aws:dynamodb:{context.catalog.region}:{account}:{found['resource']}")
    if backup is None:
        raise DynamoDBError("BackupNotFoundException", f"Backup not found: {arn}")
    return backup


def region_of(arn: str) -> str:
    """The Region that a backup's or a table's Amazon resource name says."""
    return arn.split(":")[3] if arn.count(":") > 3 else ""


def check_available(backup: Backup, context: Context) -> None:
    """BackupInUseException for a backup that is still being created."""
    if context.now < backup.available_at:
        raise DynamoDBError("BackupInUseException", _IN_USE)


def check_not_restored(backup: Backup, context: Context, what_for: str) -> None:
    """BackupInUseException for a backup that a table is being made from (recorded in October 2026)."""
    if any(table.filling is not None and table.filling.origin == backup.arn for table in context.catalog):
        raise DynamoDBError("BackupInUseException", f"Backup is being used to restore {what_for}: {backup.arn}")
