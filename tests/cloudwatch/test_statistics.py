"""Statistics by name, of values kept as thousandths."""

from __future__ import annotations

import pytest

from dynarig.emulator.cloudwatch.statistics import statistic, statistic_of
from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.model.errors import DynamoDBError

VALUES = Distribution({1000 * value: 1 for value in range(1, 101)})  # 1 to 100


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p50", 50.5),
        ("p99", 99.01),
        ("p100", 100),
        ("p99.9", 99.901),
        ("tm90", 45.5),  # the mean of 1 to 90
        ("TM(10%:90%)", 50.5),
        ("TM(10:20)", 15.5),  # above 10, up to 20
        ("TC(:30)", 30),
        ("ts10", 55),
        ("PR(:25)", 25),
        ("PR(90:)", 10),
        ("IQM", 50.5),
        ("WM(10%:90%)", 50.5),
    ],
)
def test_statistics(name: str, wanted: float) -> None:
    assert statistic_of(VALUES, 1000, name) == pytest.approx(wanted, abs=0.02)


@pytest.mark.parametrize("name", ["p101", "q50", "", "TM(a:b)", "average"])
def test_no_statistic(name: str) -> None:
    with pytest.raises(DynamoDBError, match="not supported"):
        statistic(name)
