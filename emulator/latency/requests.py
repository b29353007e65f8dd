"""Which figure of the model a request takes: its kind, its number of items and its bytes, by what it was charged.

Rule: refusals take no modelled time but those that the service finds out by reading: failed conditions and cancelled
transactions. Neither do operations on tables, whose delays are settings of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from dynarig.emulator.latency.model import (
    CANCELLED_TRANSACTION,
    CONSISTENT_READ,
    READ,
    TRANSACTION_READ,
    TRANSACTION_WRITE,
    WRITE,
    LatencyModel,
)
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.limits import READ_UNIT_BYTES, WRITE_UNIT_BYTES

_KINDS = {
    "TransactWriteItems": TRANSACTION_WRITE,
    "ExecuteTransaction": TRANSACTION_WRITE,
    "TransactGetItems": TRANSACTION_READ,
}
_BY_ITEM = frozenset({"BatchGetItem", "BatchWriteItem", "BatchExecuteStatement", *_KINDS})
_TIMED_REFUSALS = ("ConditionalCheckFailedException", "TransactionCanceledException")


class Charged(Protocol):
    """What is read of a charge."""

    @property
    def read_half_units(self) -> int: ...
    @property
    def write_half_units(self) -> int: ...


def delayed(reply: Reply, model: LatencyModel, call: Call, charges: Sequence[Charged]) -> Reply:
    """The reply with the seconds that it waits; they, not what the shell takes, count as its latency."""
    seconds = seconds_of(model, call.operation, call.request, charges, reply.error_code)
    for timing in reply.timings:
        timing.add(round(seconds * 1e6))
    reply.delay_seconds, reply.timings = reply.delay_seconds + seconds, ()
    return reply


class Figure(NamedTuple):
    """Which figure of the model: kind, items and size_bytes as `LatencyModel.draw` takes them."""

    kind: str
    items: int
    size_bytes: int


def seconds_of(
    model: LatencyModel, operation: str, request: dict[str, Any], charges: Sequence[Charged], refusal: str | None = None
) -> float:
    """Seconds that the service would take for a request. refusal: the code of the error that it ended in."""
    figure = figure_of(operation, request, charges, refusal)
    return 0.0 if figure is None else model.draw(*figure)


def figure_of(
    operation: str, request: dict[str, Any], charges: Sequence[Charged], refusal: str | None = None
) -> Figure | None:
    """The figure of a request, None for one that takes no modelled time. refusal: as above."""
    if refusal is not None and refusal not in _TIMED_REFUSALS:
        return None
    if not charges and operation != "GetRecords":
        return None
    read = sum(charge.read_half_units for charge in charges)
    written = sum(charge.write_half_units for charge in charges)
    items = len(charges) if operation in _BY_ITEM else 1
    kind = _KINDS.get(operation)
    if kind is TRANSACTION_WRITE:
        kind = CANCELLED_TRANSACTION if refusal is not None else kind if written else TRANSACTION_READ
        return Figure(kind, items, written // 4 * WRITE_UNIT_BYTES)
    if kind is None:
        consistent = bool(request.get("ConsistentRead"))
        kind = WRITE if written else CONSISTENT_READ if consistent else READ
    steps = read // {READ: 1, CONSISTENT_READ: 2, TRANSACTION_READ: 4}.get(kind, 1)
    return Figure(kind, items, steps * READ_UNIT_BYTES + written // 2 * WRITE_UNIT_BYTES)
