"""A server in a child process, and what its clients see of it over raw sockets.

Rule: every wait ends: a socket that says nothing for `PATIENCE_SECONDS` is a hang, and a hang is a failure.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

PATIENCE_SECONDS = 20.0
_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [A-Za-z ]+\r\n")


class Hang(AssertionError):
    """The server said nothing for too long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Child:
    """One server process. Start it by `serving`."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: IO[bytes]) -> None:
        self.process = process
        self.port = port
        self._log = log

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    @property
    def resident_bytes(self) -> int | None:
        """Memory of the process; None where the machine does not tell (no /proc)."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        return int(found[1]) * 1024 if found else None

    def trace(self) -> str:
        """What the server has logged, its last part."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")[-6000:]

    def connect(self) -> Wire:
        """A new connection."""
        return Wire(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS))


class Wire:
    """One connection: bytes out, answers in."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._unread = b""

    def close(self) -> None:
        """Ends it."""
        self._link.close()

    def send(self, data: bytes, *, last: bool = False) -> None:
        """Sends all, or as much as the server takes before it closes. last: nothing more will come from this side."""
        try:
            self._link.sendall(data)
            if last:
                self._link.shutdown(socket.SHUT_WR)
        except TimeoutError:
            raise Hang(f"the server did not read for {PATIENCE_SECONDS:g} s") from None
        except OSError:
            pass  # closed by the server, which `receive` tells

    def receive(self, *, bodiless: bool = False) -> Answer | None:
        """The next answer, or None where the server has closed. Raises Hang, and AssertionError for no HTTP."""
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        found = _HEAD.match(head)
        assert found, f"not an HTTP answer: {head[:200]!r}"
        status = int(found[1])
        headers = {}
        for line in head[found.end() : -4].split(b"\r\n"):
            name, colon, value = line.partition(b":")
            assert colon or not line, f"a broken header line: {line!r}"
            headers[name.strip().lower()] = value.strip()
        if status == 100:
            return self.receive(bodiless=bodiless)
        size = 0 if bodiless else int(headers[b"content-length"])
        while len(self._unread) < size:
            piece = self._read()
            assert piece, "an answer was cut short"
            self._unread += piece
        body, self._unread = self._unread[:size], self._unread[size:]
        if not bodiless:
            assert zlib.crc32(body) == int(headers[b"x-amz-crc32"]), "the checksum is not the body's"
        return Answer(status, headers, body)

    def drain(self) -> list[Answer]:
        """Every further answer, until the server closes."""
        answers = []
        while (answer := self.receive()) is not None:
            answers.append(answer)
        return answers

    def _read_until(self, mark: bytes) -> bytes | None:
        while mark not in self._unread:
            piece = self._read()
            if not piece:
                assert not self._unread, f"an answer was cut short: {self._unread[:200]!r}"
                return None
            self._unread += piece
        head, _, self._unread = self._unread.partition(mark)
        return head + mark

    def _read(self) -> bytes:
        try:
            return self._link.recv(1 << 18)
        except TimeoutError:
            raise Hang(f"the server said nothing for {PATIENCE_SECONDS:g} s") from None
        except OSError:
            return b""


@contextmanager
def serving(*flags: str) -> Iterator[Child]:
    """A server on a free port for the length of a `with` block."""
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "dynarig.emulator", "--port", "0", *flags]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            found = re.search(r":(\d+)$", process.stdout.readline().strip())
            child = Child(process, int(found[1]) if found else 0, log)
            assert found, child.trace()
            yield child
        finally:
            process.kill()
            process.communicate()


def post(operation: str, body: bytes, streams: bool = False) -> bytes:
    """A well-formed request."""
    service = b"DynamoDBStreams_20120810" if streams else b"DynamoDB_20120810"
    return (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: %b.%b\r\n"
        b"X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=FUZZ/20260101/us-east-1/dynamodb/"
        b"aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\nContent-Length: %d\r\n\r\n%b"
        % (service, operation.encode(), len(body), body)
    )


def ask(wire: Wire, operation: str, request: dict[str, object], streams: bool = False) -> dict[str, object]:
    """One request that must succeed, and its answer."""
    wire.send(post(operation, orjson.dumps(request), streams))
    answer = wire.receive()
    assert answer is not None
    assert answer.status == 200, (operation, answer)
    loaded: dict[str, object] = orjson.loads(answer.body)
    return loaded
