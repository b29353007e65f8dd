"""What a load runs against: an endpoint given, or an emulator of our own, filled with the scenario's data.

Rule: an emulator that was started here is stopped here, whatever happens. Knows neither Locust nor scenarios' calls.
"""

from __future__ import annotations

import http.client
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from dynarig.fixtures.estate import Settings
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http
from dynarig.workloads.client import LeanClient

_HEALTH = "/_dynarig/health"
_RESET = "/_dynarig/reset"
_START_SECONDS = 20.0
_SEED_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Seeded:
    """What is in the table: made at `now`; `seeded` by this run; `fresh`: and nothing else is in it."""

    now: int
    seeded: bool
    fresh: bool


def emulator_process(port: int = 0) -> ServerProcess:
    """Our own server as a child process, not yet started."""
    return ServerProcess(
        "the emulator",
        lambda free: [sys.executable, "-m", "dynarig.emulator", "--port", str(free)],
        lambda free: answers_http(free, _HEALTH),
        port=port,
        timeout_seconds=_START_SECONDS,
    )


class Target:
    """An endpoint that is open. Raises BackendError, in one line, where it cannot be."""

    def __init__(self, host: str | None, system: str, stage: str) -> None:
        self._server = None if host else emulator_process()
        self._system = SYSTEMS[system]
        self._stage = self._system.stage(stage)
        self.url = host or ""

    @property
    def region(self) -> str:
        """The region that the system's document names for the stage."""
        return self._stage.region

    @property
    def ours(self) -> bool:
        """Whether the emulator is a child of this process."""
        return self._server is not None

    def open(self) -> None:
        """Start the emulator if none was given."""
        if self._server is not None:
            self._server.start()
            self.url = f"http://{HOST}:{self._server.port}"

    def close(self) -> None:
        """Stop the emulator if it is ours; a second call changes nothing."""
        if self._server is not None:
            self._server.stop()

    def reset(self) -> None:
        """Empty the emulator if it is ours."""
        if self._server is None:
            return
        address = urlsplit(self.url)
        link = http.client.HTTPConnection(address.hostname or HOST, address.port, timeout=10)
        try:
            link.request("POST", _RESET)
            status = link.getresponse().status
        except OSError as fault:
            raise BackendError(f"the emulator does not reset: {fault}") from None
        finally:
            link.close()
        if status != http.client.OK:
            raise BackendError(f"the emulator does not reset: status {status}")

    def fill(self, settings: Settings) -> tuple[Seeded, int]:
        """Make the tables and load the items; what is in them now, and how many were sent. Raises LoadError."""
        client = LeanClient(self.url, connections=_SEED_WORKERS, region=self.region)
        try:
            seeding = Seeding(
                regions=lambda region: client,
                settings=settings,
                manifest=Manifest(None, self.url),
                workers=_SEED_WORKERS,
            )
            (outcome,) = seeding.run([Job(self._system, self._stage)])
        finally:
            client.close()
        fresh = outcome.made_tables == outcome.tables
        return Seeded(settings.now, seeded=True, fresh=fresh), outcome.sent_items
