"""One turn of the event loop: the requests that it has read, answered and written together at its end.

Why together: reading sockets, answering and writing each need other code and other memory, and drive each other's out
of the processor's caches where they alternate; and a write to a client that sleeps wakes it, which costs the writer
more than the write. A busy server has several requests each turn. A lone one waits for nothing but the end of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol


class Asker(Protocol):
    """A connection, which answers what it has asked by `send`."""

    def answer(self, asked: Any) -> None: ...


class Turn:
    """What is to be answered, and then to be written, each in order."""

    __slots__ = ("_asked", "_loop", "_scheduled", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._scheduled = False
        self._asked: list[tuple[Asker, Any]] = []
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def ask(self, asker: Asker, asked: Any) -> None:
        """Let `asker` answer at the end of this turn."""
        self._asked.append((asker, asked))
        if not self._scheduled:
            self._schedule()

    def send(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write at the end of this turn."""
        self._waiting.append((transport, data))
        if not self._scheduled:
            self._schedule()

    def _schedule(self) -> None:
        self._scheduled = True
        self._loop.call_soon(self._end)

    def _end(self) -> None:
        try:
            self.flush()
        finally:
            self._scheduled = False

    def flush(self) -> None:
        """Answer what was asked and write what is waiting; a client that has gone meanwhile is passed over."""
        asked, self._asked = self._asked, []
        for asker, each in asked:
            asker.answer(each)
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if not transport.is_closing():
                transport.write(data)
