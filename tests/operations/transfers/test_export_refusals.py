"""Exports that are refused, with which code and text: recorded in October 2026, but for what only this endpoint refuses
and for long periods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.operations.backups.backup_world import DAY
from tests.operations.transfers.transfer_world import ARN, BUCKET, START, TransferWorld

PERIOD = "IncrementalExportSpecification"
MINUTE = 60


@pytest.fixture
def world(tmp_path: Path) -> TransferWorld:
    made = TransferWorld(tmp_path)
    made.create(recovery=True)
    return made


OTHERS = ARN.replace("000000000000", "111122223333")
ELSEWHERE = ARN.replace("us-east-1", "eu-west-1")
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (
        {"TableArn": "tab"},
        "ValidationException",
        "One or more parameter values were invalid: tableArn is not a valid ARN",
    ),
    ({"TableArn": f"{ARN}/index/by-x"}, "ValidationException", "Invalid Request: Table ARN is invalid."),
    ({"TableArn": OTHERS}, "AccessDeniedException", "Access is denied"),
    ({"TableArn": ELSEWHERE}, "TableNotFoundException", f"Table not found: {ELSEWHERE}"),
    ({"TableArn": f"{ARN}le"}, "TableNotFoundException", f"Table not found: {ARN}le"),
    ({"ExportTime": START + 5}, "InvalidExportTimeException", "Export Time is invalid"),
    ({"ExportTime": START - 3600}, "InvalidExportTimeException", "Export Time is invalid"),
    (
        {PERIOD: {"ExportFromTime": START}},
        "ValidationException",
        "Invalid Request: Export Type expected to be Incremental Export when incremental export specification is "
        "provided",
    ),
    (
        {"ExportType": "FULL_EXPORT", PERIOD: {"ExportFromTime": START}},
        "ValidationException",
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification should not be provided",
    ),
    (
        {"ExportType": "INCREMENTAL_EXPORT"},
        "ValidationException",
        "Invalid Request: Incremental Export Specification expected when export type is set as Incremental Export",
    ),
    (
        {"ExportType": "INCREMENTAL_EXPORT", PERIOD: {"ExportViewType": "NEW_IMAGE"}},
        "ValidationException",
        "Invalid Request: ExportFromTime must be provided in IncrementalExportSpecification",
    ),
    (
        {"S3SseKmsKeyId": "alias/k", "S3SseAlgorithm": "AES256"},
        "ValidationException",
        "Invalid Request: KMS Key Id is not supported for this encryption type",
    ),
    (
        {"ExportType": "INCREMENTAL_EXPORT", PERIOD: {"ExportFromTime": START - 600}},
        "InvalidExportTimeException",
        "Incremental export period from time cannot be less than the table creation time : 2026-09-21T14:03:20Z",
    ),
    (
        {"ExportType": "INCREMENTAL_EXPORT", PERIOD: {"ExportFromTime": START, "ExportToTime": START + 3600}},
        "InvalidExportTimeException",
        "Incremental export period to time cannot be greater than the current time : 2026-09-21T15:13:20Z",
    ),
    (
        {"ExportType": "INCREMENTAL_EXPORT", PERIOD: {"ExportFromTime": START}},
        "InvalidExportTimeException",
        "Difference between export period from time and export period to time is less than 15 minutes",
    ),
    (
        {"FilterSpecification": {}},
        "ValidationException",
        "Invalid Request: Invalid FilterSpecification: The specification can not be empty",
    ),
    *(
        (
            {"FilterSpecification": filter_},
            "ValidationException",
            "FilterSpecification cannot be honoured: this endpoint exports all items",
        )
        for filter_ in (
            {"FilterExpression": "v > :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
            {"KeyConditionExpression": "pk = :p"},
            {"ProjectionExpression": "#v", "ExpressionAttributeNames": {"#v": "v"}},
        )
    ),
    (
        {"ExportFormat": "ION"},
        "ValidationException",
        "ExportFormat ION cannot be honoured: this endpoint writes DYNAMODB_JSON alone",
    ),
]


@pytest.mark.parametrize(("members", "code", "text"), REFUSED)
def test_refusals(world: TransferWorld, members: dict[str, Any], code: str, text: str) -> None:
    request = {"TableArn": ARN, "S3Bucket": BUCKET, **members}
    assert world.refusal("ExportTableToPointInTime", **request) == (code, text)
    assert world.call("ListExports") == {"ExportSummaries": []}


def test_times_that_have_not_settled_or_are_long_past(world: TransferWorld) -> None:
    world.clock.advance(DAY + MINUTE)
    unsettled = "Point in Time Recovery is not available for specified export time"
    request = {"TableArn": ARN, "S3Bucket": BUCKET, "ExportTime": world.now - 1}
    assert world.refusal("ExportTableToPointInTime", **request) == ("InvalidExportTimeException", unsettled)
    request = {
        "TableArn": ARN,
        "S3Bucket": BUCKET,
        "ExportType": "INCREMENTAL_EXPORT",
        PERIOD: {"ExportFromTime": START},
    }
    code, text = world.refusal("ExportTableToPointInTime", **request)
    assert (code, text and text.split(" is ")[1]) == ("InvalidExportTimeException", "greater than 24 hours")


def test_without_recovery(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path)
    world.create()
    request = {"TableArn": ARN, "S3Bucket": "nowhere"}
    assert world.refusal("ExportTableToPointInTime", **request) == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'tab'",
    )
    code, text = world.refusal(
        "ExportTableToPointInTime", **request, ExportType="INCREMENTAL_EXPORT", **{PERIOD: {"ExportFromTime": START}}
    )
    assert code == "InvalidExportTimeException"
    assert str(text).startswith("Incremental export period from time cannot be less than the table creation time : ")


@pytest.mark.parametrize(
    ("member", "value", "path", "rule"),
    [
        (
            "S3Bucket",
            "arn:aws:s3:::b",
            "s3Bucket",
            r"satisfy regular expression pattern: ^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$",
        ),
        ("S3BucketOwner", "me", "s3BucketOwner", "satisfy regular expression pattern: [0-9]{12}"),
        ("S3SseAlgorithm", "aws:kms", "s3SseAlgorithm", "satisfy enum value set: [AES256, KMS]"),
        ("ExportFormat", "CSV", "exportFormat", "satisfy enum value set: [DYNAMODB_JSON, ION]"),
        ("ExportType", "PARTIAL", "exportType", "satisfy enum value set: [FULL_EXPORT, INCREMENTAL_EXPORT]"),
        ("S3Prefix", "p" * 1025, "s3Prefix", "have length less than or equal to 1024"),
    ],
)
def test_members(world: TransferWorld, member: str, value: str, path: str, rule: str) -> None:
    text = f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: Member must {rule}"
    request = {"TableArn": ARN, "S3Bucket": BUCKET, member: value}
    assert world.refusal("ExportTableToPointInTime", **request) == ("ValidationException", text)


@pytest.mark.parametrize(
    ("arn", "code", "text"),
    [
        (f"{ARN}/export/0", "ExportNotFoundException", f"Export not found: Export not found: {ARN}/export/0"),
        (f"{OTHERS}/export/0", "AccessDeniedException", "Access is denied"),
        (f"{ELSEWHERE}/export/0", "ExportNotFoundException", "Export not found: Invalid export arn"),
        (ARN, "ValidationException", "Invalid Export ARN"),
        (f"{ARN}/import/0", "ValidationException", "Invalid Export ARN"),
        ("x" * 40, "ValidationException", "Invalid Export ARN"),
    ],
)
def test_names_of_exports(world: TransferWorld, arn: str, code: str, text: str) -> None:
    assert world.refusal("DescribeExport", ExportArn=arn) == (code, text)
