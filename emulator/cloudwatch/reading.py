"""Metrics read by period: GetMetricStatistics and ListMetrics, and what metric data and alarms read as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.cloudwatch.statistics import SIMPLE, statistic, statistic_of
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import CLOUDWATCH_NAMESPACE, MetricKey, kind_of
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import HOUR_SECONDS, MINUTE_SECONDS, Store

Request = dict[str, Any]

_DATAPOINTS_MAX = 1440
_LIST_PAGE = 500
_DAY_SECONDS = 86_400
_RECENT_SECONDS = 3 * HOUR_SECONDS


def key_of(namespace: Namespace, metric: Request) -> MetricKey | None:
    """The metric that a request names, None where it is of a namespace that nothing here publishes."""
    if metric.get("Namespace") != CLOUDWATCH_NAMESPACE:
        return None
    pairs = sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions") or ())
    return MetricKey(namespace, metric["MetricName"], tuple(pairs))


def read_periods(
    store: Store, key: MetricKey | None, span: tuple[float, float], period: int, unit: str | None = None
) -> dict[int, Distribution]:
    """Period start → values. A unit other than the metric's own finds nothing, as on the service."""
    if key is None or (unit is not None and unit != kind_of(key.name).unit):
        return {}
    return store.read(key, span, period)


def get_metric_statistics(store: Store, namespace: Namespace, request: Request, now: float) -> Request:
    """Datapoints of one metric, one a period that holds values."""
    simple, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    if not simple and not extended:
        raise faults.missing("At least one of the parameters Statistics and ExtendedStatistics must be specified.")
    if simple and extended:
        raise faults.invalid_combination("Either Statistics or ExtendedStatistics must be specified, but not both.")
    for name in extended:
        statistic(name)
    period = request["Period"]
    check_period(period)
    start, end = round_start(request["StartTime"], now), request["EndTime"]
    if start >= end:
        raise faults.invalid_combination("The parameter StartTime must be less than the parameter EndTime.")
    asked = -(-int(end - start) // period)
    if asked > _DATAPOINTS_MAX:
        raise faults.invalid_combination(
            f"You have requested up to {asked:,} datapoints, which exceeds the limit of {_DATAPOINTS_MAX:,}. You may "
            "reduce the datapoints requested by increasing Period, or decreasing the time range."
        )
    key = key_of(namespace, request)
    kind = kind_of(request["MetricName"])
    datapoints = []
    for at, values in read_periods(store, key, (start, end), period, request.get("Unit")).items():
        point: Request = {"Timestamp": float(at), "Unit": kind.unit}
        point |= {name: statistic_of(values, kind.scale, name) for name in SIMPLE if name in simple}
        if extended:
            point["ExtendedStatistics"] = {name: statistic_of(values, kind.scale, name) for name in extended}
        datapoints.append(point)
    return {"Label": request["MetricName"], "Datapoints": datapoints}


def check_period(period: int) -> None:
    """Standard metrics come by the minute."""
    if period < 1 or period % MINUTE_SECONDS:
        raise faults.invalid_value(f"The parameter Period must be a multiple of {MINUTE_SECONDS}.")


def round_start(start: float, now: float) -> int:
    """Starts are rounded down to the minute, to five beyond 15 days ago, to the hour beyond 63 (API reference)."""
    age_days = (now - start) / _DAY_SECONDS
    step = MINUTE_SECONDS if age_days < 15 else 5 * MINUTE_SECONDS if age_days < 63 else HOUR_SECONDS
    return int(start) // step * step


def list_metrics(store: Store, namespace: Namespace, request: Request, now: float) -> Request:
    """The metrics that hold values, filtered by namespace, name and dimensions; 500 a page."""
    recent = request.get("RecentlyActive") is not None
    found = [
        key
        for key in store.keys(namespace)
        if request.get("Namespace", CLOUDWATCH_NAMESPACE) == CLOUDWATCH_NAMESPACE
        and request.get("MetricName", key.name) == key.name
        and _has_dimensions(key, request.get("Dimensions") or ())
        and (not recent or (store.latest(key) or 0) >= now - _RECENT_SECONDS)
    ]
    found.sort()
    first = first_of_page(request.get("NextToken"))
    answer: Request = {"Metrics": [metric_shape(key) for key in found[first : first + _LIST_PAGE]]}
    if first + _LIST_PAGE < len(found):
        answer["NextToken"] = str(first + _LIST_PAGE)
    return answer


def metric_shape(key: MetricKey) -> Request:
    """A metric as the API shows it."""
    return {
        "Namespace": CLOUDWATCH_NAMESPACE,
        "MetricName": key.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in key.dimensions],
    }


def first_of_page(token: str | None) -> int:
    """Where a page begins; InvalidNextToken for a token that was not made here."""
    if token is None:
        return 0
    if not token.isascii() or not token.isdigit():
        raise faults.invalid_token()
    return int(token)


def _has_dimensions(key: MetricKey, filters: Iterable[Request]) -> bool:
    held = dict(key.dimensions)
    return all(each["Name"] in held and each.get("Value", held[each["Name"]]) == held[each["Name"]] for each in filters)
