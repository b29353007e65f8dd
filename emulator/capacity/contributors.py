"""What Contributor Insights counts of one table or global index: which keys are accessed and throttled, by the minute.

Rule: the bounded count of heat (Misra and Gries), one for each rule and minute: a key that is told has its figure or up
to `error` more. Heat's own cannot serve: it halves, knows no sort keys and knows nothing while capacity is off. Of a
minute that is over the greatest keys are kept. Sources: Developer Guide, contributorinsights_HowItWorks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Any, NamedTuple, Protocol

from dynarig.emulator.capacity.key_heat import middle_count
from dynarig.emulator.capacity.supply import Drawn
from dynarig.emulator.capacity.target import CapacityTarget, drawn_on
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import LOCAL

MINUTE_SECONDS = 60
# Kinds of rules, as their names have them: by partition key or by both keys, consumed units or throttles.
ACCESSED, THROTTLED = "PKC", "PKT"
ACCESSED_PAIRS, THROTTLED_PAIRS = "SKC", "SKT"
HALVES = {ACCESSED: 2, ACCESSED_PAIRS: 2, THROTTLED: 1, THROTTLED_PAIRS: 1}  # of what is counted, to one that is told
# ConsumedThroughputUnits: a write unit counts as three, as a partition has three times as many read units.
_WRITE_WEIGHT = 3
_KEPT_OF_MINUTE = 100
_STATEMENTS = frozenset({"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"})  # "does not support"


class Charged(Drawn, Protocol):
    """What is read of a charge: what its supply reads, and whose it is."""

    @property
    def target(self) -> CapacityTarget: ...


class KeyCounts:
    """Mutable; one minute of one rule. total: of all that was counted, of keys that were forgotten too."""

    __slots__ = ("_keys_max", "counts", "error", "total")

    def __init__(self, keys_max: int) -> None:
        self.counts: dict[Any, int] = {}
        self._keys_max = keys_max
        self.total = 0
        self.error = 0

    def add(self, key: Any, amount: int) -> None:
        """Count it."""
        self.total += amount
        counts = self.counts
        if key in counts:
            counts[key] += amount
            return
        if len(counts) >= self._keys_max:
            self._forget_cold()
        self.counts[key] = amount

    def _forget_cold(self) -> None:
        middle = middle_count(self.counts.values())
        self.error += middle
        self.counts = {key: count - middle for key, count in self.counts.items() if count > middle}


class Minute(NamedTuple):
    """at: when it began, epoch seconds. keys: how many were counted. greatest: keys and their counts, highest first."""

    at: int
    total: int
    keys: int
    greatest: Sequence[tuple[Any, int]]


class KeyMinutes:
    """Mutable; one rule. The minute under way, and those before it that are kept."""

    __slots__ = ("_at", "_keys_max", "_open", "_past")

    def __init__(self, keys_max: int, minutes_max: int) -> None:
        self._keys_max = keys_max
        self._open = KeyCounts(keys_max)
        self._at = 0
        self._past: deque[Minute] = deque(maxlen=minutes_max)

    def add(self, key: Any, amount: int, at: int) -> None:
        """Count it in the minute that begins at `at`."""
        if at != self._at:
            if self._open.counts:
                self._past.append(self._minute())
            self._open, self._at = KeyCounts(self._keys_max), at
        self._open.add(key, amount)

    def read(self, first: float, end: float) -> list[Minute]:
        """The minutes that begin in [first, end) and counted something, oldest first."""
        known = [*self._past, self._minute()] if self._open.counts else list(self._past)
        return [minute for minute in known if first <= minute.at < end]

    def _minute(self) -> Minute:
        counts = self._open.counts
        greatest = nlargest(_KEPT_OF_MINUTE, counts.items(), key=lambda each: each[1])
        return Minute(self._at, self._open.total, len(counts), greatest)


class Contributors:
    """Mutable; one a table or global index for which they are counted. minutes: by the kind of the rule."""

    __slots__ = ("_keys_max", "_minutes_max", "minutes")

    def __init__(self, keys_max: int, minutes_max: int) -> None:
        self._keys_max = keys_max
        self._minutes_max = minutes_max
        self.minutes: dict[str, KeyMinutes] = {}

    def keep(self, kinds: Iterable[str]) -> None:
        """Count for these rules from now on; what those of them have counted that there were stays."""
        known = self.minutes
        self.minutes = {kind: known.get(kind) or KeyMinutes(self._keys_max, self._minutes_max) for kind in kinds}

    def count(self, kinds: tuple[str, str], charge: Charged, amount: int, at: int, *, names_item: bool) -> None:
        """kinds: of the rules by partition key and by both. names_item: whether the charge is of one item."""
        alone, both = (self.minutes.get(kind) for kind in kinds)
        if alone is not None:
            alone.add(charge.partition, amount, at)
        if both is not None and names_item:
            both.add((charge.partition, _sort_of(charge)), amount, at)


def _sort_of(charge: Charged) -> Any:
    """The sort key itself: in an index the table's own place follows it."""
    if charge.target.index_name is None:
        return charge.sort
    sort = charge.sort[:-2]
    return sort[0] if len(sort) == 1 else sort


def count_contributors(operation: str, charges: Sequence[Charged], throttle: DynamoDBError | None, now: float) -> None:
    """Count one plan's charges, or what held it up. A Query is one event of its partition key, a Scan of none."""
    if operation in _STATEMENTS:
        return
    at = int(now) // MINUTE_SECONDS * MINUTE_SECONDS
    if throttle is None:
        for charge in charges:
            contributors = drawn_on(charge.target).contributors
            if contributors is not None and charge.partition is not None:
                amount = _WRITE_WEIGHT * charge.write_half_units + charge.read_half_units
                names_item = operation != "Query" and charge.target.kind != LOCAL
                contributors.count((ACCESSED, ACCESSED_PAIRS), charge, amount, at, names_item=names_item)
        return
    for each in throttle.throttles:
        charge = charges[each.charge]
        # "Write throttling caused by insufficient write capacity for a global secondary index is not measured."
        if each.reason.startswith("IndexWrite") or charge.partition is None or charge.target.kind == LOCAL:
            continue
        if charge.target.contributors is not None:
            names_item = operation != "Query"
            charge.target.contributors.count((THROTTLED, THROTTLED_PAIRS), charge, 1, at, names_item=names_item)
