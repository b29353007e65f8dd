"""What enters the engine and what leaves it. Knows neither HTTP nor any operation.

Rule: a value that can be in no cycle is `gc=False`, here as in planning and storage: the garbage collector does not
follow it, which takes a fortieth of the instructions of a GetItem.
"""

from __future__ import annotations

from typing import Any, Protocol

import orjson
from msgspec import Struct

LONG_BYTES = 65_536  # from here on a copy costs more than to send in pieces does


class Timing(Protocol):
    """Where the time of a success is counted."""

    def add(self, microseconds: int) -> None: ...


class Call(Struct, gc=False):
    """One request, decoded.

    operation: its name, such as ``PutItem``. request: the JSON body as a dict. service: ``DynamoDB_20120810`` or
    ``DynamoDBStreams_20120810``. account, region: the namespace that the request's signature scope names.
    """

    operation: str
    request: dict[str, Any]
    service: str = "DynamoDB_20120810"
    account: str = "000000000000"
    region: str = "us-east-1"


class Spliced(dict[str, Any]):
    """A JSON object whose first member is there as bytes already, `LONG_BYTES` of them or more.

    orjson encodes it as any other object, which copies them; who can send pieces does without.
    """

    __slots__ = ("_name", "_raw")

    def __init__(self, name: str, raw: bytes) -> None:
        """raw: the first member's JSON. Others may be added; the first stays as it is."""
        super().__init__({name: orjson.Fragment(raw)})
        self._name = name
        self._raw = raw

    def pieces(self) -> tuple[bytes, bytes, bytes]:
        """The object's JSON: what comes before the first member's value, the value, and what comes after it."""
        rest = {name: value for name, value in self.items() if name != self._name}
        return (
            b"{%b:" % orjson.dumps(self._name),
            self._raw,
            b",%b" % orjson.dumps(rest)[1:] if rest else b"}",
        )


class Reply(Struct, gc=False):
    """One answer.

    status: HTTP status. payload: the JSON body, None for none; it may hold ``orjson.Fragment`` (stored items are kept
    as their wire bytes and spliced in), so encode it with orjson. error_code: the exception's name, or None for a
    success. delay_seconds: how long the shell must wait before it sends (modelled latency). timings: to each of these
    the shell adds the microseconds that the answer took it.
    """

    status: int
    payload: Any
    error_code: str | None = None
    delay_seconds: float = 0.0
    timings: tuple[Timing, ...] = ()
