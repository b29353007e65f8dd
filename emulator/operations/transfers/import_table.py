"""ImportTable: a new table, filled from the objects of a bucket.

Rule: texts as recorded in October 2026, the checks of the table those of CreateTable. A bucket is looked for only when
the import has begun, which then ends as FAILED and makes no table; what is wrong with items fails the import, and the
others are there.
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.constraints import length_at_most, matching, null, older_form
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.create_table import (
    check_table_quotas,
    checked_types,
    definition_faults,
    new_table,
    schedule_statistics,
)
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.import_description import description
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.lifecycle import TABLE_ACTIVE, schedule
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Step
from dynarig.emulator.storage.transfers import IN_PROGRESS, Import
from dynarig.emulator.transfers.formats import Reader, csv_items, json_items
from dynarig.emulator.transfers.import_source import ImportedItems

Members = dict[str, Any]
_FORMATS = ("DYNAMODB_JSON", "ION", "CSV")
_COMPRESSIONS = ("ZSTD", "NONE", "GZIP")
_DELIMITER = r"[,;:|\t ]"
_PARAMETERS = "tableCreationParameters"
_CONFLICT = "Import conflict: Duplicate request detected with conflicting parameters"
_NOT_READ = "{} {} cannot be honoured: this endpoint reads DYNAMODB_JSON and CSV, plain or in GZIP"  # ours


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the request and plan the table."""
    members = read_request("ImportTable", body).members
    table_members.refuse_gathered(_faults(members))
    creation = members["TableCreationParameters"]
    name = creation["TableName"]
    _check_format(members)
    types = checked_types(creation)
    known = context.catalog.imports.with_token(members["ClientToken"]) if "ClientToken" in members else None
    if known is not None and known.table_name != name:
        raise DynamoDBError("ImportConflictException", _CONFLICT)
    if context.catalog.get(name) is not None and (known is None or known.status != IN_PROGRESS):
        raise errors.resource_in_use(f"Table already exists: {name}")
    if known is not None:
        return Plan(response={"ImportTableDescription": description(known, context)})
    transfer_members.check_running(context.catalog.imports, limits.CONCURRENT_IMPORTS_MAX, "import")
    check_table_quotas(creation, context)
    arn = transfer_members.new_arn(context.catalog.arn(name), "import", context)
    token = transfer_members.token_of(members, context)
    told = Import(arn, name, context.catalog.arn(name), "", token, members, context.now)
    is_gzip = members.get("InputCompressionType") == "GZIP"
    items = ImportedItems(told, context.buckets, _reader(members, types), is_gzip=is_gzip)
    filling = Filling(arn, items)
    items.table = table = new_table(name, creation, types, context, filling)
    told.table_id = table.settings.table_id
    response: dict[str, Any] = {}

    def begin() -> None:
        response["ImportTableDescription"] = description(told, context)
        context.catalog.imports.add(told)
        source = members["S3BucketSource"]
        failure = transfer_members.bucket_failure(source["S3Bucket"], source, context)
        if failure is not None:
            told.end(context.now, failure)
            return
        filling.ended = lambda now: _end(told, items, context, now)
        _add(table, context)

    return Plan(response=response, effect=begin)


def _add(table: Table, context: Context) -> None:
    context.catalog.add(table)
    schedule(table, Step(context.now + context.settings.import_seconds, TABLE_ACTIVE))
    schedule_statistics(table, context)


def _end(told: Import, items: ImportedItems, context: Context, now: float) -> None:
    told.end(now, items.failure)
    context.catalog.count_moved("import", told.table_name, told.processed_bytes)


def _faults(members: Members) -> table_members.Faults:
    source, creation = members.get("S3BucketSource"), members.get("TableCreationParameters")
    if source is None:
        yield null("s3BucketSource")
    else:
        yield from transfer_members.bucket(source.get("S3Bucket"), "s3BucketSource.s3Bucket")
        yield from transfer_members.owner(source.get("S3BucketOwner"), "s3BucketSource.s3BucketOwner")
        yield from transfer_members.prefix(source.get("S3KeyPrefix"), "s3BucketSource.s3KeyPrefix")
    if members.get("InputFormat") is None:
        yield null("inputFormat")
    yield from table_members.enumeration(members.get("InputFormat"), "inputFormat", _FORMATS)
    yield from table_members.enumeration(members.get("InputCompressionType"), "inputCompressionType", _COMPRESSIONS)
    delimiter = _csv_options(members).get("Delimiter")
    if delimiter is not None and re.fullmatch(_DELIMITER, delimiter) is None:
        yield older_form(delimiter, "inputFormatOptions.csv.delimiter", matching(_DELIMITER))
    if delimiter is not None and len(delimiter) > 1:
        yield older_form(delimiter, "inputFormatOptions.csv.delimiter", length_at_most(1))
    yield from transfer_members.client_token(members.get("ClientToken"))
    if creation is None:
        yield null(_PARAMETERS)
    else:
        yield from table_members.name(creation.get("TableName"), f"{_PARAMETERS}.tableName")
        yield from definition_faults(creation, f"{_PARAMETERS}.")


def _csv_options(members: Members) -> Members:
    return (members.get("InputFormatOptions") or {}).get("Csv") or {}


def _check_format(members: Members) -> None:
    kind, compression = members["InputFormat"], members.get("InputCompressionType")
    if members.get("InputFormatOptions") and kind != "CSV":
        raise errors.validation(f"Invalid Request: Unsupported InputFormatOptions for the given input format: {kind}.")
    if kind == "ION":
        raise errors.validation(_NOT_READ.format("InputFormat", kind))
    if compression == "ZSTD":
        raise errors.validation(_NOT_READ.format("InputCompressionType", compression))


def _reader(members: Members, types: dict[str, str]) -> Reader:
    if members["InputFormat"] != "CSV":
        return json_items
    options = _csv_options(members)
    return csv_items(types, options.get("Delimiter", ","), options.get("HeaderList"))


IMPORT_TABLE = Operation("ImportTable", plan)
