"""Verdicts as a table for people, and as JSON, github-action-benchmark's JSON and JUnit's XML for tools. Pure.

github-action-benchmark: `customSmallerIsBetter`, a list of {name, unit, value, range, extra}. JUnit: a test case a
metric, a regression a failure, a warning in its output, what could not be compared skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from dynarig.workloads.gate.comparison import REGRESSION, SAME, UNSURE, WARNING, Metric

_MARKS = {REGRESSION: "SLOWER", WARNING: "warn", SAME: "ok", UNSURE: "unsure"}


def table(metrics: Sequence[Metric]) -> str:
    """One line a metric."""
    width = max(len(metric.name) for metric in metrics)
    return "\n".join(_line(metric, width) for metric in metrics)


def _line(metric: Metric, width: int) -> str:
    bounds = metric.interval
    certainty = "" if bounds is None else f"  99 % interval {bounds.low - 1:+.1%} to {bounds.high - 1:+.1%}"
    figures = f"{_shown(metric.baseline)} → {_shown(metric.current)} {metric.unit}, limit {metric.threshold:+.0%}"
    mark = _MARKS.get(metric.verdict, metric.verdict)
    return f"{mark:7} {metric.name:{width}}  {metric.change:+7.2%}  ({figures}){certainty}"


def _shown(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.4g}"


def as_json(metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    """Every metric with its change."""
    return [{**asdict(metric), "change": metric.change} for metric in metrics]


def as_github_benchmark(metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    """What `benchmark-action/github-action-benchmark` reads as tool `customSmallerIsBetter`."""
    return [
        {
            "name": metric.name,
            "unit": metric.unit,
            "value": metric.current,
            "range": "" if metric.interval is None else f"{metric.interval.low:.4f}–{metric.interval.high:.4f}",
            "extra": f"baseline {metric.baseline}, {metric.change:+.2%}, {metric.verdict}",
        }
        for metric in metrics
    ]


def as_junit(metrics: Sequence[Metric]) -> str:
    """One test case a metric."""
    failures = sum(metric.verdict == REGRESSION for metric in metrics)
    skipped = sum(metric.verdict == UNSURE for metric in metrics)
    counts = {"tests": str(len(metrics)), "failures": str(failures), "skipped": str(skipped)}
    suite = ElementTree.Element("testsuite", counts | {"name": "dynarig gate"})
    for metric in metrics:
        case = ElementTree.SubElement(suite, "testcase", classname="dynarig.gate", name=metric.name)
        if metric.verdict == REGRESSION:
            text = f"{metric.change:+.2%}, limit {metric.threshold:+.0%}"
            ElementTree.SubElement(case, "failure", message=text).text = _line(metric, 0)
        elif metric.verdict == UNSURE:
            ElementTree.SubElement(case, "skipped", message=_line(metric, 0))
        elif metric.verdict == WARNING:
            ElementTree.SubElement(case, "system-out").text = _line(metric, 0)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"
