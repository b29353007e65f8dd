"""GetMetricData: queries of metrics and expressions over them, evaluated in the order in which they depend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from dynarig.emulator.capacity.contributors import HALVES
from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.cloudwatch.insight_reports import check_metric, find_rule, metric_of, periods_of
from dynarig.emulator.cloudwatch.math_functions import KEYWORDS, Scope, Series, Value, evaluate
from dynarig.emulator.cloudwatch.math_parser import Apply, Array, Name, Node, parse
from dynarig.emulator.cloudwatch.reading import check_period, first_of_page, key_of, read_periods
from dynarig.emulator.cloudwatch.statistics import statistic, statistic_of
from dynarig.emulator.metrics.names import kind_of
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import MINUTE_SECONDS, Store
from dynarig.emulator.storage.insight_rules import InsightRule

Request = dict[str, Any]

_ID = re.compile(r"[a-z]\w*", re.ASCII)
_DATAPOINTS_MAX = 100_800
_QUERIES_MAX = 500


class Sources(NamedTuple):
    """What queries read. rules: those of Contributor Insights in the namespace that asks."""

    store: Store
    rules: Callable[[Namespace], Iterable[InsightRule]]


def get_metric_data(sources: Sources, namespace: Namespace, request: Request, now: float) -> Request:
    """The results of the queries that return data, newest value first unless asked otherwise."""
    start, end = request["StartTime"], request["EndTime"]
    if start >= end:
        raise faults.validation("The parameter StartTime must be less than the parameter EndTime.")
    limit = request.get("MaxDatapoints") or _DATAPOINTS_MAX
    if limit > _DATAPOINTS_MAX:
        raise faults.validation(f"The value {limit} for parameter MaxDatapoints exceeds {_DATAPOINTS_MAX:,}.")
    newest_first = request.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = evaluate_queries(sources, namespace, request["MetricDataQueries"], (start, end))
    rows = [
        (query["Id"], _label_of(query, value, series), sorted(series.values.items(), reverse=newest_first))
        for query, value in results
        for series in (value if isinstance(value, tuple) else (value,))
        if query.get("ReturnData", True)
    ]
    return _page(rows, limit, first_of_page(request.get("NextToken")))


def _label_of(query: Request, value: Value, series: Series) -> str:
    """A result's label: the query's own, else its metric's or its id. Series of an array add their own, which is what
    tells them apart (User Guide, Using metric math)."""
    own = query.get("Label") or (series.label if "MetricStat" in query else query["Id"])
    return f"{own} {series.label}" if isinstance(value, tuple) and series.label else str(own)


def _page(rows: list[tuple[str, str, list[tuple[int, float]]]], limit: int, first: int) -> Request:
    """Datapoints `first` on, at most `limit`, counted through all results."""
    shown, skipped, left = [], first, limit
    more = False
    for name, label, points in rows:
        part = points[skipped:][: max(left, 0)]
        rest = len(points) - min(skipped, len(points)) - len(part)
        skipped = max(0, skipped - len(points))
        left -= len(part)
        more = more or rest > 0
        shown.append(
            {
                "Id": name,
                "Label": label,
                "Timestamps": [float(at) for at, _ in part],
                "Values": [value for _, value in part],
                "StatusCode": "PartialData" if rest else "Complete",
            }
        )
    answer: Request = {"MetricDataResults": shown, "Messages": []}
    if more:
        answer["NextToken"] = str(first + limit)
    return answer


def evaluate_queries(
    sources: Sources, namespace: Namespace, queries: list[Request], span: tuple[float, float]
) -> list[tuple[Request, Series | tuple[Series, ...]]]:
    """(query, its series) of every query, in the order given."""
    check_queries(queries)
    values: dict[str, Value] = {}
    for query in queries:
        if "MetricStat" in query:
            values[query["Id"]] = _metric(sources.store, namespace, query, span)
    metrics = {name: value for name, value in values.items() if isinstance(value, Series)}
    period = min((series.period for series in metrics.values()), default=MINUTE_SECONDS)
    trees = {query["Id"]: parse(query["Expression"]) for query in queries if "Expression" in query}
    periods = {query["Id"]: query.get("Period") or period for query in queries}
    for name in _in_order(trees, values):
        if (span[1] - span[0]) / periods[name] > _DATAPOINTS_MAX:
            raise faults.validation(f"An expression over more than {_DATAPOINTS_MAX:,} periods is not evaluated.")
        times = range(int(span[0]) // periods[name] * periods[name], -int(-span[1] // 1), periods[name])
        rules = _rule_reader(lambda: sources.rules(namespace), span, periods[name])
        values[name] = evaluate(trees[name], Scope(values, metrics, periods[name], times, rules))
    return [(query, _returned(query, values[query["Id"]])) for query in queries]


def check_queries(queries: list[Request]) -> None:
    """Refuse queries that no data could make right: their ids, statistics, periods, expressions."""
    if len(queries) > _QUERIES_MAX:
        raise faults.validation(f"The collection MetricDataQueries must not have a size greater than {_QUERIES_MAX}.")
    seen: set[str] = set()
    for query in queries:
        name = query["Id"]
        if _ID.fullmatch(name) is None:
            raise faults.validation(f"The value {name} for parameter Id must start with a lowercase letter.")
        if name in seen:
            raise faults.validation(f"The values for parameter id in MetricDataQueries are not unique: {name}.")
        seen.add(name)
        if ("MetricStat" in query) == ("Expression" in query):
            raise faults.validation(
                f"Either the parameter MetricStat or the parameter Expression must be specified for {name}, not both."
            )
    for query in queries:
        if "MetricStat" in query:
            for name in ("Namespace", "MetricName"):
                if name not in query["MetricStat"]["Metric"]:
                    raise faults.missing(f"The parameter {name} of the metric of {query['Id']} is required.")
            check_period(query["MetricStat"]["Period"])
            statistic(query["MetricStat"]["Stat"])
        else:
            unknown = _names(parse(query["Expression"])) - seen - KEYWORDS
            if unknown:
                raise faults.validation(f"Error in expression '{query['Id']}': unknown id {min(unknown)}.")


def _metric(store: Store, namespace: Namespace, query: Request, span: tuple[float, float]) -> Series:
    """One metric's statistic by period; periods begin at their multiples."""
    stat = query["MetricStat"]
    period = stat["Period"]
    metric = stat["Metric"]
    key = key_of(namespace, metric)
    first = int(span[0]) // period * period
    scale = kind_of(metric.get("MetricName", "")).scale
    periods = read_periods(store, key, (first, span[1]), period, stat.get("Unit"))
    values = {at: statistic_of(each, scale, stat["Stat"]) for at, each in periods.items()}
    return Series(str(query.get("Label") or metric.get("MetricName", "")), period, values)


def _rule_reader(
    rules: Callable[[], Iterable[InsightRule]], span: tuple[float, float], period: int
) -> Callable[[str, str], dict[int, float]]:
    """A function from the names of a rule and of one of its metrics to the values by period."""

    def read(name: str, metric: str) -> dict[int, float]:
        check_metric(metric)
        rule = find_rule(rules(), name)
        return {each.at: metric_of(each, metric, HALVES[rule.kind]) for each in periods_of(rule, span, period)}

    return read


def _in_order(trees: dict[str, Node], known: dict[str, Value]) -> list[str]:
    """Expressions behind those that they name; ValidationError for a circle."""
    order: list[str] = []
    waiting = dict(trees)
    while waiting:
        ready = [name for name, tree in waiting.items() if not _names(tree) & waiting.keys()]
        if not ready:
            raise faults.validation(f"Error in expression '{next(iter(waiting))}': it depends on itself.")
        for name in ready:
            del waiting[name]
        order += ready
    return order


def _names(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.id}
    if isinstance(node, Apply):
        return set().union(*map(_names, node.arguments))
    if isinstance(node, Array):
        return set().union(*map(_names, node.elements))
    return set()


def _returned(query: Request, value: Value) -> Series | tuple[Series, ...]:
    if isinstance(value, Series | tuple):
        return value
    if query.get("ReturnData", True):
        raise faults.validation(f"The expression for {query['Id']} does not return a time series.")
    return Series("", MINUTE_SECONDS, {})
