"""Where a hot partition is cut in two, or why it is not: from a sample of where it was accessed.

Rule: the cut follows the observed distribution of keys, not the middle (USENIX ATC 2022). It may fall inside one item
collection, by sort key, except where a split would not help: one hot item, sort keys that only rise or only fall, a
table with a local index (Developer Guide, burst-adaptive-capacity and LSI).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

Sample = tuple[int, Any]  # token, sort key
Place = tuple[Any, ...]  # (token,) or (token, sort key): the first place of the upper half

SINGLE_ITEM = "single item"
SEQUENTIAL = "sequential keys"
LOCAL_INDEX = "local secondary index"
FEW_ACCESSES = "too few accesses seen"

_SAMPLES_MIN = 16
_ONE_WAY = 0.95  # share of steps in one direction from which keys are sequential


class Cut(NamedTuple):
    """place: where the upper half begins, None where the split is withheld. share: of the traffic that goes up.

    withheld: why, else "".
    """

    place: Place | None
    share: float = 0.0
    withheld: str = ""


def choose_cut(samples: Sequence[Sample], *, min_share: float, has_local_index: bool) -> Cut:
    """Between two keys, else between two items of a collection; whichever parts the traffic more evenly."""
    if len(samples) < _SAMPLES_MIN:
        return Cut(None, withheld=FEW_ACCESSES)
    between_keys = _best(sorted(token for token, _ in samples), lambda token: (token,))
    if between_keys.place is not None and min(between_keys.share, 1 - between_keys.share) >= 0.25:
        return between_keys
    inside = _inside(samples, has_local_index)
    best = max((between_keys, inside), key=lambda cut: min(cut.share, 1 - cut.share) if cut.place else 0)
    if best.place is None or min(best.share, 1 - best.share) < min_share:
        return Cut(None, withheld=inside.withheld or SINGLE_ITEM)
    return best


def _inside(samples: Sequence[Sample], has_local_index: bool) -> Cut:
    """A cut inside the collection that is accessed most."""
    counts: dict[int, int] = {}
    for token, _ in samples:
        counts[token] = counts.get(token, 0) + 1
    hottest = max(counts, key=lambda token: counts[token])
    sorts = [sort for token, sort in samples if token == hottest and sort is not None]
    if len(set(sorts)) <= 1:
        return Cut(None, withheld=SINGLE_ITEM)
    if has_local_index:
        return Cut(None, withheld=LOCAL_INDEX)
    if _is_sequential(sorts):
        return Cut(None, withheld=SEQUENTIAL)
    cut = _best(sorted(sorts), lambda sort: (hottest, sort))
    if cut.place is None:
        return Cut(None, withheld=SINGLE_ITEM)
    above = sum((token, sort) >= cut.place for token, sort in samples if sort is not None)
    return cut._replace(share=above / len(samples))


def _is_sequential(sorts: Sequence[Any]) -> bool:
    """Whether the keys, in the order of access, go one way only."""
    steps = [after > before for before, after in pairwise(sorts) if after != before]
    return bool(steps) and max(sum(steps), len(steps) - sum(steps)) >= _ONE_WAY * len(steps)


def _best(ordered: Sequence[Any], place_of: Callable[[Any], Place]) -> Cut:
    """The cut between two neighbours that differ, nearest the middle."""
    half, count = len(ordered) / 2, len(ordered)
    edges = [at for at in range(1, count) if ordered[at - 1] != ordered[at]]
    if not edges:
        return Cut(None, withheld=SINGLE_ITEM)
    at = min(edges, key=lambda edge: abs(edge - half))
    return Cut(place_of(ordered[at]), (count - at) / count)
