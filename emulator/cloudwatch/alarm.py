"""One metric alarm: what it was told, its state, and how a state follows from datapoints.

Source: CloudWatch User Guide, Alarm evaluation and Configuring how alarms treat missing data. Alarms on AWS/DynamoDB
always ignore missing data, whatever they were told (API reference, PutMetricAlarm), so one that has fired stays fired
until a good datapoint comes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
MISSING, IGNORE, BREACHING, NOT_BREACHING = "missing", "ignore", "breaching", "notBreaching"
_MANY = 5  # datapoints that a reason lists at its end, and no more of them
_LOOKS_BACK = 2  # datapoints beyond the evaluation periods that may stand in for missing ones (the guide's example)

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(slots=True)
class Alarm:
    """Mutable. settings: the members of PutMetricAlarm. Times are epoch seconds.

    evaluated_at: the last minute at which it was evaluated.
    """

    name: str
    arn: str
    settings: dict[str, Any]
    configured_at: float
    evaluated_at: float
    state: str = INSUFFICIENT
    reason: str = "Unchecked: Initial alarm creation"
    reason_data: str | None = None
    updated_at: float = 0.0
    transitioned_at: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)
    is_dynamodb: bool = True

    @property
    def periods(self) -> int:
        """How many periods are compared."""
        return int(self.settings["EvaluationPeriods"])

    @property
    def needed(self) -> int:
        """How many of them must breach."""
        return int(self.settings.get("DatapointsToAlarm") or self.periods)

    @property
    def period_seconds(self) -> int:
        """The length of one period; a minute, or the metrics' own, where the alarm is on an expression."""
        if "Metrics" not in self.settings:
            return int(self.settings["Period"])
        queries = self.settings["Metrics"]
        own = [query.get("Period") for query in queries if query.get("ReturnData", True)]
        lengths = [each for each in own if each] or [q["MetricStat"]["Period"] for q in queries if "MetricStat" in q]
        return int(max(lengths, default=60))

    @property
    def looked_at(self) -> int:
        """How many periods are looked at, missing data standing back for older."""
        return self.periods + _LOOKS_BACK

    def breaches(self, value: float) -> bool:
        """Whether a datapoint is beyond the threshold."""
        return COMPARISONS[self.settings["ComparisonOperator"]][0](value, float(self.settings["Threshold"]))

    def judge(self, points: Sequence[float | None]) -> str:
        """The state that datapoints call for, oldest first, `looked_at` of them; None is a missing one."""
        treatment = IGNORE if self.is_dynamodb else self.settings.get("TreatMissingData") or MISSING
        if all(point is None for point in points):
            return {BREACHING: ALARM, NOT_BREACHING: OK, IGNORE: self.state}.get(treatment, INSUFFICIENT)
        found = [self.breaches(point) for point in points if point is not None][-self.periods :]
        lacking = self.periods - len(found)
        breaching = sum(found) + (lacking if treatment == BREACHING else 0)
        if breaching >= self.needed:
            return ALARM
        if not lacking or treatment in (BREACHING, NOT_BREACHING) or not all(found):
            return OK
        if treatment == MISSING and self._is_old_enough(points):
            return ALARM
        return self.state

    def _is_old_enough(self, points: Sequence[float | None]) -> bool:
        """Whether the oldest breaching point is as old as the datapoints to alarm, and nothing since has been good."""
        oldest = next(place for place, point in enumerate(points) if point is not None)
        return len(points) - oldest >= self.needed

    def reason_for(self, state: str, points: Sequence[float | None], times: Sequence[str]) -> str:
        """The sentence that a change of state carries, as the service's notifications have it. times: of the points."""
        settings = self.settings
        held = [(point, at) for point, at in zip(points, times, strict=True) if point is not None][-self.periods :]
        if not held:
            if state == INSUFFICIENT:
                return "Insufficient Data: no datapoints were received."
            count = self.periods
            treated = settings.get("TreatMissingData")
            return (
                f"Threshold Crossed: no datapoints were received for {count} periods and {count} missing datapoints "
                f"were treated as [{treated}]."
            )
        held.reverse()  # the newest comes first
        phrase = f"{COMPARISONS[settings['ComparisonOperator']][1]} the threshold ({float(settings['Threshold'])})"
        crossed = [(point, at) for point, at in held if self.breaches(point) == (state == ALARM)]
        share = f"{len(crossed)} out of the last {self.periods} datapoints"
        if state == ALARM:
            least = f"(minimum {_counted(self.needed)} for OK -> ALARM transition)."
        else:
            phrase = f"not {phrase}"
            least = f"(minimum {_counted(self.periods - self.needed + 1)} for ALARM -> OK transition)."
        if len(crossed) < _MANY:
            return f"Threshold Crossed: {share} [{_listed(crossed)}] {_verb(crossed)} {phrase} {least}"
        recent = f"The most recent datapoints which crossed the threshold: [{_listed(crossed[:_MANY])}]"
        return f"Threshold Crossed: {share} were {phrase}. {recent} {least}"


def _counted(count: int) -> str:
    return "1 datapoint" if count == 1 else f"{count} datapoints"


def _verb(points: Sequence[object]) -> str:
    return "was" if len(points) == 1 else "were"


def _listed(points: Sequence[tuple[float, str]]) -> str:
    return ", ".join(f"{point} ({at})" for point, at in points)
