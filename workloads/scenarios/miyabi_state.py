"""What one process of the Miyabi load works on: its share of the estate, new names and times.

Rule: a process owns every n-th user, and with a user the repositories, executions, tasks and connections below. The
lists grow with what the run itself writes, up to a bound. Must not know: which calls there are.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeVar

from dynarig.fixtures.miyabi import Miyabi
from dynarig.workloads.ledger import Item, Ledger
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.scenarios.recent import Recent, Record
from dynarig.workloads.target import Seeded

INDEXES = {"GSI1": ("GSI1PK", "GSI1SK"), "GSI2": ("GSI2PK", "GSI2SK")}
OPEN_EXECUTIONS = frozenset({"pending", "running"})
OPEN_TASKS = frozenset({"pending", "in_progress"})
OPEN_KEPT = 5_000  # of those that may be changed; more are not needed, and each is a whole record
_KINDS = ("users", "repositories", "executions", "workflows", "tasks", "dependencies", "connections")
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
        mine = estate.users[setting.process :: setting.processes]
        users = {user.id for user in mine}
        repositories = [each for each in estate.repositories if each.user_id in users]
        owned = {each.id for each in repositories}
        executions = [each for each in estate.executions if each.repository_id in owned]
        workflows = [each for each in estate.workflows if each.repository_id in owned]
        tasks = [each for each in estate.tasks if each.user_id in users]
        of_tasks = {each.id for each in tasks}
        dependencies = [each for each in estate.dependencies if each.task_id in of_tasks]
        # Those that have expired, such as the document's example, go at a time that nobody can tell.
        lasting = seeded.now + _TTL_MARGIN_SECONDS
        connections = [each for each in estate.connections if each.user_id in users and each.ttl > lasting]
        known: list[list[Any]] = [mine, repositories, executions, workflows, tasks, dependencies, connections]
        for kind, records in zip(_KINDS, known, strict=True):
            if not records:
                raise ValueError(f"process {setting.process + 1} of {setting.processes} has no {kind}: raise the scale")
        self.users = Recent((each.id, each.organization_id) for each in mine)
        self.repositories = Recent((each.id, each.user_id) for each in repositories)
        self.executions = Recent((each.id, each.repository_id) for each in executions)
        self.workflows = Recent((each.id, each.repository_id) for each in workflows)
        self.tasks = Recent((each.id, each.user_id) for each in tasks)
        self.dependencies = Recent((each.task_id,) for each in dependencies)
        self.connections = Recent((each.id,) for each in connections)
        # A table that an earlier run has changed: only what this run writes is known to be open.
        ours = seeded.seeded
        self.open_connections = list(connections) if ours else []
        self.open_executions = [each for each in executions if ours and each.status in OPEN_EXECUTIONS]
        self.open_tasks = [each for each in tasks if ours and each.status in OPEN_TASKS]
        if ours:
            for record in chain.from_iterable(known):
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

    def any(self, records: Recent) -> Record:
        """One of them."""
        return records.any(self.draw)

    def newest(self, records: Recent) -> Record:
        """One of them, most often of those added last."""
        return records.newest(self.draw)

    def one_of(self, words: Sequence[str]) -> str:
        """One of a few words."""
        return words[int(self.draw.random() * len(words))]

    def add(self, records: Recent, record: Record, items: Sequence[Item]) -> None:
        """Know a record of these items from now on; who is pushed out of the list is forgotten everywhere."""
        for key in records.add(record, tuple([self.ledger.key_of(item) for item in items])):
            self.ledger.forget(key)

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
