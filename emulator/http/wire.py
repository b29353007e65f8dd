"""HTTP's parts ↔ calls and answers. Pure: no socket, no clock; the date and the request id come in as a `Stamp`.

`decode` follows the service's order: content type → JSON → target → authentication material → empty body (observed
behaviour of the service, 2026; section names in tests/cases/wire.json). What it refuses it answers itself, with an
`Answer`. A header named twice counts with its last value.

Must not know: what an operation does with its request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

try:
    from isal.isal_zlib import crc32  # a tenth of zlib's time for a page
except ImportError:
    from zlib import crc32

from dynarig.emulator.http import compression
from dynarig.emulator.http.credentials import Credentials
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply, Spliced
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings

SERVICE = "DynamoDB_20120810"
STREAMS_SERVICE = "DynamoDBStreams_20120810"
JSON = b"application/json"
AMZ_JSON = b"application/x-amz-json-1.0"
_CONTENT_TYPES = {AMZ_JSON: AMZ_JSON, JSON: JSON}
_AS_IT_IS = b"identity"  # the encoding that SDKs for Python and Go ask for in every request
_NOT_FOUND_BODY = b"<UnknownOperationException/>\n"
_END_OF_NOTHING = b"\r\nx-amz-crc32: %d\r\ncontent-length: 2\r\n\r\n{}" % crc32(b"{}")  # what most writes answer
_USUAL_END = b"%b%d\r\nx-amz-crc32: %d\r\ncontent-length: %d\r\n\r\n%b"
_FIRST_COUNT = 10**11
_PREFLIGHT_MAX_AGE = b"172800"
_REASONS = {
    200: b"OK",
    301: b"Moved Permanently",
    400: b"Bad Request",
    403: b"Forbidden",
    404: b"Not Found",
    405: b"Method Not Allowed",
    413: b"Request Entity Too Large",
    500: b"Internal Server Error",
    503: b"Service Unavailable",
}

Headers = Mapping[bytes, bytes]  # lower-case name → value
Data = (
    bytes | list[bytes]
)  # of an answer; a long one in pieces, the head in the first, as one more copy would cost most


@dataclass(slots=True)
class Answer:
    """One HTTP answer: status, content type (empty: none), body, further header lines each ended by CR LF."""

    status: int
    content_type: bytes
    body: bytes
    lines: bytes = b""


class Stamp:
    """What the answers of about a second carry: the date, and request ids counted on from a random head."""

    __slots__ = ("count", "date", "id_head", "usual_head")

    def __init__(self, date: bytes, id_head: bytes) -> None:
        """date: as in RFC 9110. id_head: 40 of `[0-9A-Z]`; 12 digits of the count make it the service's 52."""
        self.count = _FIRST_COUNT
        self.date = date
        self.id_head = id_head
        self.usual_head = (
            b"HTTP/1.1 200 OK\r\nserver: Server\r\ndate: %b\r\ncontent-type: %b\r\nx-amzn-RequestId: %b"
            % (date, AMZ_JSON, id_head)
        )


def targets(operations: Iterable[str], streams_operations: Iterable[str]) -> dict[bytes, tuple[str, str]]:
    """X-Amz-Target → (service, operation), of the operations' names."""
    table = {}
    for service, names in ((SERVICE, operations), (STREAMS_SERVICE, streams_operations)):
        for name in names:
            table[f"{service}.{name}".encode()] = (service, name)
    return table


class Wire:
    """The envelope for one set of operations and one set of limits. Its state is memos only."""

    __slots__ = ("_gzip_min_bytes", "_max_body_bytes", "_region", "_targets", "credentials")

    def __init__(self, settings: Settings, known: Mapping[bytes, tuple[str, str]]) -> None:
        """`known` is made by `targets`."""
        self._targets = known
        self._region = settings.default_region
        self.credentials = Credentials(settings.default_region, shared=settings.shared_db)
        self._max_body_bytes = settings.max_body_bytes
        self._gzip_min_bytes = settings.gzip_min_bytes

    def decode(self, method: bytes, path: bytes, query: bytes, headers: Headers, body: bytes) -> Call | Answer:
        """The request as a call, or the answer that it has earned without one."""
        if method != b"POST" or path != b"/":
            return self._answer_other_method(method, path, query, headers)
        if b"content-encoding" in headers:
            unpacked = self._unpack(headers, body)
            if isinstance(unpacked, Answer):
                return unpacked
            body = unpacked
        content_type = _CONTENT_TYPES.get(headers.get(b"content-type", b"")) or base_type(headers)
        if content_type is None and body:
            return not_found()
        try:
            request = _load(body) if body else None
            target = self._targets.get(headers.get(b"x-amz-target", b""))
            if target is None:
                raise errors.unknown_operation()
            account, region = self.credentials.read(headers, query)
            if request is None:
                raise errors.serialization()
        except DynamoDBError as error:
            return Answer(error.status, content_type or JSON, orjson.dumps(error.body()))
        return Call(target[1], request, target[0], account, region)

    def encode_reply(self, reply: Reply, headers: Headers, stamp: Stamp) -> Data:
        """The engine's reply to the request with these headers, as bytes of HTTP/1.1.

        The usual reply takes the first exit: half the price of `encode`.
        """
        payload = reply.payload
        if type(payload) is Spliced and _is_usual(headers):
            return _in_pieces(payload, stamp)
        body = b"" if payload is None else orjson.dumps(payload)
        if (
            reply.status == 200
            and headers.get(b"content-type") == AMZ_JSON
            and b"origin" not in headers
            and (len(body) < self._gzip_min_bytes or headers.get(b"accept-encoding", _AS_IT_IS) == _AS_IT_IS)
        ):
            stamp.count += 1
            if body == b"{}":
                return b"%b%d%b" % (stamp.usual_head, stamp.count, _END_OF_NOTHING)
            return _USUAL_END % (stamp.usual_head, stamp.count, crc32(body), len(body), body)
        return self.encode(Answer(reply.status, base_type(headers) or JSON, body), headers, stamp)

    def encode(self, answer: Answer, headers: Headers, stamp: Stamp) -> bytes:
        """The answer as bytes of HTTP/1.1.

        The checksum is of the bytes sent, so of the compressed ones (AWS SDK for Go v2, dynamodb customizations).
        """
        body = answer.body
        lines = answer.lines
        if len(body) >= self._gzip_min_bytes:
            encoding = compression.accepted(headers.get(b"accept-encoding", b""))
            if encoding is not None:
                body = compression.compress(encoding, body)
                lines += b"content-encoding: %b\r\n" % encoding
        if b"origin" in headers:
            lines += b"access-control-allow-origin: *\r\n"
        if answer.content_type:
            lines += b"content-type: %b\r\n" % answer.content_type
        stamp.count += 1
        return (
            b"HTTP/1.1 %d %b\r\nserver: Server\r\ndate: %b\r\n%bcontent-length: %d\r\n"
            b"x-amz-crc32: %d\r\nx-amzn-RequestId: %b%d\r\n\r\n%b"
            % (
                answer.status,
                _REASONS.get(answer.status, b"Unknown"),
                stamp.date,
                lines,
                len(body),
                crc32(body),
                stamp.id_head,
                stamp.count,
                body,
            )
        )

    def _unpack(self, headers: Headers, body: bytes) -> bytes | Answer:
        encoding = headers[b"content-encoding"].strip().lower()
        try:
            plain = compression.decompress(encoding, body, self._max_body_bytes)
            return body if plain is None else plain
        except compression.TooLarge:
            return too_large(self._max_body_bytes)
        except ValueError:
            return Answer(400, base_type(headers) or JSON, orjson.dumps(errors.serialization().body()))

    def _answer_other_method(self, method: bytes, path: bytes, query: bytes, headers: Headers) -> Answer:
        if method == b"GET" and path == b"/":
            region = self._region_of(headers, query)
            return Answer(200, b"text/plain", f"healthy: dynamodb.{region}.amazonaws.com ".encode())
        if method == b"OPTIONS" and b"origin" in headers:
            lines = b"access-control-max-age: %b\r\n" % _PREFLIGHT_MAX_AGE
            for asked in (b"headers", b"method"):
                value = headers.get(b"access-control-request-" + asked)
                if value is not None:
                    allowed = b"methods" if asked == b"method" else asked
                    lines += b"access-control-allow-%b: %b\r\n" % (allowed, value)
            return Answer(200, b"", b"", lines)
        return not_found()

    def _region_of(self, headers: Headers, query: bytes) -> str:
        try:
            return self.credentials.read(headers, query)[1]
        except DynamoDBError:
            return self._region


def _is_usual(headers: Headers) -> bool:
    """Whether these ask for nothing but plain bytes of the usual type."""
    return (
        headers.get(b"content-type") == AMZ_JSON
        and b"origin" not in headers
        and headers.get(b"accept-encoding", _AS_IT_IS) == _AS_IT_IS
    )


def _in_pieces(payload: Spliced, stamp: Stamp) -> list[bytes]:
    """A success whose payload is long."""
    before, long, after = payload.pieces()
    stamp.count += 1
    checksum = crc32(after, crc32(long, crc32(before)))
    size = len(before) + len(long) + len(after)
    return [_USUAL_END % (stamp.usual_head, stamp.count, checksum, size, before), long, after]


def base_type(headers: Headers) -> bytes | None:
    """The request's content type where it is one that the service takes, without parameters; else None."""
    given = headers.get(b"content-type")
    if given is None:
        return None
    return _CONTENT_TYPES.get(given) or _CONTENT_TYPES.get(given.partition(b";")[0].strip().lower())


def not_found() -> Answer:
    """404 of the service: no such path or method, or a content type that it does not read."""
    return Answer(404, b"", _NOT_FOUND_BODY)


def too_large(max_bytes: int) -> Answer:
    """413 in the shape of DynamoDB's errors; the service's own text for it is not recorded."""
    error = {
        "__type": "com.amazon.coral.service#RequestEntityTooLargeException",
        "message": f"Request size exceeds the limit of {max_bytes} bytes",
    }
    return Answer(413, AMZ_JSON, orjson.dumps(error))


def broken(text: str) -> Answer:
    """400 for bytes that are no HTTP request."""
    error = {"__type": "com.amazon.coral.service#SerializationException", "Message": text}
    return Answer(400, AMZ_JSON, orjson.dumps(error))


def internal_error(headers: Headers) -> Answer:
    """500 for our own bug."""
    error = errors.internal_server_error()
    return Answer(error.status, base_type(headers) or JSON, orjson.dumps(error.body()))


def _load(body: bytes) -> dict[str, Any]:
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise errors.serialization() from None
    if not isinstance(request, dict):
        raise errors.serialization()
    return request
