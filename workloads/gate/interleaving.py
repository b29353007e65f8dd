"""Two trees' CPU times taken in turn, and the certainty of their ratio: for where instructions cannot be counted.

Rule: a round runs both trees one right after the other, in an order that alternates, so that a neighbour or a warm
processor meets both; of a round each tree keeps its least time. The ratio of the rounds' medians gets its interval by
resampling rounds (percentile bootstrap), from a seed. Pure but for `measure`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

import orjson

from dynarig.workloads.gate.trees import Tree

_MODULE = "dynarig.workloads.gate.probes"
_SAMPLES = 7
_RESAMPLES = 2000
_CONFIDENCE = 0.99
Rounds = Sequence[tuple[float, float]]  # (baseline, current) seconds


@dataclass(frozen=True, slots=True)
class Interval:
    """current / baseline: the median of the rounds' ratios, and the bounds that hold it with 99 % confidence."""

    ratio: float
    low: float
    high: float


def interval(rounds: Rounds, seed: int = 1) -> Interval:
    """The interval of the ratio over rounds."""
    ratios = [current / baseline for baseline, current in rounds]
    draw = Random(seed)
    medians = sorted(median(draw.choices(ratios, k=len(ratios))) for _ in range(_RESAMPLES))
    cut = round(_RESAMPLES * (1 - _CONFIDENCE) / 2)
    return Interval(median(ratios), medians[cut], medians[-1 - cut])


def measure(
    baseline: Tree, current: Tree, names: Sequence[str], count: int, progress: Callable[[str], None]
) -> dict[str, Rounds]:
    """Probe → rounds of least CPU seconds. Raises TreeError where a tree does not run them."""
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for number in range(count):
        progress(f"round {number + 1} of {count}")
        first, second = (baseline, current) if number % 2 == 0 else (current, baseline)
        times = {tree.links: _least(tree, names) for tree in (first, second)}
        for name in names:
            rounds[name].append((times[baseline.links][name], times[current.links][name]))
    return {name: tuple(each) for name, each in rounds.items()}


def _least(tree: Tree, names: Sequence[str]) -> dict[str, float]:
    only = [flag for name in names for flag in ("--only", name)]
    printed = tree.run(tree.command(_MODULE, "--seconds", str(_SAMPLES), *only))
    return {name: min(samples) for name, samples in orjson.loads(printed).items()}
