"""When the next request is due: pure pacers.

Rule: a pacer is a function of (elapsed_seconds, sent) and gives (wait_seconds, stop). The wait is signed: a negative
one says by how much the next request is overdue, so `elapsed_seconds + wait_seconds` is always its intended start and
a slow server cannot move it. A pacer knows neither clock nor greenlet nor what is sent.

Constant, `offset` shifting the whole comb (processes that share a rate interleave instead of firing together):

    due(k) = offset + k / rate

Ramp, the rate growing in a straight line from `a` to `b` within T seconds and staying at `b`:

    sent(t) = a t + (b - a) t² / 2T   for t ≤ T,   sent(T) + b (t - T)   after it
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

_CHUNK = 4096
_KEPT = 16 * _CHUNK  # arrivals that may still be asked for


class Pacer(Protocol):
    """(elapsed_seconds, sent) → (wait_seconds, stop)."""

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]: ...


class Constant:
    """Evenly spaced: `rate` requests per second, for `duration_seconds` or without end."""

    def __init__(self, rate: float, duration_seconds: float = math.inf, offset_seconds: float = 0.0) -> None:
        self.rate = positive_rate(rate)
        self.duration_seconds = duration_seconds
        self.offset_seconds = offset_seconds

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]:
        due = self.offset_seconds + sent / self.rate
        return due - elapsed_seconds, due >= self.duration_seconds


class Unpaced:
    """The closed loop: the next request is due whenever somebody is free for it."""

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]:
        return 0.0, False


class Poisson:
    """Exponential gaps of mean 1/`rate` seconds: the arrivals of many independent users. Same seed, same arrivals."""

    def __init__(self, rate: float, seed: int, duration_seconds: float = math.inf) -> None:
        self.rate = positive_rate(rate)
        self.duration_seconds = duration_seconds
        self._gaps = np.random.default_rng(seed)
        self._due: list[float] = []
        self._first = 0

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]:
        while sent >= self._first + len(self._due):
            self._extend()
        due = self._due[max(0, sent - self._first)]
        return due - elapsed_seconds, due >= self.duration_seconds

    def _extend(self) -> None:
        """The arrivals are one fixed sequence, drawn in chunks. Long past ones are forgotten: a run may take hours."""
        last = self._due[-1] if self._due else 0.0
        forgotten = max(0, len(self._due) - _KEPT)
        self._first += forgotten
        gaps = self._gaps.exponential(1.0 / self.rate, _CHUNK)
        self._due = self._due[forgotten:] + (last + np.cumsum(gaps)).tolist()


class Ramp:
    """From `start_rate` to `end_rate` in a straight line over `ramp_seconds`, then at `end_rate`."""

    def __init__(
        self, start_rate: float, end_rate: float, ramp_seconds: float, duration_seconds: float = math.inf
    ) -> None:
        if start_rate < 0 or ramp_seconds <= 0:
            raise ValueError("a ramp needs a start rate of at least 0 and a length above 0 seconds")
        self.start_rate = start_rate
        self.end_rate = positive_rate(end_rate)
        self.ramp_seconds = ramp_seconds
        self.duration_seconds = duration_seconds

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]:
        due = self._due(sent)
        return due - elapsed_seconds, due >= self.duration_seconds

    def _due(self, sent: int) -> float:
        within_ramp = (self.start_rate + self.end_rate) / 2 * self.ramp_seconds
        if sent >= within_ramp:
            return self.ramp_seconds + (sent - within_ramp) / self.end_rate
        slope = (self.end_rate - self.start_rate) / self.ramp_seconds
        # The stable form of the root of a t + slope t²/2 = sent: right for slope = 0 and for falling ramps.
        root = math.sqrt(self.start_rate * self.start_rate + 2 * slope * sent)
        return 2 * sent / (self.start_rate + root) if sent else 0.0


class Profile:
    """Pieces of (seconds, rate at the beginning, rate at the end), each a straight line; then on at the last rate.

    share: of the requests that are this process's. offset: of its first one, in requests, so that processes interleave.
    """

    def __init__(self, pieces: Sequence[tuple[float, float, float]], share: float = 1.0, offset: float = 0.0) -> None:
        self._offset = offset
        self._pieces: list[tuple[float, float, float, float, float]] = []
        began_seconds = began_sent = 0.0
        for seconds, first, last in pieces:
            if seconds <= 0 or first < 0 or last < 0 or first + last == 0:
                raise ValueError("each piece of a rate's course is longer than 0 s and has a rate above 0")
            self._pieces.append((began_seconds, began_sent, seconds, first * share, last * share))
            began_seconds += seconds
            began_sent += (first + last) / 2 * share * seconds
        self._end = (began_seconds, began_sent, positive_rate(pieces[-1][2]) * share)

    def __call__(self, elapsed_seconds: float, sent: int) -> tuple[float, bool]:
        return self._due(sent + self._offset) - elapsed_seconds, False

    def _due(self, sent: float) -> float:
        end_seconds, end_sent, rate = self._end
        if sent >= end_sent:
            return end_seconds + (sent - end_sent) / rate
        began_seconds, began_sent, seconds, first, last = next(
            piece for piece in reversed(self._pieces) if sent >= piece[1]
        )
        rest, slope = sent - began_sent, (last - first) / seconds
        # The stable form of the root of a t + slope t²/2 = rest: right for slope = 0 and for falling pieces.
        root = math.sqrt(max(0.0, first * first + 2 * slope * rest))
        return began_seconds + (2 * rest / (first + root) if rest else 0.0)


def positive_rate(rate: float) -> float:
    """`rate` if it is a finite number of requests per second above 0; ValueError otherwise."""
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"a rate must be a number of requests per second above 0, not {rate}")
    return rate
