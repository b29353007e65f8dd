"""Sizes of values as recorded byte-exact in 2026 (numbers: test_numbers), and what orders scalars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dynarig.emulator.model.values import Value, item_size, ordering_key, type_of, value_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "aé漢😀"}, 1 + 2 + 3 + 4),
        ({"B": "AAEC"}, 3),
        ({"B": "AAE="}, 2),
        ({"B": "AA=="}, 1),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "é"]}, 3),
        ({"NS": ["1", "100.5"]}, 6),
        ({"BS": ["AA==", "AAEC"]}, 4),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + 3 + 3),
        ({"M": {"k": {"S": "ab"}, "é": {"NULL": True}}}, 3 + 1 + 1 + 2 + 1 + 2 + 1),
        ({"M": {"k": {"L": [{"M": {}}]}}}, 3 + 1 + 1 + 3 + 1 + 3),
    ],
)
def test_size(value: Value, size: int) -> None:
    assert value_size(value) == size
    assert item_size({"né": value, "k": {"S": "ü"}}) == 3 + size + 1 + 2


@pytest.mark.parametrize(
    ("value", "key"), [({"S": "é"}, "é"), ({"N": "-0.5"}, Decimal("-0.5")), ({"B": "/w=="}, b"\xff")]
)
def test_ordering_key(value: Value, key: Any) -> None:
    assert ordering_key(value) == key
    assert type_of(value) in "SNB"
