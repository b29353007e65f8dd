"""An event loop without time of its own: what is to run later runs when a test moves its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.http.server import Server
from dynarig.emulator.http.turn import Turn


class Timer:
    """What is to run, and when."""

    def __init__(self, at: float, run: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.at, self.run, self.arguments = at, run, arguments

    def cancel(self) -> None:
        self.run, self.arguments = lambda: None, ()


class FakeLoop:
    """Mutable. at: the loop's time in seconds, from 0."""

    def __init__(self) -> None:
        self.at = 0.0
        self._timers: list[Timer] = []

    def time(self) -> float:
        return self.at

    def call_later(self, delay_seconds: float, run: Callable[..., Any], *arguments: Any) -> Timer:
        timer = Timer(self.at + delay_seconds, run, arguments)
        self._timers.append(timer)
        return timer

    def call_soon(self, run: Callable[..., Any], *arguments: Any) -> Timer:
        return self.call_later(0.0, run, *arguments)

    def run_to(self, at: float) -> None:
        """Run what is due until then, in order."""
        while due := [timer for timer in self._timers if timer.at <= at]:
            first = min(due, key=lambda timer: timer.at)
            self._timers.remove(first)
            self.at = max(self.at, first.at)
            first.run(*first.arguments)
        self.at = at


def on_fake_loop(server: Server) -> FakeLoop:
    """Has the server, which is not started, run on a fake loop."""
    loop = FakeLoop()
    server.loop = loop  # type: ignore[assignment]
    server.turn = Turn(loop)  # type: ignore[arg-type]
    return loop
