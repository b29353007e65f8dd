"""The outbox: one flush a turn, in order, and nobody who has gone stops the others."""

from __future__ import annotations

from typing import Any

from emulator.http.outbox import Outbox


class Loop:
    """Keeps what is to run at the end of the turn."""

    def __init__(self) -> None:
        self.soon: list[Any] = []

    def call_soon(self, run: Any) -> None:
        self.soon.append(run)


class Transport:
    """Keeps what is written."""

    def __init__(self, log: list[tuple[str, bytes]], name: str, *, closing: bool = False) -> None:
        self._log, self._name, self._closing = log, name, closing

    def is_closing(self) -> bool:
        return self._closing

    def write(self, data: bytes) -> None:
        assert not self._closing
        self._log.append((self._name, data))


def test_a_turn_is_written_at_once_and_in_order() -> None:
    loop, log = Loop(), []
    outbox = Outbox(loop)  # type: ignore[arg-type]
    first, second, gone = Transport(log, "a"), Transport(log, "b"), Transport(log, "c", closing=True)
    for transport, data in ((first, b"1"), (gone, b"2"), (second, b"3"), (first, b"4")):
        outbox.send(transport, data)  # type: ignore[arg-type]
    assert not log
    assert len(loop.soon) == 1
    loop.soon.pop()()
    assert log == [("a", b"1"), ("b", b"3"), ("a", b"4")]
    outbox.flush()
    assert len(log) == 3
    outbox.send(first, b"5")  # type: ignore[arg-type]
    assert len(loop.soon) == 1
