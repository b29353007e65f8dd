"""Contributor Insights by DynamoDB's own API."""

from __future__ import annotations

import pytest

from tests.capacity.world import START, World


def enable(world: World, **more: str) -> dict[str, object]:
    return world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="ENABLE", **more)


def test_a_table_for_which_it_was_never_enabled_is_disabled_without_a_mode() -> None:
    world = World("off")
    world.create()
    never = {"TableName": "items", "ContributorInsightsStatus": "DISABLED"}
    assert world.do("DescribeContributorInsights", TableName="items") == never
    assert world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="DISABLE") == never
    assert world.do("DescribeContributorInsights", TableName="items") == never
    assert world.do("ListContributorInsights") == {"ContributorInsightsSummaries": []}


def test_asking_for_what_is_there_changes_nothing_and_tells_the_state() -> None:
    world = World("off", table_update_seconds=5.0)
    world.create()
    enable(world)
    assert enable(world)["ContributorInsightsStatus"] == "ENABLING"
    world.now += 5
    before = world.do("DescribeContributorInsights", TableName="items")
    assert enable(world)["ContributorInsightsStatus"] == "ENABLED"
    assert world.do("DescribeContributorInsights", TableName="items") == before
    disable = {"TableName": "items", "ContributorInsightsAction": "DISABLE"}
    assert world.do("UpdateContributorInsights", **disable)["ContributorInsightsStatus"] == "DISABLING"
    assert len(world.do("ListContributorInsights")["ContributorInsightsSummaries"]) == 1
    world.now += 5
    disabled = world.do("DescribeContributorInsights", TableName="items")
    assert disabled["ContributorInsightsMode"] == "ACCESSED_AND_THROTTLED_KEYS"
    assert world.do("UpdateContributorInsights", **disable)["ContributorInsightsStatus"] == "DISABLED"
    assert world.do("DescribeContributorInsights", TableName="items") == disabled
    assert world.do("ListContributorInsights") == {"ContributorInsightsSummaries": []}


def test_enabling_without_a_mode_is_for_all_keys() -> None:
    world = World("off")
    world.create()
    enable(world, ContributorInsightsMode="THROTTLED_KEYS")
    world.now += 1
    assert enable(world)["ContributorInsightsStatus"] == "ENABLING"
    described = world.do("DescribeContributorInsights", TableName="items")
    assert described["ContributorInsightsMode"] == "ACCESSED_AND_THROTTLED_KEYS"
    assert described["LastUpdateDateTime"] == START + 1


def test_it_is_enabled_in_a_mode_and_names_its_rules() -> None:
    world = World("off")
    world.create()
    assert enable(world) == {
        "TableName": "items",
        "ContributorInsightsStatus": "ENABLING",
        "ContributorInsightsMode": "ACCESSED_AND_THROTTLED_KEYS",
    }
    described = world.do("DescribeContributorInsights", TableName="items")
    assert described["ContributorInsightsStatus"] == "ENABLED"
    assert described["LastUpdateDateTime"] == START
    assert [rule.split("-")[1] for rule in described["ContributorInsightsRuleList"]] == ["PKC", "PKT", "SKC", "SKT"]
    enable(world, ContributorInsightsMode="THROTTLED_KEYS")
    described = world.do("DescribeContributorInsights", TableName="items")
    assert described["ContributorInsightsMode"] == "THROTTLED_KEYS"
    assert [rule.split("-")[1] for rule in described["ContributorInsightsRuleList"]] == ["PKT", "SKT"]


def test_a_change_takes_the_time_that_changes_take() -> None:
    world = World("off", table_update_seconds=5.0)
    world.create()
    enable(world)
    statuses = []
    for _ in range(2):
        statuses.append(world.do("DescribeContributorInsights", TableName="items")["ContributorInsightsStatus"])
        world.now += 5
    assert statuses == ["ENABLING", "ENABLED"]


def test_an_index_has_a_state_of_its_own_until_it_is_deleted() -> None:
    world = World("off")
    world.create(index=())
    enable(world)
    enable(world, IndexName="by-g")
    world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="DISABLE")
    listed = world.do("ListContributorInsights", TableName="items")["ContributorInsightsSummaries"]
    assert [(each.get("IndexName"), each["ContributorInsightsStatus"]) for each in listed] == [("by-g", "ENABLED")]
    delete = [{"Delete": {"IndexName": "by-g"}}]
    world.do("UpdateTable", TableName="items", GlobalSecondaryIndexUpdates=delete)
    world.get()
    assert world.do("ListContributorInsights") == {"ContributorInsightsSummaries": []}


def test_pages() -> None:
    world = World("off")
    world.create(index=())
    enable(world)
    enable(world, IndexName="by-g")
    first = world.do("ListContributorInsights", MaxResults=1)
    second = world.do("ListContributorInsights", MaxResults=1, NextToken=first["NextToken"])
    assert "NextToken" not in second
    assert second["ContributorInsightsSummaries"][0]["IndexName"] == "by-g"


@pytest.mark.parametrize(
    ("request_members", "code"),
    [
        ({"TableName": "none", "ContributorInsightsAction": "ENABLE"}, "ResourceNotFoundException"),
        (
            {"TableName": "items", "IndexName": "none", "ContributorInsightsAction": "ENABLE"},
            "ResourceNotFoundException",
        ),
        ({"TableName": "items"}, "ValidationException"),
        ({"TableName": "items", "ContributorInsightsAction": "BEGIN"}, "ValidationException"),
        (
            {"TableName": "items", "ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "SOME"},
            "ValidationException",
        ),
    ],
)
def test_refusals(request_members: dict[str, str], code: str) -> None:
    world = World("off")
    world.create()
    assert world.call("UpdateContributorInsights", **request_members).error_code == code


def test_an_index_that_is_not_there_is_named_with_its_table() -> None:
    world = World("off")
    world.create(index=())
    refused = world.call("DescribeContributorInsights", TableName="items", IndexName="none")
    assert refused.payload["message"] == "Requested resource not found: Index: none not found for table: items"


@pytest.mark.parametrize("members", [{"NextToken": "x"}, {"NextToken": "7"}, {"MaxResults": 101}])
def test_refused_pages(members: dict[str, object]) -> None:
    assert World("off").call("ListContributorInsights", **members).error_code == "ValidationException"


def test_it_is_enabled_only_for_what_is_there() -> None:
    world = World("off", table_create_seconds=5.0, table_delete_seconds=5.0, index_create_seconds=5.0)
    world.create(index=())
    text = "Table or Index is not in a valid state to update Key Access Insights: {}Status must be ACTIVE to enable "

    def refused(**more: str) -> str:
        request = {"TableName": "items", "ContributorInsightsAction": "ENABLE", **more}
        return str(world.call("UpdateContributorInsights", **request).payload.get("message"))

    assert refused() == text.format("Table") + "ContributorInsights."
    world.now += 5
    enable(world)
    world.do(
        "UpdateTable",
        TableName="items",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "h")],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-h",
                    "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    assert refused(IndexName="by-h") == text.format("Index") + "ContributorInsights."
    enable(world, IndexName="by-g")
    world.now += 60
    enable(world, IndexName="by-h")
    world.do("DeleteTable", TableName="items")
    assert refused() == text.format("Table") + "ContributorInsights."
    world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="DISABLE")
