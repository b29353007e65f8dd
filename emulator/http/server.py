"""The server: one event loop, one listening socket, the timers, and `respond`, the path of every request.

Rule: everything that touches the engine runs on the loop's thread, so nothing locks. Start-up imports what a request
needs and nothing else. Must not know: DynamoDB's rules (`wire`, the engine) or HTTP's (`protocol`).
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import signal
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from time import perf_counter_ns

import httptools

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http import admin, wire
from dynarig.emulator.http.admin_request import EngineShape, Rig
from dynarig.emulator.http.protocol import Connection, Made, with_line
from dynarig.emulator.http.recording import Execute, Recorder
from dynarig.emulator.http.service_wire import ServiceWire
from dynarig.emulator.http.turn import Turn
from dynarig.emulator.http.wire import Answer, Data, Headers, Stamp, Wire
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings

LOG = logging.getLogger("dynarig")
_TIMES = b"x-dynarig-service-microseconds: %d\r\nx-dynarig-modelled-microseconds: %d"  # what the answer took, and waits
_ID_HEAD_BITS = 160  # 40 hexadecimal digits
_LONGEST_TICK_SECONDS = 1.0
_SHORTEST_TICK_SECONDS = 0.01
_TICK_WHILE_BEHIND_SECONDS = 0.001  # between two turns of long work, in which others are served
_SWEEPS_PER_TIMEOUT = 4
_BACKLOG = 1024
_TRACE_BYTES = 200
# Of the collector's three generations. Containers made and not dropped, as a request leaves no cycles behind; passes
# over the young before one over what they left, which is then small (15 ms; after ten passes, 40 while an index is
# filled); and no pass over all.
COLLECT_AFTER = (10_000, 1, 1_000)


class Server:
    """One emulator behind one socket. Make it, `start` it on a running loop, `stop` it."""

    def __init__(self, rig: Rig, known: Mapping[bytes, tuple[str, str]]) -> None:
        """known: the operations answered, of `wire.targets`."""
        self.rig = rig
        self.settings: Settings = rig.settings
        self.connections: set[Connection] = set()
        self.port = 0
        self._wire = Wire(rig.settings, known)
        self._service_wire = ServiceWire(self._wire.credentials)
        self._decode = self._wire.decode
        self._encode_reply = self._wire.encode_reply
        self._execute: Execute = rig.engine.execute
        self._recorder: Recorder | None = None
        self._now = rig.clock.now
        self._random = random.Random(rig.settings.seed)
        self._stamp = self._new_stamp()
        self._freezing = False
        self._listening: asyncio.Server | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def url(self) -> str:
        """The endpoint URL, once started."""
        host = self.settings.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Listens. OSError where the address cannot be had."""
        self.loop = asyncio.get_running_loop()
        self.turn = Turn(self.loop)
        self._listening = await self.loop.create_server(
            lambda: Connection(self), self.settings.host, self.settings.port, backlog=_BACKLOG
        )
        self.port = self._listening.sockets[0].getsockname()[1]
        self._tick()
        self._sweep()

    def record(self, recorder: Recorder) -> None:
        """Has every call noted from now on; a server that records nothing does not look."""
        self._recorder = recorder
        self._execute = recorder.watching(self._execute)

    async def stop(self) -> None:
        """Closes the socket first, so that its port is free at once, then cuts what is connected."""
        for timer in self._timers.values():
            timer.cancel()
        if self._listening is not None:
            self._listening.close()
        self.turn.flush()
        for connection in list(self.connections):
            connection.abort()
        if self._recorder is not None:
            self._recorder.close()
        await asyncio.sleep(0)

    def freeze_memory(self) -> None:
        """Takes what is loaded out of the collector's sight, now and with each second's growth from now on.

        A full pass over stored items stalls every answer (479 ms for 200,000), and they hold no cycles to find. For a
        process that only serves, as it is process-wide.
        """
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        self._freezing = True

    def respond(self, method: bytes, url: bytes, headers: Headers, body: bytes) -> tuple[Data | Made, float]:
        """The answer's bytes, and how many seconds they wait. Never raises: our own bug is a 500 and a trace.

        Of a long report of ours, which waits for nothing: the steps that make them.
        """
        began_at = perf_counter_ns()
        decoded: Call | Answer | None = None
        try:
            path, query = (url, b"") if url == b"/" else _split(url)
            if path != b"/" and admin.is_admin(path):
                told = admin.serve(self.rig, method, (path, query), headers, body)
                return (self.encode(told, headers) if isinstance(told, Answer) else self._made(told, headers)), 0.0
            decoded = self._decode(method, path, query, headers, body)
            if isinstance(decoded, Answer):
                return self.encode(self._answer_beside(decoded, (path, query), headers, body), headers), 0.0
            reply = self._execute(decoded, self._now())
            data = self._encode_reply(reply, headers, self._stamp)
            for timing in reply.timings:
                timing.add((perf_counter_ns() - began_at) // 1000)
            delay_seconds = reply.delay_seconds
            if delay_seconds:
                times = ((perf_counter_ns() - began_at) // 1000, round(delay_seconds * 1e6))
                data = with_line(data, _TIMES % times)
                if self.rig.clock.frozen:
                    self.rig.clock.advance(delay_seconds)  # it is moved on by what the call took; nobody waits
                    return data, 0.0
            return data, delay_seconds
        except Exception:
            LOG.exception("a request failed: %s", headers.get(b"x-amz-target", url)[:_TRACE_BYTES])
            if isinstance(decoded, Call):
                self.rig.engine.services.count_broken(decoded)
            return self.encode(wire.internal_error(headers), headers), 0.0

    def _made(self, steps: Generator[None, None, Answer], headers: Headers) -> Made:
        """A report as bytes, made in steps."""
        try:
            answer = yield from steps
        except Exception:
            LOG.exception("a report failed")
            answer = wire.internal_error(headers)
        return self.encode(answer, headers)

    def _answer_beside(self, refusal: Answer, target: tuple[bytes, bytes], headers: Headers, body: bytes) -> Answer:
        """The answer of another service, whose request this may be; else the refusal that it has earned as ours."""
        services = self.rig.engine.services
        answer = self._service_wire.answer(services, target, headers, body, self._now())
        if answer is None and refusal.status == 400:
            services.count_unread(self.settings.default_region)
        return answer or refusal

    def encode(self, answer: Answer, headers: Headers) -> bytes:
        """The answer as bytes, dated and numbered."""
        return self._wire.encode(answer, headers, self._stamp)

    def _new_stamp(self) -> Stamp:
        """The stamp of the answers until the next tick, by the machine's clock: clients set theirs by the date."""
        return Stamp(formatdate(usegmt=True).encode(), b"%040X" % self._random.getrandbits(_ID_HEAD_BITS))

    def _tick(self) -> None:
        """Each second at most: dates the answers, and runs what is due on an idle server; calls do that as well."""
        self._stamp = self._new_stamp()
        if self._recorder is not None:
            self._recorder.flush()
        wait_seconds = _LONGEST_TICK_SECONDS
        try:
            now = self._now()
            due_at = self.rig.engine.run_due(now)
            if due_at is not None:
                shortest = _TICK_WHILE_BEHIND_SECONDS if due_at <= now else _SHORTEST_TICK_SECONDS
                wait_seconds = min(max(due_at - now, shortest), _LONGEST_TICK_SECONDS)
        except Exception:
            LOG.exception("due work failed")
        if self._freezing and gc.get_count()[2] > 0:
            gc.collect(1)
            gc.freeze()
        self._timers["tick"] = self.loop.call_later(wait_seconds, self._tick)

    def _sweep(self) -> None:
        """Cuts connections that are silent or slow. A connection counts its steps; here is where time is read."""
        now = self.loop.time()
        idle_seconds, request_seconds = self.settings.idle_timeout_seconds, self.settings.request_timeout_seconds
        for connection in list(self.connections):
            if connection.progress != connection.seen_progress:
                connection.seen_progress = connection.progress
                connection.seen_at = now
            elif not connection.busy:
                limit = request_seconds if connection.receiving else idle_seconds
                if now - connection.seen_at >= limit:
                    connection.abort()
        interval = min(idle_seconds, request_seconds, _LONGEST_TICK_SECONDS * _SWEEPS_PER_TIMEOUT)
        self._timers["sweep"] = self.loop.call_later(interval / _SWEEPS_PER_TIMEOUT, self._sweep)


def assemble(settings: Settings, engine: EngineShape | None = None, clock: ManualClock | None = None) -> Server:
    """A server, not yet started, over a new engine or the one given. RecordingError."""
    from dynarig.emulator.buckets import open_buckets
    from dynarig.emulator.engine import Engine
    from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS

    rig = Rig(engine or Engine(settings, open_buckets(settings.s3_dir)), clock or ManualClock(), settings)
    server = Server(rig, wire.targets(OPERATIONS, STREAMS_OPERATIONS))
    if settings.record_file:
        server.record(Recorder(settings.record_file, settings.record_max_bytes, settings.record_values))
    return server


def serve(server: Server) -> None:
    """Serves until SIGINT or SIGTERM, on this thread. OSError where the address cannot be had."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    loop = new_loop()
    try:
        loop.run_until_complete(server.start())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, loop.stop)
        server.freeze_memory()
        print(f"dynarig listening on {server.url}", flush=True)
        loop.run_forever()
        loop.run_until_complete(server.stop())
    finally:
        loop.close()


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's event loop where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Runs the server in a thread of its own for the length of a `with` block. OSError where it cannot listen."""
    loop = new_loop()
    started = threading.Event()
    faults: list[BaseException] = []

    def main() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(server.start())
        except OSError as fault:
            faults.append(fault)
            return
        finally:
            started.set()
        loop.run_forever()
        loop.run_until_complete(server.stop())

    thread = threading.Thread(target=main, name="dynarig-server", daemon=True)
    thread.start()
    started.wait()
    try:
        if faults:
            raise faults[0]
        yield server
    finally:
        if not faults:
            loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _split(url: bytes) -> tuple[bytes, bytes]:
    """Path and query of a target in origin form, absolute form or neither."""
    if not url.startswith(b"/"):
        try:
            parsed = httptools.parse_url(url)
        except httptools.HttpParserInvalidURLError:
            return url, b""
        return parsed.path or b"/", parsed.query or b""
    path, _, query = url.partition(b"?")
    return path, query
