"""The plan: what a request would do, as a value. Planning makes it, the engine admits and applies it.

Rule: a plan holds everything that admission, application and metering need, and nothing has happened yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct, field

from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.table import Table


class Charge(Struct, gc=False):
    """Capacity that a plan asks of one partition of a table or index, in half units (2 = one capacity unit).

    target: the table or index. Either figure is 0. partition, sort: the key values that place the charge; partition
    None where it is of many keys, then token is the hash of the first. consistent: whether a read is served by the
    leader alone. growth_bytes: by how much a write lets what is stored grow.
    """

    target: CapacityTarget
    read_half_units: int
    write_half_units: int
    partition: Any = None
    sort: Any = None
    consistent: bool = False
    growth_bytes: int = 0
    token: int = 0


class Plan(Struct):
    """One unit of admission: all its charges are taken or none.

    Not `gc=False`, as what it is made of: a refusal knows the frames that it was raised in, and so can be in a cycle.

    changes: each with the table that takes it. response: the success answer without ConsumedCapacity, None for an
    answer without a body. refusal: an error that is answered instead, after the charges are taken (a failed condition).
    effect: state that is no item change (a table's life cycle); runs once, at apply.
    on_throttle: how the operation words a throttle, None for as it is. delay_seconds: how long its success takes.
    """

    charges: Sequence[Charge] = ()
    changes: Sequence[tuple[Table, Change]] = ()
    response: dict[str, Any] | None = field(default_factory=dict)
    refusal: DynamoDBError | None = None
    effect: Callable[[], None] | None = None
    delay_seconds: float = 0.0
    capacity: str | None = None  # what ReturnConsumedCapacity asked for: TOTAL, INDEXES or None
    on_throttle: Callable[[DynamoDBError], DynamoDBError] | None = None


class BatchPlan(Struct):
    """Independent plans that are admitted one by one.

    respond: given the outcome of each part (None where it was applied, else the throttle), makes the answer.
    """

    parts: Sequence[Plan]
    respond: Callable[[Sequence[DynamoDBError | None]], dict[str, Any]]
    capacity: str | None = None
