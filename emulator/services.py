"""The other services that answer here: CloudWatch and Application Auto Scaling, of each account and region.

Rule: like the engine's, their calls are (request, now) → answer, and what time brings happens in `run_due`, minute by
minute and in order. They reach tables through the engine's own calls alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from random import Random
from typing import Any, Protocol

from dynarig.emulator.autoscaling.scaling import AutoScaling
from dynarig.emulator.cloudwatch.alarm import Alarm
from dynarig.emulator.cloudwatch.alarms import Alarms
from dynarig.emulator.cloudwatch.evaluation import evaluate_minute, minutes_to_judge
from dynarig.emulator.cloudwatch.insight_reports import describe_insight_rules, get_insight_rule_report
from dynarig.emulator.cloudwatch.metric_data import Sources, get_metric_data
from dynarig.emulator.cloudwatch.reading import get_metric_statistics, list_metrics
from dynarig.emulator.cost.accrual import Accrual
from dynarig.emulator.cost.bill import Metered, shown
from dynarig.emulator.cost.meter import Meter
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.metrics.gauges import GAUGE_SECONDS, publish_gauges
from dynarig.emulator.metrics.refusals import Counted, refusal_counts
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import HOUR_SECONDS, MINUTE_SECONDS
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.insight_rules import InsightRule, rules_in

CLOUDWATCH = "cloudwatch"
DEFAULT_ACCOUNT = "000000000000"
AUTO_SCALING = "application-autoscaling"

Request = dict[str, Any]


class EngineShape(Protocol):
    """What is asked of the engine."""

    activity: Activity
    catalogs: dict[tuple[str, str], Catalog]

    def execute(self, call: Call, now: float) -> Reply: ...
    def catalog(self, account: str, region: str) -> Catalog: ...
    def wake_services(self) -> None: ...


class Services:
    """Mutable. engine: whose tables they watch and scale."""

    def __init__(self, engine: EngineShape, settings: Settings) -> None:
        self._execute = engine.execute
        self._catalog = engine.catalog
        self._catalogs = engine.catalogs
        self._activity = engine.activity
        self.accrual = Accrual()
        self._wake = engine.wake_services
        self._settings = settings
        self._random = Random(settings.seed)
        self._sources = Sources(engine.activity.store, self._rules_of)
        self._alarms: dict[Namespace, Alarms] = {}
        self._scaling: dict[Namespace, AutoScaling] = {}
        self._judged_at: float | None = None

    def call(self, service: str, operation: str, namespace: Namespace, request: Request, now: float) -> Request:
        """Answer one call; DynamoDBError where it is refused, KeyError for an operation that is not here."""
        self.run_due(now, None)
        self._wake()
        if service == AUTO_SCALING:
            method = _SCALING_OPERATIONS[operation]
            return method(self._scaling_of(namespace), request, now)
        if operation == "GetMetricData":
            return get_metric_data(self._sources, namespace, request, now)
        if operation in _READING_OPERATIONS:
            return _READING_OPERATIONS[operation](self._activity.store, namespace, request, now)
        if operation in _INSIGHT_OPERATIONS:
            return _INSIGHT_OPERATIONS[operation](self._rules_of(namespace), request, now)
        return _ALARM_OPERATIONS[operation](self._alarms_of(namespace), request, now)

    def look(self, now: float) -> None:
        """Bill what has been there until now; called before tables change."""
        self.accrual.look(self._catalogs.values(), now)

    def bill(self, now: float, region: str | None, day: str | None) -> Request:
        """The bill as JSON shows it. region, day: of the prices, or None for the tables' own and the latest."""
        steps = self.bill_in_steps(now, region, day)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return dict(end.value)

    def bill_in_steps(self, now: float, region: str | None, day: str | None) -> Generator[None, None, Request]:
        """As `bill`, in steps between which calls may be answered."""
        self.look(now)
        lines = Meter(self._activity.series).lines()
        successes, catalogs = list(self._activity.successes.values()), list(self._catalogs.values())
        return (yield from shown(Metered(lines, successes, self.accrual, catalogs, region, day), now))

    def count_unread(self, region: str) -> None:
        """Count a request that was refused before it was known whose it is: a user's error as any other."""
        self._activity.count(Namespace(DEFAULT_ACCOUNT, region), [Counted("UserErrors", ())])

    def count_broken(self, call: Call) -> None:
        """Count a request that failed by a fault of ours, which the shell answers."""
        namespace = Namespace(call.account, call.region)
        self._activity.count(namespace, refusal_counts(call, errors.internal_server_error()))

    @property
    def next_due(self) -> float:
        """When the open minute is over (epoch seconds)."""
        return self._activity.minute_start + MINUTE_SECONDS

    def run_due(self, now: float, work: object) -> None:
        """Publish gauges and judge alarms of the minutes that have ended. work: minutes are few, it is not asked."""
        self._activity.flush(now)
        self.look(now)
        minute = int(now) // MINUTE_SECONDS * MINUTE_SECONDS
        if self._judged_at is None:
            self._judged_at = minute
        store, last = self._activity.store, self._judged_at
        if minute > last:
            self._judged_at = minute
            minutes = minutes_to_judge(last, now, store.minutes_seconds)
            self._fill_hours(int(last), minutes.start)
            for at in minutes:
                if at % GAUGE_SECONDS == 0:
                    publish_gauges(store, self._catalogs.values(), self._settings, at)
                for namespace, alarms in list(self._alarms.items()):
                    evaluate_minute(alarms, self._sources, namespace, at, self._act_in(namespace))
        store.coarsen(now)
        if len(self.accrual.seconds) > self._settings.metrics_names_max:
            self.accrual.fold_gone(self._exists)

    def _exists(self, namespace: Namespace, table: str) -> bool:
        catalog = self._catalogs.get(namespace)
        return catalog is not None and catalog.get(table) is not None

    def _fill_hours(self, last: int, first: int) -> None:
        """Gauges of the hours that a leap of the clock has passed and that are kept by the hour alone."""
        oldest = max(last, first - self._settings.metrics_hours * HOUR_SECONDS)
        for at in range(oldest // HOUR_SECONDS * HOUR_SECONDS + HOUR_SECONDS, first - HOUR_SECONDS, HOUR_SECONDS):
            publish_gauges(
                self._activity.store, self._catalogs.values(), self._settings, at, times=HOUR_SECONDS // GAUGE_SECONDS
            )

    def _act_in(self, namespace: Namespace) -> Callable[[str, Alarm, float], str | None]:
        def act(action: str, alarm: Alarm, at: float) -> str | None:
            if action.startswith("arn:aws:autoscaling:"):
                return self._scaling_of(namespace).act(action, alarm, at)
            return f"Action {action} is due; nothing is sent from here"

        return act

    def _rules_of(self, namespace: Namespace) -> Iterator[InsightRule]:
        """The rules of a namespace; asking makes none."""
        catalog = self._catalog(*namespace) if self._settings.shared_db else self._catalogs.get(namespace)
        return iter(()) if catalog is None else rules_in(catalog)

    def _alarms_of(self, namespace: Namespace) -> Alarms:
        alarms = self._alarms.get(namespace)
        if alarms is None:
            alarms = self._alarms[namespace] = Alarms(namespace)
        return alarms

    def _scaling_of(self, namespace: Namespace) -> AutoScaling:
        scaling = self._scaling.get(namespace)
        if scaling is None:

            def dynamodb(operation: str, request: Request, now: float) -> Reply:
                return self._execute(Call(operation, request, account=namespace.account, region=namespace.region), now)

            def catalog() -> Catalog:
                return self._catalog(*namespace)

            alarms = self._alarms_of(namespace)
            scaling = AutoScaling(catalog, alarms, self._activity.store, dynamodb, self._random)
            self._scaling[namespace] = scaling
        return scaling


_READING_OPERATIONS = {
    "GetMetricStatistics": get_metric_statistics,
    "ListMetrics": list_metrics,
}
_INSIGHT_OPERATIONS = {
    "DescribeInsightRules": describe_insight_rules,
    "GetInsightRuleReport": get_insight_rule_report,
}
_ALARM_OPERATIONS: dict[str, Callable[[Alarms, Request, float], Request]] = {
    "DeleteAlarms": Alarms.delete,
    "DescribeAlarmHistory": Alarms.describe_history,
    "DescribeAlarms": Alarms.describe,
    "DescribeAlarmsForMetric": Alarms.describe_for_metric,
    "DisableAlarmActions": lambda alarms, request, now: alarms.enable_actions(request, False, now),
    "EnableAlarmActions": lambda alarms, request, now: alarms.enable_actions(request, True, now),
    "ListTagsForResource": Alarms.list_tags,
    "PutMetricAlarm": Alarms.put,
    "SetAlarmState": Alarms.set_state,
    "TagResource": Alarms.tag,
    "UntagResource": Alarms.untag,
}
_SCALING_OPERATIONS: dict[str, Callable[[AutoScaling, Request, float], Request]] = {
    "DeleteScalingPolicy": AutoScaling.delete_policy,
    "DeregisterScalableTarget": AutoScaling.deregister,
    "DescribeScalableTargets": AutoScaling.describe_targets,
    "DescribeScalingActivities": AutoScaling.describe_activities,
    "DescribeScalingPolicies": AutoScaling.describe_policies,
    "ListTagsForResource": AutoScaling.list_tags,
    "PutScalingPolicy": AutoScaling.put_policy,
    "RegisterScalableTarget": AutoScaling.register,
    "TagResource": AutoScaling.tag,
    "UntagResource": AutoScaling.untag,
}
OPERATIONS: dict[str, tuple[str, ...]] = {
    CLOUDWATCH: tuple(sorted(("GetMetricData", *_READING_OPERATIONS, *_INSIGHT_OPERATIONS, *_ALARM_OPERATIONS))),
    AUTO_SCALING: tuple(sorted(_SCALING_OPERATIONS)),
}
