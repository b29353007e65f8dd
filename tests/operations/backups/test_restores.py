"""Restores: what comes along and what does not, to which times, with what set otherwise, in turns."""

from __future__ import annotations

from dynarig.emulator.model.call import Call
from tests.operations.backups.backup_world import DAY, START, BackupWorld, invalid, not_then
from tests.operations.tables.table_world import defined, index, key, units

GSI = index("global", "g")
INDEXED = {"AttributeDefinitions": defined("pk", "g", "h"), "GlobalSecondaryIndexes": [GSI, index("other", "h")]}


# ---- what comes along


def test_settings_that_come_along_and_those_that_do_not() -> None:
    world = BackupWorld()
    world.create(
        recovery=True,
        AttributeDefinitions=defined("pk", "g"),
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(5, 6),
        GlobalSecondaryIndexes=[{**GSI, "ProvisionedThroughput": units(2, 3)}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True},
        DeletionProtectionEnabled=True,
        TableClass="STANDARD_INFREQUENT_ACCESS",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    expiry = {"AttributeName": "t", "Enabled": True}
    world.call("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=expiry)
    world.put("a", 1, g="x")
    source, arn = world.describe("tab"), world.back_up()
    world.restore("by-time", START)
    made = world.restore_backup("by-backup", arn)
    assert made["TableStatus"] == "CREATING"
    assert made["RestoreSummary"] == {
        "SourceBackupArn": arn,
        "SourceTableArn": source["TableArn"],
        "RestoreDateTime": START,
        "RestoreInProgress": True,
    }
    assert not any("RestoreSummary" in world.describe(name) for name in ("by-time", "by-backup"))
    for name in ("by-time", "by-backup"):
        table = world.describe(name)
        for member in ("KeySchema", "AttributeDefinitions", "ProvisionedThroughput", "SSEDescription"):
            assert table[member] == source[member]
        [made_index], [known] = table["GlobalSecondaryIndexes"], source["GlobalSecondaryIndexes"]
        assert {**made_index, "IndexArn": ""} == {**known, "IndexArn": ""}
        assert table["TableId"] != source["TableId"]
        assert not table["DeletionProtectionEnabled"]
        assert not {"StreamSpecification", "LatestStreamArn", "TableClassSummary"} & table.keys()
        assert world.call("ListTagsOfResource", ResourceArn=table["TableArn"])["Tags"] == []
        live = world.call("DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
        assert live["TimeToLiveStatus"] == "DISABLED"
        recovery = world.call("DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
        assert recovery["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert world.versions("by-backup", "global") == {"a": 1}


def test_a_restore_by_time_takes_the_settings_of_now_and_a_backup_those_of_then() -> None:
    world = BackupWorld()
    world.create(recovery=True, BillingMode="PROVISIONED", ProvisionedThroughput=units(5, 6))
    arn = world.back_up()
    world.clock.advance(600)
    world.call("UpdateTable", TableName="tab", ProvisionedThroughput=units(7, 8))
    world.restore("by-time", START)
    world.restore_backup("by-backup", arn)
    shown = [world.describe(name)["ProvisionedThroughput"]["ReadCapacityUnits"] for name in ("by-time", "by-backup")]
    assert shown == [7, 5]


def test_a_restored_table_lives_on_by_itself() -> None:
    world = BackupWorld()
    world.create(recovery=True, **INDEXED)
    world.put("a", 1, g="x")
    world.put("b", 1, g="x")
    world.restore("two")
    world.restore_backup("three", world.back_up())
    world.put("a", 2, "three", g="y")
    world.delete("b", "three")
    world.put("c", 2, "three", h="z")
    assert world.versions("tab") == {"a": 1, "b": 1}
    assert world.versions("three") == {"a": 2, "c": 2}
    assert world.versions("three", "global") == {"a": 2}
    index_change = {"Create": index("late", "v")}
    number = [{"AttributeName": "v", "AttributeType": "N"}]
    world.call(
        "UpdateTable", TableName="three", AttributeDefinitions=number, GlobalSecondaryIndexUpdates=[index_change]
    )
    world.settle()
    assert world.versions("three", "late") == {"a": 2, "c": 2}
    world.client.engine.check()
    world.recover("three", PointInTimeRecoveryEnabled=True)
    world.restore("four", source="three")
    assert world.versions("four") == {"a": 2, "c": 2}


# ---- to which times


def test_the_window_opens_when_it_is_enabled_and_ends_before_now() -> None:
    world = BackupWorld(pitr_latest_seconds=60)
    world.create()
    world.put("a", 0)
    world.clock.advance(100)
    world.recover(PointInTimeRecoveryEnabled=True)
    for version in range(1, 4):
        world.clock.advance(100)
        world.put("a", version)
    enabled_at = START + 100
    assert world.window() == (enabled_at, world.now - 60)
    for at in (enabled_at - 1, world.now - 59):
        request = {"SourceTableName": "tab", "TargetTableName": "two", "RestoreDateTime": at}
        assert world.refusal("RestoreTableToPointInTime", **request) == not_then(world, request["RestoreDateTime"])
    world.restore("first", enabled_at - 0.25)  # the window's first second, as SDKs without fractions send it
    world.restore("last", world.now - 60)
    latest = world.restore("latest")
    assert [world.versions(name)["a"] for name in ("first", "last", "latest")] == [0, 2, 2]
    assert latest["RestoreSummary"]["RestoreDateTime"] == world.now - 60


def test_times_count_in_seconds() -> None:
    world = BackupWorld(pitr_latest_seconds=0)
    world.create(recovery=True)
    world.clock.advance(9.75)  # the second begins
    world.put("a", 1)
    world.clock.advance(0.5)
    world.put("a", 2)
    world.clock.advance(1)
    world.restore("begins", START + 9.75)
    world.restore("within", START + 10.7)
    world.restore("after", START + 10.75)
    assert [world.versions(name)["a"] for name in ("begins", "within", "after")] == [1, 1, 2]


def test_a_window_of_days_moves_on() -> None:
    world = BackupWorld()
    world.create()
    world.recover(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=1)
    world.put("a", 1)
    world.clock.advance(2 * DAY)
    world.put("a", 2)
    assert world.window() == (world.now - DAY, world.now - 300)
    request = {"SourceTableName": "tab", "TargetTableName": "two", "RestoreDateTime": world.now - DAY - 1}
    assert world.refusal("RestoreTableToPointInTime", **request) == not_then(world, request["RestoreDateTime"])
    world.restore("two", world.now - DAY)
    assert world.versions("two") == {"a": 1}


def test_what_a_shorter_window_lets_go_does_not_come_back() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.clock.advance(20 * DAY)
    world.recover(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=2)
    world.recover(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=30)
    assert world.window() == (world.now - 2 * DAY, world.now - 300)


def test_recovery_that_is_enabled_anew_begins_anew() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.clock.advance(1_000)
    world.recover(PointInTimeRecoveryEnabled=False)
    world.put("a", 1)
    refused = world.refusal(
        "RestoreTableToPointInTime", SourceTableName="tab", TargetTableName="two", UseLatestRestorableTime=True
    )
    assert refused == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'tab'",
    )
    world.recover(PointInTimeRecoveryEnabled=True)
    assert world.window() == (world.now, world.now)
    world.restore("two")
    assert world.versions("two") == {"a": 1}


def test_what_the_bound_lets_go_moves_the_window_and_is_told() -> None:
    world = BackupWorld(pitr_max_bytes=200_000)
    world.create(recovery=True)
    versions = {}
    for version in range(2_000):
        world.clock.advance(1)
        world.put("a", version)
        versions[world.now] = version
    earliest, latest = world.window()
    assert START < earliest < latest
    world.restore("first", earliest)
    assert world.versions("first")["a"] == versions[earliest]
    request = {"SourceTableName": "tab", "TargetTableName": "two", "RestoreDateTime": earliest - 1}
    assert world.refusal("RestoreTableToPointInTime", **request) == not_then(world, request["RestoreDateTime"])


# ---- with what set otherwise


def test_indexes_can_be_left_out() -> None:
    world = BackupWorld()
    world.create(recovery=True, **INDEXED)
    world.put("a", 1, g="x", h="y")
    world.restore("one-index", GlobalSecondaryIndexOverride=[GSI])
    world.restore("none", GlobalSecondaryIndexOverride=[])
    table = world.describe("one-index")
    assert [each["IndexName"] for each in table["GlobalSecondaryIndexes"]] == ["global"]
    assert [each["AttributeName"] for each in table["AttributeDefinitions"]] == ["g", "pk"]
    assert "GlobalSecondaryIndexes" not in world.describe("none")
    world.restore("renamed", GlobalSecondaryIndexOverride=[index("new", "g")])
    assert [each["IndexName"] for each in world.describe("renamed")["GlobalSecondaryIndexes"]] == ["new"]
    assert world.versions("renamed", "new") == {"a": 1}
    for other in (index("global", "i"), {**GSI, "Projection": {"ProjectionType": "KEYS_ONLY"}}):
        assert invalid(world, "two", GlobalSecondaryIndexOverride=[other]) == (
            "Invalid Request: Index global does not match a secondary index that existed in the source table and "
            "cannot be created during the restore operation"
        )
    assert "Duplicate index name" in invalid(world, "two", GlobalSecondaryIndexOverride=[GSI, GSI])
    warm = {**GSI, "WarmThroughput": {"ReadUnitsPerSecond": 20_000}}
    assert "WarmThroughput is not supported" in invalid(world, "two", GlobalSecondaryIndexOverride=[warm])
    assert "VectorIndexOverride" in invalid(world, "two", VectorIndexOverride=[{"IndexName": "v"}])


def test_local_indexes_can_be_left_out() -> None:
    world = BackupWorld()
    local = [index("by-g", "pk", "g"), index("by-h", "pk", "h")]
    keys = {"KeySchema": key("pk", "sk"), "AttributeDefinitions": defined("pk", "sk", "g", "h")}
    world.create(recovery=True, LocalSecondaryIndexes=local, **keys)
    world.call("PutItem", TableName="tab", Item={"v": {"N": "1"}, **{each: {"S": "x"} for each in ("pk", "sk", "h")}})
    world.clock.advance(600)
    world.restore("two", LocalSecondaryIndexOverride=local[1:])
    assert [each["IndexName"] for each in world.describe("two")["LocalSecondaryIndexes"]] == ["by-h"]
    assert world.versions("two", "by-h") == {"x": 1}
    world.client.engine.check()


def test_billing_and_throughput_can_be_set_otherwise() -> None:
    world = BackupWorld()
    world.create(recovery=True, OnDemandThroughput={"MaxReadRequestUnits": 50}, **INDEXED)
    world.restore("same")
    assert world.describe("same")["OnDemandThroughput"] == {"MaxReadRequestUnits": 50}
    world.restore("limited", OnDemandThroughputOverride={"MaxWriteRequestUnits": 9})
    assert world.describe("limited")["OnDemandThroughput"] == {"MaxWriteRequestUnits": 9}
    provisioned = {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": units(3, 4)}
    indexes = [{**GSI, "ProvisionedThroughput": units(1, 2)}]
    world.restore("provisioned", GlobalSecondaryIndexOverride=indexes, **provisioned)
    table = world.describe("provisioned")
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 2
    world.recover("provisioned", PointInTimeRecoveryEnabled=True)
    world.restore("on-demand", source="provisioned", BillingModeOverride="PAY_PER_REQUEST")
    assert world.describe("on-demand")["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    bad = "Invalid Request: "
    assert invalid(world, "two", **provisioned) == f"{bad}Must specify provisioned throughput for index global"
    assert invalid(world, "two", BillingModeOverride="PROVISIONED") == (
        f"{bad}Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
    )
    assert invalid(world, "two", ProvisionedThroughputOverride=units(1, 1)) == (
        f"{bad}Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
    )
    assert invalid(world, "two", **{**provisioned, "BillingModeOverride": "PAY_PER_REQUEST"}) == (
        f"{bad}Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST"
    )
    assert invalid(world, "two", **provisioned, OnDemandThroughputOverride={"MaxReadRequestUnits": 5}) == (
        f"{bad}Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
    )
    assert invalid(world, "two", OnDemandThroughputOverride={"MaxReadRequestUnits": 0}) == (
        f"{bad}Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range"
    )
    assert "'billingModeOverride' failed" in invalid(world, "two", BillingModeOverride="FREE")


def test_encryption_can_be_set_otherwise() -> None:
    world = BackupWorld()
    world.create(recovery=True)
    world.restore("two", SSESpecificationOverride={"Enabled": True, "SSEType": "KMS"})
    assert world.describe("two")["SSEDescription"]["SSEType"] == "KMS"
    world.recover("two", PointInTimeRecoveryEnabled=True)
    world.restore("three", source="two", SSESpecificationOverride={"Enabled": False})
    assert "SSEDescription" not in world.describe("three")
    assert "AES256 is not supported" in invalid(world, "four", SSESpecificationOverride={"SSEType": "AES256"})


# ---- in turns


def test_a_restore_takes_its_time_and_turns_while_others_are_served() -> None:
    world = BackupWorld(table_restore_seconds=60, work_items=100)
    world.create(recovery=True, **INDEXED)
    for number in range(1_500):
        world.put(f"{number:04}", 1, g="x")
    world.clock.advance(600)
    world.restore("two")
    refused = world.refusal("GetItem", TableName="two", Key={"pk": {"S": "0001"}})
    assert refused[0] == "ResourceNotFoundException"
    world.clock.advance(60)  # from here on straight at the engine: the client finishes what is due with each call
    engine, turns = world.client.engine, 0
    target = engine.catalog("000000000000", "us-east-1").tables["two"]
    while target.filling is not None:
        before = target.item_count
        engine.run_due(world.now)
        assert target.item_count - before <= 100
        for operation, request in (
            ("PutItem", {"TableName": "tab", "Item": {"pk": {"S": f"{turns:04}"}, "v": {"N": "2"}}}),
            ("DeleteItem", {"TableName": "tab", "Key": {"pk": {"S": f"{1_400 - turns:04}"}}}),
        ):
            assert engine.execute(Call(operation, request), world.now).status == 200
        turns += 1
    assert turns > 10
    assert world.describe("two")["TableStatus"] == "ACTIVE"
    assert world.versions("two") == {f"{number:04}": 1 for number in range(1_500)}
    assert world.versions("two", "global") == world.versions("two")
    engine.check()


def test_nothing_is_left_of_what_was_made_and_thrown_away() -> None:
    world = BackupWorld(table_restore_seconds=60)
    world.create(recovery=True)
    world.put("a", 1)
    world.back_up()
    world.restore("two")
    world.client.engine.reset()
    world.settle()
    assert world.call("ListBackups", BackupType="ALL")["BackupSummaries"] == []
