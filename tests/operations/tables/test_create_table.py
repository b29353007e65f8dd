"""CreateTable: what it makes and what it answers, beside DescribeTable."""

from __future__ import annotations

import re

from tests.operations.tables.table_world import TableWorld, defined, index, key, units


def test_on_demand_answer_lacks_what_only_a_made_table_has() -> None:
    world = TableWorld()
    created = world.create("tab")
    assert created == {
        "AttributeDefinitions": defined("pk"),
        "TableName": "tab",
        "KeySchema": key("pk"),
        "TableStatus": "CREATING",
        "CreationDateTime": world.now,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/tab",
        "TableId": created["TableId"],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", created["TableId"])
    assert world.describe("tab") == {
        **created,
        "TableStatus": "ACTIVE",
        "DeletionProtectionEnabled": False,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": world.now},
        "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
    }


def test_provisioned_table_has_no_billing_summary() -> None:
    world = TableWorld()
    for members in ({}, {"BillingMode": "PROVISIONED"}):
        name = f"tab{len(members)}"
        assert "BillingModeSummary" not in world.create(name, ProvisionedThroughput=units(7, 3), **members)
        table = world.describe(name)
        assert "BillingModeSummary" not in table
        assert table["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **units(7, 3)}
        warm = {"ReadUnitsPerSecond": 7, "WriteUnitsPerSecond": 3, "Status": "ACTIVE"}
        assert table["WarmThroughput"] == warm


def test_every_setting_is_kept_and_described() -> None:
    world = TableWorld()
    created = world.create(
        "tab",
        KeySchema=key("pk", "sk"),
        AttributeDefinitions=[*defined("sk", "pk"), {"AttributeName": "n", "AttributeType": "N"}],
        LocalSecondaryIndexes=[
            index("by-n", "pk", "n", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z", "a"]})
        ],
        GlobalSecondaryIndexes=[
            index("z-index", "n", OnDemandThroughput={"MaxReadRequestUnits": 5}),
            index("a-index", "sk", "pk", Projection={"ProjectionType": "KEYS_ONLY"}),
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        SSESpecification={"Enabled": True},
        TableClass="STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled=True,
        OnDemandThroughput={"MaxWriteRequestUnits": 9},
        WarmThroughput={"ReadUnitsPerSecond": 12001},
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    assert created["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12001,
        "WriteUnitsPerSecond": 4000,
        "Status": "UPDATING",
    }
    assert created["DeletionProtectionEnabled"] is True
    table = world.describe("tab")
    assert table["WarmThroughput"]["Status"] == "ACTIVE"
    assert [each["AttributeName"] for each in table["AttributeDefinitions"]] == ["n", "pk", "sk"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["LatestStreamArn"] == f"{table['TableArn']}/stream/{table['LatestStreamLabel']}"
    assert table["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert table["OnDemandThroughput"] == {"MaxWriteRequestUnits": 9}
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert table["SSEDescription"]["SSEType"] == "KMS"
    assert table["SSEDescription"]["KMSMasterKeyArn"].startswith("arn:aws:kms:us-east-1:000000000000:key/")
    (local,) = table["LocalSecondaryIndexes"]
    assert local == {
        "IndexName": "by-n",
        "KeySchema": key("pk", "n"),
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "z"]},
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{table['TableArn']}/index/by-n",
    }
    first, second = table["GlobalSecondaryIndexes"]
    assert (first["IndexName"], second["IndexName"]) == ("z-index", "a-index")
    assert first["IndexStatus"] == "ACTIVE"
    assert first["OnDemandThroughput"] == {"MaxReadRequestUnits": 5}
    assert "Backfilling" not in first
    assert second["WarmThroughput"] == {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    tags = world.call("ListTagsOfResource", ResourceArn=table["TableArn"])
    assert tags == {"Tags": [{"Key": "team", "Value": "blue"}]}


def test_answers_show_indexes_being_created_without_warm_throughput() -> None:
    created = TableWorld().create(
        "tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")]
    )
    (shown,) = created["GlobalSecondaryIndexes"]
    assert shown["IndexStatus"] == "CREATING"
    assert "WarmThroughput" not in shown
    assert "Backfilling" not in shown


def test_multi_attribute_keys_up_to_four_and_four() -> None:
    world = TableWorld()
    partition, sort = ["a", "b", "c", "d"], ["e", "f", "g", "h"]
    elements = [{"AttributeName": name, "KeyType": "HASH"} for name in partition]
    elements += [{"AttributeName": name, "KeyType": "RANGE"} for name in sort]
    wide = {"IndexName": "wide", "KeySchema": elements, "Projection": {"ProjectionType": "ALL"}}
    world.create("tab", AttributeDefinitions=defined("pk", *partition, *sort), GlobalSecondaryIndexes=[wide])
    keys = world.catalog.tables["tab"].schema.indexes["wide"].keys
    assert keys.names == (*partition, *sort)
    assert len(keys.partition) == 4
    assert world.describe("tab")["GlobalSecondaryIndexes"][0]["KeySchema"] == elements


def test_accepted_shapes() -> None:
    world = TableWorld()
    world.create("empty-settings", OnDemandThroughput={}, WarmThroughput={}, SSESpecification={}, Tags=[])
    assert {"OnDemandThroughput", "SSEDescription"}.isdisjoint(world.describe("empty-settings"))
    world.create("no-key", SSESpecification={"Enabled": False}, StreamSpecification={"StreamEnabled": False})
    assert {"SSEDescription", "StreamSpecification", "LatestStreamArn"}.isdisjoint(world.describe("no-key"))
    world.create("typed", SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": "abc"})
    arn = world.describe("typed")["SSEDescription"]["KMSMasterKeyArn"]
    assert arn == "arn:aws:kms:us-east-1:000000000000:key/abc"
    world.create("arn:aws:dynamodb:us-east-1:000000000000:table/by-arn")
    world.create(
        "same-sort-key",
        KeySchema=key("pk", "sk"),
        AttributeDefinitions=defined("pk", "sk"),
        LocalSecondaryIndexes=[index("lll", "pk", "sk")],
        GlobalSecondaryIndexes=[index("same-sort-key", "pk", "sk")],
    )
    assert "by-arn" in world.call("ListTables")["TableNames"]


def test_a_name_is_taken_once() -> None:
    world = TableWorld(table_create_seconds=5, table_delete_seconds=5)
    first = world.create("tab")
    in_use = "ResourceInUseException"
    being = "Attempt to change a resource which is still in use: Table is being created: tab"
    request = {"TableName": "tab", "KeySchema": key("pk"), "AttributeDefinitions": defined("pk")}
    request["BillingMode"] = "PAY_PER_REQUEST"
    assert world.refusal("CreateTable", **request) == (in_use, being)
    world.now += 5
    assert world.refusal("CreateTable", **request) == (in_use, "Table already exists: tab")
    world.call("DeleteTable", TableName="tab")
    assert world.refusal("CreateTable", **request) == (in_use, "Table already exists: tab")
    world.now += 5
    again = world.create("tab")
    assert again["TableArn"] == first["TableArn"]
    assert again["TableId"] != first["TableId"]
    world.create("TAB")


def test_the_account_has_a_quota_of_units() -> None:
    world = TableWorld(table_max_capacity_units=100, account_max_capacity_units=150)
    world.create("first", ProvisionedThroughput=units(100, 1))
    code, text = world.refusal(
        "CreateTable",
        TableName="second",
        KeySchema=key("pk"),
        AttributeDefinitions=defined("pk"),
        ProvisionedThroughput=units(51, 1),
    )
    assert code == "LimitExceededException"
    assert text is not None
    assert text.startswith("This request would have caused the ReadCapacityUnits limit to be exceeded for the account")
    assert "reserved by the account: 100. Limit: 150. Requested: 51." in text
    world.create("second", ProvisionedThroughput=units(50, 1))
