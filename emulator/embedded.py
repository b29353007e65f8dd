"""The emulator in process, without HTTP: a plain client, and boto3 as it is.

    with embedded() as rig:                       # or @embedded() on a function
        boto3.client("dynamodb").list_tables()    # any client, whenever it was made
        rig.clock.advance(3600)

    EmbeddedClient().call("ListTables", {})       # no boto3: dicts of DynamoDB JSON

Rule: the same engine as the server's, one lock around it, copies at the edge: what a caller hands in or gets is never
the engine's own. A use starts empty unless an engine is given. Uses may be nested and parallel: a call goes to the
innermost use entered by its own thread (its context), else to the latest still entered anywhere in the process, which
is how threads started inside a `with` reach it.
"""

from __future__ import annotations

import functools
import inspect
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from dynarig.emulator import interception
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http.credentials import DEFAULT_ACCOUNT
from dynarig.emulator.http.wire import SERVICE, STREAMS_SERVICE
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations import STREAMS_OPERATIONS
from dynarig.emulator.settings import Settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class EmbeddedClient:
    """One emulator, called by dicts. Safe to use from several threads."""

    def __init__(
        self, engine: Engine | None = None, clock: ManualClock | None = None, settings: Settings | None = None
    ) -> None:
        """By default a new engine, running at the machine's time. `settings` are those of a new engine."""
        self.settings = settings or Settings()
        self.engine = engine or Engine(self.settings)
        self.clock = clock or ManualClock()
        self._lock = threading.Lock()

    def call(
        self, operation: str, request: dict[str, Any], *, account: str = DEFAULT_ACCOUNT, region: str | None = None
    ) -> dict[str, Any]:
        """The answer's body to one operation's request, both DynamoDB JSON. DynamoDBError where it is refused."""
        service = STREAMS_SERVICE if operation in STREAMS_OPERATIONS else SERVICE
        try:
            copied = orjson.loads(orjson.dumps(request))
        except (orjson.JSONEncodeError, orjson.JSONDecodeError):
            raise errors.serialization() from None
        if not isinstance(copied, dict):
            raise errors.serialization()
        region = region or self.settings.default_region
        reply = self.execute(Call(operation, copied, service, account, region))
        payload: dict[str, Any] = orjson.loads(orjson.dumps(reply.payload))
        if reply.error_code is not None:
            raise _error(reply, payload)
        return payload

    def execute(self, call: Call) -> Reply:
        """Runs one call at the clock's time and waits as its reply says; a held clock waits for nothing."""
        with self._lock:
            began_at = time.perf_counter_ns()
            now = self.clock.now()
            self.engine.finish_due(now)  # a test finds an index filled, whatever the table's size
            reply = self.engine.execute(call, now)
            for timing in reply.timings:
                timing.add((time.perf_counter_ns() - began_at) // 1000)
        if reply.delay_seconds > 0 and not self.clock.frozen:
            time.sleep(reply.delay_seconds)
        return reply

    def reset(self) -> None:
        """Forgets all state and sets the clock running at the machine's time."""
        with self._lock:
            self.engine.reset()
            self.clock.restart()


class embedded:  # noqa: N801 - reads as the context manager and decorator that it is
    """While entered, every DynamoDB and DynamoDB Streams call of boto3 and botocore is answered in this process.

    As a context manager it gives the `EmbeddedClient` behind; as a decorator each call of the function is a use of
    its own. Arguments as for `EmbeddedClient`. Where the environment holds no credentials or region, stand-ins are set
    while the outermost use lasts.
    """

    def __init__(
        self, engine: Engine | None = None, clock: ManualClock | None = None, settings: Settings | None = None
    ) -> None:
        self._arguments = (engine, clock, settings)
        self._entered: list[EmbeddedClient] = []

    def __enter__(self) -> EmbeddedClient:
        client = EmbeddedClient(*self._arguments)
        interception.enter(client)
        self._entered.append(client)
        return client

    def __exit__(self, *_: object) -> None:
        interception.leave(self._entered.pop())

    def __call__(self, function: Decorated) -> Decorated:
        """The function, each of whose calls starts with an empty emulator. Coroutine functions work too."""
        if inspect.isclass(function) or not callable(function):
            raise TypeError("embedded() decorates functions; enter it in a class's setUp instead")

        @functools.wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            with embedded(*self._arguments):
                return function(*arguments, **named)

        @functools.wraps(function)
        async def call_and_await(*arguments: Any, **named: Any) -> Any:
            with embedded(*self._arguments):
                return await function(*arguments, **named)

        return call_and_await if inspect.iscoroutinefunction(function) else call  # type: ignore[return-value]


def _error(reply: Reply, payload: dict[str, Any]) -> DynamoDBError:
    """The error whose body the reply is."""
    members = {name: value for name, value in payload.items() if name not in ("__type", "message", "Message")}
    text = payload.get("message", payload.get("Message"))
    return DynamoDBError(reply.error_code or "", text, status=reply.status, members=members or None)
