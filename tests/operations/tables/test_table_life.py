"""A table's life by the clock, its deletion, and the small operations beside it."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.storage.work import Work
from tests.operations.tables.table_world import TableWorld, defined, index, units
from tests.storage.due import run_due


def test_states_follow_the_clock() -> None:
    world = TableWorld(table_create_seconds=6, table_delete_seconds=5)
    start = world.now
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")])
    settings = world.catalog.tables["tab"].settings
    assert world.catalog.agenda.next_due == start + 6
    world.now = start + 5.9
    assert world.describe("tab")["TableStatus"] == "CREATING"
    assert not settings.serves_items
    world.now = start + 6
    table = world.describe("tab")
    assert (table["TableStatus"], table["GlobalSecondaryIndexes"][0]["IndexStatus"]) == ("ACTIVE", "ACTIVE")
    assert table["CreationDateTime"] == start
    assert settings.serves_items
    deleted = world.call("DeleteTable", TableName="tab")["TableDescription"]
    assert (deleted["TableName"], deleted["TableStatus"]) == ("tab", "DELETING")
    assert not settings.serves_items
    assert world.call("ListTables") == {"TableNames": ["tab"]}
    assert world.refusal("DeleteTable", TableName="tab") == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is being deleted: tab",
    )
    assert run_due(world.catalog, start + 10.9) == start + 11
    run_due(world.catalog, start + 11)
    assert world.call("ListTables") == {"TableNames": []}


def test_a_table_being_created_cannot_be_deleted() -> None:
    world = TableWorld(table_create_seconds=6)
    world.create("tab")
    assert world.refusal("DeleteTable", TableName="tab") == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is being created: tab",
    )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"ProvisionedThroughput": units(2, 2)}, "Table: tab is in the process of being updated."),
        ({"SSESpecification": {"Enabled": True}}, "Table: tab is in the process of being updated."),
        ({"WarmThroughput": {"ReadUnitsPerSecond": 50}}, "Table: tab is in the process of being updated."),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
            "Cannot delete table while stream is being enabled/disabled.",
        ),
    ],
)
def test_a_table_that_changes_cannot_be_deleted(change: dict[str, Any], text: str) -> None:
    world = TableWorld(table_update_seconds=6)
    world.create("tab", ProvisionedThroughput=units(1, 1))
    world.update("tab", **change)
    assert world.refusal("DeleteTable", TableName="tab") == (
        "ResourceInUseException",
        f"Attempt to change a resource which is still in use: {text}",
    )
    world.now += 6
    world.call("DeleteTable", TableName="tab")


def test_protection_is_told_before_an_index_that_is_being_made() -> None:
    world = TableWorld(index_create_seconds=5)
    world.create("tab", DeletionProtectionEnabled=True)
    world.update("tab", AttributeDefinitions=defined("x"), GlobalSecondaryIndexUpdates=[{"Create": index("ggg", "x")}])
    code, text = world.refusal("DeleteTable", TableName="tab")
    assert code == "ValidationException"
    assert text == (
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
    )


def test_a_deleted_tables_stream_stays_readable() -> None:
    world = TableWorld()
    world.create("tab", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = world.describe("tab")["LatestStreamArn"]
    world.call("DeleteTable", TableName="tab")
    assert world.call("ListTables") == {"TableNames": []}
    stream = world.catalog.stream(arn)
    assert stream is not None
    assert stream.status == "DISABLED"


def test_sizes_are_of_items_and_of_entries() -> None:
    world = TableWorld()
    world.create(
        "tab",
        AttributeDefinitions=defined("pk", "x"),
        GlobalSecondaryIndexes=[
            index("all", "x"),
            index("keys", "x", Projection={"ProjectionType": "KEYS_ONLY"}),
        ],
    )
    item = {"pk": {"S": "abc"}, "x": {"S": "de"}, "big": {"S": "." * 1000}}
    world.put("tab", item)
    table = world.describe("tab")
    entry = len("pk") + 3 + len("x") + 2
    whole, keys = table["GlobalSecondaryIndexes"]
    assert (table["ItemCount"], whole["ItemCount"], keys["ItemCount"]) == (1, 1, 1)
    assert keys["IndexSizeBytes"] == entry
    assert whole["IndexSizeBytes"] == entry + len("big") + 1000


def test_counts_may_be_taken_now_and_then() -> None:
    world = TableWorld(table_statistics_seconds=21_600)
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")])

    def counts() -> tuple[int, int, int]:
        table = world.describe("tab")
        return table["ItemCount"], table["TableSizeBytes"], table["GlobalSecondaryIndexes"][0]["ItemCount"]

    for name in ("a", "b"):
        world.put("tab", {"pk": {"S": name}, "x": {"S": "v"}})
        taken = counts()
        assert taken == ((0, 0, 0) if name == "a" else (1, 5, 1))
        world.now += 21_600
    assert counts() == (2, 10, 2)
    world.call("DeleteTable", TableName="tab")
    assert world.call("ListTables") == {"TableNames": []}


def test_names_are_listed_in_order_and_in_pages() -> None:
    world = TableWorld()
    for name in ("bbb", "AAA", "aaa", "ccc"):
        world.create(name)
    assert world.call("ListTables") == {"TableNames": ["AAA", "aaa", "bbb", "ccc"]}
    first = world.call("ListTables", Limit=3)
    assert first == {"TableNames": ["AAA", "aaa", "bbb"], "LastEvaluatedTableName": "bbb"}
    assert world.call("ListTables", Limit=3, ExclusiveStartTableName="bbb") == {"TableNames": ["ccc"]}
    assert world.call("ListTables", ExclusiveStartTableName="aab") == {"TableNames": ["bbb", "ccc"]}
    assert "LastEvaluatedTableName" not in world.call("ListTables", Limit=4)


def test_tags_are_added_overwritten_and_taken_off() -> None:
    world = TableWorld()
    arn = world.create("tab")["TableArn"]
    assert world.call("ListTagsOfResource", ResourceArn=arn) == {"Tags": []}
    world.call("TagResource", ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    assert world.call("TagResource", ResourceArn=arn, Tags=[{"Key": "a", "Value": "3"}]) is None
    assert world.call("ListTagsOfResource", ResourceArn=arn, NextToken="anything") == {
        "Tags": [{"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"}]
    }
    assert world.call("UntagResource", ResourceArn=arn, TagKeys=["a", "unknown"]) is None
    assert world.call("ListTagsOfResource", ResourceArn=arn) == {"Tags": [{"Key": "b", "Value": "2"}]}
    assert "Tags" not in world.describe("tab")


def test_time_to_live_watches_what_is_stored() -> None:
    world = TableWorld()
    world.create("tab")
    world.put("tab", {"pk": {"S": "old"}, "ttl": {"N": str(int(world.now) - 10)}})
    describe = {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    assert world.call("DescribeTimeToLive", TableName="tab") == describe
    specification = {"Enabled": True, "AttributeName": "ttl"}
    answer = world.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=specification)
    assert answer == {"TimeToLiveSpecification": specification}
    assert world.call("DescribeTimeToLive", TableName="tab") == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    }
    table = world.catalog.tables["tab"]
    run_due(world.catalog, world.now)
    assert len(list(table.take_expired(world.now, Work(9)))) == 1
    table.watch_expiries()
    off = {"Enabled": False, "AttributeName": "ttl"}
    world.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=off)
    assert list(table.take_expired(world.now, Work(9))) == []
    assert world.call("DescribeTimeToLive", TableName="tab") == describe


def test_time_to_live_of_a_table_that_is_not_there_yet() -> None:
    world = TableWorld(table_create_seconds=5)
    world.create("tab")
    assert world.refusal("DescribeTimeToLive", TableName="tab") == (
        "ValidationException",
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING",
    )


def test_recovery_window_follows_the_clock() -> None:
    world = TableWorld()
    world.create("tab")
    disabled = {"PointInTimeRecoveryStatus": "DISABLED"}

    def recovery(answer: dict[str, Any]) -> dict[str, Any]:
        description = answer["ContinuousBackupsDescription"]
        assert description["ContinuousBackupsStatus"] == "ENABLED"
        return description["PointInTimeRecoveryDescription"]  # type: ignore[no-any-return]

    def update(**specification: Any) -> dict[str, Any]:
        answer = world.call("UpdateContinuousBackups", TableName="tab", PointInTimeRecoverySpecification=specification)
        assert answer == world.call("DescribeContinuousBackups", TableName="tab")
        return recovery(answer)

    assert recovery(world.call("DescribeContinuousBackups", TableName="tab")) == disabled
    start = world.now
    window = {"EarliestRestorableDateTime": start, "LatestRestorableDateTime": start}
    assert update(PointInTimeRecoveryEnabled=True) == {
        "PointInTimeRecoveryStatus": "ENABLED",
        "RecoveryPeriodInDays": 35,
        **window,
    }
    world.now = start + 10 * 86_400
    assert update(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=7) == {
        "PointInTimeRecoveryStatus": "ENABLED",
        "RecoveryPeriodInDays": 7,
        "EarliestRestorableDateTime": world.now - 7 * 86_400,
        "LatestRestorableDateTime": world.now - 300,
    }
    assert update(PointInTimeRecoveryEnabled=False) == disabled
    assert update(PointInTimeRecoveryEnabled=True)["RecoveryPeriodInDays"] == 35


def test_limits_and_endpoints() -> None:
    world = TableWorld()
    assert world.call("DescribeLimits") == {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }
    endpoint = {"Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440}
    assert world.call("DescribeEndpoints") == {"Endpoints": [endpoint]}


def test_tables_are_named_by_arn_too() -> None:
    world = TableWorld()
    arn = world.create("tab")["TableArn"]
    world.update(arn, DeletionProtectionEnabled=True)
    assert world.describe(arn)["DeletionProtectionEnabled"] is True
    world.update(arn, DeletionProtectionEnabled=False)
    world.call("DeleteTable", TableName=arn)
    assert world.call("ListTables") == {"TableNames": []}
