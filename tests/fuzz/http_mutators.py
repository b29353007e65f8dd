"""Mutations of the envelope: headers that are missing, doubled or malformed, and HTTP that is none.

Rule: pure; bytes of a well-formed request in, bytes out. `damaged` marks nothing as wrong or right: the invariant in
test_fuzz.py judges whatever the server makes of it.
"""

from __future__ import annotations

import gzip
import zlib
from random import Random

_VALUES = (
    b"", b" ", b"a", b"\xff\xfe", b"x" * 2000, b"x" * 70_000, b"application/json; charset=utf-8", b"text/plain",
    b"gzip", b"0",
    b"-1", b"99999999999999999999", b"1, 2", b"AWS4-HMAC-SHA256", b"AWS4-", b"Basic abc",
    b"AWS4-HMAC-SHA256 Credential=",
    b"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=h, Signature=0", b"DynamoDB_20120810.",
    b"DynamoDB_20120810.Nope",
    b"DynamoDBStreams_20120810.GetItem", b".", b"\t", b"DynamoDB_20120810.GetItem\x01",
    b"AWS4-HMAC-SHA256 Credential=,,,=,=",
    b"AWS4-HMAC-SHA256 Credential=a/20260101/%00/dynamodb/aws4_request, SignedHeaders=h, Signature=0",
)  # fmt: skip
_NAMES = (
    b"Host", b"Content-Type", b"X-Amz-Target", b"Authorization", b"X-Amz-Date", b"Content-Length",
    b"Transfer-Encoding",
    b"Content-Encoding", b"Accept-Encoding", b"Connection", b"Origin", b"Expect", b"Upgrade",
    b"X" * 300, b"x-amz-crc32",
)  # fmt: skip
_PATHS = (
    b"/", b"//", b"/a", b"*", b"/?X-Amz-Algorithm=AWS4-HMAC-SHA256", b"/?a=%zz&b=%00", b"http://h/", b"http://[::1",
    b"/%2e%2e/",
    b"/?" + b"q" * 3000, b"/_dynarig/", b"/_dynarig/nothing", b"/_dynarig/health", b"/_dynarig/clock?x=1", b"\xff",
    b"/" + b"p" * 70_000,
    b"/?X-Amz-Credential=a%2F1%2Feu-west-1%2Fdynamodb%2Faws4_request&X-Amz-Algorithm=x&X-Amz-Signature=1&X-Amz-Date=1&X-Amz-SignedHeaders=h",
)  # fmt: skip
_METHODS = (
    b"GET",
    b"PUT",
    b"HEAD",
    b"OPTIONS",
    b"DELETE",
    b"PATCH",
    b"TRACE",
    b"CONNECT",
    b"BREW",
    b"post",
    b"",
    b"P OST",
    b"PRI",
)
_CHUNKS = (
    b"2\r\n{}\r\n0\r\n\r\n", b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n", b"ffffffffffffffffffff\r\n{}", b"2\r\n{}",
    b"0\r\n\r\n", b"2;ext=1\r\n{}\r\n0\r\nT: x\r\n\r\n",
    b"2\r\n{}0\r\n\r\n", b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"\r\n\r\n", b"5\r\n{}\r\n0\r\n\r\n", b"2\n{}\n0\n\n",
)  # fmt: skip


def _split(request: bytes) -> tuple[list[bytes], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def _join(lines: list[bytes], body: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def with_wrong_headers(request: bytes, draw: Random) -> bytes:
    """One to three header lines dropped, doubled, changed or added; framing headers stay as they are."""
    lines, body = _split(request)
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.randrange(1, len(lines))
        name = lines[at].partition(b":")[0]
        if name in (b"Content-Length", b"Transfer-Encoding"):
            continue
        kind = draw.randrange(5)
        if kind == 0 and len(lines) > 2:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[at])
        elif kind == 2:
            lines[at] = name + b": " + draw.choice(_VALUES[:5] + _VALUES[6:])
        elif kind == 3:
            lines.insert(at, name + b": " + draw.choice(_VALUES))
        else:
            added = draw.choice([each for each in _NAMES if each not in (b"Content-Length", b"Transfer-Encoding")])
            lines.append(added + b": " + draw.choice(_VALUES))
    return _join(lines, body)


def _cut(request: bytes, draw: Random) -> bytes:
    return request[: draw.randrange(len(request))]


def _wrong_length(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    lines = [each for each in lines if not each.startswith(b"Content-Length")]
    wrong = draw.choice(
        (
            b"0",
            b"1",
            b"-5",
            b"abc",
            b"1e3",
            b"999999999999",
            b"99999999999999999999999",
            b"",
            b"+2",
            b"2, 2",
            b"20000000",
        )
    )
    return _join([*lines, b"Content-Length: " + wrong], body)


def _two_lengths(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    return _join([*lines, b"Content-Length: %d" % draw.choice((0, len(body), 7)), b"Transfer-Encoding: chunked"], body)


def _chunked(request: bytes, draw: Random) -> bytes:
    lines, _ = _split(request)
    lines = [each for each in lines if not each.startswith(b"Content-Length")]
    coding = draw.choice((b"chunked", b"chunked, chunked", b"gzip, chunked", b"identity", b"CHUNKED", b"chunked\x0b"))
    return _join([*lines, b"Transfer-Encoding: " + coding], draw.choice(_CHUNKS))


def _request_line(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    method = draw.choice(_METHODS) if draw.random() < 0.5 else b"POST"
    version = draw.choice(
        (b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9.9", b"HTTX/1.1", b"", b"HTTP/1.1 x")
    )
    lines[0] = method + b" " + draw.choice(_PATHS) + b" " + version
    return _join(lines, body)


def _many_headers(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    return _join([*lines, *(b"X-%d: %d" % (n, n) for n in range(draw.choice((50, 200, 3000))))], body)


def _wrong_line(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    wrong = draw.choice(
        (
            b"no colon",
            b": empty",
            b" folded",
            b"\x00: x",
            b"X Y: 1",
            b"X\xff: 1",
            b"X: a\x00b",
            b"X: \n",
            b"\r",
            b"X:\rY",
        )
    )
    lines.insert(draw.randrange(len(lines) + 1), wrong)
    return _join(lines, body)


def _noise(request: bytes, draw: Random) -> bytes:
    data = bytearray(request)
    for _ in range(draw.choice((1, 2, 8))):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def _garbage(request: bytes, draw: Random) -> bytes:
    return draw.choice(
        (
            draw.randbytes(200),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + draw.randbytes(300),
            b"\r\n" * 500,
            b"\x00" * 500,
        )
    )


def _pipelined(request: bytes, draw: Random) -> bytes:
    whole = b"".join(
        (request, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[draw.random() < 0.3] for _ in range(draw.choice((2, 5, 40)))
    )
    return whole + draw.choice((b"", request[: len(request) // 2], b"nonsense\r\n\r\n"))


def _compressed(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    packed = gzip.compress(body, 1)
    wrong = draw.choice(
        (packed, packed[:-5], body, packed + b"x", zlib.compress(body), gzip.compress(b" " * 17_000_000, 1), b"")
    )
    lines = [each for each in lines if not each.startswith(b"Content-Length")]
    return _join([*lines, b"Content-Encoding: gzip", b"Content-Length: %d" % len(wrong)], wrong)


def _expecting(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    return _join([*lines, b"Expect: " + draw.choice((b"100-continue", b"200-ok", b""))], body)


def _upgrading(request: bytes, draw: Random) -> bytes:
    lines, body = _split(request)
    return _join([*lines, b"Connection: Upgrade", b"Upgrade: " + draw.choice((b"h2c", b"websocket", b""))], body)


_DAMAGES = (
    _cut, _cut, _wrong_length, _two_lengths, _chunked, _chunked, _request_line, _request_line, _many_headers,
    _wrong_line, _noise, _noise, _garbage, _pipelined, _pipelined, _compressed, _expecting, _upgrading,
)  # fmt: skip


def damaged(request: bytes, draw: Random) -> bytes:
    """Bytes that may be no HTTP at all."""
    return draw.choice(_DAMAGES)(request, draw)


def oversized(request: bytes, draw: Random) -> bytes:
    """A request whose body is 20 MB, by length or in chunks."""
    lines, _ = _split(request)
    lines = [each for each in lines if not each.startswith(b"Content-Length")]
    piece = draw.choice((b" ", b"[", b'{"a":', b"\xff", b"0")) * 1_000_000
    body = (piece * 20)[:20_000_000]
    if draw.random() < 0.5:
        return _join([*lines, b"Content-Length: %d" % len(body)], body)
    chunk = b"%x\r\n%b\r\n" % (len(piece), piece)
    return _join([*lines, b"Transfer-Encoding: chunked"], chunk * (len(body) // len(piece)) + b"0\r\n\r\n")
