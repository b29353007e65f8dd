"""GetInsightRuleReport and DescribeInsightRules over the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.services import CLOUDWATCH
from tests.capacity.world import World

NOON = 1_764_072_000.0
NAMESPACE = Namespace("000000000000", "us-east-1")


def world_at_noon(mode: str = "off", **members: Any) -> World:
    world = World(mode)
    world.now = NOON
    world.create(**members)
    return world


def enable(world: World, **members: str) -> None:
    world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="ENABLE", **members)


def ask(world: World, operation: str, **request: Any) -> Any:
    return world.engine.services.call(CLOUDWATCH, operation, NAMESPACE, request, world.now)


def rules(world: World, **members: str) -> dict[str, str]:
    """Rule names by kind, as DynamoDB tells them."""
    told = world.do("DescribeContributorInsights", TableName="items", **members).get("ContributorInsightsRuleList", [])
    return {name.split("-")[1]: name for name in told}


def report(world: World, name: str, **members: Any) -> Any:
    span = {"StartTime": NOON, "EndTime": NOON + 3600, "Period": 60}
    return ask(world, "GetInsightRuleReport", **{"RuleName": name, **span, **members})


def values(told: Any) -> dict[tuple[str, ...], float]:
    return {tuple(each["Keys"]): each["ApproximateAggregateValue"] for each in told["Contributors"]}


def test_accessed_keys_by_minute_although_capacity_is_off() -> None:
    """ConsumedThroughputUnits: three a write unit, one a read unit, half of it eventually consistent."""
    world = world_at_noon()
    enable(world)
    for _ in range(4):
        world.put("hot", "1")
    world.get("hot", "1", consistent=True)
    world.put("cold", "9")
    world.now += 60
    world.get("hot", "2")
    told = report(world, rules(world)["PKC"])
    assert (told["KeyLabels"], told["AggregationStatistic"]) == (["PartitionKey"], "Sum")
    assert told["AggregateValue"] == 3 * 5 + 1 + 0.5
    assert told["ApproximateUniqueCount"] == 2
    assert told["Contributors"] == [
        {
            "Keys": ["hot"],
            "ApproximateAggregateValue": 13.5,
            "Datapoints": [
                {"Timestamp": NOON, "ApproximateValue": 13.0},
                {"Timestamp": NOON + 60, "ApproximateValue": 0.5},
            ],
        },
        {
            "Keys": ["cold"],
            "ApproximateAggregateValue": 3.0,
            "Datapoints": [{"Timestamp": NOON, "ApproximateValue": 3.0}],
        },
    ]
    pairs = report(world, rules(world)["SKC"])
    assert pairs["KeyLabels"] == ["PartitionKey", "SortKey"]
    assert values(pairs) == {("hot", "1"): 13.0, ("hot", "2"): 0.5, ("cold", "9"): 3.0}


def test_what_an_operation_counts_for() -> None:
    """A Query is one event, of its partition key; a Scan is of no key, and PartiQL is not supported."""
    world = world_at_noon()
    enable(world)
    world.do("Query", TableName="items", KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": "q"}})
    world.do("Scan", TableName="items")
    world.do("ExecuteStatement", Statement="SELECT * FROM items WHERE p = 'stated' AND s = '1'")
    refused = world.call(
        "PutItem", TableName="items", Item={"p": {"S": "n"}, "s": {"S": "n"}}, ConditionExpression="attribute_exists(p)"
    )
    assert refused.error_code == "ConditionalCheckFailedException"
    keys = {"p": {"S": "b"}, "s": {"S": "b"}}
    world.do("BatchWriteItem", RequestItems={"items": [{"PutRequest": {"Item": keys}}]})
    world.do("TransactWriteItems", TransactItems=[{"Delete": {"TableName": "items", "Key": keys}}])
    assert values(report(world, rules(world)["PKC"])) == {("q",): 0.5, ("n",): 3.0, ("b",): 9.0}
    assert values(report(world, rules(world)["SKC"])) == {("n", "n"): 3.0, ("b", "b"): 9.0}


def test_throttled_keys_are_the_hottest_of_the_heat() -> None:
    world = world_at_noon("enforce", units=(5, 5))
    enable(world)
    refused = sum(world.put("hot", "1").status != 200 for _ in range(40))
    assert refused > 20
    assert world.put("other", "2").status != 200
    told = report(world, rules(world)["PKT"])
    assert values(told) == {("hot",): refused, ("other",): 1}
    assert values(report(world, rules(world)["SKT"])) == {("hot", "1"): refused, ("other", "2"): 1}
    [hottest, *_] = world.supply().keys.hottest(1)
    assert (hottest[0], hottest[1].throttled) == ("hot", refused)


def test_parts_of_batches_and_transactions_are_throttled_by_their_own_keys() -> None:
    world = world_at_noon("enforce", units=(5, 5))
    enable(world)
    world.put("first", size=3_500)  # four of the five units
    items = [{"p": {"S": name}, "s": {"S": "0"}} for name in ("taken", "left")]
    answer = world.do("BatchWriteItem", RequestItems={"items": [{"PutRequest": {"Item": item}} for item in items]})
    assert answer["UnprocessedItems"] == {"items": [{"PutRequest": {"Item": items[1]}}]}
    puts = [{"Put": {"TableName": "items", "Item": {"p": {"S": name}, "s": {"S": "0"}}}} for name in ("one", "two")]
    assert world.call("TransactWriteItems", TransactItems=puts).error_code == "TransactionCanceledException"
    assert values(report(world, rules(world)["SKT"])) == {(name, "0"): 1 for name in ("left", "one", "two")}
    assert values(report(world, rules(world)["SKC"])) == {("first", "0"): 12.0, ("taken", "0"): 3.0}


def test_an_index_has_reports_of_its_own_and_its_table_no_throttles_for_it() -> None:
    world = world_at_noon("enforce", units=(100, 100), index=(1, 1))
    enable(world)
    enable(world, IndexName="by-g")
    throttled = []
    for number in range(100):
        world.now = NOON + number * 0.5
        reply = world.put(f"{number}", g="pending")
        throttled += world.reasons(reply) if reply.status != 200 else []
    world.now = NOON + 50
    assert set(throttled) <= {"IndexWriteProvisionedThroughputExceeded"}
    [of_index] = report(world, rules(world, IndexName="by-g")["PKC"])["Contributors"]
    assert of_index["Keys"] == ["pending"]
    assert of_index["ApproximateAggregateValue"] == 3 * (100 - len(throttled))
    for members in ({}, {"IndexName": "by-g"}):
        assert report(world, rules(world, **members)["PKT"])["Contributors"] == []


def test_periods_metrics_and_order() -> None:
    world = world_at_noon()
    enable(world)
    for minute, keys in enumerate(("aaaaa", "bbbb", "bbbb", "c")):
        world.now = NOON + 60 * minute
        for key in keys:
            world.put(key)
    name = rules(world)["PKC"]
    metrics = ["Maximum", "MaxContributorValue", "Sum", "UniqueContributors", "SampleCount", "Average", "Minimum"]
    told = report(world, name, Period=180, Metrics=metrics, MaxContributorCount=2)
    assert list(values(told).items()) == [(("b",), 24.0), (("a",), 15.0)]
    assert told["MetricDatapoints"] == [
        {
            "Timestamp": NOON,
            "Maximum": 15.0,
            "MaxContributorValue": 24.0,
            "Sum": 39.0,
            "UniqueContributors": 2,
            "SampleCount": 3,
            "Average": 13.0,
            "Minimum": 12.0,
        },
        {
            "Timestamp": NOON + 180,
            "Maximum": 3.0,
            "MaxContributorValue": 3.0,
            "Sum": 3.0,
            "UniqueContributors": 1,
            "SampleCount": 1,
            "Average": 3.0,
            "Minimum": 3.0,
        },
    ]
    assert list(values(report(world, name, OrderBy="Maximum"))) == [("a",), ("b",), ("c",)]
    assert values(report(world, name, StartTime=NOON + 60, EndTime=NOON + 120)) == {("b",): 12.0}
    assert "MetricDatapoints" in told
    assert report(world, name)["MetricDatapoints"] == []


def test_rules_are_listed_as_dynamodb_names_them() -> None:
    world = world_at_noon(index=())
    assert ask(world, "DescribeInsightRules") == {"InsightRules": []}
    enable(world)
    enable(world, IndexName="by-g")
    names = [*rules(world).values(), *rules(world, IndexName="by-g").values()]
    listed = ask(world, "DescribeInsightRules")["InsightRules"]
    assert [each["Name"] for each in listed] == names
    assert [each.split("-", 2)[1:] for each in names] == [
        *[[kind, "items-1764072000000"] for kind in ("PKC", "PKT", "SKC", "SKT")],
        *[[kind, "items-by-g-1764072000000"] for kind in ("PKC", "PKT")],
    ]
    assert {(each["State"], each["ManagedRule"]) for each in listed} == {("ENABLED", True)}
    first = ask(world, "DescribeInsightRules", MaxResults=4)
    second = ask(world, "DescribeInsightRules", MaxResults=4, NextToken=first["NextToken"])
    assert [each["Name"] for each in first["InsightRules"] + second["InsightRules"]] == names
    assert "NextToken" not in second


def test_a_rule_s_name_is_never_longer_than_cloudwatch_takes() -> None:
    world = World("off")
    for name in ("t" * 254 + "1", "t" * 254 + "2"):
        world.create(name)
        world.do("UpdateContributorInsights", TableName=name, ContributorInsightsAction="ENABLE")
    names = [each["Name"] for each in ask(world, "DescribeInsightRules")["InsightRules"]]
    assert {len(name) for name in names} == {128}
    assert len(set(names)) == 8


def test_rules_go_with_what_they_are_of() -> None:
    world = world_at_noon(index=())
    enable(world)
    enable(world, IndexName="by-g")
    world.put("a", g="x")
    of_table, of_index = rules(world)["PKC"], rules(world, IndexName="by-g")["PKC"]
    world.do("UpdateContributorInsights", TableName="items", ContributorInsightsAction="DISABLE")
    assert rules(world) == {}
    with pytest.raises(DynamoDBError, match="does not exist"):
        report(world, of_table)
    assert values(report(world, of_index)) == {("x",): 3.0}
    world.now += 5
    enable(world)
    assert rules(world)["PKC"] != of_table
    assert report(world, rules(world)["PKC"])["Contributors"] == []
    world.do("DeleteTable", TableName="items")
    assert ask(world, "DescribeInsightRules") == {"InsightRules": []}


def test_a_change_of_mode_leaves_the_rules_that_both_have() -> None:
    """Developer Guide, switching between modes."""
    world = world_at_noon("enforce", units=(5, 1))
    enable(world, ContributorInsightsMode="THROTTLED_KEYS")
    world.put("a")
    world.put("a")
    before = rules(world)
    world.now += 60
    enable(world, ContributorInsightsMode="ACCESSED_AND_THROTTLED_KEYS")
    after = rules(world)
    assert list(before) == ["PKT", "SKT"]
    assert {kind: after[kind] for kind in before} == before
    assert after["PKC"].endswith(f"-{int(NOON + 60) * 1000}")
    assert values(report(world, after["PKT"])) == {("a",): 1}
    assert report(world, after["PKC"])["Contributors"] == []
    enable(world, ContributorInsightsMode="THROTTLED_KEYS")
    assert rules(world) == before


@pytest.mark.parametrize(
    "members",
    [
        {"Period": 90},
        {"EndTime": NOON},
        {"MaxContributorCount": 0},
        {"MaxContributorCount": 26},
        {"Metrics": ["Sum", "Median"]},
        {"OrderBy": "Average"},
    ],
)
def test_refusals(members: dict[str, Any]) -> None:
    world = world_at_noon()
    enable(world)
    with pytest.raises(DynamoDBError) as fault:
        report(world, rules(world)["PKC"], **members)
    assert fault.value.code == "InvalidParameterValue"


def test_a_rule_that_is_not_there() -> None:
    with pytest.raises(DynamoDBError) as fault:
        report(world_at_noon(), "DynamoDBContributorInsights-PKC-items-1")
    assert (fault.value.code, fault.value.status) == ("ResourceNotFoundException", 404)


def math_of(world: World, expression: str, period: int = 60) -> dict[float, float]:
    """An expression's values by the seconds since noon."""
    query = {"Id": "e1", "Expression": expression, "Period": period}
    span = {"StartTime": NOON, "EndTime": NOON + 3600}
    [result] = ask(world, "GetMetricData", MetricDataQueries=[query], **span)["MetricDataResults"]
    return {at - NOON: value for at, value in zip(result["Timestamps"], result["Values"], strict=True)}


def test_metric_maths_reads_a_rule() -> None:
    world = world_at_noon()
    enable(world)
    for minute, keys in enumerate(("aaab", "bb")):
        world.now = NOON + 60 * minute
        for key in keys:
            world.put(key)
    name = rules(world)["PKC"]
    greatest, total = (f"INSIGHT_RULE_METRIC('{name}', '{metric}')" for metric in ("MaxContributorValue", "Sum"))
    assert math_of(world, greatest) == {0: 9.0, 60: 6.0}
    assert math_of(world, f"100 * {greatest} / {total}") == {0: 75.0, 60: 100.0}
    assert math_of(world, greatest, period=120) == {0: 9.0}
    assert math_of(world, f"INSIGHT_RULE_METRIC('{name}', 'UniqueContributors')", period=120) == {0: 2.0}


def test_an_alarm_watches_the_hottest_key() -> None:
    """CloudWatch User Guide, Contributor Insights: metrics of rules can be graphed and alarmed on."""
    world = world_at_noon()
    enable(world)
    ask(
        world,
        "PutMetricAlarm",
        AlarmName="hot",
        EvaluationPeriods=1,
        Threshold=10.0,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[
            {
                "Id": "e1",
                "Expression": f"INSIGHT_RULE_METRIC('{rules(world)['PKC']}', 'MaxContributorValue')",
                "Period": 60,
            }
        ],
    )
    states = []
    for writes in (3, 4):
        for _ in range(writes):
            world.put("hot")
        world.now += 60
        world.engine.run_due(world.now)
        states.append(ask(world, "DescribeAlarms")["MetricAlarms"][0]["StateValue"])
    assert states == ["OK", "ALARM"]


@pytest.mark.parametrize(
    ("rule", "metric", "code"),
    [("PKC", "Median", "InvalidParameterValue"), ("none", "Sum", "ResourceNotFoundException")],
)
def test_metric_maths_of_what_is_not_there(rule: str, metric: str, code: str) -> None:
    world = world_at_noon()
    enable(world)
    name = rules(world).get(rule, rule)
    with pytest.raises(DynamoDBError) as fault:
        math_of(world, f"INSIGHT_RULE_METRIC('{name}', '{metric}')")
    assert fault.value.code == code


def test_asking_makes_nothing_that_is_kept() -> None:
    world = world_at_noon()
    for number in range(50):
        other = Namespace(f"{number:012}", "eu-west-1")
        world.engine.services.call(CLOUDWATCH, "DescribeInsightRules", other, {}, world.now)
    assert len(world.engine.catalogs) == 1


def test_keys_are_text_whatever_they_are() -> None:
    world = World("off")
    names = {"p": "N", "s": "B"}
    world.do(
        "CreateTable",
        TableName="items",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in names.items()],
        BillingMode="PAY_PER_REQUEST",
    )
    world.now = NOON
    enable(world)
    world.do("PutItem", TableName="items", Item={"p": {"N": "1e3"}, "s": {"B": "AP8="}})
    assert values(report(world, rules(world)["SKC"])) == {("1000", "AP8="): 3.0}
