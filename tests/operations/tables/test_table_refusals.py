"""What the table operations refuse, as data: a request, the code and the text. A refused request changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.operations.tables.table_world import TableWorld, defined, index, key, units

CASES = Path(__file__).parent.parent.parent / "cases" / "tables"


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads((CASES / f"{name}.json").read_text())]


@pytest.mark.parametrize("case", cases("create_table"))
def test_create_table(case: dict[str, Any]) -> None:
    world = TableWorld()
    request = {
        "TableName": "tab",
        "KeySchema": key("pk"),
        "AttributeDefinitions": defined("pk"),
        "BillingMode": "PAY_PER_REQUEST",
        **case["with"],
    }
    assert world.refusal("CreateTable", **request) == (case["code"], case["message"])
    assert world.call("ListTables") == {"TableNames": []}


@pytest.mark.parametrize("case", cases("update_table"))
def test_update_table(case: dict[str, Any]) -> None:
    world = TableWorld()
    world.create("demand", AttributeDefinitions=defined("pk", "x"), GlobalSecondaryIndexes=[index("gg1", "x")])
    world.create(
        "provisioned",
        KeySchema=key("pk", "sk"),
        AttributeDefinitions=defined("pk", "sk", "x"),
        ProvisionedThroughput=units(10, 5),
        GlobalSecondaryIndexes=[index("gg1", "x", ProvisionedThroughput=units(1, 1))],
        LocalSecondaryIndexes=[index("lll", "pk", "x")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    before = [world.describe(name) for name in ("demand", "provisioned")]
    assert world.refusal("UpdateTable", TableName=case["table"], **case["with"]) == (case["code"], case["message"])
    assert [world.describe(name) for name in ("demand", "provisioned")] == before


@pytest.mark.parametrize("case", cases("table_settings"))
def test_table_settings(case: dict[str, Any]) -> None:
    world = TableWorld()
    world.create("tab", Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    world.create("expires")
    world.call(
        "UpdateTimeToLive", TableName="expires", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    assert world.refusal(case["operation"], **case["request"]) == (case["code"], case["message"])


@pytest.mark.parametrize(
    ("operation", "member", "value", "reason"),
    [
        (
            "CreateTable",
            "GlobalTableSourceArn",
            "arn:aws:dynamodb:eu-west-1:000000000000:table/other",
            "no other Regions",
        ),
        ("CreateTable", "GlobalTableSettingsReplicationMode", "ENABLED", "no other Regions"),
        ("CreateTable", "VectorIndexes", [{"IndexName": "vectors"}], "no vector search"),
        ("UpdateTable", "ReplicaUpdates", [{"Create": {"RegionName": "eu-west-3"}}], "no other Regions"),
        ("UpdateTable", "MultiRegionConsistency", "STRONG", "no other Regions"),
        ("UpdateTable", "GlobalTableWitnessUpdates", [{"Create": {"RegionName": "eu-west-3"}}], "no other Regions"),
        ("UpdateTable", "GlobalTableWitnessUpdates", [{"Delete": {"RegionName": "eu-west-3"}}], "no other Regions"),
        ("UpdateTable", "GlobalTableSettingsReplicationMode", "ENABLED", "no other Regions"),
        ("UpdateTable", "DisassociationProtectionEnabled", True, "no other Regions"),
        ("UpdateTable", "VectorIndexUpdates", [{"Delete": {"IndexName": "vectors"}}], "no vector search"),
    ],
)
def test_members_that_nothing_here_can_honour_are_refused(operation: str, member: str, value: Any, reason: str) -> None:
    world = TableWorld()
    world.create("tab")
    request = {"TableName": "tab", "DeletionProtectionEnabled": True, member: value}
    if member == "ReplicaUpdates":
        del request["DeletionProtectionEnabled"]
    if operation == "CreateTable":
        keys = {"KeySchema": key("pk"), "AttributeDefinitions": defined("pk"), "BillingMode": "PAY_PER_REQUEST"}
        request = {**request, "TableName": "new", **keys}
    code, text = world.refusal(operation, **request)
    assert code == "ValidationException"
    assert str(text).startswith(member)
    assert str(text).endswith(f"this endpoint has {reason}")
