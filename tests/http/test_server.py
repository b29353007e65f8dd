"""The server by raw sockets: what arrives in pieces, at once, broken, slow or too large."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dynarig.emulator.http.server import Server, running
from tests.http.fake_engine import FakeEngine, fake_server

SIGNED = (
    "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nX-Amz-Date: 1\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=A/1/eu-west-2/dynamodb/aws4_request, SignedHeaders=h, Signature=0f\r\n"
)


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "asyncio":
            patch.setattr("dynarig.emulator.http.server.new_loop", asyncio.new_event_loop)
        with running(fake_server(FakeEngine())) as started:
            yield started


def post(body: str | bytes, more: str = "", version: str = "1.1") -> bytes:
    wired = body.encode() if isinstance(body, str) else body
    head = f"POST / HTTP/{version}\r\nHost: h\r\n{SIGNED}{more}Content-Length: {len(wired)}\r\n\r\n"
    return head.encode() + wired


def echo(text: str) -> bytes:
    return post(json.dumps({"echo": text}))


class Client:
    """One socket and what it has read."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.buffer = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            received = self.socket.recv(65536)
            if not received:
                raise EOFError(self.buffer)
            self.buffer += received
        end = self.buffer.index(mark) + len(mark)
        found, self.buffer = self.buffer[:end], self.buffer[end:]
        return found

    def answer(self, bodyless: bool = False) -> tuple[int, dict[str, str], bytes]:
        status, *lines = self.read_until(b"\r\n\r\n").decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = 0 if bodyless else int(headers["content-length"])
        while len(self.buffer) < length:
            self.buffer += self.socket.recv(65536)
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(status.split()[1]), headers, body

    def ended(self) -> bool:
        """Waits for the end of the connection; whether nothing came before it."""
        try:
            return self.buffer == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


@contextmanager
def client(server: Server) -> Iterator[Client]:
    each = Client(server.port)
    try:
        yield each
    finally:
        each.socket.close()


def test_keep_alive(server: Server) -> None:
    with client(server) as c:
        for text in ("one", "two"):
            c.send(echo(text))
            assert json.loads(c.answer()[2]) == {"echo": text}


def test_bytes_one_by_one(server: Server) -> None:
    with client(server) as c:
        c.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in echo("slow"):
            c.send(bytes([byte]))
        assert json.loads(c.answer()[2]) == {"echo": "slow"}


def test_pipelined_in_order(server: Server) -> None:
    with client(server) as c:
        c.send(b"".join(echo(str(number)) for number in range(300)))
        assert [json.loads(c.answer()[2])["echo"] for _ in range(300)] == [str(n) for n in range(300)]


def test_a_waiting_answer_keeps_its_place(server: Server) -> None:
    with client(server) as c, client(server) as other:
        c.send(post('{"echo": "late", "delay": 0.2}') + echo("after"))
        other.send(echo("meanwhile"))
        assert json.loads(other.answer()[2]) == {"echo": "meanwhile"}
        assert [json.loads(c.answer()[2])["echo"] for _ in range(2)] == ["late", "after"]


def test_a_long_answer_comes_whole_in_its_order_and_with_its_checksum(server: Server) -> None:
    lengths = (300_000, 70_000, 3, 1_500_000)
    with client(server) as c:
        c.send(b"".join(post(json.dumps({"long": length, "delay": length % 7 / 100})) for length in lengths[:-1]))
        c.send(post(json.dumps({"long": lengths[-1]}), "Connection: close\r\n"))
        for length in lengths:
            status, headers, body = c.answer()
            assert status == 200
            assert json.loads(body) == {"echo": "x" * length}
            assert int(headers["x-amz-crc32"]) == zlib.crc32(body)
        assert headers["connection"] == "close"
        assert c.ended()


def test_many_waiting_answers_stop_the_reading_and_all_come(server: Server) -> None:
    with client(server) as c:
        c.send(b"".join(post(json.dumps({"echo": n, "delay": 0.01})) for n in range(200)))
        assert [json.loads(c.answer()[2])["echo"] for _ in range(200)] == list(range(200))


def test_a_client_that_has_sent_its_last_gets_its_answer(server: Server) -> None:
    with client(server) as c:
        c.send(post('{"echo": "late", "delay": 0.05}'))
        c.socket.shutdown(socket.SHUT_WR)
        assert json.loads(c.answer()[2]) == {"echo": "late"}
        assert c.ended()


def test_chunked(server: Server) -> None:
    head = f"POST / HTTP/1.1\r\nHost: h\r\n{SIGNED}Transfer-Encoding: chunked\r\n\r\n".encode()
    with client(server) as c:
        c.send(head + b'5\r\n{"ech\r\n' + b'8\r\no": "a"}\r\n0\r\n\r\n')
        assert json.loads(c.answer()[2]) == {"echo": "a"}


def test_expect_continue(server: Server) -> None:
    whole = post('{"echo": "polite"}', "Expect: 100-continue\r\n")
    head, _, body = whole.partition(b"\r\n\r\n")
    with client(server) as c:
        c.send(head + b"\r\n\r\n")
        assert c.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        c.send(body)
        assert json.loads(c.answer()[2]) == {"echo": "polite"}


def test_expect_continue_of_too_much_is_refused_before_it_is_sent(server: Server) -> None:
    head = f"POST / HTTP/1.1\r\nHost: h\r\n{SIGNED}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    with client(server) as c:
        c.send(head.encode())
        assert c.answer()[0] == 413
        assert c.ended()


@pytest.mark.parametrize(
    ("version", "more", "connection"),
    [
        ("1.1", "Connection: close\r\n", "close"),
        ("1.0", "", "close"),
        ("1.0", "Connection: keep-alive\r\n", "keep-alive"),
        ("1.1", "", None),
    ],
)
def test_connection(server: Server, version: str, more: str, connection: str | None) -> None:
    with client(server) as c:
        c.send(post('{"echo": 1}', more, version))
        status, headers, body = c.answer()
        assert (status, headers.get("connection"), json.loads(body)) == (200, connection, {"echo": 1})
        if connection == "close":
            assert c.ended()
        else:
            c.send(post('{"echo": 2}', more, version))
            assert json.loads(c.answer()[2]) == {"echo": 2}


def test_a_client_that_offers_h2c_is_served_in_http_1(server: Server) -> None:
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    with client(server) as c:
        c.send(post('{"echo": 1}', offer) * 2 + echo("next"))
        assert [json.loads(c.answer()[2])["echo"] for _ in range(3)] == [1, 1, "next"]


def test_an_upgrade_that_the_connection_does_not_offer_is_a_plain_request(server: Server) -> None:
    with client(server) as c:
        c.send(post('{"echo": 1}', "Upgrade: h2c\r\n"))
        assert json.loads(c.answer()[2]) == {"echo": 1}


def test_connect_is_not_found(server: Server) -> None:
    with client(server) as c:
        c.send(b"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n" + echo("next"))
        assert c.answer()[0] == 404
        assert json.loads(c.answer()[2]) == {"echo": "next"}


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_head_has_no_body(server: Server, method: str) -> None:
    with client(server) as c:
        c.send(f"{method} /_dynarig/health HTTP/1.1\r\nHost: h\r\n\r\n".encode() + echo("next"))
        status, headers, body = c.answer(bodyless=method == "HEAD")
        assert (status, bool(body)) == (200, method == "GET")
        assert int(headers["content-length"]) > 0
        assert json.loads(c.answer()[2]) == {"echo": "next"}


BROKEN = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": bytes.fromhex("160301020001000001fc0303") + b"\0" * 40,
    "zeros": b"\0" * 100,
    "no such method": b"FETCH / HTTP/1.1\r\n\r\n",
    "no colon": b"POST / HTTP/1.1\r\nHost h\r\n\r\n",
    "length twice": b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length and chunked": b"POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "length of letters": b"POST / HTTP/1.1\r\nContent-Length: two\r\n\r\n",
    "length below zero": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "length beyond all": b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "bad chunk": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunk longer than told": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n",
    "version 9": b"GET / HTTP/9.9\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_get_400_and_the_end(server: Server, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with client(server) as c, client(server) as other:
        c.send(BROKEN[name])
        status, headers, body = c.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert json.loads(body)["__type"].endswith("#SerializationException")
        assert c.ended()
        other.send(echo("alive"))
        assert json.loads(other.answer()[2]) == {"echo": "alive"}
    assert not caplog.records


def test_broken_bytes_after_a_request_leave_its_answer(server: Server) -> None:
    with client(server) as c:
        c.send(post('{"echo": 1, "delay": 0.05}') + b"\0\0\0\0")
        assert json.loads(c.answer()[2]) == {"echo": 1}
        assert c.answer()[0] == 400
        assert c.ended()


def test_cut_requests_leave_the_server_well(server: Server) -> None:
    whole = echo("cut")
    for end in range(1, len(whole), 37):
        with client(server) as c:
            c.send(whole[:end])
    with client(server) as c:
        c.send(whole)
        assert json.loads(c.answer()[2]) == {"echo": "cut"}


def test_duplicate_headers_count_with_the_last(server: Server) -> None:
    with client(server) as c:
        c.send(post('{"echo": 1}', "X-Amz-Target: DynamoDB_20120810.Nothing\r\n"))
        assert json.loads(c.answer()[2])["__type"].endswith("#UnknownOperationException")


@pytest.mark.parametrize("chunked", [False, True])
def test_twenty_megabytes_are_refused(server: Server, chunked: bool) -> None:
    size = 20 * 1024 * 1024
    body = b"x" * size
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    with client(server) as c:
        c.send(f"POST / HTTP/1.1\r\nHost: h\r\n{SIGNED}{length}\r\n\r\n".encode())
        c.send(b"%x\r\n%b\r\n0\r\n\r\n" % (size, body) if chunked else body)
        status, headers, answer = c.answer()
        assert (status, headers["connection"]) == (413, "close")
        assert json.loads(answer)["__type"].endswith("#RequestEntityTooLargeException")
        c.socket.shutdown(socket.SHUT_WR)
        assert c.ended()


def test_sixteen_megabytes_are_read(server: Server) -> None:
    text = "x" * (16 * 1024 * 1024 - 20)
    with client(server) as c:
        c.send(echo(text))
        assert json.loads(c.answer()[2]) == {"echo": text}


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("head", [b"A: " + b"x" * 100_000, b"".join(b"A%d: x\r\n" % n for n in range(101))])
def test_heads_beyond_the_bounds(server: Server, head: bytes, whole: bool) -> None:
    with client(server) as c:
        data = b"GET / HTTP/1.1\r\n" + head + b"\r\n\r\n"
        pieces = [data] if whole else [data[start : start + 4000] for start in range(0, len(data), 4000)]
        try:
            for piece in pieces:
                c.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert c.answer()[0] == 400


def test_long_urls_are_bounded(server: Server) -> None:
    with client(server) as c:
        for _ in range(40):
            c.send(b"GET /" + b"x" * 4000 if not _ else b"x" * 4000)
        assert c.answer()[0] == 400


def test_our_own_bug_is_a_500_with_a_trace(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "dynarig"), client(server) as c:
        for request in ('{"break": true}', '{"unencodable": 1}'):
            c.send(post(request))
            status, _, body = c.answer()
            assert status == 500
            assert json.loads(body)["__type"] == "com.amazonaws.dynamodb.v20120810#InternalServerError"
        c.send(echo("alive"))
        assert json.loads(c.answer()[2]) == {"echo": "alive"}
    assert len([each for each in caplog.records if each.exc_info]) == 2


def test_the_port_is_free_at_once() -> None:
    with running(fake_server(FakeEngine())) as first:
        with client(first) as c:
            c.send(echo("x"))
            c.answer()
        with pytest.raises(OSError), running(fake_server(FakeEngine(), port=first.port)):
            pass
    with running(fake_server(FakeEngine(), port=first.port)) as second, client(second) as c:
        c.send(echo("again"))
        assert json.loads(c.answer()[2]) == {"echo": "again"}


def test_due_work_runs_and_its_failure_is_survived(caplog: pytest.LogCaptureFixture) -> None:
    engine = FakeEngine()

    def fail(now: float) -> float | None:
        raise RuntimeError("due work is broken")

    with running(fake_server(engine)):
        pass
    assert engine.due
    engine.run_due = fail  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR, "dynarig"), running(fake_server(engine)) as started, client(started) as c:
        c.send(echo("alive"))
        assert json.loads(c.answer()[2]) == {"echo": "alive"}
    assert "due work failed" in caplog.text
