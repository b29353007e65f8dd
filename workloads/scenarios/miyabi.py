"""The Miyabi load: the document's access patterns AP1 to AP10, and the writes that feed them.

Rule: the mix is data. Each process works on the users that are its own (and all that hangs on them), so that it alone
writes what it judges; indexes are shared, and there it judges what it knows. Must not know: how calls travel.

The document's cost estimate has 1,000,000 reads to 500,000 writes; the mix keeps that ratio, in requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import accumulate
from typing import Any

from dynarig.fixtures.miyabi import Miyabi
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.ledger import Ledger
from dynarig.workloads.scenarios.base import Scenario, Setting, Step
from dynarig.workloads.scenarios.miyabi_reads import Reads
from dynarig.workloads.scenarios.miyabi_state import INDEXES, State
from dynarig.workloads.scenarios.miyabi_writes import Writes
from dynarig.workloads.target import Seeded, Target

READ_MIX = {
    "AP1 user": 40,
    "AP2 repositories of user": 24,
    "AP3 executions of repository": 24,
    "AP4 execution": 30,
    "AP5 executions by status": 18,
    "AP6 tasks of user": 20,
    "AP7 dependencies of task": 10,
    "AP8 connection": 16,
    "AP9 users of organization": 8,
    "AP10 workflows of repository": 10,
}
WRITE_MIX = {
    "W1 create user": 3,
    "W2 start execution": 12,
    "W3 append log": 20,
    "W4 change execution status": 22,
    "W5 create task": 8,
    "W6 change task status": 8,
    "W7 add dependency": 4,
    "W8 connect": 5,
    "W9 ping": 8,
    "W10 disconnect": 4,
    "W11 LINE message": 6,
}
MIX = {**READ_MIX, **WRITE_MIX}
_ALWAYS_POSSIBLE = "W3 append log"
_TRIES = 4
_CHUNK = 1024


class MiyabiScenario(Scenario):
    """The Miyabi load as one process sees it."""

    name = "miyabi"
    question = "Do the Miyabi document's ten access patterns hold, beside the writes that feed them?"
    tags = ("estate",)
    estate = "miyabi"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.region = SYSTEMS["miyabi"].stage(setting.environment).region

    def prepare(self, target: Target) -> dict[str, Any]:
        """The document's table, filled."""
        if self.setting.no_seed:
            return asdict(Seeded(self.setting.now, seeded=False, fresh=False))
        return asdict(target.seed("miyabi", self.setting.environment))

    def begin(self, prepared: dict[str, Any]) -> None:
        """Builds the estate's model, about a second at scale 1. ValueError if no user is left for this process."""
        setting, seeded = self.setting, Seeded(**prepared)
        self._ledger = Ledger("PK", "SK", INDEXES, setting.settle_seconds)
        estate = Miyabi(setting.seed, setting.scale, seeded.now, setting.environment)
        state = State(estate, setting, seeded, self._ledger, self.draw)
        reads, writes = Reads(state), Writes(state)
        self._patterns: dict[str, Callable[[float], Step | None]] = {**reads.patterns(), **writes.patterns()}
        self._names = list(MIX)
        self._weights = list(accumulate(MIX.values()))
        self._chosen: list[str] = []

    def next(self, now: float) -> Step:
        """The next request at `now` (monotonic seconds)."""
        step = self._choose(now)
        step.ledger = self._ledger
        self._ledger.reading(id(step), now)
        return step

    def _choose(self, now: float) -> Step:
        if not self._chosen:
            self._chosen = self.draw.choices(self._names, cum_weights=self._weights, k=_CHUNK)
        name = self._chosen.pop()
        for _ in range(_TRIES):
            step = self._patterns[name](now)
            if step is not None:
                return step
        # Nothing of the kind is free just now, such as an open execution that no other request is changing.
        while (step := self._patterns[_ALWAYS_POSSIBLE](now)) is None:
            continue
        return step
