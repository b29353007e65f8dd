"""The order in which Java's hash sets hand out names: what some refusals of the service list their names in.

Evidence: recorded 2026; the rule is java.util.HashMap's. Two names that share a bucket come in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable

_DEFAULT_BUCKETS = 16


def _hash(name: str) -> int:
    """String.hashCode over UTF-16 code units, spread as HashMap does."""
    units = name.encode("utf-16-be", "surrogatepass")
    code = 0
    for at in range(0, len(units), 2):
        code = (31 * code + (units[at] << 8) + units[at + 1]) & 0xFFFF_FFFF
    return code ^ code >> 16


def _in_buckets(names: list[str], buckets: int) -> list[str]:
    return sorted(names, key=lambda name: _hash(name) & buckets - 1)


def sized_set(names: Iterable[str]) -> list[str]:
    """The distinct names as a set made for their number hands them out."""
    distinct = list(dict.fromkeys(names))
    buckets = 1
    while buckets < len(distinct):
        buckets *= 2
    if len(distinct) > buckets * 3 // 4:
        buckets *= 2
    return _in_buckets(distinct, buckets)


def grown_set(names: Iterable[str]) -> list[str]:
    """The distinct names as a set that starts at the default size and grows hands them out."""
    distinct = list(dict.fromkeys(names))
    buckets = _DEFAULT_BUCKETS
    while len(distinct) > buckets * 3 // 4:
        buckets *= 2
    return _in_buckets(distinct, buckets)
