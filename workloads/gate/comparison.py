"""From two figures of a metric to a verdict. Pure.

Rule: only what does not depend on a neighbour can be a regression: a count of instructions past its threshold, or an
interval whose low end is past it. Wall-clock figures warn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dynarig.workloads.gate.interleaving import Interval

REGRESSION = "regression"
WARNING = "warning"
FASTER = "faster"
SAME = "within noise"
VERDICTS = (REGRESSION, WARNING, FASTER, SAME)

# The share by which a metric may grow. Instructions of one tree differ by under 0.2 % from run to run; 2 % leaves room
# for how memory happens to lie after an unrelated change.
INSTRUCTIONS_THRESHOLD = 0.02
INTERLEAVED_THRESHOLD = 0.03
LOAD_THRESHOLD = 0.25


@dataclass(frozen=True, slots=True)
class Metric:
    """One compared figure; smaller is better. interval: of the ratio, where it was sampled. threshold: a share."""

    name: str
    unit: str
    baseline: float
    current: float
    threshold: float
    verdict: str
    interval: Interval | None = None

    @property
    def change(self) -> float:
        """By which share it grew."""
        return (self.interval.ratio if self.interval else self.current / self.baseline) - 1


def of_instructions(
    baseline: Mapping[str, int], current: Mapping[str, int], thresholds: Mapping[str, float]
) -> list[Metric]:
    """A metric a probe that both trees have counted."""
    metrics = []
    for name in current:
        if name in baseline:
            threshold = thresholds.get(name, INSTRUCTIONS_THRESHOLD)
            verdict = _verdict(baseline[name], current[name], threshold)
            metrics.append(Metric(name, "instructions", baseline[name], current[name], threshold, verdict))
    return metrics


def of_intervals(
    intervals: Mapping[str, tuple[float, float, Interval]], thresholds: Mapping[str, float]
) -> list[Metric]:
    """A metric a probe, of (baseline seconds, current seconds, interval)."""
    metrics = []
    for name, (baseline, current, interval) in intervals.items():
        threshold = thresholds.get(name, INTERLEAVED_THRESHOLD)
        verdict = SAME
        if interval.low > 1 + threshold:
            verdict = REGRESSION
        elif interval.high < 1 - threshold:
            verdict = FASTER
        metrics.append(Metric(name, "CPU seconds", baseline, current, threshold, verdict, interval))
    return metrics


def of_wall_clock(baseline: Mapping[str, float], current: Mapping[str, float]) -> list[Metric]:
    """Metrics that warn at most."""
    metrics = []
    for name in current:
        if baseline.get(name):
            verdict = _verdict(baseline[name], current[name], LOAD_THRESHOLD)
            verdict = WARNING if verdict == REGRESSION else verdict
            metrics.append(Metric(name, _unit(name), baseline[name], current[name], LOAD_THRESHOLD, verdict))
    return metrics


def _verdict(baseline: float, current: float, threshold: float) -> str:
    growth, limit = current - baseline, threshold * baseline
    return REGRESSION if growth > limit else FASTER if growth < -limit else SAME


def _unit(name: str) -> str:
    return "ms" if name.endswith("ms") else "µs" if name.endswith("us") else ""


def failed(metrics: Iterable[Metric]) -> bool:
    """Whether any metric is a regression."""
    return any(metric.verdict == REGRESSION for metric in metrics)


def is_quiet(guard: Iterable[Metric]) -> bool:
    """Whether a tree compared with itself looks like itself: else the machine is too noisy to say anything."""
    return all(metric.verdict == SAME for metric in guard)
