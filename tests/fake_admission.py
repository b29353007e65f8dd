"""An admission that refuses the charges it is told to, so that a throttle can be had where a test wants one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings

THROTTLED = ("ProvisionedThroughputExceededException", "refused by the test")


class RefusingAdmission(Admission):
    """Refuses every plan that draws on one of these partition keys; asked: the keys of every plan, in order."""

    def __init__(self, *keys: Any) -> None:
        super().__init__(Settings())
        self.is_on = True
        self.keys = frozenset(keys)
        self.asked: list[list[Any]] = []

    def admit(self, charges: Sequence[Any], now: float) -> DynamoDBError | None:
        self.asked.append([charge.partition for charge in charges])
        return None if self.keys.isdisjoint(self.asked[-1]) else DynamoDBError(*THROTTLED)
