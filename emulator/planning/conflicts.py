"""Transactions that overlap others in modelled time: who is refused, and how.

Rule: a transaction is applied at once and holds its items for a set time, as if it took that long. Single writes of a
held item are refused, transactions are cancelled, single reads are not disturbed (API reference,
TransactionConflictException; "Distributed Transactions at Scale in Amazon DynamoDB", USENIX ATC 2023).
"""

from __future__ import annotations

from collections.abc import Iterable

from dynarig.emulator.model import errors
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item
from dynarig.emulator.planning.transactions import Outcome
from dynarig.emulator.storage.table import Table

_REASON = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}


def refuse_held(table: Table, key: Item, now: float) -> None:
    """Refuse a single write of an item that a transaction holds; raises TransactionConflictException."""
    if table.holds.until and table.is_held(table.place_of(key), now):
        raise errors.transaction_conflict()


def outcome_of_held(table: Table, place: Place | None, now: float) -> Outcome | None:
    """The outcome of a transaction's action on an item that another holds, None where none does."""
    if place is None or not table.is_held(place, now):
        return None
    return Outcome(reason=_REASON)


def hold_all(places: Iterable[tuple[Table, Place]], until: float, now: float) -> None:
    """Let a transaction hold its items from `now` on."""
    for table, place in places:
        table.hold(place, until, now)
