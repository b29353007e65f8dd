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
