"""A server that we start as a child process, and always stop.

Rule: whoever starts one closes it, and closing is tried three ways: the context manager, the interpreter's exit, and
the pipe that `watched.py` reads, which ends even when this process is killed. Must not know what the server is.
"""

from __future__ import annotations

import atexit
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Self

from dynarig.workloads.backends.base import BackendError

HOST = "127.0.0.1"
_WATCHED = Path(__file__).with_name("watched.py")
_POLL_SECONDS = 0.05
_STOP_SECONDS = 8


class ServerProcess:
    """A child that serves on a port of the loopback address.

    title: for messages. command: given the port, its command line. port: 0 takes a free one. answers: given the port,
    whether the server is ready. timeout_seconds: how long it may take to be.
    """

    def __init__(
        self,
        title: str,
        command: Callable[[int], Sequence[str]],
        answers: Callable[[int], bool],
        *,
        port: int = 0,
        timeout_seconds: float = 30.0,
    ) -> None:
        self.title = title
        self.port = port
        self._command = command
        self._answers = answers
        self._timeout_seconds = timeout_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> Self:
        """Start it and wait until it answers. Raises BackendError with the reason in one line."""
        self.port = _available(self.port)
        command = [sys.executable, "-I", "-S", str(_WATCHED), *self._command(self.port)]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        atexit.register(self.stop)
        try:
            # A session of its own: Ctrl-C on a terminal is ours to answer, and must not take the server first.
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, start_new_session=True
            )
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop it and wait for its end; a second call changes nothing."""
        atexit.unregister(self.stop)
        child, self._child = self._child, None
        log, self._log = self._log, None
        if child is not None:
            _end(child)
        if log is not None:
            log.close()

    @property
    def process_id(self) -> int | None:
        """Of the process above the server, while there is one."""
        return None if self._child is None else self._child.pid

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self._child is not None and self._child.poll() is None

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self._timeout_seconds
        while time.monotonic() < deadline:
            if not self.running:
                raise BackendError(f"{self.title} ended at once: {self._last_words()}")
            if self._answers(self.port):
                return
            time.sleep(_POLL_SECONDS)
        raise BackendError(f"{self.title} did not answer on port {self.port} within {self._timeout_seconds:g} s")

    def _last_words(self) -> str:
        assert self._log is not None
        self._log.seek(0)
        lines = [line.strip() for line in self._log.read().decode("utf-8", "replace").splitlines()]
        return next((line for line in reversed(lines) if line), "without a word")[:300]


def _end(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _available(port: int) -> int:
    """`port` if it is free, or a free one for 0. Raises BackendError where it is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BackendError(f"port {port} of {HOST} is in use or not ours to take: {error.strerror}") from None
        free: int = probe.getsockname()[1]
        return free


def answers_http(port: int, path: str = "/") -> bool:
    """Whether something on `port` gives any HTTP answer to a GET of `path`."""
    try:
        with socket.create_connection((HOST, port), timeout=2.0) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
            return link.recv(5) == b"HTTP/"
    except OSError:
        return False
