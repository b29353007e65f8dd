"""Figures that are exact: a bill of 2019 (E16), sizes and capacity as captured (E17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dynarig.emulator.cost.prices import price_table
from dynarig.workloads.experiments.experiment import Experiment, Outcome
from dynarig.workloads.experiments.virtual import TABLE, VirtualTable

# AWS halved on-demand prices on 1 November 2024: what was asked before is twice what is asked now.
_BEFORE_NOVEMBER_2024 = 2
_WRITES = 217_000_000
_BILLED = Decimal("271.61")

# Bytes of a number as captured from the service in 2026, beside its attribute's name.
_NUMBERS = {
    "1": 2,
    "12": 2,
    "123": 3,
    "12345": 4,
    "1234567890123456789": 11,
    "12345678901234567890123456789012345678": 20,
    "100": 2,
    "1010": 3,
    "0.0000001": 2,
    "1E125": 2,
    "1.5": 3,
    "3.14159": 5,
    "100.5": 4,
    "0.15": 2,
    "-42": 3,
    "-0.15": 3,
    "0": 1,
}
_SMALL = {"p": {"S": "a"}, "s": {"S": "a"}, "g": {"S": "x"}}


def _text(size: int) -> dict[str, Any]:
    """An attribute `x` that brings an item of keys `a`, `a` to `size` bytes."""
    return {"p": {"S": "a"}, "s": {"S": "a"}, "x": {"S": "x" * (size - 5)}}


# (what, items put before, operation, request, units, units of the index or None); index: keys alone, of `g`.
_CAPTURES: tuple[tuple[str, tuple[dict[str, Any], ...], str, dict[str, Any], float, float | None], ...] = (
    ("put in no index", (), "PutItem", {"Item": _text(100)}, 1, None),
    ("put in an index", (), "PutItem", {"Item": _SMALL}, 2, 1),
    ("identical overwrite", (_SMALL,), "PutItem", {"Item": _SMALL}, 1, None),
    ("index key moved", (_SMALL,), "PutItem", {"Item": {**_SMALL, "g": {"S": "y"}}}, 3, 2),
    ("put of 1,024 bytes", (), "PutItem", {"Item": _text(1024)}, 1, None),
    ("put of 1,025 bytes", (), "PutItem", {"Item": _text(1025)}, 2, None),
    ("delete of 3 KB", (_text(3000),), "DeleteItem", {"Key": {"p": {"S": "a"}, "s": {"S": "a"}}}, 3, None),
    ("delete of nothing", (), "DeleteItem", {"Key": {"p": {"S": "a"}, "s": {"S": "a"}}}, 1, None),
    ("get of 4,097 bytes", (_text(4097),), "GetItem", {"Key": {"p": {"S": "a"}, "s": {"S": "a"}}}, 1, None),
    ("get of nothing", (), "GetItem", {"Key": {"p": {"S": "a"}, "s": {"S": "a"}}}, 0.5, None),
)


def bill() -> Outcome:
    """E16: writes × price."""
    price = price_table().region("us-east-1").write_million * _BEFORE_NOVEMBER_2024
    cost = Decimal(_WRITES) / 1_000_000 * price
    ours = f"{cost:.2f} USD, {price.normalize()}/M"
    return Outcome(ours, abs(cost - _BILLED) <= Decimal("0.01") * _BILLED, {"usd": float(cost)})


def captures() -> Outcome:
    """E17: every size by what DescribeTable tells, every unit by ConsumedCapacity."""
    differing = [f"size of {number}" for number, size in _NUMBERS.items() if _number_size(number) != size]
    for what, before, operation, request, units, of_index in _CAPTURES:
        if _units(before, operation, request) != (units, of_index):
            differing.append(what)
    count = len(_NUMBERS) + len(_CAPTURES)
    return Outcome(f"{count - len(differing)} of {count} exact", not differing, {"differing": differing})


def _number_size(number: str) -> int:
    table = VirtualTable(units=(1000, 1000))
    table.must("PutItem", {"TableName": TABLE, "Item": {"p": {"S": "a"}, "s": {"S": "a"}, "n": {"N": number}}})
    described = table.must("DescribeTable", {"TableName": TABLE})["Table"]
    return int(described["TableSizeBytes"]) - len("pasan")


def _units(before: tuple[dict[str, Any], ...], operation: str, request: dict[str, Any]) -> tuple[float, float | None]:
    table = VirtualTable(units=(1000, 1000), index_units=(1000, 1000))
    for item in before:
        table.must("PutItem", {"TableName": TABLE, "Item": item})
    asked = {"TableName": TABLE, "ReturnConsumedCapacity": "INDEXES", **request}
    consumed = table.must(operation, asked)["ConsumedCapacity"]
    indexes = consumed.get("GlobalSecondaryIndexes", {})
    return consumed["CapacityUnits"], indexes["by-g"]["CapacityUnits"] if indexes else None


EXPERIMENTS = (
    Experiment(
        "E16",
        "theburningmonk.com, 2019",
        "217 million writes on demand, prices before November 2024",
        "271.61 USD, 1.25 USD per million",
        "1 % (the count is rounded)",
        bill,
        "217 million is rounded to a million, which is a quarter of a percent; the rest is for requests that the "
        "article does not count",
    ),
    Experiment(
        "E17",
        "captures from the service, 2026",
        "sizes of numbers, capacity of single requests with an index",
        "byte-exact",
        "strict",
        captures,
        "captured byte by byte from the service: any difference is a fault of ours",
    ),
)
