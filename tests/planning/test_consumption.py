"""The shapes of ConsumedCapacity."""

from __future__ import annotations

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model.schema import GLOBAL, LOCAL
from dynarig.emulator.planning.consumption import by_table, of_table
from dynarig.emulator.planning.plan import Charge

G = CapacityTarget("a", GLOBAL, "g")
WRITES = [
    Charge(CapacityTarget("b"), 0, 2),
    Charge(CapacityTarget("a"), 0, 4),
    Charge(G, 0, 2),
    Charge(CapacityTarget("a", LOCAL, "l"), 0, 1),
    Charge(G, 0, 2),
]


def test_total_names_no_arm() -> None:
    assert by_table(WRITES, "TOTAL") == [
        {"TableName": "a", "CapacityUnits": 4.5},
        {"TableName": "b", "CapacityUnits": 1.0},
    ]


def test_indexes_names_the_arms_that_were_touched() -> None:
    assert by_table(WRITES, "INDEXES") == [
        {
            "TableName": "a",
            "CapacityUnits": 4.5,
            "Table": {"CapacityUnits": 2.0},
            "GlobalSecondaryIndexes": {"g": {"CapacityUnits": 2.0}},
            "LocalSecondaryIndexes": {"l": {"CapacityUnits": 0.5}},
        },
        {"TableName": "b", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}},
    ]


def test_a_page_of_an_index_has_a_table_arm_of_0() -> None:
    assert of_table("a", [Charge(G, 1, 0)], "INDEXES") == {
        "TableName": "a",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"g": {"CapacityUnits": 0.5}},
    }


def test_a_transaction_names_the_axis_of_its_charges() -> None:
    written = by_table(WRITES[:1], "INDEXES", names_axis=True)
    assert written == [
        {
            "TableName": "b",
            "CapacityUnits": 1.0,
            "WriteCapacityUnits": 1.0,
            "Table": {"CapacityUnits": 1.0, "WriteCapacityUnits": 1.0},
        }
    ]
    read = by_table([Charge(CapacityTarget("b"), 4, 0)], "TOTAL", names_axis=True)
    assert read == [{"TableName": "b", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}]
    assert by_table([], "TOTAL", names_axis=True) == []
