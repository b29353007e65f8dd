"""Load shapes by name: a run's options to the pacer of one process. Pure.

Rule: the rate of a run is shared evenly among its processes, and so that together they give the shape that one would
have given: constant combs interleave, Poisson processes draw from seeds of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynarig.workloads.pacing import Constant, Pacer, Poisson, Profile, Ramp, positive_rate

ARRIVALS = ("constant", "poisson")


@dataclass(frozen=True, slots=True)
class Shape:
    """rate: requests per second of all processes. arrivals: one of ARRIVALS. ramp_seconds: rise from 0 to the rate.

    pieces: of a course that a scenario sets, as `pacing.Profile` takes them; the rate is then the highest.
    """

    rate: float
    arrivals: str = "constant"
    ramp_seconds: float = 0.0
    seed: int = 1
    pieces: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self) -> None:
        positive_rate(self.rate)
        if self.arrivals not in ARRIVALS:
            raise ValueError(f"arrivals are {' or '.join(ARRIVALS)}, not {self.arrivals!r}")
        if self.ramp_seconds < 0:
            raise ValueError(f"a ramp takes 0 seconds or more, not {self.ramp_seconds}")
        if self.ramp_seconds and self.arrivals != "constant":
            raise ValueError("a ramp has constant arrivals")
        if self.pieces and (self.ramp_seconds or self.arrivals != "constant"):
            raise ValueError("this scenario sets the rate's course itself: leave out --ramp-seconds and --arrivals")

    def pacer(self, process: int, processes: int) -> Pacer:
        """The pacer of process number `process` of `processes`."""
        if self.pieces:
            return Profile(self.pieces, 1 / processes, process / processes)
        share = self.rate / processes
        if self.ramp_seconds:
            return Ramp(0.0, share, self.ramp_seconds)
        if self.arrivals == "poisson":
            return Poisson(share, self.seed * 1_000 + process)
        return Constant(share, offset_seconds=process / self.rate)
