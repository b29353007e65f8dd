"""One connection: bytes in, answers out in the order of their requests.

Rule: a request costs no task, one write and no more copies than it must; it is answered at the end of the turn in which
its last byte is read. An answer that has to wait (modelled latency) holds the later ones of its connection back, nobody
else's. Nothing that a client sends raises. Must not know: what a request means; `Exchange` answers it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator
from typing import Any, Protocol, cast

import httptools

from dynarig.emulator.http import wire
from dynarig.emulator.http.turn import Turn
from dynarig.emulator.http.wire import Answer, Data, Headers
from dynarig.emulator.settings import Settings

_CLOSE, _KEEP_ALIVE = b"connection: close", b"connection: keep-alive"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_MAX_WAITING = 64  # answers in wait on one connection before it is read no further
_TIMER_SLACK_SECONDS = 0.002  # loops count whole milliseconds: without it an answer might come before its time
_LINGER_SECONDS = 2.0  # how long a refused sender may go on sending before its connection is cut
_MAX_FAULT_TEXT = 120
_OFFER = frozenset({b"upgrade", b"connection"})
_LARGE_HEAD = "the request's headers exceed the limit"


Made = Generator[None, None, bytes]  # an answer that is made in steps, and then is these bytes
_WHOLE = (bytes, list)  # one that is not: to ask for the abstract type takes ten times as long, in every request


class Exchange(Protocol):
    """Turns a whole request into bytes."""

    settings: Settings
    loop: asyncio.AbstractEventLoop
    turn: Turn
    connections: set[Connection]

    def respond(self, method: bytes, url: bytes, headers: Headers, body: bytes) -> tuple[Data | Made, float]:
        """The answer's bytes or the steps that make them, and how many seconds it waits. Never raises."""
        ...

    def encode(self, answer: Answer, headers: Headers) -> bytes:
        """An answer that the connection gives by itself, as bytes."""
        ...


Asked = tuple[bytes, bytes, Headers, bytes, bytes]  # method, target, headers, body, line to be added to the answer


class Slot:
    """One answer's place in the order of its connection; data is None until it may be sent."""

    __slots__ = ("data", "last")

    def __init__(self, data: Data | None, last: bool) -> None:
        self.data = data
        self.last = last


class Connection(asyncio.Protocol):
    """The asyncio protocol of one client; the parser calls its `on_…` methods."""

    __slots__ = (
        "_body",
        "_body_bytes",
        "_exchange",
        "_head_bytes",
        "_head_unmeasured",
        "_headers",
        "_in_body",
        "_max_body_bytes",
        "_max_header_bytes",
        "_max_header_count",
        "_parser",
        "_pieces",
        "_refused",
        "_respond",
        "_transport",
        "_url",
        "_waiting",
        "closing",
        "is_slow",
        "progress",
        "seen_at",
        "seen_progress",
    )

    _url: bytes
    _headers: dict[bytes, bytes]
    _body: bytes

    def __init__(self, exchange: Exchange) -> None:
        self.is_slow = False
        self._exchange = exchange
        self._respond = exchange.respond
        self._max_body_bytes = exchange.settings.max_body_bytes
        self._max_header_bytes = exchange.settings.max_header_bytes
        self._max_header_count = exchange.settings.max_header_count
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[Slot] = deque()
        self._refused = False
        self._head_bytes = self._body_bytes = 0
        self._head_unmeasured = False
        self._pieces: list[bytes] = []
        self._clear()
        self.closing = False
        self.progress = 0
        self.seen_progress = -1
        self.seen_at = 0.0

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins. TCP_NODELAY is on: both loops set it on every stream."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._exchange.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; answers in wait are dropped. So is the parser, which refers back: a cycle could outlive the client."""
        self._parser = None
        self._transport = None
        self.closing = True
        self._waiting.clear()
        self._exchange.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """Feeds the parser, which calls back for each request found."""
        if self.closing:
            return  # the rest of a request that has been refused
        progress = self.progress
        if len(data) > self._max_header_bytes:
            self._head_unmeasured = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._refuse_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError as fault:
            self._end_with(_not_http(fault))
            return
        if self._url and not self._in_body:
            self._bound_head(len(data), progress != self.progress)

    def eof_received(self) -> bool:
        """A client that has sent its last still gets the answers in wait."""
        self._exchange.turn.flush()
        if not self._waiting:
            return False
        self.closing = True
        self._waiting[-1].last = True
        return True

    def pause_writing(self) -> None:
        """A client that does not read its answers is not read either."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The client reads again."""
        if self._transport is not None and not self.closing and len(self._waiting) < _MAX_WAITING:
            self._transport.resume_reading()

    # the parser's side

    def on_url(self, url: bytes) -> None:
        """The target, maybe in pieces."""
        if self._url:
            self._url += url
        else:
            self._url = url
            self.progress += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header line. Several of Accept-Encoding count as one, as lists do; of others the last counts."""
        name = name.lower()
        if name == b"accept-encoding" and name in self._headers:
            value = b"%b, %b" % (self._headers[name], value)
        self._headers[name] = value

    def on_headers_complete(self) -> None:
        """Refuses heads beyond the bounds, and tells a polite sender to go on."""
        self._in_body = True
        headers = self._headers
        if len(headers) > self._max_header_count or (
            self._head_unmeasured and len(self._url) + _size_bytes(headers) > self._max_header_bytes
        ):
            self._end_with(wire.broken(_LARGE_HEAD))
        elif b"expect" in headers and headers[b"expect"].lower() == b"100-continue":
            if int(headers.get(b"content-length", b"0")) > self._max_body_bytes:
                self._end_with(wire.too_large(self._max_body_bytes))
            else:
                self._exchange.turn.flush()
                self._send(_CONTINUE, 0.0, last=False)

    def on_body(self, body: bytes) -> None:
        """A piece of the body; the usual request has one."""
        if self._body or len(body) > self._max_body_bytes:
            self._add_piece(body)
        else:
            self._body = body

    def on_message_complete(self) -> None:
        """Lets the request be answered; nothing is read behind one that is the last."""
        headers, parser = self._headers, self._parser
        if self.closing or (b"upgrade" in headers and parser.should_upgrade()):
            return
        method = parser.get_method()
        body = b"".join(self._pieces) if self._pieces else self._body
        line = b""
        if not parser.should_keep_alive():
            self.closing = True
            line = _CLOSE
        elif b"connection" in headers and parser.get_http_version() == "1.0":
            line = _KEEP_ALIVE
        self._exchange.turn.ask(self, (method, self._url, headers, body, line))
        self._clear()

    def answer(self, asked: Asked) -> None:
        """Answers a whole request."""
        method, url, headers, body, line = asked
        answered, delay_seconds = self._respond(method, url, headers, body)
        last = line == _CLOSE
        if not isinstance(answered, _WHOLE):
            slot = self._place(None, last)
            self._exchange.turn.make(answered, lambda made: self._release(slot, _finished(made, method, line)))
            return
        data = _finished(answered, method, line)
        if last or delay_seconds > 0 or self._waiting:
            self._send(data, delay_seconds, last)
        elif self._transport is not None:
            self._exchange.turn.send(self._transport, data)

    # sending

    @property
    def busy(self) -> bool:
        """Whether an answer is in wait, so that silence is not the client's."""
        return bool(self._waiting)

    @property
    def receiving(self) -> bool:
        """Whether a request has begun and not ended."""
        return bool(self._url)

    def abort(self) -> None:
        """Cuts the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _send(self, data: Data, delay_seconds: float, last: bool) -> None:
        """Queues an answer; `last` closes the connection behind it."""
        slot = self._place(None if delay_seconds > 0 else data, last)
        if delay_seconds > 0:
            self._exchange.loop.call_later(delay_seconds + _TIMER_SLACK_SECONDS, self._release, slot, data)
        self._flush()

    def _place(self, data: Data | None, last: bool) -> Slot:
        """Puts an answer, or one to come, behind those in wait."""
        slot = Slot(data, last)
        self._waiting.append(slot)
        self.closing = self.closing or last
        if len(self._waiting) >= _MAX_WAITING and self._transport is not None:
            self._transport.pause_reading()
        return slot

    def _release(self, slot: Slot, data: Data) -> None:
        slot.data = data
        self._flush()

    def _flush(self) -> None:
        waiting = self._waiting
        was_full = len(waiting) >= _MAX_WAITING
        while waiting and waiting[0].data is not None and self._transport is not None:
            slot = waiting.popleft()
            self._exchange.turn.send(self._transport, slot.data or b"")
            if slot.last:
                self._exchange.turn.flush()
                self._close()
        if was_full and len(waiting) < _MAX_WAITING and self._transport is not None and not self.closing:
            self._transport.resume_reading()

    def _close(self) -> None:
        """Ends our side, then reads on for a while: closing on unread bytes would take the answer from the client."""
        transport = self._transport
        if transport is None:
            return
        if self._refused and transport.can_write_eof():
            transport.write_eof()
            self._exchange.loop.call_later(_LINGER_SECONDS, transport.abort)
        else:
            transport.close()

    # refusing

    def _bound_head(self, size_bytes: int, first: bool) -> None:
        """Bounds a head that comes in pieces while it comes, as the parser keeps a line until the line ends.

        The first piece may hold earlier requests; it is measured once the head is whole.
        """
        self._head_unmeasured = True
        self._head_bytes = 0 if first else self._head_bytes + size_bytes
        if self._head_bytes > self._max_header_bytes:
            self._end_with(wire.broken(_LARGE_HEAD))

    def _add_piece(self, body: bytes) -> None:
        """Takes a body that comes in pieces, or that is too large."""
        if self.closing:
            return
        if not self._pieces:
            self._pieces = [self._body]
            self._body_bytes = len(self._body)
        self._body_bytes += len(body)
        if self._body_bytes > self._max_body_bytes:
            self._clear()
            self._end_with(wire.too_large(self._max_body_bytes))
        else:
            self._pieces.append(body)

    def _end_with(self, answer: Answer) -> None:
        """Answers what is not worth reading on, once, and closes."""
        if self.closing:
            return
        self._exchange.turn.flush()
        self._refused = True
        data = self._exchange.encode(answer, self._headers)
        self._send(with_line(data, _CLOSE), 0.0, last=True)

    def _refuse_upgrade(self, rest: bytes) -> None:
        """Reads a request that offers another protocol (some clients offer h2c) as one of HTTP/1.1 that does not.

        The parser ends at such a head, so a new one gets it again without the offer. rest: what follows the head.
        """
        while not self.closing:
            rest = self._head_without_offer() + rest
            self._parser = httptools.HttpRequestParser(self)
            self._clear()
            try:
                self._parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                rest = rest[upgrade.args[0] :]
            except httptools.HttpParserError as fault:
                self._end_with(_not_http(fault))
            else:
                return

    def _head_without_offer(self) -> bytes:
        if not self._url:
            return b""  # CONNECT, which has been answered
        lines = [b"%b %b HTTP/1.1" % (self._parser.get_method(), self._url)]
        lines += [b"%b: %b" % pair for pair in self._headers.items() if pair[0] not in _OFFER]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _clear(self) -> None:
        self._url = self._body = b""
        self._headers = {}
        self._in_body = False
        if self._pieces:
            self._pieces = []
        if self._head_unmeasured:
            self._head_unmeasured = False


def _not_http(fault: Exception) -> Answer:
    return wire.broken(f"the bytes received are no HTTP request: {fault}"[:_MAX_FAULT_TEXT])


def _size_bytes(headers: Headers) -> int:
    return sum(len(name) + len(value) + len(b": \r\n") for name, value in headers.items())


def _finished(data: Data, method: bytes, line: bytes) -> Data:
    """An answer as this request gets it."""
    if method == b"HEAD" and isinstance(data, bytes):  # pieces answer a POST
        data = data[: data.index(b"\r\n\r\n") + 4]
    return with_line(data, line) if line else data


def with_line(data: Data, line: bytes) -> Data:
    """The answer with a further header line, the first."""
    head, *rest = [data] if isinstance(data, bytes) else data
    status, _, others = head.partition(b"\r\n")
    head = b"%b\r\n%b\r\n%b" % (status, line, others)
    return [head, *rest] if rest else head
