"""How states follow from datapoints: the examples of the guide, and DynamoDB's own rule.

Source: CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data, its two tables. X breaches, 0 does
not, - is missing; oldest first.
"""

from __future__ import annotations

import pytest

from dynarig.emulator.cloudwatch.alarm import ALARM, INSUFFICIENT, OK, Alarm

KEPT = "kept"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
THREE_OF_THREE = {
    "0-X-X": (OK, OK, OK, OK),
    "----0": (OK, OK, OK, OK),
    "-----": (INSUFFICIENT, KEPT, ALARM, OK),
    "0XX-X": (ALARM, ALARM, ALARM, ALARM),
    "--X--": (ALARM, KEPT, ALARM, OK),
}
TWO_OF_THREE = {
    "0-X-X": (ALARM, ALARM, ALARM, ALARM),
    "00X0X": (ALARM, ALARM, ALARM, ALARM),
    "0-X--": (OK, OK, ALARM, OK),
    "----0": (OK, OK, ALARM, OK),
    "---X-": (ALARM, KEPT, ALARM, OK),
}


def alarm(treatment: str | None, needed: int, *, is_dynamodb: bool = False) -> Alarm:
    settings = {
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": needed,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": treatment,
    }
    return Alarm("a", "arn", settings, 0.0, 0.0, state=KEPT, is_dynamodb=is_dynamodb)


def points(text: str) -> list[float | None]:
    return [{"X": 11.0, "0": 10.0, "-": None}[letter] for letter in text]


@pytest.mark.parametrize(
    ("needed", "text", "states"),
    [(3, *row) for row in THREE_OF_THREE.items()] + [(2, *row) for row in TWO_OF_THREE.items()],
)
def test_the_tables_of_the_guide(needed: int, text: str, states: tuple[str, ...]) -> None:
    assert tuple(alarm(treatment, needed).judge(points(text)) for treatment in TREATMENTS) == states


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_dynamodb_ignores_missing_data_whatever_it_is_told(treatment: str) -> None:
    judged = alarm(treatment, 3, is_dynamodb=True)
    assert [judged.judge(points(text)) for text in ("-----", "--X--", "XXX--")] == [KEPT, KEPT, ALARM]
