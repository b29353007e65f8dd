"""Auto scaling over the real engine: what drives it, how far it goes, and what holds it back."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.services import AUTO_SCALING, CLOUDWATCH
from dynarig.emulator.settings import Settings
from tests.metrics.rig import NAMESPACE, START, Rig

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 12},
}
SUBJECT = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
TRACKING = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
}


class Scaled(Rig):
    """A table of 12 write units, to be kept at 70 % between 5 and 40."""

    def __init__(self, settings: Settings | None = None, **tracking: Any) -> None:
        super().__init__(TABLE, settings=settings)
        self.now += 1
        self.engine.run_due(self.now)
        self.scale("RegisterScalableTarget", **SUBJECT, MinCapacity=5, MaxCapacity=40)
        self.put_policy(**tracking)

    def scale(self, operation: str, **request: Any) -> Any:
        return self.engine.services.call(AUTO_SCALING, operation, NAMESPACE, request, self.now)

    def put_policy(self, **tracking: Any) -> Any:
        return self.scale(
            "PutScalingPolicy",
            **SUBJECT,
            PolicyName="keep",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={**TRACKING, **tracking},
        )

    def minutes(self, count: int, units_a_second: int) -> None:
        """Writes of 1 KB items; one put of so many KB a second's worth, sixty times."""
        for _ in range(count):
            for _ in range(60 if units_a_second else 0):
                self.put(size=units_a_second * 1024 - 40)
            self.now += 60
            self.engine.run_due(self.now)

    @property
    def units(self) -> int:
        table = self.call("DescribeTable", {"TableName": "orders"}).payload["Table"]
        return table["ProvisionedThroughput"]["WriteCapacityUnits"]

    @property
    def activities(self) -> list[dict[str, Any]]:
        return self.scale("DescribeScalingActivities", ServiceNamespace="dynamodb")["ScalingActivities"]


def test_up_after_two_minutes_above_the_target() -> None:
    rig = Scaled()
    rig.minutes(3, 8)  # 8 of 12 are 67 %
    assert rig.units == 12
    rig.minutes(1, 14)
    assert rig.units == 12
    rig.minutes(1, 14)
    assert rig.units == 20  # 14 are 70 % of 20
    [activity] = rig.activities
    assert activity["StatusMessage"] == (
        "Successfully set write capacity units to 20. Change successfully fulfilled by dynamodb."
    )
    assert activity["StatusCode"] == "Successful"
    assert "AlarmHigh" in activity["Cause"]


def test_down_after_fifteen_minutes_below() -> None:
    rig = Scaled()
    rig.minutes(14, 5)  # 42 %, below the 50 at which the lower alarm stands
    assert rig.units == 12
    rig.minutes(1, 5)
    assert rig.units == 8
    assert "AlarmLow" in rig.activities[0]["Cause"]


def test_between_the_alarms_nothing_happens() -> None:
    rig = Scaled()
    rig.minutes(20, 7)
    assert (rig.units, rig.activities) == (12, [])


def test_bounds_hold() -> None:
    rig = Scaled()
    rig.minutes(3, 60)
    assert rig.units == 40
    rig.minutes(20, 1)
    assert rig.units == 5


def test_no_traffic_at_all_scales_nothing() -> None:
    """A table that is not used sends no datapoints, and alarms on DynamoDB ignore what is missing."""
    rig = Scaled()
    rig.minutes(5, 9)
    before = rig.units
    rig.minutes(30, 0)
    assert rig.units == before


def test_an_update_takes_its_time() -> None:
    rig = Scaled(Settings(table_update_seconds=150.0))
    rig.minutes(2, 14)
    assert rig.units == 12
    assert rig.activities[0]["StatusCode"] == "InProgress"
    rig.minutes(3, 14)
    assert (rig.units, rig.activities[0]["StatusCode"]) == (20, "Successful")


def test_a_cooldown_holds_the_next_change_back() -> None:
    rig = Scaled(ScaleOutCooldown=300)
    rig.minutes(2, 14)
    rig.minutes(4, 20)
    assert rig.units == 20
    rig.minutes(1, 20)  # five minutes after
    assert rig.units == 29


def test_a_change_either_way_holds_scaling_in_back() -> None:
    rig = Scaled(ScaleInCooldown=1800)
    rig.minutes(2, 14)
    rig.minutes(29, 3)
    assert rig.units == 20
    rig.minutes(1, 3)
    assert rig.units == 5


def test_scaling_in_can_be_switched_off() -> None:
    rig = Scaled(DisableScaleIn=True)
    rig.minutes(20, 1)
    assert rig.units == 12
    [policy] = rig.scale("DescribeScalingPolicies", ServiceNamespace="dynamodb")["ScalingPolicies"]
    assert len(policy["Alarms"]) == 3


def test_decreases_are_limited_as_anybodys() -> None:
    rig = Scaled()
    units = {"ReadCapacityUnits": 5}
    for write_units in (11, 10, 9, 8):  # four free decreases of the day
        rig.call(
            "UpdateTable",
            {"TableName": "orders", "ProvisionedThroughput": {**units, "WriteCapacityUnits": write_units}},
        )
    rig.minutes(16, 1)
    assert rig.units == 8
    assert rig.activities[0]["StatusCode"] == "Failed"
    assert "decreases are limited" in rig.activities[0]["StatusMessage"]
    rig.minutes(50, 1)
    assert rig.units == 5


def test_a_change_by_hand_moves_the_alarms() -> None:
    rig = Scaled()
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 30}
    rig.call("UpdateTable", {"TableName": "orders", "ProvisionedThroughput": units})
    rig.minutes(16, 20)
    alarms = rig.engine.services.call(CLOUDWATCH, "DescribeAlarms", NAMESPACE, {}, rig.now)["MetricAlarms"]
    high = next(alarm for alarm in alarms if "AlarmHigh" in alarm["AlarmName"])
    assert (rig.units, high["Threshold"]) == (30, pytest.approx(0.7 * 30 * 60))


@pytest.mark.parametrize("update_seconds", [0.0, 150.0])
def test_a_leap_of_the_clock_does_what_steps_do(update_seconds: float) -> None:
    settings = Settings(table_update_seconds=update_seconds)
    stepping, leaping = Scaled(settings), Scaled(settings)
    for rig in (stepping, leaping):
        rig.minutes(2, 14)
    for _ in range(60):
        stepping.minutes(1, 0)
    leaping.now += 3600
    leaping.engine.run_due(leaping.now)
    assert stepping.units == leaping.units == 20
    times = [[activity["StartTime"] - START for activity in rig.activities] for rig in (stepping, leaping)]
    assert times[0] == times[1]


def test_alarms_stand_where_the_service_puts_them() -> None:
    rig = Scaled()
    alarms = rig.engine.services.call(CLOUDWATCH, "DescribeAlarms", NAMESPACE, {}, rig.now)["MetricAlarms"]
    told = {alarm["AlarmName"].split("-")[2]: (alarm["Threshold"], alarm["EvaluationPeriods"]) for alarm in alarms}
    assert told["AlarmHigh"] == (pytest.approx(504.0), 2)
    assert told["AlarmLow"] == (pytest.approx(360.0), 15)
    assert told["ProvisionedCapacityHigh"] == (12.0, 3)


def test_what_is_deregistered_is_gone() -> None:
    rig = Scaled()
    rig.scale("DeregisterScalableTarget", **SUBJECT)
    assert rig.scale("DescribeScalableTargets", ServiceNamespace="dynamodb")["ScalableTargets"] == []
    assert rig.engine.services.call(CLOUDWATCH, "DescribeAlarms", NAMESPACE, {}, rig.now)["MetricAlarms"] == []
    with pytest.raises(DynamoDBError) as fault:
        rig.put_policy()
    assert fault.value.code == "ObjectNotFoundException"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"MaxCapacity": 3}, "Maximum capacity"),
        ({"ResourceId": "table/nowhere", "MinCapacity": 1, "MaxCapacity": 2}, "does not exist"),
        ({"ResourceId": "table/orders/index/i"}, "Unsupported"),
        ({"ServiceNamespace": "ecs"}, "Only"),
        ({"ScalableDimension": "dynamodb:table:ReadCapacityUnits"}, "must be specified"),
    ],
)
def test_targets_that_are_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(DynamoDBError, match=text) as fault:
        Scaled().scale("RegisterScalableTarget", **{**SUBJECT, **change})
    assert fault.value.code == "ValidationException"


def test_tags_of_a_target() -> None:
    rig = Scaled()
    bounds = {**SUBJECT, "MinCapacity": 5, "MaxCapacity": 40}
    arn = rig.scale("RegisterScalableTarget", **bounds, Tags={"late": "1"})["ScalableTargetARN"]
    assert rig.scale("ListTagsForResource", ResourceARN=arn) == {"Tags": {}}  # TagResource tags what is there
    rig.scale("DeregisterScalableTarget", **SUBJECT)
    arn = rig.scale("RegisterScalableTarget", **bounds, Tags={"team": "a", "env": "test"})["ScalableTargetARN"]
    rig.scale("TagResource", ResourceARN=arn, Tags={"team": "b"})
    rig.scale("UntagResource", ResourceARN=arn, TagKeys=["env", "none"])
    assert rig.scale("ListTagsForResource", ResourceARN=arn) == {"Tags": {"team": "b"}}
    for request, code in (
        ({"ResourceARN": arn, "Tags": dict.fromkeys(map(str, range(50)), "")}, "TooManyTagsException"),
        ({"ResourceARN": f"{arn}0", "Tags": {}}, "ResourceNotFoundException"),
    ):
        with pytest.raises(DynamoDBError) as fault:
            rig.scale("TagResource", **request)
        assert fault.value.code == code
