"""CloudWatch and Application Auto Scaling over the wire, by boto3 in each protocol that it speaks."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings

NOON = 1_764_072_000.0
CREDENTIALS = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "ap-northeast-1"}
DIMENSIONS = [{"Name": "TableName", "Value": "orders"}]


class OneProtocol(Loader):
    """A loader whose service models speak one protocol alone."""

    protocol = "query"

    def load_service_model(self, *arguments: Any, **named: Any) -> Any:
        model = super().load_service_model(*arguments, **named)
        if arguments[:2] == ("cloudwatch", "service-2"):
            model["metadata"]["protocol"] = self.protocol
            model["metadata"]["protocols"] = [self.protocol]
        return model


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Five writes of a provisioned table at a held time."""
    clock = ManualClock(NOON)
    with running(assemble(Settings(port=0), clock=clock)) as server:
        dynamodb = boto3.client("dynamodb", endpoint_url=server.url, **CREDENTIALS)
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        )
        for number in range(5):
            dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}})
        yield server


@pytest.fixture(params=["json", "query", "smithy-rpc-v2-cbor"])
def cloudwatch(request: pytest.FixtureRequest, server: Server) -> Any:
    session = botocore.session.Session()
    loader = OneProtocol()
    loader.protocol = request.param
    session.register_component("data_loader", loader)
    client = boto3.Session(botocore_session=session, **CREDENTIALS).client("cloudwatch", endpoint_url=server.url)
    assert client.meta.service_model.resolved_protocol == request.param
    return client


@pytest.fixture
def table(server: Server) -> Iterator[str]:
    dynamodb = boto3.client("dynamodb", endpoint_url=server.url, **CREDENTIALS)
    keys = {"p": ("HASH", "S"), "s": ("RANGE", "N")}
    dynamodb.create_table(
        TableName="contributed",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, (kind, _) in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, (_, kind) in keys.items()],
        BillingMode="PAY_PER_REQUEST",
    )
    yield "contributed"
    dynamodb.delete_table(TableName="contributed")


def at(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(NOON + seconds, datetime.UTC)


def test_statistics(cloudwatch: Any) -> None:
    request = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ConsumedWriteCapacityUnits",
        "Dimensions": DIMENSIONS,
        "StartTime": at(-600),
        "EndTime": at(60),
        "Period": 60,
    }
    [point] = cloudwatch.get_metric_statistics(**request, Statistics=["Sum", "Average"])["Datapoints"]
    assert point == {"Timestamp": at(0), "Sum": 5.0, "Average": 1.0, "Unit": "Count"}
    [point] = cloudwatch.get_metric_statistics(**request, ExtendedStatistics=["p99"])["Datapoints"]
    assert point == {"Timestamp": at(0), "Unit": "Count", "ExtendedStatistics": {"p99": 1.0}}


def test_metric_data_and_lists(cloudwatch: Any) -> None:
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits", "Dimensions": DIMENSIONS}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
            {"Id": "rate", "Expression": "m1 / PERIOD(m1)"},
        ],
        StartTime=at(-600),
        EndTime=at(60),
    )
    [result] = answer["MetricDataResults"]
    assert (result["Id"], result["Timestamps"], result["Values"]) == ("rate", [at(0)], [pytest.approx(5 / 60)])
    assert metric in cloudwatch.list_metrics(MetricName="ConsumedWriteCapacityUnits")["Metrics"]


def test_alarms(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName="documents & <alarms>",
        Namespace="AWS/DynamoDB",
        MetricName="UserErrors",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=10.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=["arn:aws:sns:ap-northeast-1:000000000000:pager"],
    )
    [alarm] = cloudwatch.describe_alarms(AlarmNames=["documents & <alarms>"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["Threshold"], alarm["ActionsEnabled"]) == ("INSUFFICIENT_DATA", 10.0, True)
    assert alarm["StateUpdatedTimestamp"] == at(0)
    cloudwatch.set_alarm_state(AlarmName="documents & <alarms>", StateValue="ALARM", StateReason="trying it")
    history = cloudwatch.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert history[0]["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to ALARM"
    cloudwatch.delete_alarms(AlarmNames=["documents & <alarms>"])
    with pytest.raises(ClientError) as fault:
        cloudwatch.set_alarm_state(AlarmName="gone", StateValue="OK", StateReason="x")
    assert fault.value.response["Error"]["Code"] == "ResourceNotFound"
    assert fault.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_faults_are_told(cloudwatch: Any) -> None:
    request = {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors", "StartTime": at(0), "EndTime": at(60)}
    with pytest.raises(ClientError) as fault:
        cloudwatch.get_metric_statistics(**request, Period=61, Statistics=["Sum"])
    assert fault.value.response["Error"]["Code"] == "InvalidParameterValue"
    with pytest.raises(ClientError) as fault:
        cloudwatch.get_metric_statistics(**request, Period=60, Statistics=["Most"])
    assert fault.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="is not answered here"):
        cloudwatch.list_dashboards()


def test_contributors_of_a_hot_key(server: Server, cloudwatch: Any, table: str) -> None:
    dynamodb = boto3.client("dynamodb", endpoint_url=server.url, **CREDENTIALS)
    dynamodb.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    for sort in "1112":
        dynamodb.put_item(TableName=table, Item={"p": {"S": "hot & <cold>"}, "s": {"N": sort}})
    names = dynamodb.describe_contributor_insights(TableName=table)["ContributorInsightsRuleList"]
    listed = [each for each in cloudwatch.describe_insight_rules()["InsightRules"] if table in each["Name"]]
    assert [each["Name"] for each in listed] == names
    assert json.loads(listed[0]["Definition"])["Contribution"]["Keys"] == ["PartitionKey"]
    assert all(each["ManagedRule"] is True for each in listed)
    span = {"StartTime": at(0), "EndTime": at(60), "Period": 60}
    report = cloudwatch.get_insight_rule_report(RuleName=names[2], **span, Metrics=["MaxContributorValue"])
    assert {name: report[name] for name in report if name != "ResponseMetadata"} == {
        "KeyLabels": ["PartitionKey", "SortKey"],
        "AggregationStatistic": "Sum",
        "AggregateValue": 12.0,
        "ApproximateUniqueCount": 2,
        "Contributors": [
            {
                "Keys": ["hot & <cold>", sort],
                "ApproximateAggregateValue": value,
                "Datapoints": [{"Timestamp": at(0), "ApproximateValue": value}],
            }
            for sort, value in (("1", 9.0), ("2", 3.0))
        ],
        "MetricDatapoints": [{"Timestamp": at(0), "MaxContributorValue": 9.0}],
    }
    with pytest.raises(cloudwatch.exceptions.ResourceNotFoundException) as missing:
        cloudwatch.get_insight_rule_report(RuleName="none", **span)
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert missing.value.response["ResourceId"] == "none"
    with pytest.raises(ClientError) as fault:
        cloudwatch.get_insight_rule_report(RuleName=names[0], **span, MaxContributorCount=26)
    assert fault.value.response["Error"]["Code"] == "InvalidParameterValue"


def test_auto_scaling(server: Server) -> None:
    scaling = boto3.client("application-autoscaling", endpoint_url=server.url, **CREDENTIALS)
    subject = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    scaling.register_scalable_target(**subject, MinCapacity=5, MaxCapacity=50)
    metric = {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}
    answer = scaling.put_scaling_policy(
        **subject,
        PolicyName="keep",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 70.0, "PredefinedMetricSpecification": metric},
    )
    assert len(answer["Alarms"]) == 4
    [target] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"], target["CreationTime"]) == (5, 50, at(0))
    scaling.delete_scaling_policy(**subject, PolicyName="keep")
    scaling.deregister_scalable_target(**subject)
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**subject)


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("aws") is None, reason="needs the AWS command line")
def test_the_documents_command(server: Server) -> None:
    command = (
        "aws cloudwatch get-metric-statistics --namespace AWS/DynamoDB --metric-name ConsumedWriteCapacityUnits "
        "--dimensions Name=TableName,Value=orders --period 604800 --statistics Sum "
        f"--start-time {NOON - 604_740:.0f} --end-time {NOON + 60:.0f} --output json --endpoint-url {server.url}"
    )
    environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "ap-northeast-1"}
    run = subprocess.run(
        command.split(), env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=True
    )
    assert [point["Sum"] for point in json.loads(run.stdout)["Datapoints"]] == [5.0]
