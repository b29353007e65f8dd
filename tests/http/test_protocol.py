"""One connection without a socket: whatever arrives, and however it is cut, nothing raises and answers are the same."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.http.protocol import Connection
from dynarig.emulator.http.server import Server
from dynarig.emulator.http.turn import Turn
from tests.http.fake_engine import FakeEngine, fake_server
from tests.http.fake_loop import on_fake_loop

REQUESTS = [
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}",
    b"POST /?X-Amz-Algorithm=a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"HEAD /_dynarig/nothing HTTP/1.1\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nOrigin: x\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    b"POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\n[",
    b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    b"CONNECT a:1 HTTP/1.1\r\n\r\n",
]


class Transport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.open = True

    def write(self, data: bytes) -> None:
        assert self.open
        self.written += data

    def close(self) -> None:
        self.open = False

    abort = write_eof = close

    def is_closing(self) -> bool:
        return not self.open

    def pause_reading(self) -> None: ...

    resume_reading = pause_reading

    def can_write_eof(self) -> bool:
        return True


class Loop:
    """Runs nothing later, and shows the time that it is given: a connection that lingers ends with its client here."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def call_later(self, *_: Any) -> None: ...

    call_soon = call_later


def server() -> Server:
    made = fake_server(FakeEngine(), max_body_bytes=2000, max_header_bytes=2000, max_header_count=8)
    made.loop = Loop()  # type: ignore[assignment]
    made.turn = Turn(made.loop)
    return made


SERVER = server()


def feed(pieces: list[bytes]) -> bytes:
    """What one connection writes, without what differs from answer to answer."""
    transport: Any = Transport()
    connection = Connection(SERVER)
    connection.connection_made(transport)
    for piece in pieces:
        connection.data_received(piece)
    connection.eof_received()
    connection.connection_lost(None)
    lines = transport.written.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith((b"x-amzn-RequestId", b"date")))


def cut(data: bytes, draw: random.Random) -> list[bytes]:
    places = sorted(draw.randrange(len(data) + 1) for _ in range(draw.randrange(6)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True) if a < b]


@given(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_cuts_do_not_matter(requests: list[bytes], draw: random.Random) -> None:
    data = b"".join(requests)
    whole = feed([data])
    assert feed(cut(data, draw)) == whole
    assert whole.count(b"HTTP/1.1 ") >= len(requests)


@given(
    st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6)), max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_or_reach_an_error_of_ours(
    requests: list[bytes], changes: list[tuple[int, bytes]], draw: random.Random
) -> None:
    data = b"".join(requests)
    for place, put in changes:
        data = data[:place] + put + data[place + len(put) :]
    written = feed(cut(data, draw))
    assert b"HTTP/1.1 5" not in written


def test_slow_and_silent_clients_are_cut_and_hold_nobody_up() -> None:
    quick = fake_server(FakeEngine(), request_timeout_seconds=1.0, idle_timeout_seconds=2.0)
    loop: Any = Loop()
    quick.loop, quick.turn = loop, Turn(loop)
    slow, silent, waiting = (connected(quick) for _ in range(3))
    slow[0].data_received(REQUESTS[0][:-1])
    waiting[0].data_received(DELAYED)
    quick.turn.flush()
    assert left_open(quick, loop, (slow, silent, waiting), at=(0.5, 1.0, 1.6, 2.6, 9.0)) == [
        (True, True, True),
        (True, True, True),
        (False, True, True),
        (False, False, True),
        (False, False, True),  # silence is not its own: it waits for its answer
    ]


DELAYED = (
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 1\r\n"
    b"X-Amz-Target: DynamoDB_20120810.GetItem\r\nAuthorization: AWS4-HMAC-SHA256 "
    b"Credential=A/1/eu-west-2/dynamodb/aws4_request, SignedHeaders=h, Signature=0f\r\n"
    b'Content-Length: 26\r\n\r\n{"echo": "x", "delay": 60}'
)


def connected(server: Server) -> tuple[Connection, Transport]:
    transport = Transport()
    connection = Connection(server)
    connection.connection_made(transport)  # type: ignore[arg-type]
    return connection, transport


def left_open(server: Server, loop: Any, clients: tuple[Any, ...], at: tuple[float, ...]) -> list[tuple[bool, ...]]:
    """Which clients are connected still after a sweep at each of these times."""
    seen = []
    for loop.now in at:
        server._sweep()
        seen.append(tuple(transport.open for _, transport in clients))
    return seen


@pytest.mark.parametrize(("more", "status"), [(-1, 200), (0, 200), (1, 400)])
@pytest.mark.parametrize("place", ["url", "header", "several headers"])
@pytest.mark.parametrize("step", [10**6, 1000])
def test_heads_end_at_16_kilobytes(more: int, status: int, place: str, step: int) -> None:
    """Request line and headers together: as they count here, without the blanks of the line (seen on the service)."""
    made = fake_server(FakeEngine())
    assert made.settings.max_header_bytes == 16_384
    on_fake_loop(made)
    rest = made.settings.max_header_bytes + more - len(b"/" + b"Host: h\r\n")
    if place == "url":
        head = b"GET /?%b HTTP/1.1\r\nHost: h\r\n\r\n" % (b"x" * (rest - len(b"?")))
    elif place == "header":
        head = b"GET / HTTP/1.1\r\nHost: h\r\nX: %b\r\n\r\n" % (b"x" * (rest - len(b"X: \r\n")))
    else:
        half, other = rest // 2, rest - rest // 2
        lines = b"X: %b\r\nY: %b\r\n" % (b"x" * (half - len(b"X: \r\n")), b"y" * (other - len(b"Y: \r\n")))
        head = b"GET / HTTP/1.1\r\nHost: h\r\n%b\r\n" % lines
    transport: Any = Transport()
    connection = Connection(made)
    connection.connection_made(transport)
    for start in range(0, len(head), step):
        connection.data_received(head[start : start + step])
    connection.eof_received()
    assert transport.written.startswith(b"HTTP/1.1 %d" % status)
