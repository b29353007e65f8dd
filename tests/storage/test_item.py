"""Whether two stored items are the same: by their content, whatever the order of their attributes."""

from __future__ import annotations

import gc

import pytest

from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.storage.item import is_same, store

ONE: Item = {"pk": {"S": "a"}, "n": {"N": "12"}, "doc": {"M": {"x": {"S": "1"}, "y": {"L": [{"S": "p"}, {"S": "q"}]}}}}
REORDERED: Item = {
    "doc": {"M": {"y": {"L": [{"S": "p"}, {"S": "q"}]}, "x": {"S": "1"}}},
    "n": {"N": "12"},
    "pk": {"S": "a"},
}
ANAGRAM: Item = {**ONE, "n": {"N": "21"}}  # the same bytes in another order, and another item
OTHER_LIST: Item = {**ONE, "doc": {"M": {"x": {"S": "1"}, "y": {"L": [{"S": "q"}, {"S": "p"}]}}}}
OTHER_TEXT: Item = {**ONE, "pk": {"S": "b"}}
LONGER: Item = {**ONE, "pk": {"S": "aa"}}


@pytest.mark.parametrize(
    ("other", "same"),
    [(ONE, True), (REORDERED, True), (ANAGRAM, False), (OTHER_LIST, False), (OTHER_TEXT, False), (LONGER, False)],
)
@pytest.mark.parametrize("parsed", [False, True])
def test_items_are_the_same_by_content(other: Item, same: bool, parsed: bool) -> None:
    before, after = store(ONE, item_size(ONE)), store(other, item_size(other))
    assert is_same(before, after, other if parsed else None, ONE if parsed else None) is same


def test_the_garbage_collector_follows_no_stored_item() -> None:
    stored = store(ONE, item_size(ONE), (("a", ("b", "c")),), 1)
    assert not gc.is_tracked(stored)
