"""The emitters that endpoints of botocore and aiobotocore get for their own: here a use answers for the network.

Rule: `before-send` is botocore's own event for answering without a network. While a use is entered it answers, and no
other handler is asked, or another mock would run the same call in an engine of its own. All else goes to the client's
emitter. Must not know: DynamoDB's rules, which use is entered.
"""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import Callable
from typing import Any, Protocol
from uuid import uuid4

import orjson

from dynarig.emulator.http.credentials import Credentials
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

_ANSWERED = "before-send."
_CREDENTIAL = re.compile(r"Credential=([^, ]*)")


class Use(Protocol):
    """What answers calls."""

    settings: Settings

    def take(self, call: Call) -> tuple[Reply, float]:
        """Answers one call; and how many seconds its caller has to wait for that."""
        ...


class Emitter:
    """botocore's emitter, but for what a use answers."""

    def __init__(self, emitter: Any, current: Callable[[], Use | None]) -> None:
        """current: the use that a call made here and now goes to."""
        self._emitter = emitter
        self._current = current

    def __getattr__(self, name: str) -> Any:
        return getattr(self._emitter, name)

    def emit(self, event_name: str, **named: Any) -> Any:
        """What the handlers of an event say, as pairs of handler and answer."""
        use = self._current() if event_name.startswith(_ANSWERED) else None
        if use is None:
            return self._emitter.emit(event_name, **named)
        from botocore.awsrequest import AWSResponse

        request = named["request"]
        reply, delay_seconds = _take(use, request)
        if delay_seconds > 0:
            time.sleep(delay_seconds)
        body = b"" if reply.payload is None else orjson.dumps(reply.payload)
        return [(self, AWSResponse(request.url, reply.status, _headers(body), _Body(body)))]


class AsyncEmitter(Emitter):
    """aiobotocore's."""

    async def emit(self, event_name: str, **named: Any) -> Any:
        """What the handlers of an event say, as pairs of handler and answer."""
        use = self._current() if event_name.startswith(_ANSWERED) else None
        if use is None:
            return await self._emitter.emit(event_name, **named)
        from aiobotocore.awsrequest import AioAWSResponse

        request = named["request"]
        reply, delay_seconds = _take(use, request)
        if delay_seconds > 0:
            await asyncio.sleep(delay_seconds)
        body = b"" if reply.payload is None else orjson.dumps(reply.payload)
        return [(self, AioAWSResponse(request.url, reply.status, _headers(body), _AsyncBody(body)))]


def _take(use: Use, request: Any) -> tuple[Reply, float]:
    target = request.headers["X-Amz-Target"]
    service, _, operation = (target.decode() if isinstance(target, bytes) else target).partition(".")
    try:
        decoded = orjson.loads(request.body or b"")
    except orjson.JSONDecodeError:
        error = errors.serialization()
        return Reply(error.status, error.body(), error.code), 0.0
    account, region = _namespace(use, request)
    return use.take(Call(operation, decoded, service, account, region))


def _namespace(use: Use, request: Any) -> tuple[str, str]:
    text = request.headers.get("Authorization", "")
    found = _CREDENTIAL.search(text.decode("latin-1") if isinstance(text, bytes) else text)
    return Credentials(use.settings.default_region, shared=use.settings.shared_db).named(found[1] if found else "")


def _headers(body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": uuid4().hex.upper().ljust(52, "0"),
        "x-amz-crc32": str(zlib.crc32(body)),
    }


class _Body:
    """The little of urllib3's response that botocore reads."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._data]

    def read(self, *_: Any, **__: Any) -> bytes:
        data, self._data = self._data, b""
        return data


class _AsyncBody:
    """The little of aiohttp's response that aiobotocore reads."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self) -> bytes:
        return self._data
