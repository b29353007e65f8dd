"""Two trees' CPU times taken in turn, and the certainty of their ratio: for where instructions cannot be counted.

Rule: a round runs the baseline, this tree, and this tree again, one right after the other, in an order that rotates,
so that a neighbour or a warm processor meets all three; of a round each keeps its least time. A neighbour only adds to
it, so that the calmest third of a tree's rounds stands for it. The ratio of two trees gets its interval by resampling
rounds (percentile bootstrap), from a seed. The tree against itself is the guard: it meets the same noise and must come
out even. Pure but for `measure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import NamedTuple

import orjson

from dynarig.workloads.gate.trees import Tree

_MODULE = "dynarig.workloads.gate.probes"
_SAMPLES = 7
_RESAMPLES = 2000
_CONFIDENCE = 0.99
_CALM = 3  # one round in so many
Pairs = Sequence[tuple[float, float]]  # seconds of a round: (of the one, of the other)


class Round(NamedTuple):
    """Least CPU seconds of a probe in one round."""

    baseline: float
    current: float
    again: float


@dataclass(frozen=True, slots=True)
class Interval:
    """How many times as long the other takes, and the bounds that hold it with 99 % confidence."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Found:
    """Of a probe: least CPU seconds of both trees, current / baseline, and the tree / itself."""

    baseline: float
    current: float
    interval: Interval
    guard: Interval


def interval(pairs: Pairs, seed: int = 1) -> Interval:
    """The interval of the other's time in units of the one's."""
    draw = Random(seed)
    ratios = sorted(_ratio(draw.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES))
    cut = round(_RESAMPLES * (1 - _CONFIDENCE) / 2)
    return Interval(_ratio(pairs), ratios[cut], ratios[-1 - cut])


def _ratio(pairs: Pairs) -> float:
    one, other = (fmean(sorted(each)[: max(len(pairs) // _CALM, 1)]) for each in zip(*pairs, strict=True))
    return other / one


def found(rounds: Sequence[Round]) -> Found:
    """What the rounds of one probe tell."""
    return Found(
        min(each.baseline for each in rounds),
        min(each.current for each in rounds),
        interval([(each.baseline, each.current) for each in rounds]),
        interval([(each.current, each.again) for each in rounds]),
    )


def measure(
    trees: tuple[Tree, Tree, Tree], names: Iterable[str], count: int, progress: Callable[[str], None]
) -> Mapping[str, Sequence[Round]]:
    """Probe → rounds. trees: baseline, current, and current again. Raises TreeError where one does not run them."""
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(count):
        progress(f"round {number + 1} of {count}")
        turns = [(number + place) % 3 for place in range(3)]
        times = {turn: _least(trees[turn], rounds) for turn in turns}
        for name, taken in rounds.items():
            taken.append(Round(*(times[place][name] for place in range(3))))
    return rounds


def _least(tree: Tree, names: Iterable[str]) -> dict[str, float]:
    only = [flag for name in names for flag in ("--only", name)]
    printed = tree.run(tree.command(_MODULE, "--seconds", str(_SAMPLES), *only))
    return {name: min(samples) for name, samples in orjson.loads(printed).items()}
