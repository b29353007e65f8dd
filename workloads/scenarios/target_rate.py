"""One rate, held: by default 1,000 requests a second of the Miyabi load, and how long they take.

Rule: what is sent is Miyabi's; the rate and the latency are what is looked at.
"""

from __future__ import annotations

from dynarig.workloads.scenarios.base import Parameter
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.verdict import Finding, ScenarioVerdict

_RATE_SHARE = 0.99


class TargetRate(MiyabiScenario):
    """Whether the wanted rate is answered, within the wanted time."""

    name = "target-rate"
    question = "Is the wanted rate answered in full, and within which time?"
    tags = ("rate",)
    parameters = (
        Parameter("p99_ms", 100.0, "limit of p99 from the intended start, in milliseconds", minimum=0.001),
        Parameter("throttled_share", 0.0, "of the requests that may be throttled", minimum=0.0),
    )

    def verify(self, run: Run) -> ScenarioVerdict:
        """The rate that was answered, against the one asked for; p99 against its limit."""
        total, asked = run.total(), run.measured.intended / run.elapsed_seconds if run.elapsed_seconds else 0.0
        answered = total.succeeded / run.elapsed_seconds if run.elapsed_seconds else 0.0
        p99_ms = total.from_intended.percentile(99.0) * 1e3
        limit_ms, throttled_share = self.param["p99_ms"], self.param["throttled_share"]
        failures = [*self.faults(run)]
        if total.throttled > throttled_share * total.requests:
            failures.append(f"{total.throttled:,} of {total.requests:,} requests were throttled")
        elif answered < _RATE_SHARE * (1 - throttled_share) * asked:
            failures.append(f"{answered:,.0f} of {asked:,.0f} requests/s were answered")
        if p99_ms > limit_ms:
            failures.append(f"p99 {p99_ms:.1f} ms above {limit_ms:g} ms")
        found = Finding(
            f"{answered:,.0f} requests/s of {asked:,.0f} answered, p99 {p99_ms:.1f} ms (limit {limit_ms:g} ms)",
            {"answered_per_second": answered, "asked_per_second": asked, "p99_ms": p99_ms, "limit_ms": limit_ms},
        )
        return ScenarioVerdict((found,), tuple(failures))
