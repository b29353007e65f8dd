"""ListBackups: backups of a table or of all, also of tables that are gone, in pages of up to 100; the first come first.

Rule: a lower bound of time is itself inside, an upper bound is not (API reference); without a type users' own are
listed. A page's start need not be there any more.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.operations.backups.backup_description import status_of, summary
from dynarig.emulator.operations.backups.backup_members import backup_arn, region_of
from dynarig.emulator.operations.checks.constraints import older_form, value_at_least, value_at_most
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name, name_in_arn
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.backup import USER, Backup, label_of

_TYPES = ("USER", "SYSTEM", "AWS_BACKUP", "ALL")
Members = dict[str, Any]


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan one page."""
    members = read_request("ListBackups", body).members
    if "TableName" in members:
        checked_name(members)
    table_members.refuse_gathered(_faults(members))
    _check(members, context)
    found = [backup for backup in context.catalog.backups.in_order() if _is_asked_for(backup, members)]
    limit = members.get("Limit", limits.LIST_BACKUPS_MAX)
    page = found[:limit]
    response: dict[str, Any] = {"BackupSummaries": [summary(each, status_of(each, context.now)) for each in page]}
    if len(found) > limit:
        response["LastEvaluatedBackupArn"] = page[-1].arn
    return Plan(response=response)


def _check(members: Members, context: Context) -> None:
    """Refuse bounds that hold nothing between them, and to go on in another Region (recorded in October 2026)."""
    first, end = members.get("TimeRangeLowerBound"), members.get("TimeRangeUpperBound")
    if first is not None and end is not None and first > end:
        raise errors.invalid_parameter("Time range lower bound must be less than or equal to upper bound")
    start = members.get("ExclusiveStartBackupArn")
    if start is not None and region_of(start) != context.catalog.region:
        raise errors.validation("Invalid Request: The supplied ExclusiveStartBackupArn does not match the region")


def _is_asked_for(backup: Backup, members: Members) -> bool:
    name, kind = members.get("TableName"), members.get("BackupType", USER)
    if name is not None and name != (backup.schema.name if name_in_arn(name) is None else backup.settings.arn):
        return False
    if kind not in ("ALL", backup.kind):
        return False
    start = members.get("ExclusiveStartBackupArn")
    if start is not None and label_of(backup.arn) <= label_of(start):
        return False
    first, end = members.get("TimeRangeLowerBound"), members.get("TimeRangeUpperBound")
    return (first is None or backup.created_at >= first) and (end is None or backup.created_at < end)


def _faults(members: Members) -> table_members.Faults:
    limit, start = members.get("Limit"), members.get("ExclusiveStartBackupArn")
    if limit is not None and limit < 1:
        yield older_form(limit, "limit", value_at_least(1))
    if limit is not None and limit > limits.LIST_BACKUPS_MAX:
        yield older_form(limit, "limit", value_at_most(limits.LIST_BACKUPS_MAX))
    if start is not None:
        yield from backup_arn(start, "exclusiveStartBackupArn")
    yield from table_members.enumeration(members.get("BackupType"), "backupType", _TYPES)


LIST_BACKUPS = Operation("ListBackups", plan)
