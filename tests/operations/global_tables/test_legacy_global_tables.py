"""Global tables of version 2017.11.29: none is made, none is found; as recorded in October 2026."""

from __future__ import annotations

from typing import Any

import pytest

from tests.capacity.world import World

NOT_SUPPORTED = (
    "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. We "
    "recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)
NONE = "Global table with name: 'items' does not exist."
REGIONS = [{"RegionName": "us-west-2"}, {"RegionName": "us-east-1"}]
SHORT = "1 validation error detected: Value 'ab' at 'globalTableName' failed to satisfy constraint: "


@pytest.mark.parametrize(
    ("operation", "members", "code", "text"),
    [
        ("CreateGlobalTable", {"ReplicationGroup": REGIONS}, "ValidationException", NOT_SUPPORTED),
        ("DescribeGlobalTable", {}, "GlobalTableNotFoundException", f"Global table not found: {NONE}"),
        ("DescribeGlobalTableSettings", {}, "GlobalTableNotFoundException", NONE),
        (
            "UpdateGlobalTableSettings",
            {"GlobalTableBillingMode": "PAY_PER_REQUEST"},
            "GlobalTableNotFoundException",
            NONE,
        ),
        ("UpdateGlobalTable", {"ReplicaUpdates": [{"Create": REGIONS[0]}]}, "ValidationException", NOT_SUPPORTED),
        (
            "UpdateGlobalTable",
            {"ReplicaUpdates": [{"Delete": REGIONS[0]}]},
            "GlobalTableNotFoundException",
            f"Global table not found: {NONE}",
        ),
        (
            "UpdateGlobalTable",
            {"ReplicaUpdates": []},
            "ValidationException",
            "One or more parameter values were invalid",
        ),
        (
            "UpdateGlobalTable",
            {},
            "ValidationException",
            "1 validation error detected: Value null at 'replicaUpdates' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "CreateGlobalTable",
            {},
            "ValidationException",
            "1 validation error detected: Value null at 'replicationGroup' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "DescribeGlobalTable",
            {"GlobalTableName": "ab"},
            "ValidationException",
            f"{SHORT}Member must have length greater than or equal to 3",
        ),
    ],
)
def test_refusals(operation: str, members: dict[str, Any], code: str, text: str) -> None:
    """A regional table of the name makes no difference."""
    world = World("off")
    world.create()
    reply = world.call(operation, **{"GlobalTableName": "items", **members})
    assert (reply.status, reply.error_code, reply.payload["message"]) == (400, code, text)


@pytest.mark.parametrize("members", [{}, {"RegionName": "us-east-1"}, {"Limit": 1}])
def test_the_list_is_empty(members: dict[str, Any]) -> None:
    world = World("off")
    world.create()
    assert world.do("ListGlobalTables", **members) == {"GlobalTables": []}


def test_a_limit_is_checked_all_the_same() -> None:
    reply = World("off").call("ListGlobalTables", Limit=0)
    assert reply.payload["message"].startswith("1 validation error detected: Value '0' at 'limit'")


@pytest.mark.parametrize("operation", ["DescribeTableReplicaAutoScaling", "UpdateTableReplicaAutoScaling"])
@pytest.mark.parametrize("name", ["items", "arn:aws:dynamodb:us-east-1:000000000000:table/items"])
def test_a_table_without_replicas_has_no_auto_scaling_of_them(operation: str, name: str) -> None:
    world = World("off")
    world.create()
    reply = world.call(operation, TableName=name)
    assert (reply.error_code, reply.payload["message"]) == (
        "ResourceNotFoundException",
        "Global table with name: items does not exist.",
    )
