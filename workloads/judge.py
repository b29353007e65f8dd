"""Whether an answer fits what the run knows: right items, in the right order, none missing, none too many.

Rule: pure. A judge gives None, or one line that says what is wrong. Order is told from the answer alone; content from
the ledger, which knows which versions the read may have seen. An item of the ledger must be in a page if every
version that the read may have seen belongs there and lies within the part of the order that the page covers.

The queries that are judged have no filter. So a page shows all that it has evaluated and its LastEvaluatedKey is that
of its last item: a page of a Limit of 1 that lost its item is told by that key, though nothing else is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.ledger import HIGHEST, Item, Key, Ledger, Names, digest_of, place_of


@dataclass(frozen=True, slots=True)
class Page:
    """A Query as asked, in the words that judge its answer.

    names: the key attributes it reads by, of the table or of `index`. between: bounds of the sort key, where it has no
    prefix. closed: nobody else writes there. settle_seconds: how far back an eventually consistent read may look.
    """

    names: Names
    partition: str
    prefix: str = ""
    between: tuple[str, str] | None = None
    index: str | None = None
    newest_first: bool = False
    limit: int | None = None
    closed: bool = True
    settle_seconds: float = 0.0

    @property
    def bounds(self) -> tuple[str, str]:
        """The lowest and the highest sort key that it may show, as the ledger's text."""
        return self.between or (self.prefix, self.prefix + HIGHEST)


def judge_item(ledger: Ledger, key: Key, response: dict[str, Any], began: float, ended: float) -> str | None:
    """Judge a GetItem; one of an item that the ledger does not know passes."""
    seen = ledger.visible(key, began, ended)
    if seen is None:
        return None
    item = response.get("Item")
    if (None if item is None else digest_of(item)) in seen:
        return None
    return f"item {shown(key)}: {'absent' if item is None else 'no version that this read may see'}"


def judge_page(ledger: Ledger, page: Page, response: dict[str, Any], began: float, ended: float) -> str | None:
    """Judge a Query's answer, one page."""
    items = response.get("Items")
    if not isinstance(items, list) or response.get("Count") != len(items):
        return "no Items, or a Count that is not theirs"
    if page.limit is not None and len(items) > page.limit:
        return f"{len(items)} items above the limit of {page.limit}"
    places = [place_of(item, page.names) for item in items]
    return (
        _judge_order(page, places)
        or _judge_members(ledger, page, items, began, ended)
        or _judge_missing(ledger, page, response, began, ended)
    )


def _judge_order(page: Page, places: list[tuple[str, str] | None]) -> str | None:
    before: str | None = None
    lowest, highest = page.bounds
    for place in places:
        if place is None or place[0] != page.partition or not lowest <= place[1] <= highest:
            return f"an item of another place: {place} in {page.partition} {page.prefix}"
        sort = place[1]
        if before is not None and (sort > before if page.newest_first else sort < before):
            return f"{sort} after {before}, out of order"
        if sort == before and page.index is None:
            return f"{sort} twice"
        before = sort
    return None


def _judge_members(ledger: Ledger, page: Page, items: list[Item], began: float, ended: float) -> str | None:
    known: set[Key] = set()
    for item in items:
        key = ledger.key_of(item)
        if key in known:
            return f"item {shown(key)} twice"
        known.add(key)
        seen = ledger.visible(key, began - page.settle_seconds, ended)
        if seen is None:
            if page.closed and not ledger.was_forgotten(key):
                return f"item {shown(key)} that nobody wrote"
        elif digest_of(item) not in seen:
            return f"item {shown(key)} in a version that this read may not see"
    return None


def _judge_missing(ledger: Ledger, page: Page, response: dict[str, Any], began: float, ended: float) -> str | None:
    items = response["Items"]
    lowest, highest = page.bounds
    border = None
    last_key = response.get("LastEvaluatedKey")
    if last_key is not None:
        last = ledger.key_of(last_key)
        if not items or ledger.key_of(items[-1]) != last:
            return f"item {shown(last)}, at which the page ends, is not its last"
        place = place_of(items[-1], page.names)
        border = place[1] if place else ""
        lowest, highest = (border, highest) if page.newest_first else (lowest, border)
    present = {ledger.key_of(item) for item in items}
    span = (began - page.settle_seconds, ended)
    for sort, key in _candidates(ledger, page, lowest, highest):
        # Items that tie with the border may lie beyond it.
        if key in present or sort == border:
            continue
        if ledger.surely_at(key, (page.partition, sort), page.index, span):
            return f"item {shown(key)} is missing from {page.partition} {page.prefix}"
    return None


def _candidates(ledger: Ledger, page: Page, lowest: str, highest: str) -> Iterable[tuple[str, Key]]:
    if page.index is None:
        return ledger.keys(page.partition, lowest, highest)
    return ledger.index_keys(page.index, page.partition, lowest, highest)


def shown(key: Key) -> str:
    """A key for a person."""
    return " / ".join(key.split("\0"))
