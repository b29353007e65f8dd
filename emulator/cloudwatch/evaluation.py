"""Alarms by the clock: each minute that has passed, every alarm is judged by the datapoints up to it.

Rule: a minute is judged once, in order, whatever the clock has leapt over; a leap beyond the minutes that are kept
skips what cannot be known any more. The periods of an alarm end with the minute judged.
"""

from __future__ import annotations

from collections.abc import Callable

from dynarig.emulator.cloudwatch.alarm import ALARM, OK, Alarm
from dynarig.emulator.cloudwatch.alarms import Alarms, Event, shown_time
from dynarig.emulator.cloudwatch.math_functions import Series
from dynarig.emulator.cloudwatch.metric_data import Request, Sources, evaluate_queries
from dynarig.emulator.cloudwatch.reading import key_of, read_periods
from dynarig.emulator.cloudwatch.statistics import statistic_of
from dynarig.emulator.metrics.names import kind_of
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import MINUTE_SECONDS
from dynarig.emulator.model.errors import DynamoDBError

Act = Callable[[str, Alarm, float], str | None]  # (action ARN, alarm, time) → what was done, None for nothing
_ACTIONS = {OK: "OKActions", ALARM: "AlarmActions"}
_SCALING = "arn:aws:autoscaling:"


def evaluate_minute(alarms: Alarms, sources: Sources, namespace: Namespace, at: float, act: Act) -> None:
    """Judge every alarm at the minute `at`, which has ended, and carry out what its new state calls for."""
    for alarm in alarms:
        if alarm.evaluated_at >= at:
            continue
        alarm.evaluated_at = at
        points = _points(alarm, sources, namespace, at)
        state = alarm.judge(points)
        changed = state != alarm.state
        if changed:
            times = [shown_time(at - back * alarm.period_seconds) for back in range(len(points), 0, -1)]
            alarms.change(alarm, state, alarm.reason_for(state, points, times), at)
        if alarm.settings.get("ActionsEnabled", True):
            _carry_out(alarms, alarm, changed, at, act)


def _carry_out(alarms: Alarms, alarm: Alarm, changed: bool, at: float, act: Act) -> None:
    """Actions of the state: once when it is entered; a scaling policy is called each minute that it lasts."""
    for action in alarm.settings.get(_ACTIONS.get(alarm.state, "InsufficientDataActions")) or ():
        if not changed and not action.startswith(_SCALING):
            continue
        done = act(action, alarm, at)
        if done is not None:
            alarms.history.append(Event(at, alarm.name, "Action", done))


def _points(alarm: Alarm, sources: Sources, namespace: Namespace, at: float) -> list[float | None]:
    """One statistic a period, oldest first, None for a period without values."""
    period, count = alarm.period_seconds, alarm.looked_at
    span = (at - count * period, at)
    settings = alarm.settings
    values: dict[int, float] = {}
    if "Metrics" in settings:
        for query, found in _evaluated(alarm, sources, namespace, span):
            if query.get("ReturnData", True):
                series = found if isinstance(found, Series) else found[0] if found else None
                values = {} if series is None else series.values
        values = {int(span[0]) + (start - int(span[0])) // period * period: value for start, value in values.items()}
    else:
        name = settings.get("Statistic") or settings["ExtendedStatistic"]
        scale = kind_of(settings["MetricName"]).scale
        read = read_periods(sources.store, key_of(namespace, settings), span, period, settings.get("Unit"))
        values = {start: statistic_of(each, scale, name) for start, each in read.items()}
    return [values.get(int(span[0]) + place * period) for place in range(count)]


def _evaluated(
    alarm: Alarm, sources: Sources, namespace: Namespace, span: tuple[float, float]
) -> list[tuple[Request, Series | tuple[Series, ...]]]:
    """The queries of an alarm; none where the data, such as none at all, does not allow the expression."""
    try:
        return evaluate_queries(sources, namespace, alarm.settings["Metrics"], span)
    except DynamoDBError:
        return []


def minutes_to_judge(last: float, now: float, kept_seconds: int) -> range:
    """The minutes that ended after `last` up to `now`, the newest `kept_seconds` of them."""
    newest = int(now) // MINUTE_SECONDS * MINUTE_SECONDS
    first = max(int(last) + MINUTE_SECONDS, newest - kept_seconds)
    return range(first, newest + MINUTE_SECONDS, MINUTE_SECONDS)
