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
    assert world.refusal("CreateBackup", TableName="tab", BackupName="first")[0] == "TableInUseException"
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
    assert world.refusal("DeleteBackup", BackupArn=arn) == CONFLICT
    world.clock.advance(30)
    world.call("DeleteBackup", BackupArn=arn)


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
