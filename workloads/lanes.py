"""Requests without greenlets: connections that are called back by gevent's loop.

Rule: a lane is one kept connection with at most one request on it. A timer fires when the next request is due; a free
lane sends it there and then; the loop calls back when the answer is there, and what is overdue follows at once. So a
request costs no switch of greenlets, which is about half of what it costs a pool of users that wait. Only connecting,
which is seldom, waits in a greenlet. Plain HTTP only: what is encrypted takes `client` and a pool.

What happens of a request is the recorder's; how it is signed, `signing`'s. Must not know scenarios or Locust.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent import monkey
from gevent.event import Event

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.answers import Answer, whole
from dynarig.workloads.backends import wire
from dynarig.workloads.backends.base import BackendError, NoAnswer, target_of
from dynarig.workloads.recorder import Exchange, Recorder
from dynarig.workloads.schedule import Schedule
from dynarig.workloads.signing import Signer

LOG = logging.getLogger("dynarig")
_READ, _WRITE = 1, 2
_BLOCK_BYTES = 262_144
_SWEEP_SECONDS = 0.5
_CONNECT_SECONDS = 5.0


class Lane:
    """One connection. exchange: what is under way on it. unsent: what the socket has not taken yet."""

    __slots__ = ("deadline", "exchange", "reader", "received", "socket", "unsent", "writer")

    def __init__(self) -> None:
        self.socket: Any = None
        self.reader: Any = None
        self.writer: Any = None
        self.exchange: Exchange | None = None
        self.received = b""
        self.unsent = b""
        self.deadline = 0.0


class Lanes:
    """One process's connections to one endpoint."""

    def __init__(
        self,
        recorder: Recorder,
        schedule: Schedule,
        address: tuple[str, int],
        signers: dict[str, Signer],
        count: int,
        timeout_seconds: float,
    ) -> None:
        """signers: by region. count: of lanes, the most requests that are under way at once."""
        self._recorder = recorder
        self._schedule = schedule
        self._address = address
        self._signers = signers
        self._timeout_seconds = timeout_seconds
        self._loop = gevent.get_hub().loop
        self._free = [Lane() for _ in range(count)]
        self._busy: set[Lane] = set()
        self._timer: Any = None
        self._sweeper: Any = None
        self._host = f"{address[0]}:{address[1]}"
        self.fault: Exception | None = None
        self.ended = Event()

    def start(self) -> None:
        """Send what the schedule, which has begun, makes due."""
        self._sweeper = self._loop.timer(_SWEEP_SECONDS, _SWEEP_SECONDS)
        self._sweeper.start(self._guarded, self._sweep)
        self._guarded(self._fire)

    def close(self) -> None:
        """Send no more; `ended` is set when the last answer is there."""
        if self._timer is not None:
            self._timer.stop()
        self._end_if_idle()

    def _guarded(self, work: Callable[..., None], *arguments: Any) -> None:
        """A call of the loop: a fault of a scenario ends the run, with its trace told once."""
        try:
            work(*arguments)
        except Exception as fault:
            if self.fault is None:
                self.fault = fault
                LOG.exception("the run is ended by a fault of a scenario")
            self._schedule.close()
            self._busy.clear()
            self.close()

    def _fire(self) -> None:
        """Send what is due while a lane is free; then wait for what is next."""
        schedule, free = self._schedule, self._free
        while free:
            wait_seconds, stop = schedule.due()
            if stop:
                return
            if wait_seconds > 0:
                self._timer = self._loop.timer(wait_seconds)
                self._timer.start(self._guarded, self._fire, update=True)
                return
            self._send(free.pop(), schedule.take_due(wait_seconds))

    def _send(self, lane: Lane, intended: float) -> None:
        exchange = lane.exchange = self._recorder.begin(intended)
        step = exchange.step
        self._busy.add(lane)
        body = wire.encode(step.request)
        signer = self._signers[exchange.source.scenario.region]
        lane.unsent = signer.message(target_of(step.operation), body, time.time())
        lane.deadline = step.began + self._timeout_seconds
        if lane.socket is None:
            gevent.spawn(self._connect, lane)
        else:
            self._write(lane)

    def _connect(self, lane: Lane) -> None:
        """In a greenlet of its own: it waits."""
        try:
            link = gevent.socket.create_connection(self._address, timeout=min(_CONNECT_SECONDS, self._timeout_seconds))
        except OSError as fault:
            self._guarded(self._lose, lane, "ConnectionError", fault.strerror or str(fault) or type(fault).__name__)
            return
        lane.socket = monkey.get_original("socket", "socket")(fileno=link.detach())
        lane.socket.setblocking(False)
        lane.socket.setsockopt(gevent.socket.IPPROTO_TCP, gevent.socket.TCP_NODELAY, 1)
        lane.reader = self._loop.io(lane.socket.fileno(), _READ)
        lane.reader.start(self._guarded, self._read, lane)
        self._guarded(self._write, lane)

    def _write(self, lane: Lane) -> None:
        try:
            sent = lane.socket.send(lane.unsent)
        except BlockingIOError:
            sent = 0
        except OSError as fault:
            self._lose(lane, "ConnectionError", str(fault))
            return
        if sent == len(lane.unsent):
            lane.unsent = b""
            if lane.writer is not None:
                lane.writer.stop()
                lane.writer = None
            return
        lane.unsent = lane.unsent[sent:]
        if lane.writer is None:
            lane.writer = self._loop.io(lane.socket.fileno(), _WRITE)
            lane.writer.start(self._guarded, self._write, lane)

    def _read(self, lane: Lane) -> None:
        try:
            data = lane.socket.recv(_BLOCK_BYTES)
        except BlockingIOError:
            return
        except OSError as fault:
            self._lose(lane, "ConnectionError", str(fault))
            return
        received = lane.received + data if lane.received else data
        answer = whole(received, ended=not data)
        if answer is None:
            if not data:
                self._lose(lane, "ConnectionError", "the server closed the connection")
                return
            lane.received = received
            return
        lane.received = b""
        if answer.closes or not data:
            _disconnect(lane)
        self._finish(lane, answer)

    def _finish(self, lane: Lane, answer: Answer) -> None:
        exchange, lane.exchange = lane.exchange, None
        self._busy.discard(lane)
        if exchange is None:
            _disconnect(lane)  # an answer that nobody asked for
            return
        self._free.append(lane)
        try:
            response = wire.decode(answer.status, answer.body)
        except (DynamoDBError, BackendError) as error:
            self._recorder.failed(exchange, error)
        else:
            self._recorder.answered(exchange, response, (answer.service_seconds, answer.modelled_seconds))
        self._next()

    def _lose(self, lane: Lane, code: str, text: str) -> None:
        """The connection is gone, and with it the answer to what is under way."""
        _disconnect(lane)
        exchange, lane.exchange = lane.exchange, None
        if exchange is None:
            return  # idle connections are closed by servers; the next request opens another
        self._busy.discard(lane)
        self._free.append(lane)
        self._recorder.failed(exchange, NoAnswer(code, text))
        self._next()

    def _next(self) -> None:
        if self._schedule.closed:
            self._end_if_idle()
        elif len(self._free) == 1:
            self._fire()  # all were busy: something may be overdue. Else the timer is set.

    def _sweep(self) -> None:
        now = time.monotonic()
        for lane in [lane for lane in self._busy if lane.deadline < now]:
            self._lose(lane, "Timeout", "no answer in time")

    def _end_if_idle(self) -> None:
        if self._schedule.closed and not self._busy:
            if self._sweeper is not None:
                self._sweeper.stop()
            for lane in self._free:
                _disconnect(lane)
            self.ended.set()


def _disconnect(lane: Lane) -> None:
    for watcher in (lane.reader, lane.writer):
        if watcher is not None:
            watcher.stop()
            watcher.close()
    lane.reader = lane.writer = None
    lane.received = lane.unsent = b""
    if lane.socket is not None:
        lane.socket.close()
        lane.socket = None
