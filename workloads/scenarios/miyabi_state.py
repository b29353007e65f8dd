"""What one process of the Miyabi load works on: its share of the estate, new names and times.

Rule: a process owns every n-th user, and with a user the repositories, executions, tasks and connections below. The
lists grow with what the run itself writes. Must not know: which calls there are.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any, TypeVar

from dynarig.fixtures.miyabi import Miyabi
from dynarig.workloads.ledger import Ledger
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.target import Seeded

INDEXES = {"GSI1": ("GSI1PK", "GSI1SK"), "GSI2": ("GSI2PK", "GSI2SK")}
OPEN_EXECUTIONS = frozenset({"pending", "running"})
OPEN_TASKS = frozenset({"pending", "in_progress"})
_TTL_MARGIN_SECONDS = 3_600
T = TypeVar("T")


class State:
    """The records of this process, and the ledger of their items."""

    def __init__(self, estate: Miyabi, setting: Setting, seeded: Seeded, ledger: Ledger, draw: random.Random) -> None:
        self.table = estate.table_name
        self.setting = setting
        self.seeded = seeded
        self.ledger = ledger
        self.draw = draw
        self.users = estate.users[setting.process :: setting.processes]
        mine = {user.id for user in self.users}
        self.repositories = [each for each in estate.repositories if each.user_id in mine]
        owned = {each.id for each in self.repositories}
        self.executions = [each for each in estate.executions if each.repository_id in owned]
        self.workflows = [each for each in estate.workflows if each.repository_id in owned]
        self.tasks = [each for each in estate.tasks if each.user_id in mine]
        tasks = {each.id for each in self.tasks}
        self.dependencies = [each for each in estate.dependencies if each.task_id in tasks]
        # The document's example connection and its message expired in 2024: nobody can tell when they go.
        self.connections = [
            each for each in estate.connections if each.user_id in mine and each.ttl > seeded.now + _TTL_MARGIN_SECONDS
        ]
        # A table that an earlier run has changed: only what this run writes is known to be open.
        known = seeded.seeded
        self.open_connections = list(self.connections) if known else []
        self.open_executions = [each for each in self.executions if known and each.status in OPEN_EXECUTIONS]
        self.open_tasks = [each for each in self.tasks if known and each.status in OPEN_TASKS]
        kinds = ("repositories", "executions", "workflows", "tasks", "dependencies", "connections")
        for kind in kinds:
            if not getattr(self, kind):
                raise ValueError(f"process {setting.process + 1} of {setting.processes} has no {kind}: raise the scale")
        if seeded.seeded:
            for kind in ("users", *kinds):
                for record in getattr(self, kind):
                    ledger.load(record.items())
        self._counter = 0
        self._second = -1
        self._stamp = ""

    @property
    def closed(self) -> bool:
        """Whether nobody else writes below this process's users."""
        return self.seeded.seeded and self.seeded.fresh

    @property
    def alone(self) -> bool:
        """Whether nobody else writes to the table at all."""
        return self.closed and self.setting.processes == 1

    def any(self, records: Sequence[T]) -> T:
        """One of them."""
        return records[int(self.draw.random() * len(records))]

    def newest(self, records: list[T]) -> T:
        """One of them, most often of those added last."""
        return records[-1 - int(len(records) * self.draw.random() ** 3)]

    def take(self, records: list[T]) -> T | None:
        """Remove one of them, or None if there is none: it is worked on until it is put back."""
        if not records:
            return None
        position = int(self.draw.random() * len(records))
        records[position], records[-1] = records[-1], records[position]
        return records.pop()

    def new_name(self, kind: str) -> str:
        """A name that no other record of any run has."""
        self._counter += 1
        return f"{kind}-{self.seeded.now:x}{self.setting.process:02x}{self._counter:06x}"

    def new_user_id(self) -> str:
        """The same as a UUID."""
        self._counter += 1
        return f"{self.seeded.now:08x}-{self.setting.process:04x}-4000-8000-{self._counter:012x}"

    def epoch(self, now: float) -> int:
        """Epoch seconds at `now` (monotonic seconds)."""
        return int(now + self.setting.clock_offset_seconds)

    def stamp(self, now: float) -> str:
        """ISO 8601 text of `now` (monotonic seconds)."""
        second = self.epoch(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
        return self._stamp

    def key(self, partition: str, sort: str = "METADATA") -> dict[str, Any]:
        """A primary key as DynamoDB JSON."""
        return {"PK": {"S": partition}, "SK": {"S": sort}}
