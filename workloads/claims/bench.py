"""What checks run on: seeded estates, fresh emulators in virtual time, and figures that several checks share.

Rule: a check asks the bench for what it needs and cleans up nothing; what is dear (an estate, a load) is made once and
kept by name. Must not know any claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.services import CLOUDWATCH, DEFAULT_ACCOUNT
from dynarig.emulator.settings import Settings
from dynarig.fixtures.estate import Item, Stage
from dynarig.fixtures.estate import Settings as EstateSettings
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.seeding.tables import ensure
from dynarig.fixtures.systems import SYSTEMS, System
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.backends.base import Backend
from dynarig.workloads.backends.open import open_backend
from dynarig.workloads.claims.calls import table_names

Result = TypeVar("Result")
DEFAULT_SCALE = 0.05
EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Options:
    """backend: name or URL that the estates are seeded into. scale, seed: of their items. load_seconds: of a load."""

    backend: str = EMBEDDED
    scale: float = DEFAULT_SCALE
    seed: int = 1
    load_seconds: float = 30.0


class VirtualEmulator:
    """A fresh emulator whose clock stands still until it is advanced: what an hour does takes no hour.

    clock: advance it; what is due runs with the next call.
    """

    def __init__(self, at: float, region: str, settings: Settings) -> None:
        self.clock = ManualClock(at)
        self.client = EmbeddedClient(settings=settings, clock=self.clock)
        self.region = region

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request. Raises DynamoDBError."""
        return self.client.call(operation, request, region=self.region)

    def cloudwatch(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """CloudWatch's answer in this emulator's region. Raises DynamoDBError."""
        services, namespace = self.client.engine.services, Namespace(DEFAULT_ACCOUNT, self.region)
        return services.call(CLOUDWATCH, operation, namespace, request, self.clock.now())

    def bill(self, day: str | None = None) -> dict[str, Any]:
        """The bill so far, at the prices of a day (as 2024-01-31; the latest where None)."""
        return self.client.engine.services.bill(self.clock.now(), None, day)

    def create(self, definition: TableDefinition) -> str:
        """Make one of an estate's tables, with its settings; its name."""
        ensure(self, definition)
        return definition.name


class Bench:
    """One run's means. Use it in a `with` statement: backends are closed at its end, processes of theirs stopped.

    What was seeded into a backend that outlives the run stays there.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.now = int(time.time())
        self._kept: dict[str, Any] = {}
        self._stack = ExitStack()
        self._backends: dict[str, Backend] = {}

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def once(self, name: str, make: Callable[[], Result]) -> Result:
        """What `make` gives, made at the first call for this name."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: Result = self._kept[name]
        return kept

    def virtual(self, region: str = "us-east-1", at: float | None = None, **settings: Any) -> VirtualEmulator:
        """A fresh emulator in virtual time. settings: fields of the emulator's Settings."""
        return VirtualEmulator(self.now if at is None else at, region, Settings(**settings))

    def estate_settings(self, scale: float | None = None) -> EstateSettings:
        """What the seeded estates' items were made by. scale: the bench's where None."""
        return EstateSettings(self.options.seed, self.options.scale if scale is None else scale, self.now)

    def definitions(self, system: str, stage: str | None = None) -> dict[str, TableDefinition]:
        """The tables of a stage by name."""
        found, chosen = _stage(system, stage)
        return {definition.name: definition for definition in found.definitions(chosen)}

    def items(self, system: str, table: str, stage: str | None = None, scale: float | None = None) -> Iterator[Item]:
        """A table's items as they are seeded, without a backend. scale: the bench's where None."""
        found, chosen = _stage(system, stage)
        estate = found.estate(chosen, self.estate_settings(scale))
        return next(contents for contents in estate.contents() if contents.table_name == table).items()

    def estate(self, system: str, stage: str | None = None) -> Backend:
        """The backend in the region of this estate's stage (by default the first), seeded; leave it as it is."""
        found, chosen = _stage(system, stage)
        return self.once(f"estate {system} {chosen.name}", lambda: self._seed(found, chosen))

    def tables(self, system: str, stage: str | None = None) -> list[str]:
        """The names of the estate's tables that its backend lists; what else stands in that region is left out."""
        own = self.definitions(system, stage)
        return [name for name in table_names(self.estate(system, stage)) if name in own]

    def _seed(self, system: System, stage: Stage) -> Backend:
        manifest = Manifest(None, self.options.backend)
        Seeding(self._region, self.estate_settings(), manifest).run([Job(system, stage)])
        return self._region(stage.region)

    def _region(self, region: str) -> Backend:
        if not self._backends:
            first = self._stack.enter_context(open_backend(self.options.backend))
            self._backends[first.region] = first
        if region not in self._backends:
            opened = next(iter(self._backends.values())).in_region(region)
            self._stack.callback(opened.close)
            self._backends[region] = opened
        return self._backends[region]


def _stage(system: str, stage: str | None) -> tuple[System, Stage]:
    found = SYSTEMS[system]
    return found, found.stages[0] if stage is None else found.stage(stage)
