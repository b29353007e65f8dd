"""ExportTableToPointInTime: a table as it was, or what changed in a period, as files in a bucket.

Rule: texts and their order as recorded in October 2026: the request's shape, the table, a token that is known, recovery
and times; a bucket is looked for only when the export has begun, which then ends as FAILED.
"""

from __future__ import annotations

from math import inf, nextafter
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.backups.recovery_settings import to_second, window_of
from dynarig.emulator.operations.checks.constraints import null
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.export_description import BOTH_IMAGES, description
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.past_items import PastItems
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import CREATING, DELETING
from dynarig.emulator.storage.transfers import Export
from dynarig.emulator.storage.undo_log import UndoLog
from dynarig.emulator.transfers.changes import Changes
from dynarig.emulator.transfers.export_job import ChangeLines, ExportJob, ItemLines, Lines
from dynarig.emulator.transfers.output import FULL, INCREMENTAL

Members = dict[str, Any]
_FORMATS = ("DYNAMODB_JSON", "ION")
_VIEWS = ("NEW_IMAGE", BOTH_IMAGES)
_PERIOD = "IncrementalExportSpecification"
_SHORTEST_SECONDS, _LONGEST_SECONDS = 15 * 60, 24 * 3600
_CONFLICT = "Export conflict: Duplicate request detected with conflicting parameters"
_NO_FILTER = "FilterSpecification cannot be honoured: this endpoint exports all items"  # ours
_NO_ION = "ExportFormat ION cannot be honoured: this endpoint writes DYNAMODB_JSON alone"  # ours


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the export."""
    members = read_request("ExportTableToPointInTime", body).members
    table_members.refuse_gathered(_faults(members))
    name = transfer_members.table_in_arn(members["TableArn"], context)
    _check_couplings(members)
    known = context.catalog.exports.with_token(members["ClientToken"]) if "ClientToken" in members else None
    if known is not None:
        if known.asked != members:
            raise DynamoDBError("ExportConflictException", _CONFLICT)
        return Plan(response={"ExportDescription": description(known)})
    table = context.catalog.get(name)
    if table is None or table.settings.arn != members["TableArn"] or table.settings.status in (CREATING, DELETING):
        raise DynamoDBError("TableNotFoundException", f"Table not found: {members['TableArn']}")
    incremental = members.get("ExportType") == INCREMENTAL
    at = _end_of_period(members[_PERIOD], table, context) if incremental else _instant(members, table, context)
    if members.get("ExportFormat") == "ION":
        raise errors.validation(_NO_ION)
    transfer_members.check_running(context.catalog.exports, limits.CONCURRENT_EXPORTS_MAX, "export")
    arn = transfer_members.new_arn(table.settings.arn, "export", context)
    token = transfer_members.token_of(members, context)
    export = Export(arn, name, table.settings.arn, table.settings.table_id, token, members, context.now, at=at)
    identifier = context.random.getrandbits(104)
    response: dict[str, Any] = {}

    def begin() -> None:
        response["ExportDescription"] = description(export)
        catalog = context.catalog
        catalog.exports.add(export)
        failure = transfer_members.bucket_failure(members["S3Bucket"], members, context)
        if failure is not None:
            export.end(context.now, failure)
            return
        due_at = context.now + context.settings.export_seconds
        lines = _changes(table, export) if incremental else _items(table, export)
        catalog.add_job(ExportJob(export, lines, context.buckets, catalog, due_at, identifier))

    return Plan(response=response, effect=begin)


def _faults(members: Members) -> table_members.Faults:
    if members.get("TableArn") is None:
        yield null("tableArn")
    yield from transfer_members.bucket(members.get("S3Bucket"), "s3Bucket")
    yield from transfer_members.owner(members.get("S3BucketOwner"), "s3BucketOwner")
    yield from transfer_members.prefix(members.get("S3Prefix"), "s3Prefix")
    yield from transfer_members.client_token(members.get("ClientToken"))
    yield from table_members.enumeration(members.get("S3SseAlgorithm"), "s3SseAlgorithm", ("AES256", "KMS"))
    yield from table_members.enumeration(members.get("ExportFormat"), "exportFormat", _FORMATS)
    yield from table_members.enumeration(members.get("ExportType"), "exportType", (FULL, INCREMENTAL))
    view = (members.get(_PERIOD) or {}).get("ExportViewType")
    yield from table_members.enumeration(view, "incrementalExportSpecification.exportViewType", _VIEWS)


def _check_couplings(members: Members) -> None:
    """Members that ask for each other, or that exclude each other."""
    kind, period = members.get("ExportType"), members.get(_PERIOD)
    if period is not None and kind is None:
        raise _invalid(
            "Export Type expected to be Incremental Export when incremental export specification is provided"
        )
    if period is not None and kind == FULL:
        raise _invalid("When Export Type is Full Export , Incremental Export Specification should not be provided")
    if period is None and kind == INCREMENTAL:
        raise _invalid("Incremental Export Specification expected when export type is set as Incremental Export")
    if period is not None and "ExportFromTime" not in period:
        raise _invalid("ExportFromTime must be provided in IncrementalExportSpecification")
    if "S3SseKmsKeyId" in members and members.get("S3SseAlgorithm") != "KMS":
        raise _invalid("KMS Key Id is not supported for this encryption type")
    if "FilterSpecification" in members:
        if not members["FilterSpecification"]:
            raise _invalid("Invalid FilterSpecification: The specification can not be empty")
        raise errors.validation(_NO_FILTER)


def _invalid(text: str) -> DynamoDBError:
    return errors.validation(f"Invalid Request: {text}")


def _instant(members: Members, table: Table, context: Context) -> float:
    """The instant that is exported: by default this one."""
    log = table.history.log
    if log is None:
        raise DynamoDBError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    if "ExportTime" not in members:
        return context.now
    at = float(members["ExportTime"])
    earliest, latest = window_of(log, context)
    if at > context.now or at < earliest:
        raise _wrong_time("Export Time is invalid")
    if at > latest:
        raise _wrong_time("Point in Time Recovery is not available for specified export time")
    return at


def _end_of_period(period: Members, table: Table, context: Context) -> float:
    """The end of the period whose changes are exported: by default now."""
    log, first, now = table.history.log, float(period["ExportFromTime"]), context.now
    last = float(period.get("ExportToTime", now))
    if log is None or first < log.earliest_of(now):
        raise _wrong_time(
            "Incremental export period from time cannot be less than the table creation time : " + to_second(first)
        )
    if last > now:
        raise _wrong_time(
            "Incremental export period to time cannot be greater than the current time : " + to_second(last)
        )
    length = "Difference between export period from time and export period to time is"
    if last - first < _SHORTEST_SECONDS:
        raise _wrong_time(f"{length} less than 15 minutes")
    if last - first > _LONGEST_SECONDS:
        raise _wrong_time(f"{length} greater than 24 hours")
    return last


def _wrong_time(text: str) -> DynamoDBError:
    return DynamoDBError("InvalidExportTimeException", text)


def _items(table: Table, export: Export) -> Lines:
    log = _log_of(table)
    return ItemLines(PastItems(table.history.follow(table.items, {}), export.at, log.newer_than(export.at)))


def _changes(table: Table, export: Export) -> Lines:
    period = export.asked[_PERIOD]
    first = float(period["ExportFromTime"])
    snapshot = table.history.follow(table.items, {})
    entries = _log_of(table).newer_than(nextafter(first, -inf))  # what changed at that very instant is told
    changes = Changes(snapshot, first, export.at, entries)
    shows_old = period.get("ExportViewType", BOTH_IMAGES) == BOTH_IMAGES
    return ChangeLines(changes, table.schema.keys, shows_old=shows_old)


def _log_of(table: Table) -> UndoLog:
    log = table.history.log
    assert log is not None, "an export was checked to have one"
    return log


EXPORT_TABLE_TO_POINT_IN_TIME = Operation("ExportTableToPointInTime", plan)
