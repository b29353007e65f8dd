"""Metric math: precedence, series and numbers, functions, and what is refused."""

from __future__ import annotations

import pytest

from dynarig.emulator.cloudwatch.math_functions import Scope, Series, evaluate
from dynarig.emulator.cloudwatch.math_parser import parse
from dynarig.emulator.model.errors import DynamoDBError

M1 = Series("reads", 60, {0: 6.0, 60: 12.0, 180: 24.0})
M2 = Series("writes", 60, {0: 2.0, 120: 5.0, 180: 0.0})
RULES = {("hot", "MaxContributorValue"): {0: 4.0, 120: 9.0}}
SCOPE = Scope({"m1": M1, "m2": M2}, {"m1": M1, "m2": M2}, 60, range(0, 240, 60), lambda *names: RULES[names])


def value_of(text: str):
    made = evaluate(parse(text), SCOPE)
    return made.values if isinstance(made, Series) else made


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3 ^ 2", 19.0),
        ("-(2 - 5) * 2", 6.0),
        ("8 / 4 / 2", 1.0),
        ("m1 / PERIOD(m1)", {0: 0.1, 60: 0.2, 180: 0.4}),
        ("m1 + m2", {0: 8.0, 180: 24.0}),
        ("m1 / m2", {0: 3.0}),  # nothing where the divisor is 0
        ("100 - m1", {0: 94.0, 60: 88.0, 180: 76.0}),
        ("SUM([m1, m2])", {0: 8.0, 60: 12.0, 120: 5.0, 180: 24.0}),
        ("SUM(METRICS())", {0: 8.0, 60: 12.0, 120: 5.0, 180: 24.0}),
        ('SUM(METRICS("1"))', {0: 6.0, 60: 12.0, 180: 24.0}),
        ("SUM(m1)", 42.0),
        ("AVG(m1)", 14.0),
        ("STDDEV(m1) ^ 2", 56.0),
        ("MAX([m1, m2])", {0: 6.0, 60: 12.0, 120: 5.0, 180: 24.0}),
        ("FILL(m1, 0)", {0: 6.0, 60: 12.0, 120: 0.0, 180: 24.0}),
        ("FILL(m1, REPEAT)", {0: 6.0, 60: 12.0, 120: 12.0, 180: 24.0}),
        ("FILL(m1, LINEAR)", {0: 6.0, 60: 12.0, 120: 18.0, 180: 24.0}),
        ("DIFF(m1)", {60: 6.0, 180: 12.0}),
        ("RATE(m1)", {60: 0.1, 180: 0.1}),
        ("RUNNING_SUM(m1)", {0: 6.0, 60: 18.0, 180: 42.0}),
        ("IF(m1 > 10, m1, 1)", {0: 1.0, 60: 12.0, 180: 24.0}),
        ("m1 > 6 AND m1 < 20", {0: 0.0, 60: 1.0, 180: 0.0}),
        ("TIME_SERIES(7)", {0: 7.0, 60: 7.0, 120: 7.0, 180: 7.0}),
        ("CEIL(m1 / 5)", {0: 2.0, 60: 3.0, 180: 5.0}),
        ("METRIC_COUNT(METRICS())", 2.0),
        ("DATAPOINT_COUNT(m1)", 3.0),
        ("FIRST(METRICS())", M1.values),
        ("LAST(METRICS())", M2.values),
        ("FIRST(SORT(METRICS(), AVG, ASC))", M2.values),
        ("METRIC_COUNT(SORT(METRICS(), SUM, DESC, 1))", 1.0),
        ("LAST(SORT([TIME_SERIES(1), m1 - m1 / 0], MAX, DESC))", {}),  # what holds nothing comes last
        ("FIRST(SLICE(METRICS(), 1))", M2.values),
        ("LAST(SLICE(METRICS(), 0, 1))", M1.values),
        ("METRIC_COUNT(REMOVE_EMPTY([m1, m1 / 0]))", 1.0),
        ("YEAR(m1)", {0: 1970.0, 60: 1970.0, 180: 1970.0}),
        ("MONTH(m1) + DATE(m1) + DAY(m1)", {0: 6.0, 60: 6.0, 180: 6.0}),  # 1 January 1970, a Thursday
        ("MINUTE(m1) + HOUR(m1)", {0: 0.0, 60: 1.0, 180: 3.0}),
        ("EPOCH(m1)", {0: 0.0, 60: 60.0, 180: 180.0}),
        ("INSIGHT_RULE_METRIC('hot', 'MaxContributorValue') / 2", {0: 2.0, 120: 4.5}),
    ],
)
def test_values(text: str, wanted: object) -> None:
    assert value_of(text) == pytest.approx(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "m1 +",
        "(m1",
        "m3",
        "NOPE(m1)",
        "SUM(m1, m2, 3)",
        "METRICS(1)",
        "FIRST(m1)",
        "SLICE(METRICS(), m1)",
        "SORT(METRICS(), STDDEV, ASC)",
        "SORT(METRICS(), SUM)",
        "INSIGHT_RULE_METRIC(m1, m2)",
        "INSIGHT_RULE_METRIC('hot')",
        "1 / 0",
        "",
        "m1 m2",
        "%",
        "(" * 500,
        "-" * 2000 + "1",
    ],
)
def test_refusals(text: str) -> None:
    with pytest.raises(DynamoDBError) as fault:
        value_of(text)
    assert fault.value.code == "ValidationError"
