"""What one operation did to one table or index: in the open minute, and since the start.

Rule: made once and kept, so that a request finds it by one look-up; the minute's figures are taken out when it ends and
added to the totals. Knows no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from dynarig.emulator.metrics.distribution import Distribution

_RETURNING_ITEMS = frozenset({"Query", "Scan", "ExecuteStatement"})


class Namespace(NamedTuple):
    """An account in a region."""

    account: str
    region: str


class Successes:
    """The successes of one operation on one table: how long they took, and how many items they returned.

    stream_reads: of GetRecords, how many since the start. minute, returned: of the open minute, microseconds and items.
    totals: microseconds since the start. returns_items: whether the operation is one whose items are counted (Query,
    Scan and selecting statements).
    """

    __slots__ = (
        "minute",
        "namespace",
        "operation",
        "returned",
        "returns_items",
        "stream_label",
        "stream_reads",
        "table",
        "totals",
    )

    def __init__(self, namespace: Namespace, operation: str, table: str, stream_label: str | None = None) -> None:
        self.namespace = namespace
        self.operation = operation
        self.table = table
        self.stream_label = stream_label
        self.stream_reads = 0
        self.returns_items = operation in _RETURNING_ITEMS
        self.minute = Distribution()
        self.returned = Distribution()
        self.totals = Distribution()

    def add(self, microseconds: int) -> None:
        """How long one success took."""
        self.minute.add_rounded(microseconds)

    def take_minute(self) -> tuple[Distribution, Distribution]:
        """What the minute held, latencies and items, which begins anew."""
        minute, returned = self.minute, self.returned
        self.minute, self.returned = Distribution(), Distribution()
        self.totals.merge(minute)
        return minute, returned


class Tariff(NamedTuple):
    """By what a table's use is billed: its billing mode and its class."""

    billing_mode: str
    table_class: str


@dataclass(frozen=True, slots=True)
class SeriesName:
    """index: of a secondary index, None for the table itself. is_local: of a local index, billed on its table."""

    namespace: Namespace
    operation: str
    table: str
    index: str | None
    is_local: bool
    tariff: Tariff


class Series:
    """Half units drawn by one operation from one table or index.

    reads, writes: of requests of this minute that drew once: half units → requests; what CloudWatch shows follows.
    shared_reads, shared_writes: of requests of this minute that drew on several at once, here as one sum; what those
    show by request is counted apart. read_total, write_total: of the minutes that have ended.
    """

    __slots__ = (
        "name",
        "read_total",
        "reads",
        "shared_reads",
        "shared_writes",
        "successes",
        "timings",
        "write_total",
        "writes",
    )

    def __init__(self, name: SeriesName, successes: Successes) -> None:
        self.name = name
        self.successes = successes
        self.timings = (successes,)
        self.reads: dict[int, int] = {}
        self.writes: dict[int, int] = {}
        self.shared_reads = self.shared_writes = 0
        self.read_total = self.write_total = 0

    @property
    def read_half_units(self) -> int:
        """All that was read since the start."""
        return self.read_total + self.shared_reads + _sum(self.reads)

    @property
    def write_half_units(self) -> int:
        """All that was written since the start."""
        return self.write_total + self.shared_writes + _sum(self.writes)

    def take_minute(self) -> tuple[dict[int, int], dict[int, int]]:
        """What requests of the minute drew once, reads and writes; the minute begins anew."""
        reads, writes = self.reads, self.writes
        self.read_total += self.shared_reads + _sum(reads)
        self.write_total += self.shared_writes + _sum(writes)
        self.reads, self.writes = {}, {}
        self.shared_reads = self.shared_writes = 0
        return reads, writes


def _sum(counts: dict[int, int]) -> int:
    return sum(half_units * requests for half_units, requests in counts.items())
