"""ClientRequestToken: a transaction that was carried out is not done again for ten minutes, and billed as a read.

What tells one transaction from another is its items, not how capacity is reported (recorded 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson

from dynarig.emulator.capacity.units import transactional_read_half_units
from dynarig.emulator.model import errors
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning.conflicts import hold_all
from dynarig.emulator.planning.plan import Charge, Plan
from dynarig.emulator.planning.writes import ItemWrite
from dynarig.emulator.storage.tokens import Replay

_CONTENT = ("TransactItems", "TransactStatements")


def replayed(operation: str, request: Request, context: Context) -> Plan | None:
    """The plan of a replay, None for a transaction that is new; raises IdempotentParameterMismatchException."""
    token = request.members.get("ClientRequestToken")
    if token is None:
        return None
    replay = context.catalog.tokens.find(operation, token, context.now)
    if replay is None:
        return None
    if replay.content != _content(request):
        raise errors.idempotent_parameter_mismatch()
    if context.now < replay.done_at + context.settings.transaction_seconds:
        raise errors.transaction_in_progress()
    return Plan(replay.charges, response={}, capacity=reported_capacity(request.members))


def remember(operation: str, request: Request, context: Context, plan: Plan, writes: Sequence[ItemWrite]) -> Plan:
    """The plan of a new transaction, which holds its items and notes its token once it is applied."""
    if plan.refusal is not None:
        return plan
    token = request.members.get("ClientRequestToken")
    hold_seconds = context.settings.transaction_seconds
    if token is None and not hold_seconds:
        return plan
    charges = tuple(
        Charge(write.table.target, transactional_read_half_units(_larger_image(write)), 0, *write.place, True)
        for write in writes
    )
    replay = Replay(_content(request), charges, context.now)

    def effect() -> None:
        if token is not None:
            context.catalog.tokens.keep(operation, token, replay)
        if hold_seconds:
            hold_all(((write.table, write.place) for write in writes), context.now + hold_seconds, context.now)

    plan.effect = effect
    plan.delay_seconds = hold_seconds
    return plan


def _larger_image(write: ItemWrite) -> int:
    return max(0 if image is None else image.size for image in (write.before, write.after))


def _content(request: Request) -> bytes:
    body: dict[str, Any] = {name: request.body[name] for name in _CONTENT if name in request.body}
    return blake2b(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=32).digest()
