"""What a restore is refused for, in the service's order and words (recorded in October 2026)."""

from __future__ import annotations

from typing import Any

from tests.operations.backups.backup_world import DAY, START, BackupWorld, invalid, not_then


def test_one_source_and_one_time() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    arn = world.describe("tab")["TableArn"]
    world.restore("two", source=arn)
    latest: dict[str, Any] = {"TargetTableName": "three", "UseLatestRestorableTime": True}
    for source, code, text in (
        ({}, "ValidationException", "The parameter 'TableName' is required but was not present in the request"),
        (
            {"SourceTableName": "tab", "SourceTableArn": arn},
            "ValidationException",
            "Must provide exactly one of: sourceTableArn, sourceTableName",
        ),
        ({"SourceTableArn": "tab"}, "ValidationException", "sourceTableArn is not a valid ARN"),
        (
            {"SourceTableArn": arn.replace("0" * 12, "1" * 12)},
            "ValidationException",
            "This action is only supported by accounts that match the resource owner\u2019s account.",
        ),
        (
            {"SourceTableArn": arn.replace("us-east-1", "eu-west-1")},
            "ValidationException",
            "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        ),
        ({"SourceTableName": "none"}, "TableNotFoundException", "Table not found: none"),
    ):
        assert world.refusal("RestoreTableToPointInTime", **source, **latest) == (code, text)
    assert invalid(world, "four", RestoreDateTime=START).startswith(
        "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
    )
    assert invalid(world, "four", UseLatestRestorableTime=False) == (
        "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
    )


def test_the_order_of_refusals() -> None:
    """Shape, recovery, time, target."""
    world = BackupWorld()
    world.create()
    request = {"SourceTableName": "tab", "TargetTableName": "tab", "RestoreDateTime": START - DAY}
    assert world.refusal("RestoreTableToPointInTime", **request)[0] == "PointInTimeRecoveryUnavailableException"
    world.recover(PointInTimeRecoveryEnabled=True)
    assert world.refusal("RestoreTableToPointInTime", **request) == not_then(world, START - DAY)
    del request["RestoreDateTime"]
    assert world.refusal("RestoreTableToPointInTime", **request)[1] == (
        "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
    )
    request["UseLatestRestorableTime"] = True
    assert world.refusal("RestoreTableToPointInTime", **request)[0] == "TableAlreadyExistsException"


def test_the_target_must_be_new() -> None:
    world = BackupWorld(table_restore_seconds=30, table_delete_seconds=30)
    world.create(recovery=True)
    world.create("gone")
    arn, other = world.back_up(), world.back_up()
    world.restore("two")
    world.restore_backup("three", other)
    world.call("DeleteTable", TableName="gone")
    names = ("tab", "gone", "two", "three")
    refusals = [world.refusal("RestoreTableFromBackup", TargetTableName=name, BackupArn=arn) for name in names]
    assert refusals == [
        ("TableAlreadyExistsException", "Table already exists: tab"),
        ("TableAlreadyExistsException", "Table already exists: gone"),
        ("TableInUseException", "A target table with the specified name is either being created or deleted."),
        ("TableInUseException", f"Table: three is already being restored from backup: {other}"),
    ]
    assert "'targetTableName' failed" in invalid(world, "a b c")
    code, _ = world.refusal("RestoreTableFromBackup", TargetTableName="four", BackupArn=f"{arn[:-1]}x")
    assert code == "BackupNotFoundException"


def test_fifty_tables_are_restored_at_a_time() -> None:
    world = BackupWorld(table_restore_seconds=30)
    world.create(recovery=True)
    for number in range(50):
        world.restore(f"table-{number}")
    code, _ = world.refusal(
        "RestoreTableToPointInTime", SourceTableName="tab", TargetTableName="more", UseLatestRestorableTime=True
    )
    assert code == "LimitExceededException"
    world.clock.advance(30)
    world.restore("more")
