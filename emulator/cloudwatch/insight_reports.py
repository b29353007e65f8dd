"""Contributor Insights as CloudWatch tells it: GetInsightRuleReport and DescribeInsightRules.

Rule: the rules are those that DynamoDB keeps; a contributor's value of one minute is one observation, as DynamoDB sums
by the minute. Units are ConsumedThroughputUnits (writes count three times) or throttles. Must not know: how keys are
counted.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from dynarig.emulator.capacity.contributors import ACCESSED, ACCESSED_PAIRS, HALVES, Minute
from dynarig.emulator.cloudwatch import faults
from dynarig.emulator.cloudwatch.reading import check_period, first_of_page
from dynarig.emulator.storage.insight_rules import InsightRule

Request = dict[str, Any]

_RULES_PAGE = 500
_SCHEMA = {"Name": "ServiceLogRule", "Version": 1}
_DEFAULT_CONTRIBUTORS = 10
_CONTRIBUTORS_MAX = 25  # Developer Guide, contributorinsights_HowItWorks: more "will return an error"
SUM, MAXIMUM = "Sum", "Maximum"


class Period(NamedTuple):
    """at: when it begins. minutes: those of it that counted something."""

    at: int
    minutes: Sequence[Minute]

    @property
    def sums(self) -> dict[Any, int]:
        """By contributor, of those that are kept."""
        sums: dict[Any, int] = {}
        for minute in self.minutes:
            for key, count in minute.greatest:
                sums[key] = sums.get(key, 0) + count
        return sums


def describe_insight_rules(rules: Iterable[InsightRule], request: Request, now: float) -> Request:
    """The rules of a namespace, up to 500 a page."""
    shown = [_rule_shape(rule) for rule in rules]
    first, most = first_of_page(request.get("NextToken")), request.get("MaxResults") or _RULES_PAGE
    answer: Request = {"InsightRules": shown[first : first + most]}
    if first + most < len(shown):
        answer["NextToken"] = str(first + most)
    return answer


def _rule_shape(rule: InsightRule) -> Request:
    keys = {"Keys": list(rule.labels), "ValueOf": _measured(rule), "Filters": []}
    definition = {"Schema": _SCHEMA, "AggregateOn": "Sum", "Contribution": keys}
    return {
        "Name": rule.name,
        "State": "ENABLED",
        "Schema": orjson.dumps(_SCHEMA).decode(),
        "Definition": orjson.dumps(definition).decode(),
        "ManagedRule": True,
    }


def _measured(rule: InsightRule) -> str:
    return "ConsumedThroughputUnits" if rule.kind in (ACCESSED, ACCESSED_PAIRS) else "ThrottleCount"


def get_insight_rule_report(rules: Iterable[InsightRule], request: Request, now: float) -> Request:
    """A rule's contributors, greatest first, each with its value by period, and what was asked for of all of them."""
    most, metrics, order = _checked(request)
    rule = find_rule(rules, request["RuleName"])
    scale = HALVES[rule.kind]
    periods = periods_of(rule, (request["StartTime"], request["EndTime"]), request["Period"])
    minutes = [minute for period in periods for minute in period.minutes]
    sums = Period(0, minutes).sums
    rank = sums if order == SUM else _highest(minutes)
    greatest = sorted(sums, key=lambda key: (-rank[key], _texts(key)))[:most]
    return {
        "KeyLabels": list(rule.labels),
        "AggregationStatistic": "Sum",
        "AggregateValue": sum(minute.total for minute in minutes) / scale,
        "ApproximateUniqueCount": max((len(sums), *(minute.keys for minute in minutes))),
        "Contributors": _contributors(greatest, sums, periods, scale),
        "MetricDatapoints": [
            {"Timestamp": float(period.at), **{name: metric_of(period, name, scale) for name in metrics}}
            for period in (periods if metrics else ())
        ],
    }


def _contributors(
    greatest: Sequence[Any], sums: dict[Any, int], periods: Sequence[Period], scale: int
) -> list[Request]:
    by_period = [(float(period.at), period.sums) for period in periods]
    return [
        {
            "Keys": _texts(key),
            "ApproximateAggregateValue": sums[key] / scale,
            "Datapoints": [
                {"Timestamp": at, "ApproximateValue": found[key] / scale} for at, found in by_period if key in found
            ],
        }
        for key in greatest
    ]


def find_rule(rules: Iterable[InsightRule], name: str) -> InsightRule:
    """The rule of this name; ResourceNotFoundException where there is none."""
    for rule in rules:
        if rule.name == name:
            return rule
    raise faults.rule_not_found(name)


def periods_of(rule: InsightRule, span: tuple[float, float], period: int) -> list[Period]:
    """The periods that hold something, oldest first; they begin at their multiples."""
    by_start: dict[int, list[Minute]] = {}
    for minute in rule.minutes.read(int(span[0]) // period * period, span[1]):
        by_start.setdefault(minute.at // period * period, []).append(minute)
    return [Period(at, by_start[at]) for at in sorted(by_start)]


def metric_of(period: Period, name: str, scale: int) -> float:
    """One of METRICS. Of a rule of DynamoDB the service says that only the two highest mean something."""
    return METRICS[name](period) / (1 if name in _COUNTS else scale)


def _observations(period: Period) -> list[int]:
    return [count for minute in period.minutes for _, count in minute.greatest]


def _total(period: Period) -> int:
    return sum(minute.total for minute in period.minutes)


def _samples(period: Period) -> int:
    return sum(minute.keys for minute in period.minutes)


METRICS: dict[str, Callable[[Period], float]] = {
    "UniqueContributors": lambda period: max(len(period.sums), *(minute.keys for minute in period.minutes)),
    "MaxContributorValue": lambda period: max(period.sums.values()),
    "SampleCount": _samples,
    "Sum": _total,
    "Minimum": lambda period: min(_observations(period)),
    "Maximum": lambda period: max(_observations(period)),
    "Average": lambda period: _total(period) / _samples(period),
}
_COUNTS = ("UniqueContributors", "SampleCount")


def _highest(minutes: Sequence[Minute]) -> dict[Any, int]:
    """The highest minute of each contributor."""
    highest: dict[Any, int] = {}
    for minute in minutes:
        for key, count in minute.greatest:
            highest[key] = max(highest.get(key, 0), count)
    return highest


def _checked(request: Request) -> tuple[int, list[str], str]:
    """(most contributors, metrics, order); InvalidParameterValue."""
    check_period(request["Period"])
    if request["StartTime"] >= request["EndTime"]:
        raise faults.invalid_value("The parameter StartTime must be less than the parameter EndTime.")
    most = request.get("MaxContributorCount", _DEFAULT_CONTRIBUTORS)
    if not 1 <= most <= _CONTRIBUTORS_MAX:
        raise faults.invalid_value(f"The parameter MaxContributorCount must be from 1 to {_CONTRIBUTORS_MAX}.")
    metrics = list(dict.fromkeys(request.get("Metrics") or ()))
    for name in metrics:
        check_metric(name)
    order = request.get("OrderBy", SUM)
    if order not in (SUM, MAXIMUM):
        raise faults.invalid_value(f"The value {order} for parameter OrderBy is not one of {SUM}, {MAXIMUM}.")
    return most, metrics, order


def check_metric(name: str) -> None:
    """InvalidParameterValue for what is none of METRICS."""
    if name not in METRICS:
        raise faults.invalid_value(f"The value {name} for parameter Metrics is not one of {', '.join(METRICS)}.")


def _texts(key: Any) -> list[str]:
    """Key values as text, one an attribute."""
    return list(_flat(key))


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    elif isinstance(value, bytes):
        yield b64encode(value).decode()
    else:
        yield format(value, "f") if isinstance(value, Decimal) else str(value)
