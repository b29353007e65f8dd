"""Benchmark items: repeatable, of the size asked for, ten to an index key."""

import pytest

from dynarig.emulator.model.values import item_size
from dynarig.workloads import items


@pytest.mark.parametrize("size_bytes", [300, 600, 4096])
@pytest.mark.parametrize("number", [0, 7, 123_456])
def test_an_item_has_the_size_asked_for_and_is_repeatable(number, size_bytes):
    item = items.make(number, size_bytes)
    assert item_size(item) == size_bytes
    assert item == items.make(number, size_bytes)
    assert {name: item[name] for name in ("pk", "sk")} == items.key(number)


def test_ten_items_share_an_index_key_in_an_order_of_their_own():
    group = [items.make(number) for number in range(20, 30)]
    assert {item["gpk"]["S"] for item in group} == {items.index_key(20)}
    assert len({item["gsk"]["S"] for item in group}) == 10
    assert items.index_key(30) != items.index_key(29)
