"""HTTP/1.1 answers out of bytes: as much of it as DynamoDB's servers use. Pure.

Rule: `whole` gives an answer when all of it is there, None before. Lengths by Content-Length, by chunks, or by the end
of the connection. What is no HTTP is an answer of status 0, which nobody takes for DynamoDB's.
"""

from __future__ import annotations

from dataclasses import dataclass

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
# Of the emulator with --latency service, on each answer that it holds back.
_SERVICE, _MODELLED = b"\r\nx-dynarig-service-microseconds:", b"\r\nx-dynarig-modelled-microseconds:"


@dataclass(slots=True)
class Answer:
    """closes: the server will close the connection. service_seconds, modelled_seconds: that it says it took, and that
    it waited as the service would; -1 where it does not say.
    """

    status: int
    body: bytes
    closes: bool
    service_seconds: float = -1.0
    modelled_seconds: float = -1.0


def whole(received: bytes, ended: bool = False) -> Answer | None:
    """The answer in `received`, if all of it is there. ended: no more will come."""
    cut = received.find(_END)
    if cut < 0:
        return Answer(0, received, True) if len(received) > 65_536 else None
    head = received[:cut].lower()
    if not head.startswith(b"http/1.") or not head[9:12].isdigit():
        return Answer(0, received, True)
    closes = b"\r\nconnection: close" in head or head.startswith(b"http/1.0")
    status, start = int(head[9:12]), cut + 4
    length = _number(head, _LENGTH)
    if length is not None:
        end = start + length
        if len(received) < end:
            return None
        body = received[start:end]
    elif b"\r\ntransfer-encoding: chunked" in head:
        joined = _chunks(received, start)
        if joined is None:
            return None
        body = joined
    elif ended:
        body, closes = received[start:], True
    else:
        return None
    if _SERVICE in head:
        return Answer(status, body, closes, _seconds(head, _SERVICE), _seconds(head, _MODELLED))
    return Answer(status, body, closes)


def _seconds(head: bytes, name: bytes) -> float:
    microseconds = _number(head, name)
    return -1.0 if microseconds is None else microseconds / 1e6


def _number(head: bytes, name: bytes) -> int | None:
    at = head.find(name)
    if at < 0:
        return None
    end = head.find(b"\r\n", at + 2)
    text = head[at + len(name) : end if end > 0 else len(head)].strip()
    return int(text) if text.isdigit() else None


def _chunks(received: bytes, at: int) -> bytes | None:
    parts: list[bytes] = []
    while True:
        end = received.find(b"\r\n", at)
        if end < 0:
            return None
        try:
            size = int(received[at:end].partition(b";")[0], 16)
        except ValueError:
            return b""
        if len(received) < end + 4 + size:
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(received[end + 2 : end + 2 + size])
        at = end + 4 + size
