"""UpdateTable: each change, what its answer shows and what is there when it is done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.capacity.world import World
from tests.operations.tables.table_world import ON_DEMAND, TableWorld, defined, index, units


def provisioned(world: TableWorld, read: int = 10, write: int = 10) -> None:
    world.create("tab", ProvisionedThroughput=units(read, write))


def test_units_show_when_they_are_there() -> None:
    world = TableWorld()
    provisioned(world, 1, 1)
    world.now += 60
    answer = world.update("tab", ProvisionedThroughput=units(2, 3))
    assert answer["TableStatus"] == "UPDATING"
    assert answer["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        "LastIncreaseDateTime": world.now,
        **units(1, 1),
    }
    table = world.describe("tab")
    assert table["TableStatus"] == "ACTIVE"
    assert table["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        "LastIncreaseDateTime": world.now,
        **units(2, 3),
    }
    assert table["WarmThroughput"]["WriteUnitsPerSecond"] == 3


def test_warm_throughput_never_falls() -> None:
    world = TableWorld()
    provisioned(world, 5, 5)
    world.update("tab", ProvisionedThroughput=units(1, 1))
    assert world.describe("tab")["WarmThroughput"]["ReadUnitsPerSecond"] == 5


def test_decreases_are_counted_and_limited() -> None:
    world = TableWorld()
    world.now = 1_791_501_600.0  # 2026-10-08 23:20:00 UTC
    provisioned(world)
    for count, read in enumerate((9, 8, 7, 6)):
        answer = world.update("tab", ProvisionedThroughput=units(read, 10))
        assert answer["ProvisionedThroughput"]["NumberOfDecreasesToday"] == count
        assert answer["ProvisionedThroughput"]["LastDecreaseDateTime"] == world.now
        assert world.describe("tab")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == count + 1
    code, text = world.refusal("UpdateTable", TableName="tab", ProvisionedThroughput=units(5, 11))
    assert code == "LimitExceededException"
    assert text == (
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the "
        "first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 "
        "seconds. Number of decreases today: 4. Last decrease at Thursday, October 8, 2026 at 11:20:00 PM Coordinated "
        "Universal Time. Next decrease can be made at Friday, October 9, 2026 at 12:00:00 AM Coordinated Universal Time"
    )
    world.update("tab", ProvisionedThroughput=units(20, 20))  # raising is always allowed
    world.now += 2400  # midnight
    assert world.describe("tab")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    world.update("tab", ProvisionedThroughput=units(19, 20))
    assert world.describe("tab")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_one_more_decrease_an_hour_after_the_last() -> None:
    world = TableWorld()
    world.now = 1_791_417_600.0  # midnight UTC
    provisioned(world)
    for read in (9, 8, 7, 6):
        world.update("tab", ProvisionedThroughput=units(read, 10))
    world.now += 3599
    assert world.refusal("UpdateTable", TableName="tab", ProvisionedThroughput=units(5, 10))[0] == (
        "LimitExceededException"
    )
    world.now += 1
    world.update("tab", ProvisionedThroughput=units(5, 10))
    assert world.describe("tab")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 5
    assert world.refusal("UpdateTable", TableName="tab", ProvisionedThroughput=units(4, 10))[0] == (
        "LimitExceededException"
    )


def test_to_on_demand_and_back() -> None:
    world = TableWorld()
    world.create(
        "tab",
        AttributeDefinitions=defined("pk", "x"),
        ProvisionedThroughput=units(10, 5),
        GlobalSecondaryIndexes=[index("ggg", "x", ProvisionedThroughput=units(3, 3))],
    )
    world.now += 60
    limits = {"MaxReadRequestUnits": 7}
    answer = world.update("tab", BillingMode=ON_DEMAND, OnDemandThroughput=limits)
    assert answer["TableStatus"] == "UPDATING"
    assert answer["BillingModeSummary"] == {"BillingMode": ON_DEMAND}
    assert answer["OnDemandThroughput"] == limits
    assert answer["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    table = world.describe("tab")
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == world.now
    assert table["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(0, 0)}
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    (shown,) = table["GlobalSecondaryIndexes"]
    assert shown["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 1, **units(0, 0)}

    switched_at, world.now = world.now, world.now + 60
    entry = {"Update": {"IndexName": "ggg", "ProvisionedThroughput": units(2, 2)}}
    answer = world.update(
        "tab", BillingMode="PROVISIONED", ProvisionedThroughput=units(4, 4), GlobalSecondaryIndexUpdates=[entry]
    )
    assert answer["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(4, 4)}
    assert answer["GlobalSecondaryIndexes"][0]["IndexStatus"] == "UPDATING"
    table = world.describe("tab")
    assert table["BillingModeSummary"] == {
        "BillingMode": "PROVISIONED",
        "LastUpdateToPayPerRequestDateTime": switched_at,
    }
    assert "OnDemandThroughput" not in table
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000
    assert table["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 2


def test_the_same_mode_and_class_again_change_nothing() -> None:
    world = TableWorld()
    world.create("tab")
    before = world.describe("tab")
    for members in ({"BillingMode": ON_DEMAND}, {"TableClass": "STANDARD"}):
        assert world.update("tab", **members)["TableStatus"] == "UPDATING"
        assert world.describe("tab") == before


@pytest.mark.parametrize(
    ("changes", "last_answer", "described"),
    [
        (
            [{"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 500}, {"MaxReadRequestUnits": -1}],
            {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 500},
            {"MaxWriteRequestUnits": 500},
        ),
        (
            [{"MaxReadRequestUnits": 1000}, {"MaxWriteRequestUnits": 5}, {"MaxReadRequestUnits": 2000}],
            {"MaxReadRequestUnits": 2000, "MaxWriteRequestUnits": 5},
            {"MaxReadRequestUnits": 2000, "MaxWriteRequestUnits": 5},
        ),
        (
            [{"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}],
            {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1},
            None,
        ),
    ],
)
def test_on_demand_limits_merge(
    changes: list[dict[str, int]], last_answer: dict[str, int], described: dict[str, int] | None
) -> None:
    world = TableWorld()
    world.create("tab")
    for change in changes:
        answer = world.update("tab", OnDemandThroughput=change)
    assert answer["TableStatus"] == "ACTIVE"
    assert answer["OnDemandThroughput"] == last_answer
    assert world.describe("tab").get("OnDemandThroughput") == described


def test_warm_throughput_rises_beside_an_active_table() -> None:
    world = TableWorld(table_update_seconds=10)
    world.create("tab")
    old = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "UPDATING"}
    answer = world.update("tab", WarmThroughput={"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000})
    assert (answer["TableStatus"], answer["WarmThroughput"]) == ("ACTIVE", old)
    world.now += 9
    assert world.update("tab", WarmThroughput={"WriteUnitsPerSecond": 6000})["WarmThroughput"] == old
    world.now += 9
    assert world.describe("tab")["WarmThroughput"] == old
    world.now += 1
    assert world.describe("tab")["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12000,
        "WriteUnitsPerSecond": 6000,
        "Status": "ACTIVE",
    }


def test_a_stream_is_enabled_disabled_and_enabled_anew() -> None:
    world = TableWorld()
    world.create("tab")
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    answer = world.update("tab", StreamSpecification=specification)
    assert (answer["TableStatus"], answer["StreamSpecification"]) == ("UPDATING", specification)
    first = world.describe("tab")["LatestStreamArn"]
    world.now += 60
    world.update("tab", StreamSpecification={"StreamEnabled": False})
    table = world.describe("tab")
    assert "StreamSpecification" not in table
    assert table["LatestStreamArn"] == first
    world.update("tab", StreamSpecification=specification)
    assert world.describe("tab")["LatestStreamArn"] > first


def test_a_table_class_shows_when_the_change_is_done() -> None:
    world = TableWorld()
    world.create("tab")
    answer = world.update("tab", TableClass="STANDARD_INFREQUENT_ACCESS")
    assert answer["TableStatus"] == "UPDATING"
    assert "TableClassSummary" not in answer
    assert world.describe("tab")["TableClassSummary"] == {
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "LastUpdateDateTime": world.now,
    }


def test_encryption_changes_beside_an_active_table() -> None:
    world = TableWorld()
    world.create("tab")
    answer = world.update("tab", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "one"})
    assert (answer["TableStatus"], answer["SSEDescription"]) == ("ACTIVE", {"Status": "UPDATING"})
    arn = "arn:aws:kms:us-east-1:000000000000:key/one"
    enabled = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}
    assert world.describe("tab")["SSEDescription"] == enabled
    again = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn}
    assert world.refusal("UpdateTable", TableName="tab", SSESpecification=again) == (
        "ValidationException",
        "One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. "
        "Use KMSMasterKeyId parameter if you want to change Master Key",
    )
    answer = world.update("tab", SSESpecification={"Enabled": False})
    assert answer["SSEDescription"] == {**enabled, "Status": "UPDATING"}
    assert "SSEDescription" not in world.describe("tab")


def test_deletion_protection_holds_at_once() -> None:
    world = TableWorld()
    world.create("tab")
    for protected in (True, True, False):
        answer = world.update("tab", DeletionProtectionEnabled=protected)
        assert (answer["TableStatus"], answer["DeletionProtectionEnabled"]) == ("ACTIVE", protected)
    world.call("DeleteTable", TableName="tab")


BUSY = "Attempt to change a resource which is still in use: "
STREAM: dict[str, Any] = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
NEW_INDEX: dict[str, Any] = {
    "GlobalSecondaryIndexUpdates": [{"Create": index("new", "y", ProvisionedThroughput=units(1, 1))}],
    "AttributeDefinitions": defined("y"),
}
OLD_INDEX_GONE: dict[str, Any] = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ggg"}}]}
OLD_INDEX_UNITS: dict[str, Any] = {
    "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "ggg", "ProvisionedThroughput": units(9, 9)}}]
}
UNITS: dict[str, Any] = {"ProvisionedThroughput": units(2, 2)}
CLASS: dict[str, Any] = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
KEYED: dict[str, Any] = {"SSESpecification": {"Enabled": True}}


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (UNITS, {"ProvisionedThroughput": units(3, 3)}, "Table IOPS are currently being updated. Table: tab"),
        (UNITS, {"BillingMode": ON_DEMAND}, "Table IOPS are currently being updated. Table: tab"),
        (
            UNITS,
            NEW_INDEX,
            "Can't create or delete indexes while table IOPS are being updated. Table: tab",
        ),
        (STREAM, NEW_INDEX, "Can't create or delete an index when stream status is being updated."),
        (CLASS, NEW_INDEX, "Can't create or delete an index when a table class update is in progress."),
        (STREAM, CLASS, "Can't update table class when stream status is being updated. Table: tab"),
        (NEW_INDEX, STREAM, "Can't change stream status when an index is being created"),
        (
            NEW_INDEX,
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "new"}}]},
            "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
            "index is active. Table: tab Index: new",
        ),
        (
            OLD_INDEX_GONE,
            UNITS,
            "Can't change table IOPS when an index is being deleted. Table: tab Indexes: [ggg]",
        ),
        (OLD_INDEX_GONE, OLD_INDEX_UNITS, "Index is being deleted. Table: tab Index: ggg"),
        (OLD_INDEX_UNITS, OLD_INDEX_UNITS, "Index is being updated. Table: tab Index: ggg"),
        (KEYED, {"SSESpecification": {"Enabled": False}}, "Server-Side Encryption is still being updated"),
        (STREAM, {"StreamSpecification": {"StreamEnabled": False}}, "Table is being updated: tab"),
    ],
)
def test_a_change_waits_for_another(first: dict[str, Any], second: dict[str, Any], text: str) -> None:
    world = TableWorld(table_update_seconds=5, index_create_seconds=5, index_backfill_seconds=5)
    world.create(
        "tab",
        AttributeDefinitions=defined("pk", "x"),
        ProvisionedThroughput=units(1, 1),
        GlobalSecondaryIndexes=[index("ggg", "x", ProvisionedThroughput=units(1, 1))],
    )
    world.update("tab", **first)
    assert world.refusal("UpdateTable", TableName="tab", **second) == ("ResourceInUseException", BUSY + text)
    world.update("tab", DeletionProtectionEnabled=False)  # always admitted
    world.now += 10
    world.describe("tab")
    assert world.catalog.tables["tab"].settings.steps == []


@pytest.mark.parametrize("state", ["CREATING", "DELETING"])
def test_no_change_before_or_after_the_tables_life(state: str) -> None:
    world = TableWorld(table_create_seconds=5, table_delete_seconds=5)
    world.create("tab")
    if state == "DELETING":
        world.now += 5
        world.call("DeleteTable", TableName="tab")
    verb = "created" if state == "CREATING" else "deleted"
    assert world.refusal("UpdateTable", TableName="tab", DeletionProtectionEnabled=True) == (
        "ResourceInUseException",
        f"{BUSY}Table is being {verb}: tab",
    )


def test_switches_to_on_demand_are_limited_within_a_day() -> None:
    world = World("off")
    world.create(units=(5, 5))
    back = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
    for _ in range(4):
        world.do("UpdateTable", TableName="items", BillingMode="PAY_PER_REQUEST")
        world.do("UpdateTable", TableName="items", **back)
        world.now += 3600
    reply = world.call("UpdateTable", TableName="items", BillingMode="PAY_PER_REQUEST")
    assert reply.error_code == "LimitExceededException"
    assert "PayPerRequest mode are limited to 4 times in 1 day(s)" in reply.payload["message"]
    world.now += 86_400 - 4 * 3600 + 1
    world.do("UpdateTable", TableName="items", BillingMode="PAY_PER_REQUEST")
