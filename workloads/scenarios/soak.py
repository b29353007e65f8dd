"""Long and steady: does anything grow, minute by minute?

Rule: what is sent is Miyabi's. The last third of the run is held against the first; a run too short for that says so.
"""

from __future__ import annotations

from dynarig.workloads.scenarios.base import Parameter
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.verdict import Finding, ScenarioVerdict

_SURE_SECONDS = 600


class Soak(MiyabiScenario):
    """Whether latency holds over the length of the run."""

    name = "soak"
    question = "Does the rate hold for long, or does latency grow with the data?"
    tags = ("rate",)
    rate = 500.0
    run_seconds = 1200
    parameters = (
        Parameter("growth", 2.0, "of p99 from the first third to the last that still passes", minimum=1.0),
        Parameter("noise_ms", 20.0, "p99 below this passes, whatever it was at first", minimum=0.0),
    )

    def verify(self, run: Run) -> ScenarioVerdict:
        """p99 of the last third against that of the first."""
        rows = run.series.rows()
        first, last = (rows[0][0], rows[-1][0] + run.series.width) if rows else (0, 0)
        third = (last - first) / 3
        early = run.series.p99_ms(first, first + third)
        late = run.series.p99_ms(last - third, last)
        figures = {"early_ms": early, "late_ms": late, "requests": run.total().requests}
        found = Finding(
            f"p99 {early:.1f} ms in the first third, {late:.1f} ms in the last of {last - first} s", figures
        )
        failures = [*self.faults(run)]
        if late > max(self.param["growth"] * early, self.param["noise_ms"]):
            failures.append(f"p99 grew from {early:.1f} to {late:.1f} ms")
        doubts = (f"{last - first} s: a soak takes {_SURE_SECONDS} s or more",) if last - first < _SURE_SECONDS else ()
        return ScenarioVerdict((found,), tuple(failures), doubts)
