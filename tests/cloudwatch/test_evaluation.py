"""Alarms by the clock, over the real engine: the documents' own among them."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.services import CLOUDWATCH
from tests.metrics.rig import NAMESPACE, START, Rig


class Watched(Rig):
    def watch(self, operation: str, **request: Any) -> Any:
        return self.engine.services.call(CLOUDWATCH, operation, NAMESPACE, request, self.now)

    def alarm(self, **settings: Any) -> None:
        defaults = {
            "AlarmName": "alarm",
            "Namespace": "AWS/DynamoDB",
            "MetricName": "UserErrors",
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 2,
            "Threshold": 10.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        self.watch("PutMetricAlarm", **{**defaults, **settings})

    def minutes(self, count: int, errors: int = 0, puts: int = 0) -> None:
        for _ in range(count):
            for _ in range(errors):
                self.call("GetItem", {"TableName": "nowhere", "Key": {}})
            for _ in range(puts):
                self.put()
            self.now += 60
            self.engine.run_due(self.now)

    @property
    def state(self) -> str:
        return self.watch("DescribeAlarms")["MetricAlarms"][0]["StateValue"]

    def transitions(self) -> list[tuple[float, str]]:
        items = self.watch("DescribeAlarmHistory", HistoryItemType="StateUpdate", ScanBy="TimestampAscending")
        return [(each["Timestamp"] - START, each["HistorySummary"]) for each in items["AlarmHistoryItems"]]


def test_an_alarm_fires_and_ends() -> None:
    rig = Watched()
    rig.alarm(AlarmActions=["arn:aws:sns:us-east-1:000000000000:pager"])
    assert rig.state == "INSUFFICIENT_DATA"
    rig.minutes(8, errors=3)
    assert rig.state == "OK"  # the older of the two periods holds 9
    rig.minutes(1, errors=3)
    assert rig.state == "ALARM"
    rig.minutes(10, errors=1)
    assert rig.state == "OK"
    assert [summary for _, summary in rig.transitions()][-2:] == [
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]
    assert rig.transitions()[-2][0] == 9 * 60
    actions = rig.watch("DescribeAlarmHistory", HistoryItemType="Action")["AlarmHistoryItems"]
    assert [each["HistorySummary"] for each in actions] == [
        "Action arn:aws:sns:us-east-1:000000000000:pager is due; nothing is sent from here"
    ]


def test_the_documents_alarm_on_throttling_never_sees_a_datapoint() -> None:
    """It watches UserErrors of a table; UserErrors has no dimensions and leaves throttles out."""
    rig = Watched()
    rig.alarm(Dimensions=[{"Name": "TableName", "Value": "orders"}])
    rig.minutes(15, errors=20)
    assert rig.state == "INSUFFICIENT_DATA"


def test_a_leap_of_the_clock_is_judged_minute_by_minute() -> None:
    stepping, leaping = Watched(), Watched()
    for rig in (stepping, leaping):
        rig.alarm(MetricName="ConsumedWriteCapacityUnits", Period=60, EvaluationPeriods=3, Threshold=4.0)
        rig.watch("DescribeAlarms")
    for rig in (stepping, leaping):
        rig.alarm(
            MetricName="ConsumedWriteCapacityUnits",
            Dimensions=[{"Name": "TableName", "Value": "orders"}],
            Period=60,
            EvaluationPeriods=3,
            Threshold=4.0,
        )
        rig.minutes(3, puts=6)
        rig.minutes(1, puts=1)
    for _ in range(30):
        stepping.minutes(1)
    leaping.now += 30 * 60
    leaping.engine.run_due(leaping.now)
    assert stepping.transitions() == leaping.transitions()
    assert [summary for _, summary in leaping.transitions()] == [
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        "Alarm updated from ALARM to OK",
    ]


def test_an_alarm_on_an_expression() -> None:
    rig = Watched()
    rate = {
        "Id": "rate",
        "Expression": "m1 / PERIOD(m1)",
        "ReturnData": True,
    }
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ConsumedWriteCapacityUnits",
        "Dimensions": [{"Name": "TableName", "Value": "orders"}],
    }
    reads = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}
    rig.watch(
        "PutMetricAlarm",
        AlarmName="rate",
        Metrics=[rate, reads],
        EvaluationPeriods=1,
        Threshold=0.2,
        ComparisonOperator="GreaterThanThreshold",
    )
    rig.minutes(1, puts=12)
    assert rig.state == "OK"
    rig.minutes(1, puts=13)
    assert rig.state == "ALARM"


def test_a_latency_alarm_watches_a_percentile() -> None:
    rig = Watched()
    rig.alarm(
        MetricName="SuccessfulRequestLatency",
        Statistic=None,
        ExtendedStatistic="p99",
        Dimensions=[{"Name": "TableName", "Value": "orders"}, {"Name": "Operation", "Value": "PutItem"}],
        Period=60,
        EvaluationPeriods=1,
        Threshold=50.0,
    )
    for milliseconds, state in ((20, "OK"), (80, "ALARM")):
        for _ in range(5):
            for timing in rig.put().timings:
                timing.add(milliseconds * 1000)
        rig.minutes(1)
        assert rig.state == state


def test_states_that_are_set_last_until_the_next_evaluation() -> None:
    rig = Watched()
    rig.alarm(Period=60, EvaluationPeriods=1)
    rig.watch("SetAlarmState", AlarmName="alarm", StateValue="ALARM", StateReason="trying")
    assert rig.state == "ALARM"
    rig.minutes(1, errors=1)
    assert rig.state == "OK"
    rig.watch("DeleteAlarms", AlarmNames=["alarm"])
    assert rig.watch("DescribeAlarms")["MetricAlarms"] == []
    with pytest.raises(DynamoDBError) as fault:
        rig.watch("DeleteAlarms", AlarmNames=["alarm"])
    assert (fault.value.code, fault.value.status) == ("ResourceNotFound", 404)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Period": 61}, "InvalidParameterValue"),
        ({"Statistic": None}, "InvalidParameterCombination"),
        ({"ExtendedStatistic": "p99"}, "InvalidParameterCombination"),
        ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "ValidationError"),
        ({"Threshold": None}, "MissingParameter"),
        ({"TreatMissingData": "perhaps"}, "ValidationError"),
        ({"EvaluationPeriods": 289}, "ValidationError"),  # of five minutes: more than a day
        ({"Period": 3600, "EvaluationPeriods": 169}, "ValidationError"),
        ({"Metrics": [{"Id": "e", "Expression": "1 +"}]}, "InvalidParameterCombination"),
    ],
)
def test_what_an_alarm_does_not_take(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(DynamoDBError) as fault:
        Watched().alarm(**settings)
    assert fault.value.code == code


@pytest.mark.parametrize("settings", [{"EvaluationPeriods": 288}, {"Period": 3600, "EvaluationPeriods": 168}])
def test_how_far_an_alarm_may_look(settings: dict[str, Any]) -> None:
    Watched().alarm(**settings)


def test_alarms_of_a_metric_are_found() -> None:
    rig = Watched()
    rig.alarm(Dimensions=[{"Name": "TableName", "Value": "orders"}])
    named = {"MetricName": "UserErrors", "Namespace": "AWS/DynamoDB"}
    found = rig.watch("DescribeAlarmsForMetric", **named, Dimensions=[{"Name": "TableName", "Value": "orders"}])
    assert [each["AlarmName"] for each in found["MetricAlarms"]] == ["alarm"]
    assert rig.watch("DescribeAlarmsForMetric", **named)["MetricAlarms"] == []


def test_tags_of_an_alarm() -> None:
    rig = Watched()
    rig.alarm(Tags=[{"Key": "team", "Value": "a"}, {"Key": "env", "Value": "test"}])
    rig.alarm(Tags=[{"Key": "late", "Value": "1"}])  # an alarm that is there keeps its own
    arn = rig.watch("DescribeAlarms")["MetricAlarms"][0]["AlarmArn"]
    rig.watch("TagResource", ResourceARN=arn, Tags=[{"Key": "team", "Value": "b"}])
    rig.watch("UntagResource", ResourceARN=arn, TagKeys=["env", "none"])
    assert rig.watch("ListTagsForResource", ResourceARN=arn) == {"Tags": [{"Key": "team", "Value": "b"}]}
    many = [{"Key": str(number), "Value": ""} for number in range(50)]
    for request, code in (
        ({"ResourceARN": arn, "Tags": many}, "InvalidParameterValue"),
        ({"ResourceARN": f"{arn}0", "Tags": []}, "ResourceNotFoundException"),
        ({"ResourceARN": "alarm", "Tags": []}, "ResourceNotFoundException"),
    ):
        with pytest.raises(DynamoDBError) as fault:
            rig.watch("TagResource", **request)
        assert fault.value.code == code


def test_a_state_with_data_that_is_no_json_is_not_taken() -> None:
    rig = Watched()
    rig.alarm()
    with pytest.raises(DynamoDBError) as fault:
        rig.watch("SetAlarmState", AlarmName="alarm", StateValue="OK", StateReason="", StateReasonData="{")
    assert (fault.value.code, rig.state) == ("InvalidFormat", "INSUFFICIENT_DATA")


@pytest.mark.parametrize("settings", [{"OKActions": ["pager"]}, {"EvaluateLowSampleCountPercentile": "x"}])
def test_settings_that_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(DynamoDBError) as fault:
        Watched().alarm(**settings)
    assert fault.value.code == "ValidationError"


def test_reasons_name_the_datapoints_that_crossed() -> None:
    """As notifications of the service have been published, with one and with five datapoints."""
    rig = Watched()
    rig.alarm(Period=60, Threshold=3.0, EvaluationPeriods=3, DatapointsToAlarm=1)
    rig.minutes(1, errors=4)
    reason = rig.watch("DescribeAlarms")["MetricAlarms"][0]["StateReason"]
    assert reason == (
        "Threshold Crossed: 1 out of the last 3 datapoints [4.0 (24/11/25 12:00:00)] was greater than the threshold "
        "(3.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    rig.minutes(3, errors=1)
    assert rig.watch("DescribeAlarms")["MetricAlarms"][0]["StateReason"] == (
        "Threshold Crossed: 3 out of the last 3 datapoints [1.0 (24/11/25 12:03:00), 1.0 (24/11/25 12:02:00), "
        "1.0 (24/11/25 12:01:00)] were not greater than the threshold (3.0) (minimum 3 datapoints for ALARM -> OK "
        "transition)."
    )
    rig.alarm(Period=60, Threshold=3.0, EvaluationPeriods=5)
    rig.minutes(5, errors=4)
    assert rig.watch("DescribeAlarms")["MetricAlarms"][0]["StateReason"].startswith(
        "Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (3.0). The most recent "
        "datapoints which crossed the threshold: [4.0 (24/11/25 12:08:00), 4.0 (24/11/25 12:07:00), "
    )
