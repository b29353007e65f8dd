"""Whether a run counts: the schedule kept, each scenario's own verdict, and the thresholds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dynarig.workloads.measure import Measurements

SENT_SHARE = 0.99
_ON_TIME_PERCENT = 99.0
_STALL_SECONDS = 1.0
_SHORTEST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run has shown: one sentence with its figure, and the figures by name."""

    text: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """findings: what was seen, good or bad. failures: what speaks against it; none is a pass. doubts: of figures.

    cannot: what the target does not do as DynamoDB does, after "this target cannot"; it speaks against no design.
    """

    findings: tuple[Finding, ...] = ()
    failures: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "passed": self.passed,
            "findings": [{"text": each.text, "figures": dict(each.figures)} for each in self.findings],
            "failures": list(self.failures),
            "doubts": list(self.doubts),
            "cannot": list(self.cannot),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ScenarioVerdict:
        """The verdict that `to_json` described."""
        findings = tuple(Finding(each["text"], each["figures"]) for each in data["findings"])
        return cls(findings, tuple(data["failures"]), tuple(data["doubts"]), tuple(data.get("cannot", ())))


@dataclass(frozen=True, slots=True)
class Verdict:
    """kept: the generator kept its schedule. passed: and nothing else speaks against the run. reasons: what does."""

    kept: bool
    passed: bool
    reasons: tuple[str, ...]


def on_time_percent(elapsed_seconds: float) -> float:
    """How many of a hundred requests are to start on time: 99, or in a short run all but those that fall due in a
    second, as one stall of the machine is no generator that does not keep up."""
    return min(_ON_TIME_PERCENT, 100.0 * (1.0 - _STALL_SECONDS / max(elapsed_seconds, _SHORTEST_SECONDS)))


def lateness_shown(measured: Measurements) -> tuple[str, dict[str, float]]:
    """The name of the percentile that is judged, such as p99, and seconds late by name, it among them."""
    judged = on_time_percent(measured.elapsed_seconds)
    percents = (50.0, judged, _ON_TIME_PERCENT)
    return f"p{judged:.3g}", {f"p{each:.3g}": measured.lateness.percentile(each) for each in percents}


def judge_schedule(measured: Measurements, processes: int, lateness_limit_seconds: float) -> tuple[str, ...]:
    """What speaks against the generator: requests not sent, sent late, processes lost."""
    reasons = []
    if measured.intended == 0 or measured.started == 0:
        reasons.append("no request was sent")
    elif measured.started < SENT_SHARE * measured.intended:
        reasons.append(f"only {measured.started:,} of {measured.intended:,} intended requests were sent")
    percent = on_time_percent(measured.elapsed_seconds)
    lateness_seconds = measured.lateness.percentile(percent)
    if lateness_seconds > lateness_limit_seconds:
        reasons.append(
            f"one request in {100.0 / (100.0 - percent):.0f} started {lateness_seconds * 1e3:,.1f} ms late or more "
            f"(limit {lateness_limit_seconds * 1e3:g} ms)"
        )
    if measured.finished < processes:
        reasons.append(f"{processes - measured.finished} of {processes} generator processes did not finish")
    return tuple(reasons)


def judge_run(
    schedule: Sequence[str], scenarios: Mapping[str, ScenarioVerdict], thresholds: Sequence[str] = ()
) -> Verdict:
    """The verdict on a run: `schedule` and `thresholds` are reasons against it, each scenario has its own."""
    several = len(scenarios) > 1
    failures = [
        f"{name}: {reason}" if several else reason for name, verdict in scenarios.items() for reason in verdict.failures
    ]
    reasons = (*schedule, *failures, *thresholds)
    return Verdict(not schedule, not reasons, reasons)
