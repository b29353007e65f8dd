"""The judge: right answers pass, and each way of being wrong is told."""

import pytest

from dynarig.workloads.judge import Page, judge_item, judge_page
from dynarig.workloads.ledger import Ledger, key_text

BASE = Page(names=("PK", "SK"), partition="p", prefix="E#", limit=3)
INDEX = Page(names=("GPK", "GSK"), partition="running", index="G", newest_first=True, limit=3, settle_seconds=1.0)


def item(sort, value="0", status=None, partition="p"):
    made = {"PK": {"S": partition}, "SK": {"S": sort}, "v": {"S": value}}
    return made | {"GPK": {"S": status}, "GSK": {"S": sort}} if status else made


def answer(*items, more=False):
    response = {"Items": list(items), "Count": len(items)}
    return response | {"LastEvaluatedKey": key_of(items[-1])} if more else response


def key_of(item):
    return {name: item[name] for name in ("PK", "SK")}


def without(place, *items):
    """A page that goes on, and has lost one of its items."""
    response = answer(*items, more=True)
    del response["Items"][place]
    return response | {"Count": len(items) - 1}


ONE, TWO, THREE, FOUR = (item(f"E#{number}") for number in range(1, 5))
OTHER = item("M")


def judge(response, page=BASE, items=(ONE, TWO, THREE, FOUR, OTHER), began=100.0):
    ledger = Ledger("PK", "SK", {"G": ("GPK", "GSK")})
    ledger.load(items)
    return judge_page(ledger, page, response, began, began + 1)


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (answer(ONE, TWO, THREE, more=True), None),
        (answer(ONE, TWO, more=True), None),  # a page may be short
        (answer(TWO, THREE, FOUR), "missing"),
        (answer(ONE, THREE, FOUR, more=True), "missing"),
        (answer(ONE, TWO, THREE), "missing"),  # says that it is the last page
        (answer(ONE, THREE, TWO, more=True), "out of order"),
        (answer(ONE, ONE, TWO, more=True), "twice"),
        (answer(ONE, TWO, OTHER), "another place"),
        (answer(ONE, TWO, item("E#3", partition="q")), "another place"),
        (answer(ONE, TWO, THREE, FOUR), "above the limit"),
        (answer(ONE, item("E#2", "1"), THREE, more=True), "may not see"),
        (answer(ONE, item("E#11"), TWO, more=True), "nobody wrote"),
        ({"Items": [ONE], "Count": 2}, "Count"),
        ({}, "Items"),
    ],
)
def test_pages_of_a_table(response, fault):
    told = judge(response)
    assert (told is None) if fault is None else fault in told


def test_newest_first_covers_from_the_other_end():
    page = Page(names=("PK", "SK"), partition="p", prefix="E#", limit=2, newest_first=True)
    assert judge(answer(FOUR, THREE, more=True), page) is None
    assert "missing" in judge(answer(FOUR, TWO, more=True), page)
    assert "out of order" in judge(answer(THREE, FOUR, more=True), page)


def test_a_page_that_goes_on_has_the_item_at_which_it_ends_however_short_it_is():
    for newest_first, item in ((False, ONE), (True, FOUR)):
        page = Page(names=("PK", "SK"), partition="p", prefix="E#", limit=1, newest_first=newest_first)
        assert judge(answer(item, more=True), page) is None
        assert "is not its last" in judge(without(0, item), page)
    assert "missing" in judge(without(0, ONE, TWO))
    assert "is not its last" in judge(without(1, ONE, TWO))
    assert "is not its last" in judge(without(2, ONE, TWO, THREE))


def test_where_others_write_what_is_unknown_may_appear_but_what_is_known_must():
    page = Page(names=("PK", "SK"), partition="p", prefix="E#", limit=3, closed=False)
    assert judge(answer(ONE, item("E#11"), TWO, more=True), page) is None
    assert "missing" in judge(answer(ONE, item("E#11"), THREE, more=True), page)


def test_items_that_tie_with_the_border_of_an_index_page_may_lie_beyond_it():
    first, second, third = (item(f"E#{number}", status="running") for number in (1, 2, 3))
    for tied in (first, second):
        tied["GSK"] = {"S": "t"}
    third["GSK"] = {"S": "u"}
    items = (first, second, third)
    assert judge(answer(third, first, more=True), INDEX, items) is None
    assert judge(answer(third, second, more=True), INDEX, items) is None
    assert "missing" in judge(answer(first, second, more=True), INDEX, items)
    assert "missing" in judge(answer(third, first), INDEX, items)


def test_an_item_on_the_move_may_be_at_either_place_until_the_index_has_settled():
    before, after = item("E#1", status="running"), item("E#1", status="done")
    ledger = Ledger("PK", "SK", {"G": ("GPK", "GSK")}, settle_seconds=1.0)
    ledger.load([before])
    ledger.acknowledge(ledger.claim({key_text("p", "E#1"): after}, 10.0), 11.0)
    for began, response, fault in [
        (5.0, answer(), "missing"),
        (5.0, answer(before), None),
        (11.5, answer(before), None),
        (11.5, answer(), None),
        (12.5, answer(before), "may not see"),
        (12.5, answer(), None),
    ]:
        told = judge_page(ledger, INDEX, response, began, began + 0.1)
        assert (told is None) if fault is None else fault in told


def test_what_was_forgotten_may_appear_where_nothing_unknown_may():
    ledger = Ledger("PK", "SK", {"G": ("GPK", "GSK")})
    ledger.load([ONE, TWO])
    ledger.forget(ledger.key_of(TWO))
    assert judge_page(ledger, BASE, answer(ONE, TWO), 1.0, 2.0) is None
    assert judge_page(ledger, BASE, answer(ONE), 1.0, 2.0) is None
    assert "nobody wrote" in judge_page(ledger, BASE, answer(ONE, THREE), 1.0, 2.0)


@pytest.mark.parametrize(
    ("response", "fault"),
    [({"Item": ONE}, None), ({}, "absent"), ({"Item": TWO}, "no version")],
)
def test_single_items(response, fault):
    ledger = Ledger("PK", "SK", {})
    ledger.load([ONE])
    told = judge_item(ledger, key_text("p", "E#1"), response, 1.0, 2.0)
    assert (told is None) if fault is None else fault in told
    assert judge_item(ledger, key_text("p", "unknown"), response, 1.0, 2.0) is None
