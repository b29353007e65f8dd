"""The emulator in process, without HTTP: a plain client, and boto3 as it is.

    with embedded(consistency="eventual") as rig:   # or @embedded, @embedded(…) on a function or a class of tests
        boto3.client("dynamodb").list_tables()      # any client, whenever it was made; aioboto3's, too
        rig.clock.advance(3600)

    EmbeddedClient().call("ListTables", {})       # no boto3: dicts of DynamoDB JSON

Rule: the same engine as the server's, one lock around it, copies at the edge: what a caller hands in or gets is never
the engine's own. A use starts empty unless an engine is given. Uses may be nested and parallel: a call goes to the
innermost use entered by its own thread (its context), else to the latest still entered anywhere in the process, which
is how threads started inside a `with` reach it.
"""

from __future__ import annotations

import threading
import time
from typing import Any, overload

import orjson

from dynarig.emulator import interception
from dynarig.emulator.buckets import open_buckets
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http.credentials import DEFAULT_ACCOUNT
from dynarig.emulator.http.wire import SERVICE, STREAMS_SERVICE
from dynarig.emulator.model import errors
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations import STREAMS_OPERATIONS
from dynarig.emulator.settings import Settings
from dynarig.emulator.within import Decorated, within

FROZEN = "frozen"


class EmbeddedClient:
    """One emulator, called by dicts. Safe to use from several threads."""

    def __init__(
        self, engine: Engine | None = None, clock: ManualClock | None = None, settings: Settings | None = None
    ) -> None:
        """By default a new engine, running at the machine's time. `settings` are those of a new engine."""
        self.settings = settings or Settings()
        self.engine = engine or Engine(self.settings, open_buckets(self.settings.s3_dir))
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
        payload: dict[str, Any] = orjson.loads(orjson.dumps(reply.payload or {}))
        if reply.error_code is not None:
            raise _error(reply, payload)
        return payload

    def execute(self, call: Call) -> Reply:
        """Runs one call at the clock's time and waits as its reply says."""
        reply, delay_seconds = self.take(call)
        if delay_seconds > 0:
            time.sleep(delay_seconds)
        return reply

    def take(self, call: Call) -> tuple[Reply, float]:
        """Runs one call at the clock's time, and how long its caller has to wait; a held clock is moved on
        by that instead, and nobody waits."""
        with self._lock:
            began_at = time.perf_counter_ns()
            now = self.clock.now()
            self.engine.finish_due(now)  # a test finds an index filled, whatever the table's size
            reply = self.engine.execute(call, now)
            for timing in reply.timings:
                timing.add((time.perf_counter_ns() - began_at) // 1000)
            if reply.delay_seconds > 0 and self.clock.frozen:
                self.clock.advance(reply.delay_seconds)
                return reply, 0.0
        return reply, reply.delay_seconds

    def reset(self) -> None:
        """Forgets all state and sets the clock running at the machine's time."""
        with self._lock:
            self.engine.reset()
            self.clock.restart()


class Embedding:
    """What `embedded` gives: a context manager, whose value is the `EmbeddedClient` behind, and a decorator."""

    def __init__(self, engine: Engine | None, clock: ManualClock | float | str | None, settings: Settings) -> None:
        """clock: as `embedded` takes it."""
        if isinstance(clock, str) and clock != FROZEN:
            raise ValueError(f"a clock is a ManualClock, epoch seconds to be held at, or {FROZEN!r}; not {clock!r}")
        self._engine = engine
        self._clock = clock
        self._settings = settings
        self._entered: list[EmbeddedClient] = []

    def __enter__(self) -> EmbeddedClient:
        client = EmbeddedClient(self._engine, self._new_clock(), self._settings)
        interception.enter(client)
        self._entered.append(client)
        return client

    def __exit__(self, *_: object) -> None:
        interception.leave(self._entered.pop())

    def __call__(self, target: Decorated) -> Decorated:
        """The function or class of tests, each call or test of which is a use of its own."""
        return within(self._another, target)

    def _another(self) -> Embedding:
        return Embedding(self._engine, self._clock, self._settings)

    def _new_clock(self) -> ManualClock:
        if isinstance(self._clock, ManualClock):
            return self._clock
        if self._clock == FROZEN:
            clock = ManualClock()
            clock.freeze()
            return clock
        return ManualClock(None if self._clock is None else float(self._clock))


@overload
def embedded(target: Decorated, /) -> Decorated: ...


@overload
def embedded(
    *,
    engine: Engine | None = None,
    clock: ManualClock | float | str | None = None,
    settings: Settings | None = None,
    **values: Any,
) -> Embedding: ...


def embedded(
    target: Any = None,
    /,
    *,
    engine: Engine | None = None,
    clock: ManualClock | float | str | None = None,
    settings: Settings | None = None,
    **values: Any,
) -> Any:
    """While entered, every DynamoDB and DynamoDB Streams call of boto3, botocore and aiobotocore is answered here.

    Used as `with embedded(…) as client:`, `@embedded` or `@embedded(…)`, on functions, coroutine functions, generators
    and classes of tests. values: settings by name, such as `consistency="eventual"`. clock: a `ManualClock`, epoch
    seconds at which it is held, or "frozen" for held at the time of entering; by default it runs. Other services are
    left alone. Where the environment holds no credentials or region, stand-ins are set while the outermost use lasts.
    """
    if engine is not None and values:
        raise TypeError("an engine has its settings already")
    embedding = Embedding(engine, clock, (settings or Settings()).with_values(values))
    return embedding if target is None else embedding(target)


def _error(reply: Reply, payload: dict[str, Any]) -> DynamoDBError:
    """The error whose body the reply is."""
    members = {name: value for name, value in payload.items() if name not in ("__type", "message", "Message")}
    text = payload.get("message", payload.get("Message"))
    return DynamoDBError(reply.error_code or "", text, status=reply.status, members=members or None)
