"""Whether an answer fits what the run knows: right items, in the right order, none missing, none too many.

Rule: pure. A judge gives None, or one line that says what is wrong. Order is told from the answer alone; content from
the ledger, which knows which versions the read may have seen. An item of the ledger must be in a page if every
version that the read may have seen belongs there and lies within the part of the order that the page covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.ledger import HIGHEST, Cell, Item, Key, Ledger, place_of


@dataclass(frozen=True, slots=True)
class Page:
    """A Query as asked, in the words that judge its answer.

    names: the key attributes it reads by, of the table or of `index`. closed: nobody else writes there. settle_seconds:
    how far back an eventually consistent read may look.
    """

    names: tuple[str, str]
    partition: str
    prefix: str = ""
    index: str | None = None
    newest_first: bool = False
    limit: int | None = None
    closed: bool = True
    settle_seconds: float = 0.0


def judge_item(cell: Cell | None, response: dict[str, Any], began: float, ended: float) -> str | None:
    """Judge a GetItem of the item of `cell`; a cell that is None or in doubt passes."""
    if cell is None or cell.doubtful:
        return None
    item = response.get("Item")
    if item in cell.visible(began, ended):
        return None
    return f"item {cell.key}: {'absent' if item is None else 'no version that this read may see'}"


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
    for place in places:
        if place is None or place[0] != page.partition or not place[1].startswith(page.prefix):
            return f"an item of another place: {place} in {page.partition} {page.prefix}"
        sort = place[1]
        if before is not None and (sort > before if page.newest_first else sort < before):
            return f"{sort} after {before}, out of order"
        if sort == before and page.index is None:
            return f"{sort} twice"
        before = sort
    return None


def _judge_members(ledger: Ledger, page: Page, items: list[Item], began: float, ended: float) -> str | None:
    seen: set[Key] = set()
    for item in items:
        key = ledger.key_of(item)
        if key in seen:
            return f"item {key} twice"
        seen.add(key)
        cell = ledger.cell(key)
        if cell is None:
            if page.closed:
                return f"item {key} that nobody wrote"
        elif not cell.doubtful and item not in cell.visible(began - page.settle_seconds, ended):
            return f"item {key} in a version that this read may not see"
    return None


def _judge_missing(ledger: Ledger, page: Page, response: dict[str, Any], began: float, ended: float) -> str | None:
    items = response["Items"]
    lowest, highest = page.prefix, page.prefix + HIGHEST
    border = None
    if "LastEvaluatedKey" in response:
        if not items:
            return None  # a page may end anywhere; it then covers nothing that we can tell
        border = items[-1][page.names[1]]["S"]
        lowest, highest = (border, highest) if page.newest_first else (lowest, border)
    present = {ledger.key_of(item) for item in items}
    for cell in _candidates(ledger, page, lowest, highest):
        if cell.key in present or cell.doubtful:
            continue
        seen = [place_of(item, page.names) for item in cell.visible(began - page.settle_seconds, ended)]
        # Items that tie with the border may lie beyond it.
        if all(place is not None and place[0] == page.partition and place[1] != border for place in seen):
            return f"item {cell.key} is missing from {page.partition} {page.prefix}"
    return None


def _candidates(ledger: Ledger, page: Page, lowest: str, highest: str) -> Iterable[Cell]:
    if page.index is None:
        return ledger.cells(page.partition, lowest, highest)
    return ledger.index_cells(page.index, page.partition, lowest, highest)
