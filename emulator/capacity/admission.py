"""Admission: whether a plan's charges are taken. Takes all of them or none.

Mode `off`, the only one that this module knows, takes everything: capacity is counted and reported, nothing is held
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError


class Unlimited:
    """Admits everything."""

    def admit(self, charges: Sequence[Any], now: float) -> DynamoDBError | None:
        """None where the charges are taken, else the throttle to answer. charges: of one plan; now: epoch seconds."""
        return None
