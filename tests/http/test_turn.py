"""The turn: one flush at its end, in order, and nobody who has gone stops the others."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dynarig.emulator.http.turn import Turn


class Loop:
    """Keeps what is to run at the end of the turn."""

    def __init__(self) -> None:
        self.soon: list[Any] = []

        self.now = 0.0

    def call_soon(self, run: Any) -> None:
        self.soon.append(run)

    def time(self) -> float:
        return self.now


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

    is_slow = False

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


class Reader:
    """Answers after a time."""

    def __init__(self, loop: Loop, log: list[str], name: str, seconds: float) -> None:
        self.is_slow = False
        self.seconds = seconds
        self._loop, self._log, self._name = loop, log, name

    def answer(self, asked: str) -> None:
        self._loop.now += self.seconds
        self._log.append(f"{self._name}{asked}")


def test_slow_readers_are_answered_behind_the_others_and_one_a_turn() -> None:
    loop, log = Loop(), []
    turn = Turn(loop, loop.time)  # type: ignore[arg-type]
    one, two = Reader(loop, log, "scan", 0.03), Reader(loop, log, "sweep", 0.03)
    quick = Reader(loop, log, "get", 0.0001)
    for asker in (one, two, quick):
        turn.ask(asker, "0")
    loop.soon.pop()()
    assert log == ["scan0", "sweep0", "get0"]  # nobody is known to be slow yet
    log.clear()
    for asker in (one, two, quick):
        turn.ask(asker, "1")
    turn.ask(one, "2")
    loop.soon.pop()()
    assert log == ["get1", "scan1"]
    turn.ask(quick, "2")
    loop.soon.pop()()
    assert log[2:] == ["get2", "sweep1"]
    one.seconds = 0.0
    loop.soon.pop()()
    assert log[4:] == ["scan2"]  # in order, though its first came a turn before
    assert not loop.soon
    assert not one.is_slow
    assert two.is_slow


def test_what_is_made_in_steps_has_one_a_turn_beside_the_others() -> None:
    loop, log = Loop(), []
    turn = Turn(loop)  # type: ignore[arg-type]
    out = Transport(log, "out")

    def steps(name: str, count: int) -> Generator[None, None, str]:
        for number in range(count):
            log.append((name, b"%d" % number))
            yield
        return name

    def done(name: str) -> None:
        turn.send(out, name.encode())  # type: ignore[arg-type]

    turn.make(steps("bill", 2), done)
    turn.make(steps("heat", 1), done)
    asker = Asker(turn, out)
    turn.ask(asker, b"7")
    loop.soon.pop()()
    assert log == [("bill", b"0"), ("out", b"7")]
    turn.ask(asker, b"8")
    loop.soon.pop()()
    assert log[2:] == [("heat", b"0"), ("out", b"8")]
    while loop.soon:
        loop.soon.pop()()
    assert log[4:] == [("bill", b"1"), ("out", b"heat"), ("out", b"bill")]
