"""A rate that leaps to a multiple of itself for a while, and what stays behind of it.

Rule: the base rate is the command line's; the leap takes the middle fifth of the run. What is sent is Miyabi's.
"""

from __future__ import annotations

from collections.abc import Sequence

from dynarig.workloads.scenarios.base import Parameter, Profile
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.verdict import Finding, ScenarioVerdict

_BEFORE, _DURING = 0.4, 0.2
_LEAST_SECONDS = 5.0
_CALM_SECONDS = 3  # in a row: a bad second long after the leap is none of its


class Spike(MiyabiScenario):
    """How high latency goes during the leap, and how soon it is back."""

    name = "spike"
    question = "What does a sudden multiple of the traffic do, and how soon is it over?"
    tags = ("rate",)
    rate = 300.0
    keeps_schedule = False
    parameters = (
        Parameter("times", 3.0, "the rate during the leap, as a multiple", minimum=1.0),
        Parameter("recovery_seconds", 5.0, "within which p99 is to be back at twice what it was", minimum=0.0),
        Parameter("noise_ms", 20.0, "p99 below this counts as back, whatever it was before", minimum=0.0),
    )

    def profile(self) -> Profile:
        """Base, leap, base."""
        rate, seconds = self.setting.rate, max(_LEAST_SECONDS, self.setting.run_seconds or 60.0)
        high = rate * self.param["times"]
        before, during = seconds * _BEFORE, seconds * _DURING
        return (before, rate, rate), (during, high, high), (seconds - before - during, rate, rate)

    def verify(self, run: Run) -> ScenarioVerdict:
        """p99 before, during, after; the seconds until it was back."""
        rows = run.series.rows()
        seconds = max(_LEAST_SECONDS, self.setting.run_seconds or 60.0)
        first = rows[0][0] if rows else 0
        leap, end = first + seconds * _BEFORE, first + seconds * (_BEFORE + _DURING)
        before = run.series.p99_ms(first, leap)
        during = run.series.p99_ms(leap, end)
        limit_ms = max(2 * before, self.param["noise_ms"])
        back_seconds = _seconds_until_calm([second.p99_ms <= limit_ms for number, second in rows if number >= end])
        throttled = run.total().throttled
        found = Finding(
            f"p99 {before:.1f} ms before, {during:.1f} ms during {self.param['times']:g} times the rate, back below "
            f"{limit_ms:.1f} ms {back_seconds:.0f} s after it; {throttled:,} throttled",
            {"before_ms": before, "during_ms": during, "back_seconds": back_seconds, "throttled": throttled},
        )
        failures = [*self.faults(run)]
        if back_seconds > self.param["recovery_seconds"]:
            failures.append(f"p99 was not back {self.param['recovery_seconds']:g} s after the leap")
        return ScenarioVerdict((found,), tuple(failures))


def _seconds_until_calm(calm: Sequence[bool]) -> int:
    """How many seconds passed before the first few calm ones in a row; all, where there were none."""
    wanted = min(_CALM_SECONDS, len(calm))
    for first in range(len(calm) - wanted + 1):
        if all(calm[first : first + wanted]):
            return first
    return len(calm)
