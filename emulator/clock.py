"""What time it is: the only place, with the shells, that reads the machine's clock.

Rule: an engine gets `now` from its shell, which asks one of these. Seconds since the epoch, as float. The manual clock
runs with the machine until it is frozen or advanced, so one kind serves a server and a test.
"""

from __future__ import annotations

import math
import time
from typing import Protocol

# Last second of year 9999: what a timestamp in an answer can still show.
_LATEST_SECONDS = 253_402_300_799.0


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    __slots__ = ()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()


class ManualClock:
    """The machine's clock until told otherwise: it can be held, moved on, and set running again from where it is."""

    __slots__ = ("_held_at", "_offset_seconds")

    def __init__(self, at: float | None = None) -> None:
        """Running at the machine's time, or held at `at` (epoch seconds)."""
        self._offset_seconds = 0.0
        self._held_at: float | None = None
        if at is not None:
            self.freeze(at)

    @property
    def frozen(self) -> bool:
        """Whether the clock is held."""
        return self._held_at is not None

    def now(self) -> float:
        """Seconds since the epoch."""
        held_at = self._held_at
        return time.time() + self._offset_seconds if held_at is None else held_at

    def freeze(self, at: float | None = None) -> float:
        """Holds the clock at `at` (epoch seconds, by default now) and returns that time. ValueError out of range."""
        self._held_at = _in_range(self.now() if at is None else at)
        return self._held_at

    def advance(self, seconds: float) -> float:
        """Moves on by `seconds`, held or running, and returns the new time. Time never runs back: ValueError."""
        if not seconds >= 0:
            raise ValueError(f"a clock advances by zero seconds or more, not by {seconds}")
        later = _in_range(self.now() + seconds)
        if self._held_at is None:
            self._offset_seconds += seconds
        else:
            self._held_at = later
        return later

    def resume(self) -> float:
        """Runs on from the time shown, which it returns."""
        shown = self.now()
        self._held_at = None
        self._offset_seconds = shown - time.time()
        return shown

    def restart(self) -> None:
        """Runs at the machine's time again, as when new."""
        self._held_at = None
        self._offset_seconds = 0.0


def _in_range(at: float) -> float:
    if not math.isfinite(at) or not 0 <= at <= _LATEST_SECONDS:
        raise ValueError(f"a clock shows the years 1970 to 9999, not {at} seconds")
    return float(at)
