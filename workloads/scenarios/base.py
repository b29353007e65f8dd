"""What every scenario is: prepare, next call, verify.

Rule: a scenario knows calls and data; it knows no client, clock, schedule or Locust. `next` builds one request and
notes in the ledger what it will change; exactly one of `answered` and `failed` follows it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.ledger import Ledger, Write
from dynarig.workloads.outcomes import unprocessed

Check = Callable[[dict[str, Any], float, float], str | None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scenario is a function of.

    seed, scale: of the data and of every choice. now: epoch seconds at which the data was made. process, processes:
    this one among those that share the load. seeded: the data was loaded by this run. fresh: and nothing else is in the
    table. settle_seconds: within which an eventually consistent read may look back. clock_offset_seconds: from the
    monotonic instants that `next` gets to epoch seconds.
    """

    seed: int = 1
    scale: float = 1.0
    now: int = 0
    environment: str = "load"
    process: int = 0
    processes: int = 1
    seeded: bool = True
    fresh: bool = True
    settle_seconds: float = 1.0
    clock_offset_seconds: float = 0.0


@dataclass(slots=True)
class Step:
    """One request of the load. began: monotonic seconds just before it was built. write: what it changes. done: told
    once whether the write was done; it keeps the scenario's own lists.
    """

    pattern: str
    operation: str
    request: dict[str, Any]
    began: float
    check: Check | None = None
    write: Write | None = None
    done: Callable[[bool], None] | None = None


class Scenario(ABC):
    """The load of one estate as one process sees it."""

    name: str
    ledger: Ledger

    @abstractmethod
    def next(self, now: float) -> Step:
        """The next request at `now` (monotonic seconds)."""

    def answered(self, step: Step, response: dict[str, Any], ended: float) -> str | None:
        """Note a success; what is wrong with the answer, if anything."""
        if unprocessed(response):
            self._settle(step, None, ended)
            return None
        self._settle(step, True, ended)
        return step.check(response, step.began, ended) if step.check is not None else None

    def failed(self, step: Step, error: Exception, ended: float) -> None:
        """Note that the service refused, or that no answer came and nobody knows."""
        refused = isinstance(error, DynamoDBError) and error.status < 500
        self._settle(step, False if refused else None, ended)

    def _settle(self, step: Step, done: bool | None, ended: float) -> None:
        """A write was done, was not done, or (None) nobody knows: a batch that came back in part counts as that."""
        if step.write is not None:
            if done:
                self.ledger.acknowledge(step.write, ended)
            elif done is None:
                self.ledger.doubt(step.write)
            else:
                self.ledger.refuse(step.write)
        if step.done is not None:
            step.done(bool(done))
