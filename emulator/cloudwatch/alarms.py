"""The alarms of one account and region: what they are told, how they are described, and what has become of them.

Rule: PutMetricAlarm replaces an alarm of the same name and keeps its state (API reference). History is bounded.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.cloudwatch.alarm import COMPARISONS, Alarm
from dynarig.emulator.cloudwatch.metric_data import check_queries
from dynarig.emulator.cloudwatch.reading import check_period, first_of_page
from dynarig.emulator.cloudwatch.statistics import SIMPLE, statistic
from dynarig.emulator.metrics.names import CLOUDWATCH_NAMESPACE
from dynarig.emulator.metrics.series import Namespace

Request = dict[str, Any]

_ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
_TAGS_MAX = 50
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_SHOWN = (
    "AlarmDescription",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "Metrics",
)
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+")
_ALARMS_MAX = 5000
_HOUR_SECONDS = 3600
_DAY_SECONDS = 86_400
_RECORDS_MAX = 100
_HISTORY_MAX = 2000


class Event(NamedTuple):
    """One entry of the history. kind: StateUpdate, ConfigurationUpdate or Action."""

    at: float
    alarm: str
    kind: str
    summary: str
    data: str = "{}"


class Alarms:
    """Mutable; of one namespace, by name."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._alarms: dict[str, Alarm] = {}
        self.history: deque[Event] = deque(maxlen=_HISTORY_MAX)

    def __iter__(self) -> Iterator[Alarm]:
        return iter(list(self._alarms.values()))

    def __len__(self) -> int:
        return len(self._alarms)

    def get(self, name: str) -> Alarm | None:
        """The alarm of this name, or None."""
        return self._alarms.get(name)

    def put(self, request: Request, now: float) -> Request:
        """PutMetricAlarm. Tags are those of a new alarm; one that is there keeps its own (API reference)."""
        settings = {name: value for name, value in request.items() if name != "Tags"}
        _check(settings)
        name = settings["AlarmName"]
        known = self._alarms.get(name)
        if known is None and len(self._alarms) >= _ALARMS_MAX:
            raise faults.limit_exceeded("The quota for alarms for this customer has been reached.")
        arn = f"arn:aws:cloudwatch:{self._namespace.region}:{self._namespace.account}:alarm:{name}"
        made = Alarm(name, arn, settings, now, now // 60 * 60, updated_at=now, transitioned_at=now)
        _check_reach(made)
        alarm = known or made
        if known is None:
            _tag(alarm, request.get("Tags") or [])
        alarm.settings, alarm.configured_at = settings, now
        alarm.is_dynamodb = settings.get("Namespace", CLOUDWATCH_NAMESPACE) == CLOUDWATCH_NAMESPACE
        self._alarms[name] = alarm
        verb = "created" if known is None else "updated"
        self.history.append(Event(now, name, "ConfigurationUpdate", f'Alarm "{name}" {verb}'))
        return {}

    def delete(self, request: Request, now: float) -> Request:
        """DeleteAlarms: of several, all must be there."""
        unknown = [name for name in request["AlarmNames"] if name not in self._alarms]
        if unknown:
            raise faults.not_found(f"Alarms not found: {', '.join(unknown)}")
        for name in dict.fromkeys(request["AlarmNames"]):
            del self._alarms[name]
            self.history.append(Event(now, name, "ConfigurationUpdate", f'Alarm "{name}" deleted'))
        return {}

    def set_state(self, request: Request, now: float) -> Request:
        """SetAlarmState: until the next evaluation."""
        alarm = self._alarms.get(request["AlarmName"])
        if alarm is None:
            raise faults.not_found(f"Alarm {request['AlarmName']} not found")
        reason_data = request.get("StateReasonData")
        if reason_data is not None:
            _check_json(reason_data)
        self.change(alarm, request["StateValue"], request["StateReason"], now)
        alarm.reason_data = reason_data
        return {}

    def change(self, alarm: Alarm, state: str, reason: str, at: float) -> None:
        """Let an alarm be in a state from `at` on."""
        if state != alarm.state:
            summary = f"Alarm updated from {alarm.state} to {state}"
            self.history.append(Event(at, alarm.name, "StateUpdate", summary, _state_data(alarm, state, reason)))
            alarm.transitioned_at = at
        alarm.state, alarm.reason, alarm.updated_at = state, reason, at

    def tag(self, request: Request, now: float) -> Request:
        """TagResource: a key that is there gets the new value."""
        _tag(self._tagged(request), request["Tags"])
        return {}

    def untag(self, request: Request, now: float) -> Request:
        """UntagResource: a key that is not there is passed over."""
        tags = self._tagged(request).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags(self, request: Request, now: float) -> Request:
        """ListTagsForResource."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(request).tags.items()]}

    def _tagged(self, request: Request) -> Alarm:
        arn = request["ResourceARN"]
        alarm = self._alarms.get(arn.partition(":alarm:")[2])
        if alarm is None or alarm.arn != arn:
            raise faults.tagged_not_found(arn)
        return alarm

    def enable_actions(self, request: Request, enabled: bool, now: float) -> Request:
        """EnableAlarmActions and DisableAlarmActions."""
        for name in request["AlarmNames"]:
            alarm = self._alarms.get(name)
            if alarm is not None:
                alarm.settings = {**alarm.settings, "ActionsEnabled": enabled}
        return {}

    def describe(self, request: Request, now: float) -> Request:
        """DescribeAlarms: by name or prefix, state and action."""
        names, prefix = request.get("AlarmNames"), request.get("AlarmNamePrefix")
        if names is not None and prefix is not None:
            raise faults.invalid_combination("AlarmNames and AlarmNamePrefix cannot be used together.")
        action = request.get("ActionPrefix", "")
        found = [
            describe(alarm)
            for alarm in sorted(self._alarms.values(), key=lambda each: each.name)
            if (names is None or alarm.name in names)
            and alarm.name.startswith(prefix or "")
            and request.get("StateValue", alarm.state) == alarm.state
            and (not action or any(each.startswith(action) for each in alarm.settings.get("AlarmActions") or ()))
        ]
        if "MetricAlarm" not in (request.get("AlarmTypes") or ("MetricAlarm",)):
            found = []
        return _paged("MetricAlarms", found, request) | {"CompositeAlarms": []}

    def describe_for_metric(self, request: Request, now: float) -> Request:
        """DescribeAlarmsForMetric: the alarms on exactly this metric."""
        named = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit")
        wanted = {name: request[name] for name in named if name in request}
        dimensions = _pairs(request.get("Dimensions"))
        found = [
            describe(alarm)
            for alarm in self
            if all(alarm.settings.get(name) == value for name, value in wanted.items())
            and _pairs(alarm.settings.get("Dimensions")) == dimensions
        ]
        return {"MetricAlarms": found}

    def describe_history(self, request: Request, now: float) -> Request:
        """DescribeAlarmHistory, newest first unless asked otherwise."""
        found = [
            event
            for event in self.history
            if request.get("AlarmName", event.alarm) == event.alarm
            and request.get("HistoryItemType", event.kind) == event.kind
            and request.get("StartDate", 0) <= event.at <= request.get("EndDate", float("inf"))
        ]
        if request.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            found.reverse()
        items = [
            {
                "AlarmName": event.alarm,
                "AlarmType": "MetricAlarm",
                "Timestamp": event.at,
                "HistoryItemType": event.kind,
                "HistorySummary": event.summary,
                "HistoryData": event.data,
            }
            for event in found
        ]
        return _paged("AlarmHistoryItems", items, request)


def describe(alarm: Alarm) -> Request:
    """MetricAlarm."""
    settings = alarm.settings
    described: Request = {name: settings[name] for name in _SHOWN if settings.get(name) is not None}
    if "Metrics" not in settings:
        described.setdefault("Dimensions", [])
    described |= {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured_at,
        "ActionsEnabled": settings.get("ActionsEnabled", True),
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        "StateUpdatedTimestamp": alarm.updated_at,
        "StateTransitionedTimestamp": alarm.transitioned_at,
    }
    for name in _ACTIONS:
        described[name] = settings.get(name) or []
    if alarm.reason_data is not None:
        described["StateReasonData"] = alarm.reason_data
    return described


def _check(settings: Request) -> None:
    """Refuse what contradicts itself; bounds of single members are the service model's."""
    for name in ("EvaluationPeriods", "ComparisonOperator", "Threshold"):
        if settings.get(name) is None:
            raise faults.missing(f"The parameter {name} is required.")
    if settings["ComparisonOperator"] not in COMPARISONS:
        raise faults.validation("Alarms on anomaly detection bands are not evaluated here; give a Threshold.")
    periods, needed = settings["EvaluationPeriods"], settings.get("DatapointsToAlarm")
    if periods < 1 or (needed is not None and not 1 <= needed <= periods):
        raise faults.validation("DatapointsToAlarm must be between 1 and EvaluationPeriods.")
    if settings.get("TreatMissingData", "missing") not in _TREATMENTS:
        raise faults.validation(f"The value of TreatMissingData must be one of {', '.join(_TREATMENTS)}.")
    if settings.get("EvaluateLowSampleCountPercentile", "evaluate") not in ("evaluate", "ignore"):
        raise faults.validation("The value of EvaluateLowSampleCountPercentile must be one of evaluate, ignore.")
    for action in (each for name in _ACTIONS for each in settings.get(name) or ()):
        if _ARN.fullmatch(action) is None:
            raise faults.validation(f"Invalid arn syntax: {action}")
    if settings.get("Metrics"):
        _check_queries(settings)
    else:
        _check_metric(settings)


def _tag(alarm: Alarm, tags: list[Request]) -> None:
    """Add tags, all or none."""
    made = alarm.tags | {tag["Key"]: tag["Value"] for tag in tags}
    if len(made) > _TAGS_MAX:
        raise faults.invalid_value(f"An alarm can have {_TAGS_MAX} tags, not {len(made)}.")
    alarm.tags = made


def _check_json(text: str) -> None:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        raise faults.invalid_format("StateReasonData is not syntactically valid JSON.") from None


def _check_reach(alarm: Alarm) -> None:
    """How far back an alarm may look (API reference, PutMetricAlarm)."""
    days = 1 if alarm.period_seconds < _HOUR_SECONDS else 7
    if alarm.periods * alarm.period_seconds > days * _DAY_SECONDS:
        text = "a day" if days == 1 else "seven days"
        raise faults.validation(
            f"Metrics cannot be checked across more than {text} (EvaluationPeriods * Period must be <= "
            f"{days * _DAY_SECONDS})."
        )


def _check_metric(settings: Request) -> None:
    for name in ("MetricName", "Namespace", "Period"):
        if settings.get(name) is None:
            raise faults.missing(f"The parameter {name} is required.")
    simple, extended = settings.get("Statistic"), settings.get("ExtendedStatistic")
    if (simple is None) == (extended is None):
        raise faults.invalid_combination("Exactly one of Statistic and ExtendedStatistic must be specified.")
    if simple is not None and simple not in SIMPLE:
        raise faults.validation(f"The value {simple} for parameter Statistic is not supported.")
    if extended is not None:
        statistic(extended)
    check_period(settings["Period"])


def _check_queries(settings: Request) -> None:
    clashing = [name for name in ("MetricName", "Namespace", "Period", "Statistic", "Dimensions") if settings.get(name)]
    if clashing:
        raise faults.invalid_combination(f"Metrics cannot be specified together with {clashing[0]}.")
    returning = [query for query in settings["Metrics"] if query.get("ReturnData", True)]
    if len(returning) != 1:
        raise faults.validation("Exactly one element of the metrics list should return data.")
    check_queries(settings["Metrics"])


def _pairs(dimensions: list[Request] | None) -> list[tuple[str, str]]:
    return sorted((each["Name"], each["Value"]) for each in dimensions or ())


def _paged(name: str, found: list[Request], request: Request) -> Request:
    first, most = first_of_page(request.get("NextToken")), request.get("MaxRecords") or _RECORDS_MAX
    answer: Request = {name: found[first : first + most]}
    if first + most < len(found):
        answer["NextToken"] = str(first + most)
    return answer


def _state_data(alarm: Alarm, state: str, reason: str) -> str:
    old = {"stateValue": alarm.state, "stateReason": alarm.reason}
    new = {"stateValue": state, "stateReason": reason}
    return orjson.dumps({"version": "1.0", "oldState": old, "newState": new}).decode()


def shown_time(at: float) -> str:
    """A datapoint's time as reasons show it: ``24/11/25 12:05:00``."""
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%y %H:%M:%S}"
