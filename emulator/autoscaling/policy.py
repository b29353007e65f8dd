"""Target tracking: the alarms that a policy keeps, and the units that it wants.

Up: consumption above the target for two minutes in a row. Down: below the target less 20 points for fifteen (thresholds
as the service's own alarms show them: 360 units a minute for 12 provisioned at 70 %). Two further alarms notice that
somebody else has changed the provisioned units. Which datapoint decides is not published: up, the latest; down, the
highest of the fifteen, so that what was just needed stays provisioned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dynarig.emulator.autoscaling.target import Subject, names_of, validation
from dynarig.emulator.metrics.names import CLOUDWATCH_NAMESPACE, of_table

OUT, IN = "out", "in"
_MINUTE_SECONDS = 60
_LOW_POINTS = 20.0
_HIGH, _LOW = "AlarmHigh", "AlarmLow"
_PROVISIONED_HIGH, _PROVISIONED_LOW = "ProvisionedCapacityHigh", "ProvisionedCapacityLow"
IN_PERIODS = 15
OUT_PERIODS = 2
_COOLDOWN_SECONDS = 0  # of DynamoDB, where a policy names none (Application Auto Scaling User Guide)


class _Told(NamedTuple):
    """What one alarm compares. metric: Consumed or Provisioned, of the subject's units."""

    metric: str
    comparison: str
    threshold: float
    periods: int
    period_seconds: int


@dataclass(slots=True)
class Policy:
    """One target tracking policy. alarms: kind → alarm's name."""

    name: str
    arn: str
    subject: Subject
    configuration: dict[str, Any]
    created_at: float
    alarms: dict[str, str] = field(default_factory=dict)

    @property
    def target_percent(self) -> float:
        """The utilisation to keep."""
        return float(self.configuration["TargetValue"])

    def direction_of(self, alarm: str) -> str | None:
        """Which way an alarm scales; None where it only says that provisioned units have changed."""
        kind = next((kind for kind, name in self.alarms.items() if name == alarm), None)
        return {_HIGH: OUT, _LOW: IN}.get(kind or "")

    def cooldown_seconds(self, direction: str) -> float:
        """How long after a change the next of its kind waits."""
        member = "ScaleOutCooldown" if direction == OUT else "ScaleInCooldown"
        return float(self.configuration.get(member, _COOLDOWN_SECONDS))

    def wanted_units(self, direction: str, consumed: Sequence[float]) -> int:
        """Units at which consumption is at the target. consumed: units of each minute, oldest first."""
        a_minute = consumed[-1] if direction == OUT else max(consumed)
        return max(1, math.ceil(a_minute / _MINUTE_SECONDS / (self.target_percent / 100)))

    def alarm_requests(self, units: int, mark: str) -> dict[str, dict[str, Any]]:
        """PutMetricAlarm of each alarm, by kind, while `units` are provisioned. mark: makes names unique."""
        target = self.target_percent / 100
        a_minute = units * _MINUTE_SECONDS
        kinds = {_HIGH: _Told("Consumed", "GreaterThanThreshold", target * a_minute, OUT_PERIODS, _MINUTE_SECONDS)}
        if not self.configuration.get("DisableScaleIn"):
            low = max(0.0, target - _LOW_POINTS / 100) * a_minute
            kinds[_LOW] = _Told("Consumed", "LessThanThreshold", low, IN_PERIODS, _MINUTE_SECONDS)
        for kind, comparison in ((_PROVISIONED_HIGH, "GreaterThanThreshold"), (_PROVISIONED_LOW, "LessThanThreshold")):
            kinds[kind] = _Told("Provisioned", comparison, float(units), 3, 5 * _MINUTE_SECONDS)
        return {kind: self._alarm_request(kind, told, mark) for kind, told in kinds.items()}

    def _alarm_request(self, kind: str, told: _Told, mark: str) -> dict[str, Any]:
        subject = self.subject
        dimensions = of_table(subject.table, subject.index)
        return {
            "AlarmName": self.alarms.get(kind, f"TargetTracking-{subject.resource_id}-{kind}-{mark}"),
            "AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {self.arn}.",
            "Namespace": CLOUDWATCH_NAMESPACE,
            "MetricName": f"{told.metric}{subject.member}",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
            "Statistic": "Sum" if told.metric == "Consumed" else "Average",
            "Period": told.period_seconds,
            "EvaluationPeriods": told.periods,
            "Threshold": told.threshold,
            "ComparisonOperator": told.comparison,
            "AlarmActions": [self.arn],
            "ActionsEnabled": True,
        }


def checked_configuration(request: dict[str, Any], subject: Subject) -> dict[str, Any]:
    """The configuration of PutScalingPolicy; ValidationException for what DynamoDB has no policy for."""
    if request.get("PolicyType", "TargetTrackingScaling") != "TargetTrackingScaling":
        raise validation("DynamoDB is scaled by target tracking only (PolicyType TargetTrackingScaling).")
    configuration: dict[str, Any] | None = request.get("TargetTrackingScalingPolicyConfiguration")
    if configuration is None:
        raise validation("TargetTrackingScalingPolicyConfiguration must be specified")
    wanted = f"DynamoDB{subject.axis}CapacityUtilization"
    metric = (configuration.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    if metric != wanted:
        raise validation(f"The PredefinedMetricType of {subject.dimension} must be {wanted}")
    if not 20 <= configuration["TargetValue"] <= 90:
        raise validation("The TargetValue of a DynamoDB utilization must be between 20.0 and 90.0")
    return configuration


def describe(policy: Policy, arn_of: dict[str, str]) -> dict[str, Any]:
    """ScalingPolicy. arn_of: of each alarm's name."""
    return {
        "PolicyARN": policy.arn,
        "PolicyName": policy.name,
        **names_of(policy.subject),
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": policy.configuration,
        "Alarms": [{"AlarmName": name, "AlarmARN": arn_of[name]} for name in policy.alarms.values() if name in arn_of],
        "CreationTime": policy.created_at,
    }
