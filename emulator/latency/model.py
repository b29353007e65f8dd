"""The latency model: from an operation, its items, its bytes and its consistency to seconds, drawn from a seed.

Rule: the quantiles of `calibration`, joined by straight lines of the logarithm, between two numbers of items by the
logarithm of the number. Same seed and same calls, same figures. Must not know: requests, clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import exp, log
from random import Random

from dynarig.emulator.latency.calibration import (
    CANCELLED,
    CLIENT_SHARE_MS,
    CONSISTENT_READ_SHARE,
    EVENTUAL_READ_SHARE,
    FRACTIONS,
    PER_KILOBYTE_MS,
    TRANSACTIONAL_READ_FACTOR,
    TRANSACTIONS,
    WRITES,
    Quantiles,
)

WRITE, READ, CONSISTENT_READ = "write", "read", "consistent read"
TRANSACTION_WRITE, TRANSACTION_READ, CANCELLED_TRANSACTION = "transaction write", "transaction read", "cancelled"
_TABLES: dict[str, tuple[Mapping[int, Quantiles], float]] = {
    WRITE: (WRITES, 1.0),
    READ: (WRITES, EVENTUAL_READ_SHARE),
    CONSISTENT_READ: (WRITES, CONSISTENT_READ_SHARE),
    TRANSACTION_READ: (WRITES, CONSISTENT_READ_SHARE * TRANSACTIONAL_READ_FACTOR),
    TRANSACTION_WRITE: (TRANSACTIONS, 1.0),
    CANCELLED_TRANSACTION: (CANCELLED, 1.0),
}


class LatencyModel:
    """Mutable only in its random numbers. scale: multiplies every figure."""

    def __init__(self, seed: int, scale: float) -> None:
        self._random = Random(seed)
        self._scale = scale

    def draw(self, kind: str, items: int, size_bytes: int) -> float:
        """Seconds of one request. kind: one of the above. items: how many it names. size_bytes: read or written."""
        return self._scale * seconds_at(kind, items, size_bytes, self._random.random())


def seconds_at(kind: str, items: int, size_bytes: int, fraction: float) -> float:
    """The quantile of a request's time: below it lies `fraction` (0 to 1) of all alike."""
    measured, share = _TABLES[kind]
    counts = sorted(measured)
    above = bisect_right(counts, items)
    lower, upper = counts[max(0, above - 1)], counts[min(above, len(counts) - 1)]
    milliseconds = _at(measured[lower], fraction)
    if upper != lower and items > lower:
        weight = log(items / lower) / log(upper / lower)
        milliseconds += weight * (_at(measured[upper], fraction) - milliseconds)
    in_service = (milliseconds - CLIENT_SHARE_MS) * share
    return (in_service + size_bytes / 1024 * PER_KILOBYTE_MS) / 1000


def _at(quantiles: Quantiles, fraction: float) -> float:
    place = min(bisect_right(FRACTIONS, fraction), len(FRACTIONS) - 1)
    first, last = FRACTIONS[place - 1], FRACTIONS[place]
    low, high = log(quantiles[place - 1]), log(quantiles[place])
    return exp(low + (high - low) * (fraction - first) / (last - first))
