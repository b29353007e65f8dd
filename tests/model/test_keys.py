"""From items to places: types that order as DynamoDB orders, ties behind index keys, items without a place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dynarig.emulator.model.keys import NO_SORT, entry_reader, place_reader
from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.model.values import Item


def _keys(partition: str, sort: str = "") -> KeySchema:
    """A schema from types: attributes p0, p1, … and s0, s1, …"""
    return KeySchema(
        tuple(KeyAttribute(f"p{position}", kind) for position, kind in enumerate(partition)),
        tuple(KeyAttribute(f"s{position}", kind) for position, kind in enumerate(sort)),
    )


@pytest.mark.parametrize(
    ("keys", "item", "place"),
    [
        (_keys("S"), {"p0": {"S": "a"}}, ("a", NO_SORT)),
        (_keys("N"), {"p0": {"N": "1.5"}}, (Decimal("1.5"), NO_SORT)),
        (_keys("S", "S"), {"p0": {"S": "a"}, "s0": {"S": "b"}}, ("a", "b")),
        (_keys("S", "N"), {"p0": {"S": "a"}, "s0": {"N": "-2"}}, ("a", Decimal(-2))),
        (_keys("B", "B"), {"p0": {"B": "AA=="}, "s0": {"B": "/w=="}}, (b"\0", b"\xff")),
    ],
)
def test_places_in_a_table(keys: KeySchema, item: Item, place: Any) -> None:
    assert place_reader(keys)({**item, "more": {"NULL": True}}) == place


@pytest.mark.parametrize(
    ("keys", "item", "place"),
    [
        (_keys("S"), {"p0": {"S": "a"}}, ("a", ("t", 1))),
        (_keys("S", "S"), {"p0": {"S": "a"}, "s0": {"S": "b"}}, ("a", ("b", "t", 1))),
        (_keys("S", "N"), {"p0": {"S": "a"}, "s0": {"N": "0"}}, ("a", (Decimal(0), "t", 1))),
        (
            _keys("SN", "BS"),
            {"p0": {"S": "a"}, "p1": {"N": "7"}, "s0": {"B": "AA=="}, "s1": {"S": "z"}},
            (("a", Decimal(7)), (b"\0", "z", "t", 1)),
        ),
    ],
)
def test_places_in_an_index_end_in_the_table_s(keys: KeySchema, item: Item, place: Any) -> None:
    read = entry_reader(keys)
    assert read(item, ("t", 1)) == place
    for name in item:
        kind = next(iter(item[name]))
        assert read({other: value for other, value in item.items() if other != name}, ("t", 1)) is None
        for odd in ({"NULL": True}, {"L": []}, {"SS": ["a"]}, {"N" if kind != "N" else "S": "1"}):
            assert read({**item, name: odd}, ("t", 1)) is None
        if kind != "N":
            assert read({**item, name: {kind: ""}}, ("t", 1)) is None


def test_texts_order_as_their_utf_8_bytes() -> None:
    texts = ["", "A", "Z", "a", "\u007f", "\u0080", "é", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"]
    read = place_reader(_keys("S", "S"))
    places = [read({"p0": {"S": "a"}, "s0": {"S": text}}) for text in reversed(texts)]
    assert [sort for _, sort in sorted(places)] == sorted(texts, key=str.encode) == texts
