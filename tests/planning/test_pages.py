"""The page walk: where a page ends, what it is charged, what a local index fetches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from dynarig.emulator.expressions import FILTER, BoundProjection, compile_expression
from dynarig.emulator.model.values import Item
from dynarig.emulator.planning.key_range import KeyRange, index_range, table_range
from dynarig.emulator.planning.pages import Page, PageRequest, plan_page
from dynarig.emulator.storage.table import Table
from tests.planning.tables import Always, item, new_table, put


def _sorts(page: Page) -> list[int]:
    return [int(each["sk"]["N"]) for each in orjson.loads(orjson.dumps(page.items))]


@pytest.fixture
def table() -> Table:
    filled = new_table()
    for sort in range(6):
        put(filled, item(sort, ls=str(-sort // 2), gk="g", a="x", b="y" * 5_000))
    return filled


def _units(page: Page) -> list[tuple[str, str | None, int]]:
    return [(charge.target.kind, charge.target.index_name, charge.read_half_units) for charge in page.charges]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7, None])
def test_pages_join_to_the_whole(table: Table, limit: int | None, forward: bool) -> None:
    found: list[int] = []
    start = None
    for _ in range(20):  # six items, so that paging which repeats itself ends here
        request = PageRequest(table, key_range=KeyRange("p"), forward=forward, limit=limit, start=start)
        page = plan_page(request)
        found += _sorts(page)
        if page.last_key is None:
            break
        assert page.scanned_count == limit
        start = table.place_of(page.last_key)
    assert found == (list(range(6)) if forward else list(range(6))[::-1])


def test_the_start_replaces_one_bound_and_keeps_the_other(table: Table) -> None:
    wanted = table_range("p", "BETWEEN", (Decimal(1), Decimal(4)))
    ahead = plan_page(PageRequest(table, key_range=wanted, start=("p", Decimal(2))))
    back = plan_page(PageRequest(table, key_range=wanted, start=("p", Decimal(3)), forward=False))
    assert (_sorts(ahead), _sorts(back)) == ([3, 4], [2, 1])


def test_a_page_is_rounded_once_and_before_filter_and_projection(table: Table) -> None:
    condition = Always(False)
    page = plan_page(PageRequest(table, key_range=KeyRange("p"), condition=condition))
    assert (page.items, page.count, page.scanned_count) == ([], 0, 6)
    assert len(condition.seen) == 6
    assert _units(page) == [("table", None, -(-table.size // 4_096))]


def test_a_page_of_an_index_charges_the_index(table: Table) -> None:
    page = plan_page(PageRequest(table, table.indexes["g"], index_range("g", (), None, ())))
    assert _units(page) == [("gsi", "g", 1)]
    assert page.count == 6
    assert plan_page(PageRequest(table, table.indexes["l"], KeyRange("p"), limit=1)).last_key == {
        "pk": {"S": "p"},
        "ls": {"N": "-3"},
        "sk": {"N": "5"},
    }


def test_fetched_rows_are_rounded_one_by_one(table: Table) -> None:
    request = PageRequest(table, table.indexes["l"], KeyRange("p"), fetch=True, consistent=True)
    page = plan_page(request)
    assert _units(page) == [("table", None, 6 * 4), ("lsi", "l", 2)]
    assert all("b" in each for each in orjson.loads(orjson.dumps(page.items)))


def test_a_page_of_nothing() -> None:
    page = plan_page(PageRequest(new_table(), key_range=KeyRange("nobody")))
    assert (page.items, page.count, page.last_key, _units(page)) == ([], 0, None, [("table", None, 1)])
    assert plan_page(PageRequest(new_table())).last_key is None


@pytest.mark.parametrize("hash_ordered", [True, False])
def test_number_sets_are_ordered_where_asked(hash_ordered: bool) -> None:
    table = new_table()
    numbers: Item = {**item(1), "n": {"NS": ["1", "2", "3"]}}
    put(table, item(0))
    put(table, numbers)
    page = plan_page(PageRequest(table, hash_ordered=hash_ordered))
    shown = orjson.loads(page.items_json)
    assert shown[1]["n"]["NS"] == (["3", "2", "1"] if hash_ordered else ["1", "2", "3"])
    assert shown == orjson.loads(orjson.dumps(page.items))


def test_one_row_over_a_megabyte_is_a_page() -> None:
    """No item is that large, but a page must always go forward."""
    table = new_table()
    for sort in range(3):
        put(table, item(sort, b="y" * 1_048_577))
    page = plan_page(PageRequest(table, key_range=KeyRange("p")))
    assert (_sorts(page), page.last_key) == ([0], {"pk": {"S": "p"}, "sk": {"N": "0"}})


@pytest.mark.parametrize("hash_ordered", [True, False])
@pytest.mark.parametrize("paths", [(("n",), ("sk",)), (("doc", "M2"), ("n",), ("missing",)), (("gone",),)])
def test_a_page_of_many_shows_what_pages_of_one_show(paths: tuple[tuple[str, ...], ...], hash_ordered: bool) -> None:
    """Few items are parsed whole, of many only what is wanted is read: filter, projection and order say the same."""
    table = new_table()
    for sort in range(40):
        more: Item = {"n": {"NS": ["1", "2", "3"]}} if sort % 3 else {"doc": {"M": {"M2": {"N": str(sort)}}}}
        put(table, {**item(sort, b="y" * sort), **more})
    keep = BoundProjection(paths)
    condition = compile_expression(FILTER, "size(b) > :least OR attribute_exists(doc.M2)").bind(
        {}, {":least": {"N": "20"}}
    )
    request = PageRequest(
        table, key_range=KeyRange("p"), condition=condition, projection=keep, hash_ordered=hash_ordered
    )
    whole = plan_page(request)
    assert whole.count == len(whole.raws) == 26
    found: list[Any] = []
    request.limit = 1
    for _ in range(40):
        page = plan_page(request)
        found += orjson.loads(page.items_json)
        assert page.last_key is not None
        request.start = table.place_of(page.last_key)
    assert orjson.loads(whole.items_json) == found
    wanted = [keep.apply(stored.attributes) for _, _, stored in table.items.walk(None, 0, 1 << 64)]
    assert [{**each, "n": None} if "n" in each else each for each in found] == [
        {**each, "n": None} if "n" in each else each
        for each, sort in zip(wanted, range(40), strict=True)
        if sort > 20 or sort % 3 == 0
    ]
    sets = [each["n"]["NS"] for each in found if "n" in each]
    assert all(members == (["3", "2", "1"] if hash_ordered else ["1", "2", "3"]) for members in sets)
