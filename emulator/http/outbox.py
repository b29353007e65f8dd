"""Answers on their way out: written together at the end of a turn of the loop.

Why together: a write to a client that sleeps wakes it, and that costs the writer more than the write. A busy server
has several requests to answer each turn; written back to back they wake their clients once. A lone request waits for
nothing but the end of its own turn.
"""

from __future__ import annotations

import asyncio


class Outbox:
    """The answers of one turn, in order."""

    __slots__ = ("_loop", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def send(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write at the end of this turn."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append((transport, data))

    def flush(self) -> None:
        """Write what is waiting; a client that has gone meanwhile is passed over."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if not transport.is_closing():
                transport.write(data)
