"""Amazon's DynamoDB Local as a backend: one given, else in Docker, else by Java.

Rule: the first of the three that this machine has; where none can be had, one line says why each could not. The
server runs in memory, with a database per key and region, telemetry off, and is stopped with the backend.

Up in about two seconds by Java 17 (recorded 2026, version 3.1.0).
"""

from __future__ import annotations

import atexit
import os
import socket
import time
from typing import Any, Self

from dynarig.workloads.backends.base import DEFAULT_REGION, BackendError, without
from dynarig.workloads.backends.dynamodb_local_jars import CLASS_PATH_MAIN, find_java, jars_folder
from dynarig.workloads.backends.endpoint import EndpointBackend, checked_url
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http

IMAGE = "amazon/dynamodb-local"
ENDPOINT_VARIABLE = "DYNARIG_DYNAMODB_LOCAL_URL"
_IMAGE_PORT = 8000
_START_SECONDS = 30.0
_ENGINE_SECONDS = 5
_DOCKER_SOCKET = "unix:///var/run/docker.sock"

# Seen with version 3.1.0, November 2026; tests/workloads/backends/test_features.py asks again. Backups, tags and
# throttling are also under "Differences between DynamoDB local and the DynamoDB web service" in the developer guide.
MISSING = {
    "admin": "DynamoDB Local shows no partitions, heat or meters",
    "backups": "DynamoDB Local has no backups and no point-in-time recovery",
    "clock": "DynamoDB Local runs on the machine's clock",
    "exports": "DynamoDB Local has no export or import",
    "global-tables": "DynamoDB Local has no replicas",
    "multi-attribute-keys": "DynamoDB Local 3.1.0 allows one partition and one sort attribute per index",
    "resource-policies": "DynamoDB Local has no resource policies",
    "sse": "DynamoDB Local drops SSESpecification",
    "table-class": "DynamoDB Local drops TableClass",
    "tags": "DynamoDB Local refuses tagging operations and drops Tags",
    "throttling": "DynamoDB Local takes any throughput setting and never throttles",
}
SUPPORTS = without(*MISSING)


class DynamoDBLocalBackend(EndpointBackend):
    """DynamoDB Local at `url` (or the address in DYNARIG_DYNAMODB_LOCAL_URL), else started here.

    port: for the one we start; 0 takes a free one. by: "docker" or "java" to leave no choice.
    """

    missing = MISSING

    def __init__(
        self, region: str = DEFAULT_REGION, *, url: str | None = None, port: int = 0, by: str | None = None
    ) -> None:
        given = url or (None if by else os.environ.get(ENDPOINT_VARIABLE))
        super().__init__(given or f"http://{HOST}", region, supports=SUPPORTS)
        self.name = "dynamodb-local"
        self._given = given is not None
        self._port = port
        self._ways = (by,) if by else ("docker", "java")
        self._server: ServerProcess | _Container | None = None

    def open(self) -> Self:
        """Find or start the server. Raises BackendError with the reason of each way that failed."""
        if not self._given and self._server is None:
            self._server = self._start()
            self.url = checked_url(f"http://{HOST}:{self._server.port}")
        try:
            return super().open()
        except BaseException:
            self.close()
            raise

    @property
    def process_id(self) -> int | None:
        """Of the server's process, while one that Java runs here does."""
        return self._server.process_id if isinstance(self._server, ServerProcess) else None

    def close(self) -> None:
        """Stop what was started."""
        super().close()
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _start(self) -> ServerProcess | _Container:
        reasons = []
        for way in self._ways:
            try:
                return _Container(self._port).start() if way == "docker" else _java_server(self._port).start()
            except BackendError as error:
                reasons.append(str(error))
        raise BackendError(f"DynamoDB Local cannot be started: {'; '.join(reasons)}")


def _java_server(port: int) -> ServerProcess:
    """DynamoDB Local by Java. Raises BackendError without Java 17 or its jars."""
    java = find_java()
    jars = jars_folder()
    command = [java, "-cp", str(jars / "*"), CLASS_PATH_MAIN, "-inMemory", "-disableTelemetry", "-port"]
    return ServerProcess(
        "DynamoDB Local (Java)",
        lambda chosen: [*command, str(chosen)],
        answers_http,
        port=port,
        timeout_seconds=_START_SECONDS,
    )


class _Container:
    """DynamoDB Local in Docker, published on the loopback address alone."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._client: Any = None
        self._container: Any = None

    def start(self) -> Self:
        self._client = docker_engine()
        atexit.register(self.stop)
        try:
            self._run()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        atexit.unregister(self.stop)
        container, self._container = self._container, None
        client, self._client = self._client, None
        if container is not None:
            container.remove(force=True)
        if client is not None:
            client.close()

    def _run(self) -> None:
        from docker.errors import DockerException

        try:
            self._container = self._client.containers.run(
                IMAGE,
                ["-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry"],
                detach=True,
                ports={f"{_IMAGE_PORT}/tcp": (HOST, self.port or None)},
                labels={"dynarig": "dynamodb-local"},
            )
            self._container.reload()
        except DockerException as error:
            raise BackendError(f"Docker cannot run {IMAGE}: {_first_line(error)}") from None
        published = self._container.ports.get(f"{_IMAGE_PORT}/tcp") or []
        if not published:
            raise BackendError(f"Docker published no port of {IMAGE}")
        self.port = int(published[0]["HostPort"])
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not answers_http(self.port):
            if time.monotonic() > deadline:
                raise BackendError(f"{IMAGE} did not answer on port {self.port} within {_START_SECONDS:g} s")
            time.sleep(0.1)


def docker_engine() -> Any:
    """A client of the Docker engine of this machine. Raises BackendError where none answers."""
    try:
        import docker
        from docker.errors import DockerException
    except ImportError:
        raise BackendError("no Docker: its package is not installed: pip install 'dynarig[docker]'") from None
    _knock()
    try:
        client = docker.from_env(timeout=_ENGINE_SECONDS)
    except DockerException as error:
        raise BackendError(f"no Docker engine: {_first_line(error)}") from None
    try:
        client.ping()
    except Exception as error:
        client.close()
        raise BackendError(f"no Docker engine: {_first_line(error)}") from None
    # The engine answers quickly or not at all; a first pull of the image takes its time.
    client.api.timeout = 300
    return client


def _knock() -> None:
    """Try the engine's socket first: the SDK would wrap its absence in three layers of text and leave a socket open."""
    address = os.environ.get("DOCKER_HOST") or _DOCKER_SOCKET
    if not address.startswith("unix://") or not hasattr(socket, "AF_UNIX"):
        return
    path = address.removeprefix("unix://")
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(_ENGINE_SECONDS)
        try:
            link.connect(path)
        except OSError as error:
            raise BackendError(f"no Docker engine: {path}: {error.strerror or error}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
