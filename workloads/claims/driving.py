"""Requests at a fixed rate in virtual time, as an open loop: what was accepted, what was refused and why.

Rule: the clock is moved to each request's due time, whatever the answers; nothing is sent again. Throttles are counted
by their reason, other refusals by their code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims.bench import VirtualEmulator

Request = tuple[str, dict[str, Any]]


@dataclass
class Driven:
    """accepted, refused: requests. reasons: throttling reason or error code → how many. by_second: accepted in each."""

    seconds: float
    accepted: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    by_second: list[int] = field(default_factory=list)

    @property
    def accepted_per_second(self) -> float:
        """On the average of all seconds."""
        return self.accepted / self.seconds

    @property
    def share_refused(self) -> float:
        """Of all requests."""
        return self.refused / (self.accepted + self.refused)

    def to_json(self) -> dict[str, Any]:
        """As evidence."""
        return {
            "accepted": self.accepted,
            "refused": self.refused,
            "reasons": dict(self.reasons),
            "accepted_by_second": self.by_second,
        }


def drive(emulator: VirtualEmulator, per_second: int, seconds: int, request: Callable[[int], Request]) -> Driven:
    """Send `request(number)` at its due time, `per_second` of them in each of so many seconds."""
    driven = Driven(float(seconds), by_second=[0] * seconds)
    step = 1 / per_second
    for number in range(per_second * seconds):
        operation, body = request(number)
        try:
            emulator.call(operation, body)
        except DynamoDBError as error:
            driven.refused += 1
            driven.reasons.update(reasons_of(error))
        else:
            driven.accepted += 1
            driven.by_second[number // per_second] += 1
        emulator.clock.advance(step)
    return driven


def reasons_of(error: DynamoDBError) -> list[str]:
    """The throttling reasons that an error names, else its code."""
    members = error.members or {}
    told = members.get("ThrottlingReasons") or members.get("throttlingReasons") or ()
    return sorted({str(each["reason"]) for each in told}) or [error.code]
