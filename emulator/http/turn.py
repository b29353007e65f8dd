"""One turn of the event loop: the requests that it has read, answered and written together at its end.

Why together: reading sockets, answering and writing each need other code and other memory, and drive each other's out
of the processor's caches where they alternate; and a write to a client that sleeps wakes it, which costs the writer
more than the write. A busy server has several requests each turn. A lone one waits for nothing but the end of its own.

A connection whose last answer took long (a page of a megabyte) is answered behind all others and one a turn, so that
who asks for little waits for one page at most, however many readers scan. Each connection's answers keep their order.
A report that is made in steps has one step a turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from time import perf_counter
from typing import Any, Protocol

from dynarig.emulator.http.wire import Data

_LONG_SECONDS = 0.002  # an answer of a hundred items or so


class Asker(Protocol):
    """A connection, which answers what it has asked by `send`. is_slow: kept here, False at first."""

    is_slow: bool

    def answer(self, asked: Any) -> None: ...


class Turn:
    """What is to be answered, and then to be written, each in order."""

    __slots__ = ("_asked", "_behind", "_clock", "_loop", "_making", "_scheduled", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float] = perf_counter) -> None:
        """clock: seconds; not the loop's, which may stand still within a turn."""
        self._loop = loop
        self._clock = clock
        self._scheduled = False
        self._asked: list[tuple[Asker, Any]] = []
        self._behind: deque[tuple[Asker, Any]] = deque()
        self._waiting: list[tuple[asyncio.Transport, Data]] = []
        self._making: deque[tuple[Generator[None, None, Any], Callable[[Any], None]]] = deque()

    def ask(self, asker: Asker, asked: Any) -> None:
        """Let `asker` answer at the end of this turn."""
        self._asked.append((asker, asked))
        if not self._scheduled:
            self._schedule()

    def send(self, transport: asyncio.Transport, data: Data) -> None:
        """Write at the end of this turn."""
        self._waiting.append((transport, data))
        if not self._scheduled:
            self._schedule()

    def make(self, steps: Generator[None, None, Any], done: Callable[[Any], None]) -> None:
        """Take a step a turn from now on, and hand over what the last one returns."""
        self._making.append((steps, done))
        if not self._scheduled:
            self._schedule()

    def _schedule(self) -> None:
        self._scheduled = True
        self._loop.call_soon(self._end)

    def _end(self) -> None:
        try:
            self._answer_some()
            if self._making:
                self._take_step()
            self._write()
        finally:
            self._scheduled = False
            if self._behind or self._asked or self._waiting or self._making:
                self._schedule()

    def flush(self) -> None:
        """Answer all that was asked, now, and write what is waiting."""
        asked, self._asked = [*self._behind, *self._asked], []
        self._behind.clear()
        for asker, each in asked:
            asker.answer(each)
        self._write()

    def _answer_some(self) -> None:
        asked, self._asked = self._asked, []
        now = self._clock
        began = now()
        for asker, each in asked:
            if asker.is_slow:
                self._behind.append((asker, each))
                continue
            asker.answer(each)
            ended = now()
            if ended - began > _LONG_SECONDS:
                asker.is_slow = True
            began = ended
        if self._behind:
            self._answer_one_behind()

    def _answer_one_behind(self) -> None:
        asker, each = self._behind.popleft()
        began = self._clock()
        asker.answer(each)
        if self._clock() - began <= _LONG_SECONDS and all(other is not asker for other, _ in self._behind):
            asker.is_slow = False

    def _take_step(self) -> None:
        """Of reports that are made at the same time, each has its turn."""
        steps, done = self._making.popleft()
        try:
            next(steps)
        except StopIteration as end:
            done(end.value)
        else:
            self._making.append((steps, done))

    def _write(self) -> None:
        """Write what is waiting; a client that has gone meanwhile is passed over."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if transport.is_closing():
                continue
            if isinstance(data, bytes):
                transport.write(data)
            else:
                transport.writelines(data)
