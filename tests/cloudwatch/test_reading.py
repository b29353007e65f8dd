"""GetMetricStatistics, GetMetricData and ListMetrics over the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.metrics.names import of_table
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.services import CLOUDWATCH
from dynarig.emulator.settings import Settings
from tests.metrics.rig import NAMESPACE, START, TABLE, Rig

WRITTEN = {
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ConsumedWriteCapacityUnits",
    "Dimensions": [{"Name": "TableName", "Value": "orders"}],
}
M1 = {"Id": "m1", "MetricStat": {"Metric": WRITTEN, "Period": 60, "Stat": "Sum"}}
WEEK = 7 * 86_400


def ask(rig: Rig, operation: str, **request: Any) -> Any:
    return rig.engine.services.call(CLOUDWATCH, operation, NAMESPACE, request, rig.now)


def busy() -> Rig:
    """1, 2, … 6 writes in the first six minutes."""
    rig = Rig()
    for minute in range(6):
        for _ in range(minute + 1):
            rig.put()
        rig.now += 60
        rig.engine.run_due(rig.now)
    return rig


def test_statistics_by_period() -> None:
    rig = busy()
    answer = ask(
        rig,
        "GetMetricStatistics",
        **WRITTEN,
        StartTime=START,
        EndTime=START + 600,
        Period=120,
        Statistics=["Sum", "SampleCount"],
    )
    assert answer["Label"] == "ConsumedWriteCapacityUnits"
    assert answer["Datapoints"][0] == {
        "Timestamp": START,
        "Unit": "Count",
        "SampleCount": 3.0,
        "Sum": 3.0,
    }
    assert [point["Sum"] for point in answer["Datapoints"]] == [3.0, 7.0, 11.0]


def test_a_week_in_one_period_after_a_leap() -> None:
    """As the documents ask: --period 604800 tells whether a table is read at all."""
    rig = busy()
    rig.now += WEEK - 3600
    rig.engine.run_due(rig.now)
    request = {"StartTime": rig.now - WEEK, "EndTime": rig.now, "Period": WEEK, "Statistics": ["Sum"]}
    answer = ask(rig, "GetMetricStatistics", **WRITTEN, **request)
    assert [point["Sum"] for point in answer["Datapoints"]] == [21.0]


def test_another_unit_namespace_or_dimension_finds_nothing() -> None:
    rig = busy()
    span = {"StartTime": START, "EndTime": START + 600, "Period": 60, "Statistics": ["Sum"]}
    for other in (
        {"Unit": "Bytes"},
        {"Namespace": "AWS/Kinesis"},
        {"Dimensions": []},
        {"Dimensions": [*WRITTEN["Dimensions"], {"Name": "Operation", "Value": "PutItem"}]},
    ):
        assert ask(rig, "GetMetricStatistics", **{**WRITTEN, **span, **other})["Datapoints"] == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"Period": 90, "Statistics": ["Sum"]}, "InvalidParameterValue"),
        ({"Period": 60}, "MissingParameter"),
        ({"Period": 60, "Statistics": ["Sum"], "ExtendedStatistics": ["p99"]}, "InvalidParameterCombination"),
        ({"Period": 60, "Statistics": ["Sum"], "EndTime": START - 5}, "InvalidParameterCombination"),
        ({"Period": 60, "Statistics": ["Sum"], "EndTime": START + 1441 * 60}, "InvalidParameterCombination"),
        ({"Period": 60, "ExtendedStatistics": ["p999"]}, "ValidationError"),
    ],
)
def test_refusals(request_: dict[str, Any], code: str) -> None:
    with pytest.raises(DynamoDBError) as fault:
        ask(Rig(), "GetMetricStatistics", **{**WRITTEN, "StartTime": START, "EndTime": START + 600, **request_})
    assert fault.value.code == code


def test_metric_data_with_expressions() -> None:
    rig = busy()
    queries = [
        {"Id": "per_second", "Expression": "m1 / PERIOD(m1)", "Label": "writes/s"},
        {"Id": "doubled", "Expression": "per_second * 2"},
        {"Id": "m1", "MetricStat": {"Metric": WRITTEN, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
    ]
    answer = ask(rig, "GetMetricData", MetricDataQueries=queries, StartTime=START, EndTime=START + 180)
    first, second = answer["MetricDataResults"]
    assert (first["Id"], first["Label"], first["StatusCode"]) == ("per_second", "writes/s", "Complete")
    assert first["Values"] == pytest.approx([3 / 60, 2 / 60, 1 / 60])
    assert first["Timestamps"] == [START + 120, START + 60, START]
    assert second["Values"] == pytest.approx([6 / 60, 4 / 60, 2 / 60])


def test_series_of_an_array_are_told_apart_by_their_labels() -> None:
    stats = {"reads": "ConsumedReadCapacityUnits", "writes": "ConsumedWriteCapacityUnits"}
    queries = [
        {
            "Id": name,
            "Label": name.title(),
            "MetricStat": {"Metric": {**WRITTEN, "MetricName": metric}, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }
        for name, metric in stats.items()
    ]
    filled = {"Id": "filled", "Expression": "FILL(METRICS(), 0)", "Label": "Filled"}
    answer = ask(busy(), "GetMetricData", MetricDataQueries=[*queries, filled], StartTime=START, EndTime=START + 60)
    assert [each["Label"] for each in answer["MetricDataResults"]] == ["Filled Reads", "Filled Writes"]


def test_metric_data_by_pages() -> None:
    rig = busy()
    request = {
        "MetricDataQueries": [{"Id": "m1", "MetricStat": {"Metric": WRITTEN, "Period": 60, "Stat": "Sum"}}],
        "StartTime": START,
        "EndTime": START + 360,
        "ScanBy": "TimestampAscending",
        "MaxDatapoints": 4,
    }
    one = ask(rig, "GetMetricData", **request)
    two = ask(rig, "GetMetricData", **request, NextToken=one["NextToken"])
    assert [each["MetricDataResults"][0]["Values"] for each in (one, two)] == [[1, 2, 3, 4], [5, 6]]
    assert "NextToken" not in two


@pytest.mark.parametrize(
    "queries",
    [
        [{"Id": "e1", "Expression": "e2"}, {"Id": "e2", "Expression": "e1"}],
        [{"Id": "E1", "Expression": "1"}],
        [
            {"Id": "e1", "Expression": "SUM(m1)"},
            {"Id": "m1", "MetricStat": {"Metric": WRITTEN, "Period": 60, "Stat": "Sum"}},
        ],
        [{"Id": "m1"}],
        [{"Id": "m1", "MetricStat": {"Metric": WRITTEN, "Period": 60, "Stat": "Most"}}],
    ],
)
def test_queries_that_are_refused(queries: list[dict[str, Any]]) -> None:
    with pytest.raises(DynamoDBError) as fault:
        ask(busy(), "GetMetricData", MetricDataQueries=queries, StartTime=START, EndTime=START + 360)
    assert fault.value.code == "ValidationError"


def test_an_expression_over_all_time_is_refused_at_once() -> None:
    queries = [{**M1, "ReturnData": False}, {"Id": "e1", "Expression": "FILL(m1, 0)"}]
    with pytest.raises(DynamoDBError, match="100,800 periods"):
        ask(busy(), "GetMetricData", MetricDataQueries=queries, StartTime=0.0, EndTime=1e30)


def test_metrics_are_listed_by_name_and_dimension() -> None:
    rig = busy()
    rig.get()
    listed = ask(rig, "ListMetrics", Dimensions=[{"Name": "Operation"}])["Metrics"]
    assert [each["MetricName"] for each in listed] == []  # no shell has measured any latency
    names = {each["MetricName"] for each in ask(rig, "ListMetrics")["Metrics"]}
    assert {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"} <= names
    listed = ask(rig, "ListMetrics", MetricName="ConsumedReadCapacityUnits")["Metrics"]
    assert [each["Dimensions"] for each in listed] == [[{"Name": "TableName", "Value": "orders"}]]


def test_gauges_come_every_five_minutes() -> None:
    units = {"ReadCapacityUnits": 400, "WriteCapacityUnits": 200}
    index = {**TABLE["GlobalSecondaryIndexes"][0], "ProvisionedThroughput": {**units, "WriteCapacityUnits": 100}}
    rig = Rig(
        {**TABLE, "GlobalSecondaryIndexes": [index], "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    )
    rig.engine.run_due(rig.now)
    rig.now += 3600
    rig.engine.run_due(rig.now)
    assert rig.stat("ProvisionedReadCapacityUnits") == (400 * 12, 12)
    assert rig.values("ProvisionedWriteCapacityUnits", of_table("orders", "by-status")).counts == {100: 12}
    assert rig.values("AccountMaxReads", ()).counts == {80_000: 12}
    assert rig.values("AccountProvisionedWriteCapacityUtilization", ()).counts == {375: 12}  # 300 of 80,000
    assert rig.values("MaxProvisionedTableReadCapacityUtilization", ()).counts == {1000: 12}  # 400 of 40,000
    rig.now += 2 * 86_400
    rig.engine.run_due(rig.now)
    samples = rig.values("ProvisionedReadCapacityUnits").samples
    assert 49 * 12 - 24 <= samples <= 49 * 12 + 12


def test_on_demand_limits_are_gauges() -> None:
    rig = Rig({**TABLE, "OnDemandThroughput": {"MaxReadRequestUnits": 50}})
    rig.engine.run_due(rig.now)
    rig.now += 300
    rig.engine.run_due(rig.now)
    assert rig.stat("OnDemandMaxReadRequestUnits") == (50, 1)
    assert rig.stat("OnDemandMaxWriteRequestUnits") == (0, 0)
    assert rig.stat("ProvisionedReadCapacityUnits") == (0, 0)


def test_a_backfill_shows_its_progress() -> None:
    bare = {name: value for name, value in TABLE.items() if name != "GlobalSecondaryIndexes"}
    rig = Rig(bare, settings=Settings(index_backfill_seconds=1200.0))
    rig.engine.run_due(rig.now)
    rig.put(status="NEW")
    create = {"Create": TABLE["GlobalSecondaryIndexes"][0]}
    definitions = TABLE["AttributeDefinitions"]
    request = {"TableName": "orders", "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [create]}
    assert rig.call("UpdateTable", request).status == 200
    for _ in range(5):
        rig.now += 300
        rig.engine.finish_due(rig.now)
    index = of_table("orders", "by-status")
    assert sorted(rig.values("OnlineIndexPercentageProgress", index).counts) == [25, 50, 75, 100]
    assert rig.stat("OnlineIndexThrottleEvents", index) == (0, 4)
