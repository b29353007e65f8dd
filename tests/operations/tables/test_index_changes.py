"""Global secondary indexes that come and go: phases, contents, attribute definitions."""

from __future__ import annotations

from typing import Any

from tests.operations.tables.table_world import TableWorld, defined, index


def statuses(world: TableWorld) -> tuple[str, list[tuple[Any, ...]]]:
    table = world.describe("tab")
    indexes = table.get("GlobalSecondaryIndexes", [])
    return table["TableStatus"], [
        (each["IndexName"], each["IndexStatus"], each.get("Backfilling"), each["ItemCount"]) for each in indexes
    ]


def create(name: str, attribute: str) -> dict[str, Any]:
    return {
        "AttributeDefinitions": defined(attribute),
        "GlobalSecondaryIndexUpdates": [{"Create": index(name, attribute)}],
    }


def test_an_index_passes_its_phases_and_misses_no_write() -> None:
    world = TableWorld(index_create_seconds=30, index_backfill_seconds=300)
    world.create("tab")
    for number in range(3):
        world.put("tab", {"pk": {"S": f"p{number}"}, "x": {"S": "v"}})
    world.put("tab", {"pk": {"S": "sparse"}})
    world.put("tab", {"pk": {"S": "other type"}, "x": {"N": "1"}})
    answer = world.update("tab", **create("ggg", "x"))
    assert answer["TableStatus"] == "UPDATING"
    (shown,) = answer["GlobalSecondaryIndexes"]
    assert (shown["IndexStatus"], shown["Backfilling"]) == ("CREATING", False)
    assert shown["WarmThroughput"]["Status"] == "UPDATING"
    world.now += 29
    world.put("tab", {"pk": {"S": "during"}, "x": {"S": "v"}})
    assert statuses(world) == ("UPDATING", [("ggg", "CREATING", False, 1)])
    world.now += 1
    assert statuses(world) == ("ACTIVE", [("ggg", "CREATING", True, 1)])
    world.put("tab", {"pk": {"S": "p0"}, "x": {"S": "w"}})
    world.now += 300
    assert statuses(world) == ("ACTIVE", [("ggg", "ACTIVE", None, 4)])
    world.catalog.check()


def test_without_delay_an_index_is_there_at_the_next_request() -> None:
    world = TableWorld()
    world.create("tab")
    world.put("tab", {"pk": {"S": "p"}, "x": {"S": "v"}})
    assert world.update("tab", **create("ggg", "x"))["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    assert statuses(world) == ("ACTIVE", [("ggg", "ACTIVE", None, 1)])
    size = world.describe("tab")["GlobalSecondaryIndexes"][0]["IndexSizeBytes"]
    assert size == len("pk") + len("p") + len("x") + len("v")


def test_one_index_at_a_time_across_requests() -> None:
    world = TableWorld(index_create_seconds=5, index_backfill_seconds=5, table_update_seconds=5)
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")])
    refused = (
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
    world.update("tab", **create("new", "y"))
    for _ in range(2):  # while resources are allocated, and while it is backfilled
        assert world.refusal("UpdateTable", TableName="tab", **create("newer", "z")) == refused
        delete = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ggg"}}]}
        assert world.refusal("UpdateTable", TableName="tab", **delete) == refused
        world.now += 5
    world.update("tab", **delete)
    assert world.refusal("UpdateTable", TableName="tab", **create("newer", "z")) == refused


def test_deleting_an_index_prunes_the_definitions() -> None:
    world = TableWorld(table_update_seconds=5)
    world.create(
        "tab",
        AttributeDefinitions=defined("pk", "x", "y"),
        GlobalSecondaryIndexes=[index("ggg", "x"), index("hhh", "y")],
    )
    answer = world.update("tab", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ggg"}}])
    assert answer["TableStatus"] == "UPDATING"
    assert [each["IndexStatus"] for each in answer["GlobalSecondaryIndexes"]] == ["DELETING", "ACTIVE"]
    assert world.refusal("DeleteTable", TableName="tab") == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, "
        "updated, or deleted.",
    )
    world.now += 5
    assert statuses(world) == ("ACTIVE", [("hhh", "ACTIVE", None, 0)])
    assert world.describe("tab")["AttributeDefinitions"] == defined("pk", "y")


def test_a_backfilling_index_can_be_deleted() -> None:
    world = TableWorld(index_backfill_seconds=60)
    world.create("tab")
    world.update("tab", **create("ggg", "x"))
    assert statuses(world) == ("ACTIVE", [("ggg", "CREATING", True, 0)])
    world.update("tab", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ggg"}}])
    assert statuses(world) == ("ACTIVE", [])
    assert world.catalog.tables["tab"].settings.steps == []


def test_attributes_of_keys_keep_their_type() -> None:
    world = TableWorld()
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")])
    for name, redefined, new in (("pk", "pk", "x"), ("x", "x", "x")):
        types = {"pk": "S", "x": "S", redefined: "N"}
        definitions = [{"AttributeName": each, "AttributeType": kind} for each, kind in types.items()]
        refused = world.refusal(
            "UpdateTable",
            TableName="tab",
            AttributeDefinitions=definitions,
            GlobalSecondaryIndexUpdates=[{"Create": index("hhh", new)}],
        )
        assert refused == (
            "ValidationException",
            "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your "
            f"attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{{{name}:S"
            f":HASH}}] New schema: Schema:[SchemaElement: key{{{name}:N:HASH}}]",
        )
    assert world.describe("tab")["AttributeDefinitions"] == defined("pk", "x")


def test_redefinitions_beside_another_change_are_passed_over() -> None:
    world = TableWorld()
    world.create("tab")
    numbers = [{"AttributeName": "pk", "AttributeType": "N"}, {"AttributeName": "unused", "AttributeType": "S"}]
    world.update("tab", AttributeDefinitions=numbers, DeletionProtectionEnabled=False)
    assert world.describe("tab")["AttributeDefinitions"] == defined("pk")


def test_throughput_of_an_index() -> None:
    world = TableWorld()
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("ggg", "x")])
    update = {"IndexName": "ggg", "OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 50}}
    answer = world.update("tab", GlobalSecondaryIndexUpdates=[{"Update": update}])
    assert (answer["TableStatus"], answer["GlobalSecondaryIndexes"][0]["IndexStatus"]) == ("ACTIVE", "UPDATING")
    (shown,) = world.describe("tab")["GlobalSecondaryIndexes"]
    assert (shown["IndexStatus"], shown["OnDemandThroughput"]) == ("ACTIVE", update["OnDemandThroughput"])
    warm = {"IndexName": "ggg", "WarmThroughput": {"ReadUnitsPerSecond": 12001}}
    answer = world.update("tab", GlobalSecondaryIndexUpdates=[{"Update": warm}])
    (shown,) = answer["GlobalSecondaryIndexes"]
    assert (shown["IndexStatus"], shown["WarmThroughput"]["Status"]) == ("ACTIVE", "UPDATING")
    assert world.describe("tab")["GlobalSecondaryIndexes"][0]["WarmThroughput"]["ReadUnitsPerSecond"] == 12001


def test_twenty_indexes_are_enough() -> None:
    world = TableWorld()
    many = [index(f"g{number:02}", "x") for number in range(20)]
    world.create("tab", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=many)
    assert world.refusal("UpdateTable", TableName="tab", **create("one-more", "y")) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20",
    )
