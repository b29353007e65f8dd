"""Metric math, from a tree to values: a number, a time series, or an array of series.

Source: CloudWatch User Guide, Using metric math. An operator on two series works where both have a value; a number goes
with each value; arrays go series by series. The functions below are those that the guide lists for series of numbers.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.cloudwatch.math_parser import Array, Name, Node, Number, Text


@dataclass(frozen=True, slots=True)
class Series:
    """label: of the query it comes from. period: in seconds. values: by period start."""

    label: str
    period: int
    values: dict[int, float]


Value = float | Series | tuple[Series, ...] | str
KEYWORDS = frozenset({"REPEAT", "LINEAR", "AVG", "MIN", "MAX", "SUM", "ASC", "DESC"})  # names that are no query's


class Scope(NamedTuple):
    """What an expression may name. metrics: those of the request, by the ids of their queries. times: the periods asked
    for, which FILL and TIME_SERIES cover. rules: from the names of a rule of Contributor Insights and of one of its
    metrics to the values by period start."""

    queries: Mapping[str, Value]
    metrics: Mapping[str, Series]
    period: int
    times: Sequence[int]
    rules: Callable[[str, str], dict[int, float]]


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of a tree; ValidationError where names or types do not fit."""
    if isinstance(node, Number | Text):
        return node.value
    if isinstance(node, Name):
        if node.id in scope.queries:
            return scope.queries[node.id]
        if node.id in KEYWORDS:
            return node.id
        raise faults.validation(f"Error in expression: unknown id {node.id}.")
    if isinstance(node, Array):
        return tuple(_one_series(evaluate(element, scope)) for element in node.elements)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    operator = _OPERATORS.get(node.function)
    if operator is not None:
        return _apply(operator, *arguments)
    function = _FUNCTIONS.get(node.function)
    if function is None:
        known = ", ".join(sorted(_FUNCTIONS))
        raise faults.validation(f"Error in expression: no function {node.function}; one of {known}.")
    try:
        return function(scope, *arguments)
    except TypeError:
        raise faults.validation(f"Error in expression: {node.function} does not take these arguments.") from None


def _one_series(value: Value) -> Series:
    if not isinstance(value, Series):
        raise faults.validation("Error in expression: a time series is wanted.")
    return value


def _apply(operator: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    if isinstance(left, str) or isinstance(right, str):
        raise faults.validation("Error in expression: an operator works on numbers and time series.")
    if isinstance(left, tuple):
        return tuple(_one_series(_apply(operator, each, right)) for each in left)
    if isinstance(right, tuple):
        return tuple(_one_series(_apply(operator, left, each)) for each in right)
    if isinstance(left, Series):
        if isinstance(right, Series):
            pairs = {at: (value, right.values[at]) for at, value in left.values.items() if at in right.values}
        else:
            pairs = {at: (value, right) for at, value in left.values.items()}
        return replace(left, values=_without_none({at: operator(*pair) for at, pair in pairs.items()}))
    if isinstance(right, Series):
        made = {at: operator(left, value) for at, value in right.values.items()}
        return replace(right, values=_without_none(made))
    result = operator(left, right)
    if result is None:
        raise faults.validation("Error in expression: division by zero.")
    return result


def _without_none(values: Mapping[int, float | None]) -> dict[int, float]:
    return {at: value for at, value in values.items() if value is not None}


def _divide(left: float, right: float) -> float | None:
    return None if right == 0 else left / right


def _power(left: float, right: float) -> float | None:
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        return None
    return None if isinstance(result, complex) else result


_OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "^": _power,
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    ">": lambda left, right: float(left > right),
    "<=": lambda left, right: float(left <= right),
    ">=": lambda left, right: float(left >= right),
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _deviation(values: list[float]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(value - mean) ** 2 for value in values]))


def _mapped(change: Callable[[float], float | None]) -> Callable[..., Value]:
    def function(scope: Scope, value: Value) -> Value:
        return _apply(lambda left, _: change(left), value, 0.0)

    return function


def _gathered(summary: Callable[[list[float]], float]) -> Callable[..., Value]:
    """A series to a number; an array of series to the series of what they have at each time."""

    def function(scope: Scope, value: Value) -> Value:
        if isinstance(value, Series):
            if not value.values:
                raise faults.validation("Error in expression: the time series holds no values.")
            return summary(list(value.values.values()))
        if isinstance(value, tuple):
            times = sorted({at for each in value for at in each.values})
            found = {at: summary([each.values[at] for each in value if at in each.values]) for at in times}
            return Series("", value[0].period if value else scope.period, found)
        if isinstance(value, str):
            raise TypeError
        return summary([value])

    return function


def _stepped(step: Callable[[float, float, int], float]) -> Callable[..., Value]:
    """From each value and the one before."""

    def function(scope: Scope, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(_one_series(function(scope, each)) for each in value)
        series = _one_series(value)
        times = sorted(series.values)
        made = {at: step(series.values[at], series.values[before], at - before) for before, at in pairwise(times)}
        return replace(series, values=made)

    return function


def _running_sum(scope: Scope, value: Value) -> Value:
    series = _one_series(value)
    total, made = 0.0, {}
    for at in sorted(series.values):
        total += series.values[at]
        made[at] = total
    return replace(series, values=made)


def _fill(scope: Scope, value: Value, filler: Value) -> Value:
    """Values for the periods asked for that have none: a number, the last value, or in between."""
    if isinstance(value, tuple):
        return tuple(_one_series(_fill(scope, each, filler)) for each in value)
    series = _one_series(value)
    held = sorted(series.values)
    made = dict(series.values)
    for at in scope.times:
        if at not in made:
            place = bisect_left(held, at)
            before = held[place - 1] if place else None
            filled = _filled(series, filler, at, (before, held[place] if place < len(held) else None))
            if filled is not None:
                made[at] = filled
    return replace(series, values=dict(sorted(made.items())))


def _filled(series: Series, filler: Value, at: int, around: tuple[int | None, int | None]) -> float | None:
    """The value for a time that has none. around: the nearest times that have one."""
    before, after = around
    if isinstance(filler, float | int):
        return float(filler)
    if isinstance(filler, Series):
        return filler.values.get(at)
    if filler == "REPEAT" and before is not None:
        return series.values[before]
    if filler == "LINEAR" and before is not None and after is not None:
        share = (at - before) / (after - before)
        return series.values[before] + share * (series.values[after] - series.values[before])
    return None


def _if(scope: Scope, condition: Value, yes: Value, no: Value | None = None) -> Value:
    if isinstance(condition, float):
        if condition:
            return yes
        return Series("", scope.period, {}) if no is None else no
    tested = _one_series(condition)
    made: dict[int, float] = {}
    for at, holds in tested.values.items():
        chosen = yes if holds else no
        if isinstance(chosen, Series):
            if at in chosen.values:
                made[at] = chosen.values[at]
        elif isinstance(chosen, float):
            made[at] = chosen
    return replace(tested, values=made)


def _period(scope: Scope, value: Value) -> Value:
    return float(_one_series(value).period)


def _metrics(scope: Scope, part: Value = "") -> Value:
    """The metrics of the request; of a part, those with it in the id of their query."""
    if not isinstance(part, str):
        raise TypeError
    return tuple(series for name, series in scope.metrics.items() if part in name)


def _array(value: Value) -> tuple[Series, ...]:
    if not isinstance(value, tuple):
        raise TypeError
    return value


def _one_of(place: int) -> Callable[..., Value]:
    """The first series of an array, or the last."""

    def function(scope: Scope, value: Value) -> Value:
        series = _array(value)
        return series[place] if series else Series("", scope.period, {})

    return function


def _remove_empty(scope: Scope, value: Value) -> Value:
    return tuple(series for series in _array(value) if series.values)


def _slice(scope: Scope, value: Value, first: Value, end: Value | None = None) -> Value:
    """The series of an array from `first`, counted from 0, up to but not with `end`."""
    if not isinstance(first, float) or not (end is None or isinstance(end, float)):
        raise TypeError
    return _array(value)[max(0, int(first)) : None if end is None else max(0, int(end))]


def _sort(scope: Scope, value: Value, by: Value, order: Value, most: Value | None = None) -> Value:
    """An array in the order of its series' averages, sums, …; those without values last. most: how many are kept."""
    if by not in _SUMMARIES or order not in ("ASC", "DESC") or not (most is None or isinstance(most, float)):
        raise TypeError
    summary = _SUMMARIES[str(by)]
    held = [series for series in _array(value) if series.values]
    held.sort(key=lambda series: summary(list(series.values.values())), reverse=order == "DESC")
    ordered = (*held, *(series for series in _array(value) if not series.values))
    return ordered if most is None else ordered[: max(0, int(most))]


def _of_time(part: Callable[[datetime], float]) -> Callable[..., Value]:
    """From the start of each period that holds a value, in UTC."""

    def function(scope: Scope, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(_one_series(function(scope, each)) for each in value)
        series = _one_series(value)
        return replace(series, values={at: float(part(datetime.fromtimestamp(at, UTC))) for at in series.values})

    return function


def _time_series(scope: Scope, value: Value) -> Value:
    if not isinstance(value, float):
        raise TypeError
    return Series("", scope.period, dict.fromkeys(scope.times, value))


def _datapoint_count(scope: Scope, value: Value) -> Value:
    return float(len(_one_series(value).values))


def _insight_rule_metric(scope: Scope, rule: Value, metric: Value) -> Value:
    if not isinstance(rule, str) or not isinstance(metric, str):
        raise TypeError
    return Series(f"{rule} {metric}", scope.period, scope.rules(rule, metric))


_SUMMARIES: dict[str, Callable[[list[float]], float]] = {"AVG": _mean, "MAX": max, "MIN": min, "SUM": math.fsum}
_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "ABS": _mapped(abs),
    "CEIL": _mapped(lambda value: float(math.ceil(value))),
    "DATAPOINT_COUNT": _datapoint_count,
    "DATE": _of_time(lambda time: time.day),
    "DAY": _of_time(datetime.isoweekday),
    "DIFF": _stepped(lambda value, before, seconds: value - before),
    "DIFF_TIME": _stepped(lambda value, before, seconds: float(seconds)),
    "EPOCH": _of_time(datetime.timestamp),
    "FILL": _fill,
    "FIRST": _one_of(0),
    "FLOOR": _mapped(lambda value: float(math.floor(value))),
    "HOUR": _of_time(lambda time: time.hour),
    "IF": _if,
    "INSIGHT_RULE_METRIC": _insight_rule_metric,
    "LAST": _one_of(-1),
    "LOG": _mapped(lambda value: math.log(value) if value > 0 else None),
    "LOG10": _mapped(lambda value: math.log10(value) if value > 0 else None),
    "METRICS": _metrics,
    "METRIC_COUNT": lambda scope, value: float(len(value) if isinstance(value, tuple) else 1),
    "MINUTE": _of_time(lambda time: time.minute),
    "MONTH": _of_time(lambda time: time.month),
    "PERIOD": _period,
    "RATE": _stepped(lambda value, before, seconds: (value - before) / seconds),
    "REMOVE_EMPTY": _remove_empty,
    "RUNNING_SUM": _running_sum,
    "SLICE": _slice,
    "SORT": _sort,
    "STDDEV": _gathered(_deviation),
    "TIME_SERIES": _time_series,
    "YEAR": _of_time(lambda time: time.year),
    **{name: _gathered(summary) for name, summary in _SUMMARIES.items()},
}
assert not set(_FUNCTIONS) & set(_OPERATORS)
