"""Thresholds in k6's grammar, and whether a run keeps them. Pure.

    --threshold 'p(99)<50'                 milliseconds from the intended start: p(N), med, avg, min, max
    --threshold 'rate>=1000'               answered requests per second
    --threshold 'throttles<1%'             of the requests; without the sign, their number
    --threshold 'errors==0'                errors and wrong answers, likewise; `refusals` too
    --threshold 'AP5: p(99)<20'            of the patterns whose name begins so

Others: requests (their number), lateness (p99 of the generator's, in milliseconds), rcu, wcu (units consumed).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.measure import Measurements, Tally

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}
_COUNTED = ("throttles", "errors", "refusals")
_OTHERS = ("med", "avg", "min", "max", "rate", "requests", "lateness", "rcu", "wcu")
_EXPRESSION = re.compile(
    r"(?:(?P<pattern>.+?)\s*:\s*)?(?P<metric>p\(\s*[\d.]+\s*\)|[a-z]+)\s*(?P<operator><=|>=|===|==|!=|<|>)\s*"
    r"(?P<bound>[\d.]+)\s*(?P<percent>%)?\s*"
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One condition. pattern: the beginning of the patterns' names, empty for the whole run. share: in percent."""

    text: str
    metric: str
    operator: str
    bound: float
    share: bool = False
    pattern: str = ""


def parse(text: str) -> Threshold:
    """The threshold that `text` says. ValueError that says what is valid."""
    found = _EXPRESSION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"a threshold is such as p(99)<50, throttles<1%, rate>=1000, not {text!r}")
    metric = "".join(found["metric"].split())
    if not metric.startswith("p(") and metric not in (*_COUNTED, *_OTHERS):
        known = ", ".join(("p(N)", *_OTHERS, *_COUNTED))
        raise ValueError(f"threshold {text!r}: no figure {metric!r}; one of {known}")
    try:
        bound = float(found["bound"])
        percent = float(metric[2:-1]) if metric.startswith("p(") else 0.0
    except ValueError:
        raise ValueError(f"threshold {text!r} has a number that is none") from None
    if percent > 100:
        raise ValueError(f"threshold {text!r}: a percentile is from 0 to 100")
    share = found["percent"] is not None
    if share and metric not in _COUNTED:
        raise ValueError(f"threshold {text!r}: a share in % is one of {', '.join(_COUNTED)}")
    return Threshold(text.strip(), metric, found["operator"], bound, share, (found["pattern"] or "").strip())


def judge(threshold: Threshold, measured: Measurements) -> dict[str, Any]:
    """Whether a run keeps it: text, value, passed. What no pattern of the run is named by has no value and fails."""
    tally = Tally()
    names = [name for name in measured.patterns if name.startswith(threshold.pattern)]
    for name in names:
        tally.merge(measured.patterns[name])
    if threshold.pattern and not names:
        return {"text": threshold.text, "value": None, "passed": False}
    value = _value(threshold, tally, measured)
    passed = bool(measured.patterns) and _OPERATORS[threshold.operator](value, threshold.bound)
    return {"text": threshold.text, "value": value, "passed": passed}


def judge_all(texts: Sequence[str], measured: Measurements) -> list[dict[str, Any]]:
    """The outcome of each."""
    return [judge(parse(text), measured) for text in texts]


def broken(outcomes: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Those that were not kept, as reasons against a run."""
    return tuple(f"threshold {each['text']}: {told(each)}" for each in outcomes if not each["passed"])


def told(outcome: dict[str, Any]) -> str:
    """The value of an outcome as it is shown."""
    value = outcome["value"]
    return "no request of a pattern whose name begins so" if value is None else f"{value:,.6g}"


def _value(threshold: Threshold, tally: Tally, measured: Measurements) -> float:
    metric, latency = threshold.metric, tally.from_intended
    if metric.startswith("p("):
        return latency.percentile(float(metric[2:-1])) * 1e3
    if metric in _COUNTED:
        count = {"throttles": tally.throttled, "errors": tally.failed, "refusals": tally.refused}[metric]
        return count * 100 / max(1, tally.requests) if threshold.share else float(count)
    seconds = measured.elapsed_seconds
    answered = tally.succeeded + tally.refused
    values: dict[str, float] = {
        "med": latency.percentile(50.0) * 1e3,
        "avg": latency.mean_seconds * 1e3,
        "min": latency.min_us / 1e3,
        "max": latency.max_seconds * 1e3,
        "rate": answered / seconds if seconds else 0.0,
        "requests": float(tally.requests),
        "lateness": measured.lateness.percentile(99.0) * 1e3,
        "rcu": tally.read_units,
        "wcu": tally.write_units,
    }
    return values[metric]
