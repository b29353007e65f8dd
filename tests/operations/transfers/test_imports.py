"""Imports: what of objects becomes a table, how they end, and what is refused with which text."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.operations.tables.table_world import defined, index, units
from tests.operations.transfers.transfer_world import ACCOUNT, ARN, BUCKET, START, TransferWorld, creation

BAD = (
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more "
    "details."
)


@pytest.fixture
def world(tmp_path: Path) -> TransferWorld:
    return TransferWorld(tmp_path)


def counts(told: dict[str, Any]) -> tuple[str, int, int, int]:
    """Status, and items looked at, stored and refused."""
    names = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    return (told["ImportStatus"], *(told[name] for name in names))  # type: ignore[return-value]


def item(pk: str, version: int, **others: Any) -> bytes:
    return b'{"Item":{"pk":{"S":"%b"},"v":{"N":"%d"}}}\n' % (pk.encode(), version)


# ---- what is told


def test_what_an_import_says_of_itself(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, import_seconds=60.0)
    world.write("a.json", item("a", 1))
    begun = world.begin_import("tab", "a", ClientToken="once")
    table = world.describe("tab")
    assert begun == {
        "ImportArn": begun["ImportArn"],
        "ImportStatus": "IN_PROGRESS",
        "TableArn": ARN,
        "TableId": table["TableId"],
        "ClientToken": "once",
        "S3BucketSource": {"S3BucketOwner": ACCOUNT, "S3Bucket": BUCKET, "S3KeyPrefix": "a"},
        "ErrorCount": 0,
        "CloudWatchLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws-dynamodb/imports:*",
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "NONE",
        "TableCreationParameters": creation("tab"),
        "StartTime": START,
        "ProcessedSizeBytes": 0,
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
    }
    assert begun["ImportArn"].startswith(f"{ARN}/import/{int(START * 1000):014d}-")
    assert table["TableStatus"] == "CREATING"
    world.clock.advance(60.0)
    told = world.told_import(begun["ImportArn"])
    size = len(item("a", 1))
    assert told == begun | {
        "ImportStatus": "COMPLETED",
        "EndTime": START + 60.0,
        "ProcessedSizeBytes": size,
        "ProcessedItemCount": 1,
        "ImportedItemCount": 1,
    }
    assert world.describe("tab")["TableStatus"] == "ACTIVE"
    summary = ("ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "CloudWatchLogGroupArn", "InputFormat")
    listed = {name: told[name] for name in (*summary, "StartTime", "EndTime")}
    assert world.call("ListImports", TableArn=ARN) == {"ImportSummaryList": [listed]}
    catalog = world.client.engine.catalog(ACCOUNT, "us-east-1")
    assert catalog.moved_bytes == {("import", "tab"): size}


def test_an_export_comes_back_with_its_indexes(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, work_items=7)
    world.create(recovery=True)
    for number in range(100):
        world.put(f"k{number}", number, g=f"g{number % 3}")
    manifest = world.export()["ExportManifest"]
    indexed = creation("new", AttributeDefinitions=defined("pk", "g"), GlobalSecondaryIndexes=[index("global", "g")])
    prefix = manifest.replace("manifest-summary.json", "data/")
    told = world.import_("new", prefix, InputCompressionType="GZIP", TableCreationParameters=indexed)
    assert counts(told) == ("COMPLETED", 100, 100, 0)
    assert world.versions("new") == world.versions("new", "global") == world.versions("tab")
    world.client.engine.check()


def test_the_whole_folder_of_an_export_is_no_import(world: TransferWorld) -> None:
    """Both manifests and both checksums are errors, and the empty file is none (recorded in October 2026)."""
    world.create(recovery=True)
    world.put("a", 1)
    root = world.export()["ExportManifest"].removesuffix("manifest-summary.json")
    told = world.import_("new", root, InputCompressionType="GZIP")
    assert counts(told) == ("FAILED", 5, 1, 4)
    assert counts(world.import_("plain", f"{root}data/")) == ("FAILED", 1, 0, 1)
    assert world.versions("new") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "wanted", "stored"),
    [
        (item("a", 1) + b'{"Item":{"v":{"N":"2"}}}\n' + item("b", 3), ("FAILED", 3, 2, 1), {"a": 1, "b": 3}),
        (item("a", 1) + b"garbage\n" + item("b", 3), ("FAILED", 2, 1, 1), {"a": 1}),
        (item("a", 1) + item("a", 2), ("COMPLETED", 2, 2, 0), {"a": 2}),
        (b"\n" + item("a", 1).rstrip(b"\n"), ("COMPLETED", 1, 1, 0), {"a": 1}),
        (b'{"Item":{"pk":{"N":"1"}}}\n', ("FAILED", 1, 0, 1), {}),
        (b'{"Item":{"pk":{"S":""}}}\n', ("FAILED", 1, 0, 1), {}),
        (b'{"Item":{"pk":{"S":"a"},"v":{"N":"x"}}}\n', ("FAILED", 1, 0, 1), {}),
        (b'{"Item":{"pk":{"S":"a"},"v":{"Q":"x"}}}\n', ("FAILED", 1, 0, 1), {}),
        (b'{"Item":{"pk":{"S":"a"},"t":{"S":"%b"}}}\n' % (b"x" * 409_600), ("FAILED", 1, 0, 1), {}),
        (b'{"pk":{"S":"a"}}\n' + item("b", 1), ("FAILED", 2, 1, 1), {"b": 1}),
        (b"[]\n" + item("b", 1), ("FAILED", 2, 1, 1), {"b": 1}),
        (b"", ("COMPLETED", 0, 0, 0), {}),
    ],
)
def test_lines(world: TransferWorld, content: bytes, wanted: tuple[str, int, int, int], stored: dict[str, int]) -> None:
    world.write("in/one.json", content)
    told = world.import_("tab", "in/")
    assert counts(told) == wanted
    failure = ("ItemValidationError", BAD) if wanted[3] else (None, None)
    assert (told.get("FailureCode"), told.get("FailureMessage")) == failure
    assert world.versions("tab") == stored
    assert world.describe("tab")["TableStatus"] == "ACTIVE"
    world.client.engine.check()


def test_a_prefix_is_the_beginning_of_keys(world: TransferWorld) -> None:
    world.write("data/1.json", item("a", 1))
    world.write("data2/x.json", b"garbage")
    world.write("data.bak", b"garbage")
    assert counts(world.import_("one", "data")) == ("FAILED", 3, 1, 2)
    assert counts(world.import_("two", "data/1.json")) == ("COMPLETED", 1, 1, 0)
    assert counts(world.import_("three", "elsewhere/")) == ("COMPLETED", 0, 0, 0)


def test_gzip_in_several_members_and_what_is_none(world: TransferWorld) -> None:
    world.write("good/a.gz", gzip.compress(item("a", 1)) + gzip.compress(item("b", 2)))
    world.write("bad/a.gz", item("a", 1))
    world.write("cut/a.gz", gzip.compress(item("a", 1))[:-4])
    assert counts(world.import_("good", "good", InputCompressionType="GZIP")) == ("COMPLETED", 2, 2, 0)
    assert counts(world.import_("bad", "bad", InputCompressionType="GZIP")) == ("FAILED", 1, 0, 1)
    assert counts(world.import_("cut", "cut", InputCompressionType="GZIP")) == ("FAILED", 2, 1, 1)


@pytest.mark.parametrize(
    ("content", "options", "wanted", "stored"),
    [
        (b"pk,v\r\na,1\r\nb,2\r\n", None, 2, {"a": ("1", None), "b": ("2", None)}),
        (b'pk,v,w\na,1,"x, ""y"""\n', None, 1, {"a": ("1", 'x, "y"')}),
        (b"a;1\nb;2", {"Delimiter": ";", "HeaderList": ["pk", "v"]}, 2, {"a": ("1", None), "b": ("2", None)}),
        (b'pk,w,v\na,"two\nlines",1\n', None, 1, {"a": ("1", "two\nlines")}),
    ],
)
def test_csv_gives_strings_and_keys_their_types(
    world: TransferWorld, content: bytes, options: Any, wanted: int, stored: dict[str, tuple[str, str | None]]
) -> None:
    world.write("in.csv", content)
    members = {} if options is None else {"InputFormatOptions": {"Csv": options}}
    numbered = creation(
        "tab",
        AttributeDefinitions=[*defined("pk"), {"AttributeName": "v", "AttributeType": "N"}],
        GlobalSecondaryIndexes=[index("by-v", "v")],
    )
    told = world.import_("tab", "in.csv", InputFormat="CSV", TableCreationParameters=numbered, **members)
    assert counts(told) == ("COMPLETED", wanted, wanted, 0)
    found = {each["pk"]["S"]: each for each in world.call("Scan", TableName="tab", IndexName="by-v")["Items"]}
    assert {pk: (each["v"]["N"], each.get("w", {}).get("S")) for pk, each in found.items()} == stored


def test_csv_rows_that_do_not_fit(world: TransferWorld) -> None:
    world.write("short.csv", b"pk,v\na\nb,2\n")
    world.write("quotes.csv", b'pk,v\na,1\n"b"c,2\nd,3\n')
    assert counts(world.import_("short", "short", InputFormat="CSV")) == ("FAILED", 2, 1, 1)
    assert counts(world.import_("quotes", "quotes", InputFormat="CSV")) == ("FAILED", 2, 1, 1)


def test_the_table_is_as_the_request_says(world: TransferWorld) -> None:
    provisioned = creation(
        "tab",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(3, 4),
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
    )
    told = world.import_("tab", "nothing", TableCreationParameters=provisioned)
    assert told["TableCreationParameters"] == provisioned
    table = world.describe("tab")
    assert table["SSEDescription"]["SSEType"] == "KMS"
    throughput = table["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (3, 4)


def test_pages(world: TransferWorld) -> None:
    arns = []
    for number in range(3):
        world.clock.advance(1.0)
        arns.append(world.import_(f"tab{number}", "nothing")["ImportArn"])
    first = world.call("ListImports", PageSize=2)
    second = world.call("ListImports", PageSize=2, NextToken=first["NextToken"])
    assert [each["ImportArn"] for page in (first, second) for each in page["ImportSummaryList"]] == arns[::-1]
    assert "NextToken" not in second
    assert len(first["NextToken"]) >= 112  # or an SDK would not send it


# ---- how they end


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ({"S3Bucket": "nowhere"}, ("S3NoSuchBucket", "The specified bucket does not exist")),
        ({"S3Bucket": BUCKET, "S3BucketOwner": "111122223333"}, ("S3AccessDenied", "Access Denied")),
    ],
)
def test_a_bucket_that_cannot_be_read_fails_it_and_makes_no_table(
    world: TransferWorld, source: dict[str, str], failure: tuple[str, str]
) -> None:
    told = world.import_("tab", "", S3BucketSource=source)
    assert (told["ImportStatus"], told["FailureCode"], told["FailureMessage"]) == ("FAILED", *failure)
    assert told["TableArn"] == ARN
    assert world.call("ListTables")["TableNames"] == []


def test_it_is_told_of_when_its_table_is_gone(world: TransferWorld) -> None:
    arn = world.import_("tab", "nothing")["ImportArn"]
    world.call("DeleteTable", TableName="tab")
    world.settle()
    assert world.told_import(arn)["ImportStatus"] == "COMPLETED"
    assert [each["ImportArn"] for each in world.call("ListImports", TableArn=ARN)["ImportSummaryList"]] == [arn]


def test_tokens(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, import_seconds=60.0)
    arn = world.begin_import("tab", "a", ClientToken="once")["ImportArn"]
    assert world.begin_import("tab", "other", ClientToken="once")["ImportArn"] == arn
    request = {"S3BucketSource": {"S3Bucket": BUCKET}, "InputFormat": "CSV", "ClientToken": "once"}
    conflict = ("ImportConflictException", "Import conflict: Duplicate request detected with conflicting parameters")
    assert world.refusal("ImportTable", **request, TableCreationParameters=creation("other")) == conflict
    world.clock.advance(60.0)
    taken = ("ResourceInUseException", "Table already exists: tab")
    assert world.refusal("ImportTable", **request, TableCreationParameters=creation("tab")) == taken
    world.call("DeleteTable", TableName="tab")
    world.settle()
    assert world.begin_import("tab", "a", ClientToken="once")["ImportArn"] == arn


def test_a_reset_lets_what_is_under_way_go(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, import_seconds=60.0)
    world.write("a", item("a", 1))
    world.begin_import("tab", "a")
    world.client.engine.reset()
    world.clock.advance(60.0)
    world.settle()
    assert world.call("ListImports") == {"ImportSummaryList": []}


# ---- what is refused


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"InputFormatOptions": {"Csv": {"Delimiter": ";"}}},
            "Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON.",
        ),
        (
            {"TableCreationParameters": {k: v for k, v in creation("tab").items() if k != "BillingMode"}},
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
            "specified when BillingMode is PROVISIONED",
        ),
        (
            {
                "TableCreationParameters": creation(
                    "tab",
                    BillingMode="PROVISIONED",
                    ProvisionedThroughput=units(1, 1),
                    OnDemandThroughput={"MaxWriteRequestUnits": 10},
                )
            },
            "One or more parameter values were invalid: MaxWriteRequestUnits for OnDemandThroughput cannot be "
            "specified when table BillingMode is PROVISIONED.",
        ),
        (
            {"InputCompressionType": "BZIP2"},
            "1 validation error detected: Value 'BZIP2' at 'inputCompressionType' failed to satisfy constraint: "
            "Member must satisfy enum value set: [ZSTD, NONE, GZIP]",
        ),
        (
            {"TableCreationParameters": creation("tab", VectorIndexes=[{"IndexName": "near"}])},
            "VectorIndexes cannot be created: this endpoint has no vector search",
        ),
        (
            {"InputFormat": "ION"},
            "InputFormat ION cannot be honoured: this endpoint reads DYNAMODB_JSON and CSV, plain or in GZIP",
        ),
        (
            {"InputCompressionType": "ZSTD"},
            "InputCompressionType ZSTD cannot be honoured: this endpoint reads DYNAMODB_JSON and CSV, plain or in GZIP",
        ),
    ],
)
def test_refusals(world: TransferWorld, members: dict[str, Any], text: str) -> None:
    request = {
        "S3BucketSource": {"S3Bucket": BUCKET},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": creation("tab"),
        **members,
    }
    assert world.refusal("ImportTable", **request) == ("ValidationException", text)
    assert world.call("ListImports") == {"ImportSummaryList": []}


def test_a_name_that_is_taken(world: TransferWorld) -> None:
    world.create()
    request = {"S3BucketSource": {"S3Bucket": BUCKET}, "InputFormat": "CSV", "TableCreationParameters": creation("tab")}
    assert world.refusal("ImportTable", **request) == ("ResourceInUseException", "Table already exists: tab")


@pytest.mark.parametrize(
    ("arn", "code", "text"),
    [
        (f"{ARN}/import/0", "ImportNotFoundException", f"Import not found: Import not found: {ARN}/import/0"),
        (ARN.replace(ACCOUNT, "111122223333") + "/import/0", "AccessDeniedException", "Access is denied"),
        (ARN, "ValidationException", "Invalid Import ARN"),
        (f"{ARN}/export/0", "ValidationException", "Invalid Import ARN"),
    ],
)
def test_names_of_imports(world: TransferWorld, arn: str, code: str, text: str) -> None:
    assert world.refusal("DescribeImport", ImportArn=arn) == (code, text)
