"""Backups: made, described, listed in pages, deleted; what they are refused with; what a deleted table leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.operations.backups.backup_world import DAY, START, BackupWorld
from tests.operations.tables.table_world import defined, index, key, units

UNKNOWN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab/backup/01790000000250-00000000"
CONFLICT = (
    "BackupInUseException",
    "There is another ongoing conflicting backup control plane operation on the table. The backup is either being "
    "created, deleted or restored to a table.",
)


def listed(world: BackupWorld, **request: Any) -> list[str]:
    return [each["BackupName"] for each in world.call("ListBackups", **request)["BackupSummaries"]]


def test_a_backup_shows_the_table_of_its_time() -> None:
    world = BackupWorld()
    world.create(
        KeySchema=key("pk", "sk"),
        AttributeDefinitions=defined("pk", "sk", "g"),
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(5, 6),
        GlobalSecondaryIndexes=[index("global", "g", ProvisionedThroughput=units(2, 3))],
        LocalSecondaryIndexes=[index("local", "pk", "g")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True},
    )
    expiry = {"AttributeName": "t", "Enabled": True}
    world.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=expiry)
    world.call("PutItem", TableName="tab", Item={each: {"S": each} for each in ("pk", "sk", "g")})
    table = world.describe("tab")
    made = world.call("CreateBackup", TableName="tab", BackupName="first")["BackupDetails"]
    assert made["BackupArn"].startswith(f"{table['TableArn']}/backup/01790000000250-")
    assert made == {
        "BackupArn": made["BackupArn"],
        "BackupName": "first",
        "BackupSizeBytes": 2 * 10,  # the item, and its entry in the local index
        "BackupStatus": "CREATING",
        "BackupType": "USER",
        "BackupCreationDateTime": START,
    }
    world.call("DeleteTable", TableName="tab")
    world.clock.advance(60)
    told = world.call("DescribeBackup", BackupArn=made["BackupArn"])["BackupDescription"]
    assert told["BackupDetails"] == {**made, "BackupStatus": "AVAILABLE"}
    assert told["SourceTableDetails"] == {
        "TableName": "tab",
        "TableId": table["TableId"],
        "TableArn": table["TableArn"],
        "TableSizeBytes": 20,
        "KeySchema": key("pk", "sk"),
        "TableCreationDateTime": START,
        "ProvisionedThroughput": units(5, 6),
        "ItemCount": 1,
        "BillingMode": "PROVISIONED",
    }
    assert told["SourceTableFeatureDetails"] == {
        "GlobalSecondaryIndexes": [index("global", "g", ProvisionedThroughput=units(2, 3))],
        "LocalSecondaryIndexes": [index("local", "pk", "g")],
        "StreamDescription": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "t"},
        "SSEDescription": table["SSEDescription"],
    }


def test_a_deleted_backup_is_gone() -> None:
    world = BackupWorld()
    world.create()
    arn = world.back_up("arn:aws:dynamodb:us-east-1:000000000000:table/tab")
    told = world.call("DeleteBackup", BackupArn=arn)["BackupDescription"]
    assert told["BackupDetails"]["BackupStatus"] == "DELETED"
    assert world.refusal("DescribeBackup", BackupArn=arn) == ("BackupNotFoundException", f"Backup not found: {arn}")
    assert listed(world) == []
    assert world.client.engine.catalog("000000000000", "us-east-1").tables["tab"].history.recorders == []


@pytest.mark.parametrize("operation", ["DescribeBackup", "DeleteBackup"])
def test_an_unknown_backup(operation: str) -> None:
    world = BackupWorld()
    assert world.refusal(operation, BackupArn=UNKNOWN) == ("BackupNotFoundException", f"Backup not found: {UNKNOWN}")
    code, text = world.refusal(operation, BackupArn="arn:short")
    assert (code, str(text).partition(": ")[0]) == ("ValidationException", "1 validation error detected")
    assert "'backupArn' failed to satisfy constraint: Member must not be null" in str(world.refusal(operation)[1])


def test_refusals_of_a_new_backup() -> None:
    world = BackupWorld(table_create_seconds=10)
    refused = world.refusal("CreateBackup", TableName="none", BackupName="first")
    assert refused == ("TableNotFoundException", "Table not found: none")
    world.create()
    refused = world.refusal("CreateBackup", TableName="tab", BackupName="first")
    assert refused == ("TableNotFoundException", "Table not found: tab")
    for name in (None, "ab", "a b c"):
        named = {} if name is None else {"BackupName": name}
        assert "at 'backupName'" in str(world.refusal("CreateBackup", TableName="tab", **named))
    assert world.refusal("CreateBackup", BackupName="first")[0] == "ValidationException"


def test_a_backup_in_the_making_is_in_use() -> None:
    world = BackupWorld(backup_create_seconds=30)
    world.create()
    arn = world.back_up()
    world.clock.advance(29)
    details = world.call("DescribeBackup", BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert details["BackupStatus"] == "CREATING"
    assert world.refusal("DeleteBackup", BackupArn=arn) == CONFLICT
    assert world.refusal("RestoreTableFromBackup", BackupArn=arn, TargetTableName="two") == CONFLICT
    world.clock.advance(1)
    world.call("DeleteBackup", BackupArn=arn)


def test_a_backup_that_a_table_is_made_from_is_in_use() -> None:
    world = BackupWorld(table_restore_seconds=30)
    world.create()
    arn = world.back_up()
    world.restore_backup("two", arn)
    used = "Backup is being used to restore"
    assert world.refusal("DeleteBackup", BackupArn=arn) == ("BackupInUseException", f"{used} table: {arn}")
    refused = world.refusal("RestoreTableFromBackup", BackupArn=arn, TargetTableName="three")
    assert refused == ("BackupInUseException", f"{used} another table: {arn}")
    world.clock.advance(30)
    world.call("DeleteBackup", BackupArn=arn)


def test_a_table_that_is_being_deleted_is_backed_up_all_the_same() -> None:
    world = BackupWorld(table_delete_seconds=30)
    world.create()
    world.put("a", 1)
    world.call("DeleteTable", TableName="tab")
    arn = world.back_up()
    world.clock.advance(30)
    world.restore_backup("two", arn)
    assert world.versions("two") == {"a": 1}


@pytest.mark.parametrize(
    ("changed", "code", "text"),
    [
        (("/backup/", "/stream/"), "ValidationException", "Invalid Backup ARN"),
        (("arn:aws:", "arn:aws-cn:"), "ValidationException", "Invalid Request: BackupArn is not valid"),
        ((":dynamodb:", ":s3:"), "ValidationException", "Invalid Request: BackupArn is not valid"),
        (("us-east-1", ""), "AccessDeniedException", "Access is denied"),
        (("000000000000", "111111111111"), "AccessDeniedException", "Access is denied"),
    ],
)
def test_names_of_no_backup(changed: tuple[str, str], code: str, text: str) -> None:
    world = BackupWorld()
    world.create()
    arn = world.back_up().replace(*changed)
    requests = {"DescribeBackup": {}, "DeleteBackup": {}, "RestoreTableFromBackup": {"TargetTableName": "two"}}
    for operation, members in requests.items():
        assert world.refusal(operation, BackupArn=arn, **members) == (code, text)


def test_the_region_that_a_name_says_is_ignored_but_for_restores() -> None:
    world = BackupWorld()
    world.create()
    arn = world.back_up().replace("us-east-1", "eu-west-1")
    world.call("DescribeBackup", BackupArn=arn)
    assert world.refusal("RestoreTableFromBackup", BackupArn=arn, TargetTableName="two") == (
        "ValidationException",
        "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
    )
    assert world.refusal("ListBackups", ExclusiveStartBackupArn=arn) == (
        "ValidationException",
        "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region",
    )
    world.call("DeleteBackup", BackupArn=arn)
    assert listed(world) == []


def test_a_backup_of_the_service_s_own_goes_by_itself() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.call("DeleteTable", TableName="tab")
    [found] = world.call("ListBackups", BackupType="SYSTEM")["BackupSummaries"]
    arn = found["BackupArn"]
    assert world.call("DescribeBackup", BackupArn=arn)["BackupDescription"]["SourceTableFeatureDetails"] == {}
    assert world.refusal("DeleteBackup", BackupArn=arn) == (
        "ValidationException",
        f"Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically "
        "expire on 2026-10-26T14:13:20.250Z",
    )


def test_bounds_of_time_hold_something_between_them() -> None:
    assert BackupWorld().refusal("ListBackups", TimeRangeLowerBound=2, TimeRangeUpperBound=1) == (
        "ValidationException",
        "One or more parameter values were invalid: Time range lower bound must be less than or equal to upper bound",
    )


def test_lists_in_pages_by_table_time_and_type() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.create("other")
    for number in range(5):
        world.clock.advance(1)
        world.back_up("other" if number == 2 else "tab", f"backup-{number}")
    world.call("DeleteTable", TableName="tab")
    assert listed(world) == [f"backup-{number}" for number in range(5)]
    assert listed(world, TableName="other") == ["backup-2"]
    assert listed(world, TableName="arn:aws:dynamodb:us-east-1:000000000000:table/other") == ["backup-2"]
    assert listed(world, TableName="none") == []
    assert listed(world, TimeRangeLowerBound=START + 2, TimeRangeUpperBound=START + 4) == ["backup-1", "backup-2"]
    assert listed(world, BackupType="SYSTEM") == ["tab$DeletedTableBackup"]
    assert listed(world, BackupType="AWS_BACKUP") == []
    assert len(listed(world, BackupType="ALL")) == 6
    pages, start = [], {}  # type: list[list[str]], dict[str, Any]
    while True:
        answer = world.call("ListBackups", Limit=2, **start)
        pages.append([each["BackupName"] for each in answer["BackupSummaries"]])
        if "LastEvaluatedBackupArn" not in answer:
            break
        start = {"ExclusiveStartBackupArn": answer["LastEvaluatedBackupArn"]}
        world.call("DeleteBackup", BackupArn=answer["LastEvaluatedBackupArn"])
    assert pages == [["backup-0", "backup-1"], ["backup-2", "backup-3"], ["backup-4"]]


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"Limit": 0}, "limit"),
        ({"Limit": 101}, "limit"),
        ({"BackupType": "MINE"}, "backupType"),
        ({"ExclusiveStartBackupArn": "x"}, "exclusiveStartBackupArn"),
    ],
)
def test_refusals_of_a_list(request_: dict[str, Any], path: str) -> None:
    code, text = BackupWorld().refusal("ListBackups", **request_)
    assert code == "ValidationException"
    assert f"at '{path}' failed to satisfy constraint" in str(text)


def test_a_deleted_table_with_recovery_leaves_a_backup_for_35_days() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.put("a", 1)
    world.call("DeleteTable", TableName="tab")
    [left] = world.call("ListBackups", BackupType="SYSTEM")["BackupSummaries"]
    assert left["BackupExpiryDateTime"] == START + 35 * DAY
    world.restore_backup("tab", left["BackupArn"])
    assert world.versions("tab") == {"a": 1}
    world.clock.advance(35 * DAY)
    assert world.call("ListBackups", BackupType="SYSTEM")["BackupSummaries"] == []
    world.settle()
    world.client.engine.check()


def test_backups_ask_for_no_capacity_and_are_billed_by_their_bytes() -> None:
    world = BackupWorld()
    world.create(BillingMode="PROVISIONED", ProvisionedThroughput=units(1, 1))
    world.put("a", 1)
    for number in range(50):
        arn = world.back_up(backup=f"backup-{number}")
    size = world.call("DescribeBackup", BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupSizeBytes"]
    world.restore_backup("two", arn)
    world.clock.advance(3_600)
    world.put("b", 1)
    lines = world.client.engine.services.bill(world.now, None, None)["lines"]
    held = {line["usage_type"]: line["quantity"] for line in lines if line["table"] in ("tab", "two")}
    assert held["TimedBackupStorage-ByteHrs"] == pytest.approx(50 * size / 1e9 / 730)
    assert held["RestoreDataSize-Bytes"] == pytest.approx(size / 1e9)
    world.call("DeleteTable", TableName="two")
    lines = world.client.engine.services.bill(world.now, None, None)["lines"]
    assert [line["table"] for line in lines if line["usage_type"] == "RestoreDataSize-Bytes"] == ["(forgotten)"]


def test_recovery_of_a_table_that_is_made_or_deleted() -> None:
    world = BackupWorld(table_create_seconds=30, table_delete_seconds=30)
    world.create()
    on = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    missing = ("TableNotFoundException", "Table not found: tab")
    assert world.refusal("UpdateContinuousBackups", TableName="tab", **on) == missing
    assert world.refusal("DescribeContinuousBackups", TableName="tab") == missing
    world.clock.advance(30)
    world.call("DeleteTable", TableName="tab")
    world.recover(PointInTimeRecoveryEnabled=True)
    assert world.window() == (world.now, world.now)
    world.clock.advance(30)
    assert world.refusal("DescribeContinuousBackups", TableName="tab") == missing
