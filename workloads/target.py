"""What a load runs against, an endpoint given or a server started here, and how scenarios make tables in it.

Rule: a server that was started here is stopped here, whatever happens. A table that exists is used if it has the
wanted key, and never changed or deleted. Where the server has a clock of its own (ours, which tests may advance), its
time is the time. Knows neither Locust nor scenarios' calls.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dynarig.emulator.settings import Settings as EmulatorSettings
from dynarig.fixtures.estate import Contents, Item, Settings
from dynarig.fixtures.seeding.jobs import Job, Seeding, Work
from dynarig.fixtures.seeding.load import Loader, LoadInterrupted
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.seeding.tables import ensure
from dynarig.fixtures.systems import SYSTEMS
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads import admin
from dynarig.workloads.backends.base import DEFAULT_REGION, BackendError, BackendUnreachable
from dynarig.workloads.backends.endpoint import EndpointBackend
from dynarig.workloads.backends.open import open_server
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http

if TYPE_CHECKING:
    from dynarig.workloads.client import LeanClient

_HEALTH = "/_dynarig/health"
_RESET = "/_dynarig/reset"
_CLOCK = "/_dynarig/clock"
_CAPACITY = "/_dynarig/capacity"
_START_SECONDS = 20.0
_SEED_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Seeded:
    """What is in a system's tables: made at `now`; `seeded` by this run; `fresh`: and nothing else is in them."""

    now: int
    seeded: bool
    fresh: bool
    items: int = 0


def emulator_process(port: int = 0, flags: tuple[str, ...] = ()) -> ServerProcess:
    """Our own server as a child process, not yet started."""
    return ServerProcess(
        "the emulator",
        lambda free: [sys.executable, "-m", "dynarig.emulator", "--port", str(free), *flags],
        lambda free: answers_http(free, _HEALTH),
        port=port,
        timeout_seconds=_START_SECONDS,
    )


def capacity_flags(mode: str) -> tuple[str, ...]:
    """The flags that set the emulator's capacity mode; none where it has no modes."""
    return ("--capacity", mode) if any(each.name == "capacity" for each in fields(EmulatorSettings)) else ()


class Target:
    """An endpoint that is open. Raises BackendError, in one line, where it cannot be."""

    def __init__(
        self,
        host: str | None,
        seed: int = 1,
        scale: float = 1.0,
        capacity: str = "observe",
        flags: tuple[str, ...] = (),
        *,
        backend: str | None = None,
    ) -> None:
        """capacity, flags: of our own emulator. backend: another server to start in its stead (`SERVER_NAMES`)."""
        ours = not host and backend is None
        self._server = emulator_process(flags=(*capacity_flags(capacity), *flags)) if ours else None
        self._backend = backend
        self._other: EndpointBackend | None = None
        self._clients: dict[str, LeanClient] = {}
        self._seed = seed
        self._scale = scale
        self.url = (host or "").rstrip("/")

    @property
    def ours(self) -> bool:
        """Whether the emulator is a child of this process."""
        return self._server is not None

    @property
    def alive(self) -> bool:
        """Whether our own emulator runs; True of any other, of which nobody knows."""
        return self._server is None or self._server.running

    @property
    def is_like_the_service(self) -> bool:
        """Whether its answers are to be right: AWS's and our emulator's. What another does unlike is its own affair."""
        host = urlsplit(self.url).hostname or ""
        return self.ours or host.endswith(".amazonaws.com") or self.admin(_HEALTH) is not None

    def open(self) -> None:
        """Start the emulator if none was given; else ask whether somebody answers there."""
        if self._server is not None:
            self._server.start()
            self.url = f"http://{HOST}:{self._server.port}"
            return
        if self._backend is not None:
            self._other = open_server(self._backend)
            self.url = self._other.url
        try:
            admin.reach(self.url)
        except BackendError as fault:
            raise BackendError(f"{fault}, or leave --host out") from None

    def close(self) -> None:
        """Stop what was started here; a second call changes nothing."""
        self.disconnect()
        if self._server is not None:
            self._server.stop()
        if self._other is not None:
            self._other.close()

    @property
    def process_id(self) -> int | None:
        """Of the server, where it was started here and runs on this machine."""
        started = self._server or self._other
        return None if started is None else started.process_id

    @property
    def cannot(self) -> tuple[str, ...]:
        """What a server that we know lacks of what the service has, in words."""
        return () if self._other is None else tuple(self._other.missing.values())

    def disconnect(self) -> None:
        """Close the connections; the next call makes new ones. They belong to the thread that made them."""
        for client in self._clients.values():
            client.close()
        self._clients = {}

    def reset(self) -> None:
        """Empty the emulator if it is ours."""
        if self._server is not None and admin.ask(self.url, _RESET, "POST") is None:
            raise BackendError("the emulator does not reset")

    def now(self) -> float:
        """Epoch seconds by the server's own clock, or by this machine's where it has none."""
        clock = admin.ask(self.url, _CLOCK)
        return float(clock["now"]) if clock and "now" in clock else time.time()

    def admin(self, path: str) -> dict[str, Any] | None:
        """What the server tells at a route such as `/_dynarig/heat`; None where it has no such route."""
        return admin.ask(self.url, path)

    def set_capacity(self, **orders: Any) -> dict[str, Any] | None:
        """Set mode (of one `table`) or scale of capacity; what is then so, None where the server has none."""
        return admin.ask(self.url, _CAPACITY, "POST", orders)

    def call(self, operation: str, request: dict[str, Any], region: str = DEFAULT_REGION) -> dict[str, Any]:
        """One call. DynamoDBError, BackendError."""
        return self._client(region).call(operation, request)

    def seed(self, system: str, stage: str) -> Seeded:
        """Make the tables of a documented system and load its items. Raises LoadError, BackendError."""
        settings = Settings(self._seed, self._scale, int(self.now()))
        return self.seed_work(Job(SYSTEMS[system], SYSTEMS[system].stage(stage)), settings)

    def seed_work(self, work: Work, settings: Settings) -> Seeded:
        """Make tables and load their items. Raises LoadError, BackendError."""
        seeding = Seeding(
            regions=self._client, settings=settings, manifest=Manifest(None, self.url), workers=_SEED_WORKERS
        )
        with self._filling():
            (outcome,) = seeding.run([work])
        fresh = outcome.made_tables == outcome.tables
        return Seeded(settings.now, seeded=True, fresh=fresh, items=outcome.sent_items)

    def make_table(self, create: dict[str, Any], time_to_live: str | None = None) -> bool:
        """Make the table of a CreateTable request and wait until it is active; False where it was there before."""
        definition = TableDefinition(create["TableName"], DEFAULT_REGION, create, time_to_live)
        with self._filling():
            return not ensure(self._client(DEFAULT_REGION), definition).existed

    def load(self, table: str, items: Iterable[Item]) -> int:
        """Put items into a table, in batches, until all of them are there; how many."""
        progress = 0

        def counted() -> Iterator[Item]:
            nonlocal progress
            for item in items:
                progress += 1
                yield item

        with self._filling():
            Loader(self._client(DEFAULT_REGION), _SEED_WORKERS).load(Contents(table, 0, counted))
        return progress

    def _client(self, region: str) -> LeanClient:
        from dynarig.workloads.client import LeanClient  # of the extra [load], which a scenario does without

        if region not in self._clients:
            self._clients[region] = LeanClient(self.url, connections=_SEED_WORKERS, region=region)
        return self._clients[region]

    @contextmanager
    def _filling(self) -> Iterator[None]:
        """Turn what ends the making of tables and items into an error that ends a run in one line."""
        try:
            yield
        except LoadInterrupted as interruption:
            if isinstance(interruption.cause, BackendError):
                raise self._lost(interruption.cause) from None
            raise interruption.cause from None
        except BackendUnreachable as cause:
            raise self._lost(cause) from None

    def _lost(self, cause: BackendError) -> BackendError:
        return BackendError(f"the target {self.url} was lost while it was filled: {cause}")
