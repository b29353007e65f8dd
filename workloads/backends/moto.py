"""moto as a backend: inside this process, or as a server process that we start.

Rule: moto is used through its front doors, ``mock_aws`` and ``python -m moto.server``, with the bytes a client would
send, so that what it answers is what it answers. One thing is changed: what it fails on with a trace of its own is
told as InternalServerError, as its server would.
"""

from __future__ import annotations

import sys
import threading
import time
from importlib.util import find_spec
from typing import Any, Self

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import wire
from dynarig.workloads.backends.base import (
    DEFAULT_REGION,
    STREAMS_OPERATIONS,
    Backend,
    BackendError,
    local_credentials,
    target_of,
    without,
)
from dynarig.workloads.backends.endpoint import EndpointBackend
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http
from dynarig.workloads.signing import Signer

# Seen with moto 5.2.5, November 2026; tests/workloads/backends/test_features.py asks again.
MISSING = {
    "admin": "moto shows no partitions, heat or meters",
    "capacity": "moto reports constant capacity, whatever the item's size",
    "clock": "moto runs on the machine's clock",
    "exports": "moto exports only through its own S3",
    "global-tables": "moto takes replica settings and replicates nothing",
    "limits": "moto does not hold the service's limits on batches and page bytes",
    "on-demand-limits": "moto drops OnDemandThroughput and makes WarmThroughput up",
    "partiql": "moto fails on plain PartiQL updates and selects",
    "table-class": "moto drops TableClass",
    "throttling": "moto never throttles",
    "ttl": "moto keeps the TTL setting and deletes nothing",
}
SUPPORTS = without(*MISSING)
_NOT_INSTALLED = "moto is not installed: pip install 'dynarig[moto]'"


class MotoBackend(Backend):
    """moto in this process. Its state belongs to the first one opened and goes when that one closes."""

    name = "moto"
    supports = SUPPORTS
    missing = MISSING

    # mock_aws patches the process, so the patch is shared: counted in, counted out, one request at a time.
    _lock = threading.RLock()
    _open_count = 0
    _mock: Any = None

    def __init__(self, region: str = DEFAULT_REGION) -> None:
        super().__init__(region)
        self._session: Any = None
        hosts = (f"dynamodb.{region}.amazonaws.com", f"streams.dynamodb.{region}.amazonaws.com")
        self._doors = [(f"https://{host}/", Signer(local_credentials(), region, host)) for host in hosts]

    def open(self) -> Self:
        """Start moto's patch where it is not yet on. Raises BackendError without moto."""
        if self._session is None:
            self._enter()
            import requests  # moto's own

            self._session = requests.Session()
        return self

    def close(self) -> None:
        """End the patch with the last backend that needed it."""
        if self._session is not None:
            self._session.close()
            self._session = None
            self._leave()

    def in_region(self, region: str) -> Backend:
        """moto keeps a namespace per region by itself."""
        return MotoBackend(region).open()

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """One request through moto's patch of the HTTP library, one at a time."""
        if self._session is None:
            raise BackendError("moto is not open")
        body = wire.encode(request)
        url, signer = self._doors[operation in STREAMS_OPERATIONS]
        headers = signer.headers(target_of(operation), body, time.time())
        with self._lock:
            try:
                answer = self._session.post(url, data=body, headers=headers)
            except Exception as error:
                text = f"moto failed with {type(error).__name__}: {error}"
                raise DynamoDBError("InternalServerError", text, status=500) from error
        return wire.decode(answer.status_code, answer.content)

    @classmethod
    def _enter(cls) -> None:
        with cls._lock:
            if cls._open_count == 0:
                try:
                    from moto import mock_aws
                except ImportError:
                    raise BackendError(_NOT_INSTALLED) from None
                # Keys of the environment stay as they are: this backend signs by itself.
                cls._mock = mock_aws()
                cls._mock.start()
            cls._open_count += 1

    @classmethod
    def _leave(cls) -> None:
        with cls._lock:
            cls._open_count -= 1
            if cls._open_count == 0:
                cls._mock.stop()
                cls._mock = None


class MotoServerBackend(EndpointBackend):
    """moto's own server, started on a free port (or on `port`) and stopped with this backend."""

    missing = MISSING

    def __init__(self, region: str = DEFAULT_REGION, *, port: int = 0) -> None:
        super().__init__(f"http://{HOST}", region, supports=SUPPORTS)
        self.name = "moto-server"
        self._server = ServerProcess("moto server", _command, _ready, port=port)

    def open(self) -> Self:
        """Start the server; about a second. Raises BackendError."""
        if not self._server.running:
            if not all(map(find_spec, ("moto", "flask", "flask_cors"))):
                raise BackendError(_NOT_INSTALLED)
            self._server.start()
            self.url = f"http://{HOST}:{self._server.port}"
        return super().open()

    @property
    def process_id(self) -> int | None:
        """Of the server's process, while it runs."""
        return self._server.process_id

    def close(self) -> None:
        """Stop the server."""
        super().close()
        self._server.stop()


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]


def _ready(port: int) -> bool:
    return answers_http(port, "/moto-api/data.json")
