"""Steps up to the rate asked for: the highest of them whose p99 stays within a limit.

Rule: --rate is the highest step, the run's length is shared evenly among the steps. What is sent is Miyabi's. Falling
behind is what is looked for, so it fails nothing; whether server or generator was the limit is told by the lateness.
"""

from __future__ import annotations

from dynarig.workloads.scenarios.base import Parameter, Profile
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.verdict import Finding, ScenarioVerdict

_SURE_SECONDS = 5.0


class Saturation(MiyabiScenario):
    """The highest rate within a p99 limit."""

    name = "saturation"
    question = "Which is the highest rate whose p99 stays within a limit?"
    tags = ("rate",)
    rate = 4000.0
    run_seconds = 80
    keeps_schedule = False
    parameters = (
        Parameter("steps", 8, "how many, evenly up to --rate", minimum=2),
        Parameter("p99_ms", 100.0, "limit of p99 from the intended start, in milliseconds", minimum=0.001),
    )

    def profile(self) -> Profile:
        """Even steps."""
        steps, seconds = self.param["steps"], (self.setting.run_seconds or self.run_seconds) / self.param["steps"]
        return tuple((seconds, rate, rate) for rate in self._rates(steps))

    def verify(self, run: Run) -> ScenarioVerdict:
        """The last step within the limit before the first one beyond it."""
        steps, limit_ms = self.param["steps"], self.param["p99_ms"]
        seconds = (self.setting.run_seconds or self.run_seconds) / steps
        rows = run.series.rows()
        began = rows[0][0] if rows else 0
        held, beyond, figures = 0.0, "", {}
        for number, rate in enumerate(self._rates(steps)):
            # The second in which a step begins is the one before's as well; a short step has no other.
            first = began + number * seconds + (1 if seconds >= _SURE_SECONDS else 0)
            last = began + (number + 1) * seconds
            p99_ms, late_ms = run.series.p99_ms(first, last), run.series.lateness_p99_ms(first, last)
            figures[f"p99_ms at {rate:g}/s"] = p99_ms
            if p99_ms > limit_ms:
                limit = "the generator" if late_ms > limit_ms / 2 else "the server"
                beyond = f"; at {rate:,.0f}/s p99 was {p99_ms:,.1f} ms, and {limit} was behind"
                break
            held = rate if p99_ms else held
        end = beyond or "; the limit was not reached: ask for a higher --rate"
        found = Finding(
            f"up to {held:,.0f} requests/s p99 stayed within {limit_ms:g} ms{end}", {"rate": held, **figures}
        )
        failures = [] if held else [f"not even the first step stayed within {limit_ms:g} ms"]
        total = run.total()
        if total.wrong:
            failures.append(f"{total.wrong:,} of {total.requests:,} answers were wrong")
        doubts = () if seconds >= _SURE_SECONDS else (f"{seconds:.1f} s a step: {_SURE_SECONDS:g} s or more are sure",)
        return ScenarioVerdict((found,), tuple(failures), doubts)

    def _rates(self, steps: int) -> list[float]:
        return [self.setting.rate * (number + 1) / steps for number in range(steps)]
