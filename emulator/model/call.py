"""What enters the engine and what leaves it. Knows neither HTTP nor any operation."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct


class Timing(Protocol):
    """Where the time of a success is counted."""

    def add(self, microseconds: int) -> None: ...


class Call(Struct):
    """One request, decoded.

    operation: its name, such as ``PutItem``. request: the JSON body as a dict. service: ``DynamoDB_20120810`` or
    ``DynamoDBStreams_20120810``. account, region: the namespace that the request's signature scope names.
    """

    operation: str
    request: dict[str, Any]
    service: str = "DynamoDB_20120810"
    account: str = "000000000000"
    region: str = "us-east-1"


class Reply(Struct):
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
