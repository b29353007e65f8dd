"""No body that a client may send to the other services raises anything but their own errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.http.credentials import Credentials
from dynarig.emulator.http.service_wire import ServiceWire
from dynarig.emulator.services import OPERATIONS
from tests.metrics.rig import START, TABLE, Rig

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
INDEX = {**TABLE["GlobalSecondaryIndexes"][0], "ProvisionedThroughput": UNITS}
PROVISIONED = {
    **TABLE,
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": UNITS,
    "GlobalSecondaryIndexes": [INDEX],
}

SCOPE = b"AWS4-HMAC-SHA256 Credential=x/1/us-east-1/monitoring/aws4_request, SignedHeaders=h, Signature="
AUTHORIZATION = SCOPE + b"0" * 64
PREFIXES = {"GraniteServiceVersion20100801": "cloudwatch", "AnyScaleFrontendService": "application-autoscaling"}
TARGETS = [
    f"{prefix}.{operation}".encode() for prefix, service in PREFIXES.items() for operation in OPERATIONS[service]
]
MEMBERS = st.sampled_from(
    ["AlarmName", "AlarmNames", "Dimensions", "EndTime", "EvaluationPeriods", "Expression", "Id", "MetricDataQueries"]
    + ["MetricName", "MetricStat", "Metrics", "Namespace", "NextToken", "Period", "ResourceId", "StartTime", "Unit"]
    + [
        "RuleName",
        "MaxContributorCount",
        "OrderBy",
        "ServiceNamespace",
        "ScalableDimension",
        "MinCapacity",
        "MaxCapacity",
        "Threshold",
        "ComparisonOperator",
        "Stat",
    ]
)
TEXTS = st.sampled_from(
    ["AWS/DynamoDB", "Sum", "p99", "m1 / 0", "-((1", "dynamodb", "table/orders", "LessThanThreshold"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=5), max_leaves=12
)


METRIC = {
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ConsumedReadCapacityUnits",
    "Dimensions": [{"Name": "TableName", "Value": "orders"}],
}
STAT = {"Id": "m1", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}}
SUBJECT = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
COMPARED = {"EvaluationPeriods": 2, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
TRACKING = {
    "TargetValue": 70,
    "ScaleInCooldown": 60,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
}
VALID = [
    ("GetMetricStatistics", {**METRIC, "StartTime": 0, "EndTime": 600, "Period": 60, "Statistics": ["Sum"]}),
    ("GetMetricStatistics", {**METRIC, "StartTime": 0, "EndTime": 600, "Period": 60, "ExtendedStatistics": ["p99"]}),
    (
        "GetMetricData",
        {
            "MetricDataQueries": [STAT, {"Id": "e1", "Expression": "FILL(m1, 0) / PERIOD(m1)"}],
            "StartTime": START - 600,
            "EndTime": START + 60,
        },
    ),
    ("ListMetrics", {"Dimensions": [{"Name": "TableName"}], "NextToken": "0"}),
    ("PutMetricAlarm", {"AlarmName": "a", **METRIC, **COMPARED, "Statistic": "Sum", "Period": 60}),
    ("PutMetricAlarm", {"AlarmName": "a", **COMPARED, "Metrics": [STAT]}),
    (
        "GetInsightRuleReport",
        {
            "RuleName": f"DynamoDBContributorInsights-SKC-orders-{int(START * 1000)}",
            "StartTime": START - 600,
            "EndTime": START + 60,
            "Period": 60,
            "MaxContributorCount": 5,
            "Metrics": ["Maximum", "Sum"],
            "OrderBy": "Sum",
        },
    ),
    ("DescribeInsightRules", {"MaxResults": 1, "NextToken": "0"}),
    ("DescribeAlarms", {"AlarmNames": ["a"], "MaxRecords": 5, "NextToken": "0"}),
    ("DescribeAlarmHistory", {"AlarmName": "a", "StartDate": 0, "EndDate": START, "ScanBy": "TimestampAscending"}),
    ("RegisterScalableTarget", {**SUBJECT, "MinCapacity": 1, "MaxCapacity": 9}),
    (
        "PutScalingPolicy",
        {**SUBJECT, "PolicyName": "keep", "TargetTrackingScalingPolicyConfiguration": TRACKING},
    ),
]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a request has a value."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_requests_with_one_member_wrong(data: st.DataObject) -> None:
    operation, request = data.draw(st.sampled_from(VALID))
    request = json.loads(json.dumps(request))
    *path, last = data.draw(st.sampled_from(list(places(request))))
    node = request
    for key in path:
        node = node[key]
    node[last] = data.draw(VALUES)
    target = next(each for each in TARGETS if each.endswith(b"." + operation.encode()))
    answer_of(target, json.dumps(request).encode())


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TARGETS), st.binary(max_size=60))
def test_any_bytes(target: bytes, body: bytes) -> None:
    answer_of(target, body)


def answer_of(target: bytes, body: bytes) -> None:
    rig = Rig(
        {**TABLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS, "GlobalSecondaryIndexes": [INDEX]}
    )
    rig.call("UpdateContributorInsights", {"TableName": "orders", "ContributorInsightsAction": "ENABLE"})
    rig.get()
    headers = {b"x-amz-target": target, b"authorization": AUTHORIZATION, b"x-amz-date": b"d"}
    answer = ServiceWire(Credentials("us-east-1")).answer(rig.engine.services, (b"/", b""), headers, body, START)
    assert answer is not None
    assert answer.status in (200, 400, 404)
    rig.engine.finish_due(START + 120)
