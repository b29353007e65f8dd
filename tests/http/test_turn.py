"""The turn: one flush at its end, in order, and nobody who has gone stops the others."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.http.turn import Turn


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
    turn = Turn(loop)  # type: ignore[arg-type]
    first, second, gone = Transport(log, "a"), Transport(log, "b"), Transport(log, "c", closing=True)
    for transport, data in ((first, b"1"), (gone, b"2"), (second, b"3"), (first, b"4")):
        turn.send(transport, data)  # type: ignore[arg-type]
    assert not log
    assert len(loop.soon) == 1
    loop.soon.pop()()
    assert log == [("a", b"1"), ("b", b"3"), ("a", b"4")]
    turn.flush()
    assert len(log) == 3
    turn.send(first, b"5")  # type: ignore[arg-type]
    assert len(loop.soon) == 1


class Asker:
    """Answers with what it was asked, in two writes."""

    def __init__(self, turn: Turn, transport: Transport) -> None:
        self._turn, self._transport = turn, transport

    def answer(self, asked: bytes) -> None:
        for byte in asked:
            self._turn.send(self._transport, bytes([byte]))  # type: ignore[arg-type]


def test_what_was_asked_is_answered_before_anything_is_written() -> None:
    loop, log = Loop(), []
    turn = Turn(loop)  # type: ignore[arg-type]
    first, second = (Asker(turn, Transport(log, name)) for name in "ab")
    turn.ask(first, b"12")
    turn.ask(second, b"3")
    turn.ask(first, b"4")
    assert not log
    assert len(loop.soon) == 1
    loop.soon.pop()()
    assert log == [("a", b"1"), ("a", b"2"), ("b", b"3"), ("a", b"4")]
    assert not loop.soon
    turn.ask(second, b"5")
    assert len(loop.soon) == 1
    turn.flush()
    assert log[-1] == ("b", b"5")
    turn.ask(second, b"6")
    assert len(loop.soon) == 1  # this turn's end is still to come
