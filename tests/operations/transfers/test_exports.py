"""Exports: of which instant, of which changes, in turns, how they end, and what is refused with which text."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.model.errors import DynamoDBError
from tests.operations.transfers.transfer_world import ARN, BUCKET, START, TransferWorld

PERIOD = "IncrementalExportSpecification"
MINUTE = 60
NAMES = [f"k{number}" for number in range(40)]  # more than a call works on by the way


@pytest.fixture
def world(tmp_path: Path) -> TransferWorld:
    made = TransferWorld(tmp_path)
    made.create(recovery=True)
    return made


def change(world: TransferWorld, random: Random, steps: int) -> None:
    for _ in range(steps):
        world.clock.advance(1.0)
        name = random.choice(NAMES)
        if random.random() < 0.3:
            world.delete(name)
        else:
            world.put(name, random.randrange(1000))


# ---- what is told


def test_what_an_export_says_of_itself(world: TransferWorld) -> None:
    world.put("a", 1)
    begun = world.begin_export(ClientToken="once")
    assert begun == {
        "ExportArn": begun["ExportArn"],
        "ExportStatus": "IN_PROGRESS",
        "StartTime": START,
        "ExportTime": START,
        "TableArn": ARN,
        "TableId": world.describe("tab")["TableId"],
        "ClientToken": "once",
        "S3Bucket": BUCKET,
        "S3SseAlgorithm": "AES256",
        "ExportFormat": "DYNAMODB_JSON",
        "DestinationType": "S3",
    }
    label = begun["ExportArn"].removeprefix(f"{ARN}/export/")
    assert label.startswith(f"{int(START * 1000):014d}-")
    world.settle()
    told = world.told_export(begun["ExportArn"])
    assert told == begun | {
        "ExportStatus": "COMPLETED",
        "EndTime": START,
        "ItemCount": 1,
        "BilledSizeBytes": 6,
        "ExportManifest": f"AWSDynamoDB/{label}/manifest-summary.json",
    }
    assert world.call("ListExports", TableArn=ARN) == {
        "ExportSummaries": [{"ExportArn": told["ExportArn"], "ExportStatus": "COMPLETED", "ExportType": "FULL_EXPORT"}]
    }


def test_files_as_documented(world: TransferWorld) -> None:
    world.put("a", 1)
    told = world.export(S3Prefix="2026/autumn")
    root = told["ExportManifest"].removesuffix("manifest-summary.json")
    assert root.startswith("2026/autumn/AWSDynamoDB/")
    assert world.read(f"{root}_started") == b""
    summary = orjson.loads(world.read(told["ExportManifest"]))
    [listed] = world.read(f"{root}manifest-files.json").splitlines()
    file = orjson.loads(listed)
    assert summary == {
        "version": "2020-06-30",
        "exportArn": told["ExportArn"],
        "startTime": "2026-09-21T14:13:20.250Z",
        "endTime": "2026-09-21T14:13:20.250Z",
        "tableArn": ARN,
        "tableId": told["TableId"],
        "exportTime": "2026-09-21T14:13:20.250Z",
        "s3Bucket": BUCKET,
        "s3Prefix": "2026/autumn",
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": f"{root}manifest-files.json",
        "billedSizeBytes": 6,
        "itemCount": 1,
        "outputFormat": "DYNAMODB_JSON",
    }
    packed = world.read(file["dataFileS3Key"])
    assert file["dataFileS3Key"].startswith(f"{root}data/")
    assert file["dataFileS3Key"].endswith(".json.gz")
    assert file["itemCount"] == 1
    assert file["md5Checksum"] == b64encode(hashlib.md5(packed).digest()).decode()
    for name in ("manifest-summary", "manifest-files"):
        content = world.read(f"{root}{name}.json")
        assert world.read(f"{root}{name}.checksum") == b64encode(hashlib.md5(content).digest())
    assert world.lines(told) == [{"Item": {"pk": {"S": "a"}, "v": {"N": "1"}}}]


@pytest.mark.parametrize("seed", range(6))
def test_an_export_is_of_one_instant_whatever_happens_meanwhile(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    world = TransferWorld(tmp_path, work_items=random.choice((1, 2, 5)), pitr_latest_seconds=0.0)
    world.create(recovery=True)
    change(world, random, 80)
    at, wanted = world.now, world.versions("tab")
    change(world, random, random.choice((0, 30)))
    engine = world.client.engine
    now_wanted = world.versions("tab")
    arns = [world.begin_export(ExportTime=at)["ExportArn"], world.begin_export()["ExportArn"]]
    for _ in range(60):
        change_now(world, random)
        engine.run_due(world.now)
    world.settle()
    assert [world.exported(world.told_export(arn)) for arn in arns] == [wanted, now_wanted]
    world.settle()
    [table] = engine.catalog("000000000000", "us-east-1").tables.values()
    assert table.history.recorders == [table.history.log]
    engine.check()


def change_now(world: TransferWorld, random: Random) -> None:
    """A change past `EmbeddedClient`, which would have all due work done first."""
    from dynarig.emulator.model.call import Call

    item = {"pk": {"S": random.choice(NAMES)}, "v": {"N": str(random.randrange(1000))}}
    put = random.random() < 0.6
    request = {"TableName": "tab", **({"Item": item} if put else {"Key": {"pk": item["pk"]}})}
    call = Call("PutItem" if put else "DeleteItem", request, "DynamoDB_20120810", "000000000000", "us-east-1")
    assert world.client.engine.execute(call, world.now).status == 200


@pytest.mark.parametrize("seed", range(6))
def test_an_incremental_export_tells_what_changed_in_its_period(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    world = TransferWorld(tmp_path, pitr_latest_seconds=0.0, work_items=random.choice((1, 3)))
    world.create(recovery=True)
    change(world, random, 60)
    world.clock.advance(1.0)
    first, before = world.now, world.versions("tab")
    written: dict[str, float] = {}
    for _ in range(60):
        world.clock.advance(MINUTE / 2)
        name = random.choice(NAMES)
        if random.random() < 0.4:
            if name in world.versions("tab"):
                written[name] = world.now
            world.delete(name)
        else:
            world.put(name, random.randrange(1000))
            written[name] = world.now
    world.clock.advance(1.0)
    last, after = world.now, world.versions("tab")
    change(world, random, random.choice((0, 20)))
    period = {"ExportFromTime": first, "ExportToTime": last}
    arn = world.begin_export(ExportType="INCREMENTAL_EXPORT", **{PERIOD: period})["ExportArn"]
    world.clock.advance(1.0)
    for _ in range(40):
        change_now(world, random)
        world.client.engine.run_due(world.now)
    world.settle()
    told = world.told_export(arn)
    [table] = world.client.engine.catalog("000000000000", "us-east-1").tables.values()
    assert table.history.recorders == [table.history.log]
    assert told[PERIOD] == {**period, "ExportViewType": "NEW_AND_OLD_IMAGES"}
    assert told["ExportType"] == "INCREMENTAL_EXPORT"
    assert "ExportTime" not in told
    assert told["BilledSizeBytes"] == 10_000_000
    images: dict[str, tuple[Any, Any]] = {}
    for line in world.lines(told):
        name = line["Keys"]["pk"]["S"]
        at = int(line["Metadata"]["WriteTimestampMicros"]["N"]) / 1e6
        assert at == pytest.approx(written[name], abs=1e-3)
        images[name] = (line.get("OldImage"), line.get("NewImage"))
    image = lambda state, name: {"pk": {"S": name}, "v": {"N": str(state[name])}} if name in state else None  # noqa: E731
    wanted = {name: (image(before, name), image(after, name)) for name in written}
    assert images == {name: both for name, both in wanted.items() if both != (None, None)}
    new_only = world.export(ExportType="INCREMENTAL_EXPORT", **{PERIOD: {**period, "ExportViewType": "NEW_IMAGE"}})
    assert {line["Keys"]["pk"]["S"]: line.get("NewImage") for line in world.lines(new_only)} == {
        name: new for name, (_, new) in images.items()
    }
    assert not any("OldImage" in line for line in world.lines(new_only))
    summary = orjson.loads(world.read(told["ExportManifest"]))
    assert (summary["version"], summary["outputView"]) == ("2023-08-01", "NEW_AND_OLD_IMAGES")
    folders = {line["dataFileS3Key"].rpartition("/")[0] for line in files(world, told) + files(world, new_only)}
    assert folders == {"AWSDynamoDB/data"}


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(world: TransferWorld) -> None:
    for number, name in enumerate("abc"):
        world.put(name, number)
        world.clock.advance(1_000.0)
    period = {"ExportFromTime": START, "ExportToTime": START + 2_000.0}
    told = world.export(ExportType="INCREMENTAL_EXPORT", **{PERIOD: period})
    assert sorted(line["Keys"]["pk"]["S"] for line in world.lines(told)) == ["a", "b"]


def files(world: TransferWorld, told: dict[str, Any]) -> list[dict[str, Any]]:
    key = orjson.loads(world.read(told["ExportManifest"]))["manifestFilesS3Key"]
    return [orjson.loads(line) for line in world.read(key).splitlines()]


# ---- how they end


@pytest.mark.parametrize(
    ("members", "failure"),
    [
        ({"S3Bucket": "nowhere"}, ("S3NoSuchBucket", "The specified bucket does not exist")),
        ({"S3Bucket": "UPPER"}, ("S3NoSuchBucket", "The specified bucket does not exist")),
        ({"S3BucketOwner": "111122223333"}, ("S3AccessDenied", "Access Denied")),
    ],
)
def test_a_bucket_that_cannot_be_written_fails_the_export_and_not_the_call(
    world: TransferWorld, members: dict[str, str], failure: tuple[str, str]
) -> None:
    told = world.export(**members)
    assert (told["ExportStatus"], told["FailureCode"], told["FailureMessage"]) == ("FAILED", *failure)
    assert "ExportManifest" not in told


def test_a_fault_while_it_is_written_fails_the_export(world: TransferWorld) -> None:
    (world.folder / BUCKET / "taken").write_bytes(b"")
    told = world.export(S3Prefix="taken")
    assert (told["ExportStatus"], told["FailureCode"]) == ("FAILED", "S3AccessDenied")
    [table] = world.client.engine.catalog("000000000000", "us-east-1").tables.values()
    assert table.history.recorders == [table.history.log]


def test_it_takes_its_time(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, export_seconds=120.0)
    world.create(recovery=True)
    world.put("a", 1)
    arn = world.export()["ExportArn"]
    world.clock.advance(119.0)
    assert world.told_export(arn)["ExportStatus"] == "IN_PROGRESS"
    world.clock.advance(1.0)
    told = world.told_export(arn)
    assert (told["ExportStatus"], told["EndTime"]) == ("COMPLETED", START + 120.0)


def test_it_outlives_its_table_which_lists_it_no_more(world: TransferWorld) -> None:
    world.put("a", 1)
    arn = world.begin_export()["ExportArn"]
    world.call("DeleteTable", TableName="tab")
    world.settle()
    assert world.exported(world.told_export(arn)) == {"a": 1}
    assert {table for _, table in world.client.engine.catalog("000000000000", "us-east-1").moved_bytes} == {None}
    assert world.call("ListExports") == {"ExportSummaries": []}
    world.create()
    assert world.call("ListExports", TableArn=ARN) == {"ExportSummaries": []}


def test_a_reset_lets_what_is_under_way_go(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, export_seconds=60.0)
    world.create(recovery=True)
    world.put("a", 1)
    world.begin_export()
    world.client.engine.reset()
    world.clock.advance(60.0)
    world.settle()
    assert [path.name for path in (world.folder / BUCKET).rglob("*") if path.is_file()] == ["_started"]


def test_tokens(world: TransferWorld) -> None:
    arn = world.export(ClientToken="once")["ExportArn"]
    assert world.begin_export(ClientToken="once")["ExportArn"] == arn
    conflict = "Export conflict: Duplicate request detected with conflicting parameters"
    members = {"TableArn": ARN, "S3Bucket": BUCKET, "ClientToken": "once", "S3Prefix": "p"}
    assert world.refusal("ExportTableToPointInTime", **members) == ("ExportConflictException", conflict)
    assert world.begin_export()["ExportArn"] != world.begin_export()["ExportArn"]


def test_pages(world: TransferWorld) -> None:
    arns = []
    for _ in range(5):
        world.clock.advance(1.0)
        arns.append(world.export()["ExportArn"])
    seen: list[str] = []
    request: dict[str, Any] = {"MaxResults": 2}
    for _ in range(3):
        answer = world.call("ListExports", **request)
        seen += [each["ExportArn"] for each in answer["ExportSummaries"]]
        request["NextToken"] = answer.get("NextToken")
    assert seen == arns[::-1]
    assert request["NextToken"] is None
    token = world.call("ListExports", MaxResults=1)["NextToken"]
    text = f"Invalid Request: Provided nextToken is invalid: {token}"
    assert world.refusal("ListImports", NextToken=token) == ("ValidationException", text)


def test_only_so_many_are_remembered(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, transfers_max=3)
    world.create(recovery=True)
    arns = [world.export()["ExportArn"] for _ in range(5)]
    assert {each["ExportArn"] for each in world.call("ListExports")["ExportSummaries"]} == set(arns[2:])


def test_only_so_many_run_at_a_time(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, export_seconds=60.0, import_seconds=60.0)
    world.create(recovery=True)
    for operation, most, begin in (
        ("ExportTableToPointInTime", 300, lambda number: world.begin_export()),
        ("ImportTable", 50, lambda number: world.begin_import(f"new{number}", "nothing")),
    ):
        for number in range(most):
            begin(number)
        with pytest.raises(DynamoDBError, match=f"Only {most} ") as caught:
            begin(most)
        assert caught.value.code == "LimitExceededException", operation
    world.clock.advance(60.0)
    world.begin_export()
    world.begin_import("more", "nothing")


def test_one_under_way_is_remembered_and_keeps_its_namespace(tmp_path: Path) -> None:
    world = TransferWorld(tmp_path, transfers_max=1, export_seconds=60.0)
    world.create(recovery=True)
    arns = [world.begin_export()["ExportArn"] for _ in range(3)]
    world.call("DeleteTable", TableName="tab")
    world.settle()
    catalog = world.client.engine.catalog("000000000000", "us-east-1")
    assert not catalog.is_idle
    world.clock.advance(60.0)
    assert [world.told_export(arn)["ExportStatus"] for arn in arns] == ["COMPLETED"] * 3
    assert catalog.is_idle


def test_the_bill_tells_it(world: TransferWorld) -> None:
    world.put("a", 1)
    world.export()
    world.export()
    catalog = world.client.engine.catalog("000000000000", "us-east-1")
    assert catalog.moved_bytes == {("export", "tab"): 12}
    lines = world.client.engine.services.bill(world.now, None, None)["lines"]
    [line] = [each for each in lines if "Export" in each["usage_type"]]
    assert (line["table"], line["quantity"]) == ("tab", pytest.approx(12e-9))
