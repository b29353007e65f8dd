"""A transaction: several items' writes or reads as one plan, carried out whole or cancelled with a reason each.

Rule: every action is planned against the same state; one that cannot be carried out cancels all of them, and each tells
its own reason, in request order (recorded 2026; API reference, TransactWriteItems).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.keys import Place
from dynarig.emulator.planning.plan import Charge, Plan
from dynarig.emulator.planning.writes import ItemWrite
from dynarig.emulator.storage.table import Table

READ_TOO_LARGE = (
    "Collection size of items exceeded, which can also be caused by the aggregate size of the items "
    "in the transaction exceeding the 4MB limit"
)
NO_REASON = {"Code": "None"}


@dataclass(slots=True)
class Outcome:
    """What became of one action: its charges and changes, or the reason for which it cancels the transaction."""

    charges: Sequence[Charge] = ()
    changes: Sequence[Any] = ()
    reason: dict[str, Any] = field(default_factory=lambda: NO_REASON)

    @property
    def fails(self) -> bool:
        """Whether this action cancels the transaction."""
        return self.reason is not NO_REASON


def outcome_of_write(plan: Callable[[], ItemWrite], show_item: Callable[[ItemWrite], Any | None]) -> Outcome:
    """Plan one write. show_item: the item that a failed condition shows, None where it shows none."""
    try:
        write = plan()
    except DynamoDBError as error:
        return Outcome(reason=reason_of(error))
    if write.refused:
        reason = {"Code": "ConditionalCheckFailed", "Message": errors.CONDITION_FAILED}
        item = show_item(write)
        if item is not None:
            reason = {"Code": reason["Code"], "Item": item, "Message": reason["Message"]}
        return Outcome(charges=write.charges, reason=reason)
    return Outcome(write.charges, write.changes)


def reason_of(error: DynamoDBError) -> dict[str, Any]:
    """An error as a cancellation reason."""
    return {"Code": error.short_code, "Message": error.message}


def conclude(outcomes: Sequence[Outcome], response: dict[str, Any], capacity: str | None) -> Plan:
    """One plan of all actions. A cancelled transaction is charged for the actions that could be planned."""
    charges = tuple(charge for outcome in outcomes for charge in outcome.charges)

    def cancel(throttle: DynamoDBError) -> DynamoDBError:
        return _cancelled_by(throttle, outcomes)

    if any(outcome.fails for outcome in outcomes):
        reasons = [outcome.reason for outcome in outcomes]
        return Plan(charges, refusal=errors.transaction_cancelled(reasons), on_throttle=cancel)
    changes = tuple(change for outcome in outcomes for change in outcome.changes)
    return Plan(charges, changes, response, capacity=capacity, on_throttle=cancel)


def _cancelled_by(throttle: DynamoDBError, outcomes: Sequence[Outcome]) -> DynamoDBError:
    """A throttle as the cancellation that it is: the reason of each action whose charges were not taken."""
    told = {each.charge: reason_of(part) for part in throttle.parts or (throttle,) for each in part.throttles}
    reasons, first = [], 0
    for outcome in outcomes:
        end = first + len(outcome.charges)
        reasons.append(next((told[charge] for charge in range(first, end) if charge in told), NO_REASON))
        first = end
    cancelled = errors.transaction_cancelled(reasons)
    cancelled.throttles = throttle.throttles
    return cancelled


def check_read_size(sizes_bytes: Iterable[int]) -> None:
    """Refuse a transaction whose items are too large together to be read (API reference, TransactGetItems)."""
    if sum(sizes_bytes) > limits.TRANSACTION_SIZE_BYTES_MAX:
        raise errors.validation(READ_TOO_LARGE)


def refuse_repeats(places: Sequence[tuple[Table, Place]]) -> None:
    """Refuse a transaction that names one item twice."""
    named = {(table.name, place) for table, place in places}
    if len(named) != len(places):
        raise errors.validation("Transaction request cannot include multiple operations on one item")
