"""What a scenario's `verify` may look at: its own part of what was measured, and the target.

Rule: figures of all processes, merged; only the scenario's own patterns, by the names that it gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.workloads.measure import Measurements, Notes, Tally
from dynarig.workloads.series import Series
from dynarig.workloads.target import Target

_FEW_REQUESTS = 10_000
_FEW_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario's run. patterns: its own. notes: what its objects counted. measured: the run as a whole.

    target: may still be asked. prepared: what `prepare` told.
    """

    patterns: dict[str, Tally]
    notes: Notes
    measured: Measurements
    target: Target
    prepared: dict[str, Any]

    @property
    def elapsed_seconds(self) -> float:
        """Length of the schedule, without the warm-up."""
        return self.measured.elapsed_seconds

    @property
    def rate(self) -> float:
        """Requests of this scenario per second."""
        return self.total().requests / self.elapsed_seconds if self.elapsed_seconds else 0.0

    @property
    def series(self) -> Series:
        """The run second by second, of all its scenarios."""
        return self.measured.series

    def total(self) -> Tally:
        """All patterns added up."""
        total = Tally()
        for tally in self.patterns.values():
            total.merge(tally)
        return total

    def doubts(self) -> tuple[str, ...]:
        """Why the figures of a small run are to be taken with care."""
        requests = self.total().requests
        if requests >= _FEW_REQUESTS and self.elapsed_seconds >= _FEW_SECONDS:
            return ()
        return (
            f"{requests:,} requests in {self.elapsed_seconds:.0f} s: p99 rests on the slowest {max(1, requests // 100)}"
            f"; for sure figures at least {_FEW_REQUESTS:,} requests in {_FEW_SECONDS:.0f} s",
        )
