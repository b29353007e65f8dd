"""The envelope of the services beside DynamoDB: which of them a request is for, in which protocol, and its answer.

Rule: CloudWatch is spoken in three protocols (Smithy RPC v2 CBOR, AWS JSON 1.0, AWS query) and Application Auto Scaling
in AWS JSON 1.1; what is told apart here is made one by `members`. A request that is none of these is not answered here.
Must not know: what an operation does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from dynarig.emulator.http import aws_query, cbor
from dynarig.emulator.http.credentials import Credentials
from dynarig.emulator.http.members import normalised, timed
from dynarig.emulator.http.service_shapes import shape_of
from dynarig.emulator.http.wire import Answer, Headers
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.services import AUTO_SCALING, CLOUDWATCH, OPERATIONS, Services

JSON, QUERY, CBOR = "json", "query", "cbor"
_QUERY_VERSION = "2010-08-01"
_TARGETS = {b"GraniteServiceVersion20100801": CLOUDWATCH, b"AnyScaleFrontendService": AUTO_SCALING}
_CBOR_PATH = b"/service/GraniteServiceVersion20100801/operation/"
_FORM = b"application/x-www-form-urlencoded"
_XML_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_TYPES = {JSON: b"application/x-amz-json-1.0", QUERY: b"text/xml", CBOR: b"application/cbor"}
_REQUEST_ID = "00000000-0000-4000-8000-000000000000"  # the answer's header carries its own


class Asked(NamedTuple):
    """One request: its service and protocol, its operation, and what stands for its members."""

    service: str
    protocol: str
    operation: str
    body: Any


def recognise(path: bytes, headers: Headers, body: bytes) -> Asked | None:
    """Whose request this is, None where it is none of these services'; ValueError for a body that cannot be read."""
    if path.startswith(_CBOR_PATH):
        operation = path[len(_CBOR_PATH) :].decode("latin-1")
        return Asked(CLOUDWATCH, CBOR, operation, cbor.decode(body) if body else {})
    prefix, _, name = headers.get(b"x-amz-target", b"").partition(b".")
    if prefix in _TARGETS:
        return Asked(_TARGETS[prefix], JSON, name.decode("latin-1"), orjson.loads(body) if body else {})
    if headers.get(b"content-type", b"").startswith(_FORM) and path == b"/":
        form = aws_query.parse_form(body)
        if form.get("Version") == _QUERY_VERSION:
            return Asked(CLOUDWATCH, QUERY, form.get("Action", ""), form)
    return None


class ServiceWire:
    """Answers the requests that `recognise` knows. Its state is memos only."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def answer(
        self, services: Services, target: tuple[bytes, bytes], headers: Headers, body: bytes, now: float
    ) -> Answer | None:
        """The answer of one request, None where it is for none of these services. target: path and query."""
        path, query = target
        try:
            asked = recognise(path, headers, body)
        except (ValueError, UnicodeDecodeError):
            broken = DynamoDBError("SerializationException", "the body cannot be read")
            protocol = CBOR if path.startswith(_CBOR_PATH) else JSON if b"x-amz-target" in headers else QUERY
            return _refusal(Asked(CLOUDWATCH, protocol, "", {}), broken)
        if asked is None:
            return None
        try:
            if asked.operation not in OPERATIONS[asked.service]:
                raise _unknown(asked)
            namespace = Namespace(*self._credentials.read(headers, query))
            request = self._request(asked)
            return _success(asked, services.call(asked.service, asked.operation, namespace, request, now))
        except DynamoDBError as error:
            return _refusal(asked, error)

    def _request(self, asked: Asked) -> dict[str, Any]:
        shape = shape_of(asked.service, asked.operation, "input")
        if shape is None:
            return {}
        members = asked.body
        if asked.protocol == QUERY:
            try:
                members = aws_query.read_members(members, shape)
            except ValueError as fault:
                raise DynamoDBError("MalformedQueryString", str(fault)) from None
        request: dict[str, Any] = normalised(members, shape)
        return request


def _success(asked: Asked, answer: dict[str, Any]) -> Answer:
    shape = shape_of(asked.service, asked.operation, "output")
    if asked.protocol == QUERY:
        body = aws_query.render(asked.operation, _XML_NAMESPACE, answer, shape, _REQUEST_ID)
    elif asked.protocol == CBOR:
        body = cbor.encode({} if shape is None else timed(answer, shape))
    else:
        body = orjson.dumps(answer)
    return Answer(200, _type_of(asked), body, _lines(asked))


def _refusal(asked: Asked, error: DynamoDBError) -> Answer:
    code = error.code
    if asked.service == AUTO_SCALING and code == "ValidationError":
        code = "ValidationException"
    lines = _lines(asked)
    if asked.protocol == QUERY:
        body = aws_query.render_error(_XML_NAMESPACE, error, code, _REQUEST_ID)
    else:
        shown = {"__type": code, "message": error.message or code, **(error.members or {})}
        body = cbor.encode(shown) if asked.protocol == CBOR else orjson.dumps(shown)
        if asked.service == CLOUDWATCH:  # how clients of the newer protocols learn the code of the older one
            lines += b"x-amzn-query-error: %b;Sender\r\n" % code.encode()
    return Answer(error.status, _type_of(asked), body, lines)


def _unknown(asked: Asked) -> DynamoDBError:
    code = "InvalidAction" if asked.protocol == QUERY else "UnknownOperationException"
    known = ", ".join(OPERATIONS[asked.service])
    return DynamoDBError(code, f"{asked.operation[:100] or 'no operation'} is not answered here; of {known}")


def _type_of(asked: Asked) -> bytes:
    return b"application/x-amz-json-1.1" if asked.service == AUTO_SCALING else _TYPES[asked.protocol]


def _lines(asked: Asked) -> bytes:
    return b"smithy-protocol: rpc-v2-cbor\r\n" if asked.protocol == CBOR else b""
