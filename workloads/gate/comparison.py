"""From two figures of a metric to a verdict. Pure.

Rule: only what does not depend on a neighbour can be a regression: a count of instructions past its threshold, or an
interval whose low end is past it, and past it once more when measured anew. An interval that is too wide to say, or a
tree that differs from itself, is told as such. Wall-clock figures warn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dynarig.workloads.gate.interleaving import Found, Interval

REGRESSION = "regression"
WARNING = "warning"
FASTER = "faster"
SAME = "within noise"
UNSURE = "cannot tell"

# The share by which a metric may grow. Instructions of one tree differ by under 0.2 % from run to run; 2 % leaves room
# for how memory happens to lie after an unrelated change.
INSTRUCTIONS_THRESHOLD = 0.02
INTERLEAVED_THRESHOLD = 0.03
LOAD_THRESHOLD = 0.25
# How far past the threshold an interval's high end may lie: a growth of a tenth must not hide in what is called noise.
_HIDDEN_MOST = 0.07


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


def of_intervals(measured: Mapping[str, Found], thresholds: Mapping[str, float]) -> list[Metric]:
    """A metric a probe that was measured in rounds."""
    metrics = []
    for name, found in measured.items():
        threshold = thresholds.get(name, INTERLEAVED_THRESHOLD)
        verdict = _verdict_of(found, threshold)
        metrics.append(Metric(name, "CPU seconds", found.baseline, found.current, threshold, verdict, found.interval))
    return metrics


def _verdict_of(found: Found, threshold: float) -> str:
    if found.guard.low > 1 + threshold or found.guard.high < 1 - threshold:
        return UNSURE  # the tree differs from itself
    if found.interval.low > 1 + threshold:
        return REGRESSION
    if found.interval.high < 1 - threshold:
        return FASTER
    return UNSURE if found.interval.high > 1 + threshold + _HIDDEN_MOST else SAME


def corrected(metrics: Iterable[Metric], anew: Iterable[Metric]) -> list[Metric]:
    """The metrics, those that were measured anew judged by that alone."""
    later = {metric.name: metric for metric in anew}
    return [later.get(metric.name, metric) for metric in metrics]


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


def named(metrics: Iterable[Metric], verdict: str) -> list[str]:
    """The metrics of this verdict."""
    return [metric.name for metric in metrics if metric.verdict == verdict]
