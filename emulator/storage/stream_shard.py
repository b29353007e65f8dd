"""A shard: the records of one range of the key space for some hours, in the order in which they were written.

Rule: an item's records lie in one open shard at a time; a closed shard takes no more, and what follows lies in its
children. Knows neither the table nor how a record is rendered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from dynarig.emulator.model import limits
from dynarig.emulator.storage.stream_record import StreamRecord, kept_size_of

_number = attrgetter("number")
_created_at = attrgetter("created_at")
_COMPACT_FROM = 64  # dropped records whose places are kept until half of the list is such


class Shard:
    """Mutable. Tokens [first_token, end_token); times are epoch seconds.

    starting_number: below every record's. last_number: the last record's, or the starting number where there was none.
    ending_number: that, once closed. last_at: when the last record was made. horizon: from this sequence number on
    nothing is trimmed. size_bytes: what its records take in memory, about.
    """

    __slots__ = (
        "_dropped",
        "_records",
        "closed_at",
        "created_at",
        "end_token",
        "ending_number",
        "first_token",
        "horizon",
        "last_at",
        "last_number",
        "parent_id",
        "shard_id",
        "size_bytes",
        "starting_number",
    )

    def __init__(self, shard_id: str, parent_id: str | None, tokens: tuple[int, int], number: int, now: float) -> None:
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.first_token, self.end_token = tokens
        self.starting_number = self.last_number = self.horizon = number
        self.ending_number: int | None = None
        self.created_at = now
        self.closed_at: float | None = None
        self.last_at: float | None = None
        self.size_bytes = 0
        self._records: list[StreamRecord | None] = []
        self._dropped = 0

    @property
    def is_open(self) -> bool:
        """Whether it still takes records."""
        return self.closed_at is None

    def __len__(self) -> int:
        return len(self._records) - self._dropped

    def append(self, record: StreamRecord) -> None:
        """Keep a record, whose number is above all before it."""
        assert self.closed_at is None, "a closed shard takes no record"
        self._records.append(record)
        self.size_bytes += kept_size_of(record)
        self.last_at = record.created_at
        self.last_number = record.number

    def close(self, now: float) -> None:
        """Take no more."""
        self.ending_number = self.last_number
        self.closed_at = now

    def records_from(self, number: int) -> Iterator[StreamRecord]:
        """Records whose sequence number is `number` or above, in order."""
        at = bisect_left(self._records, number, lo=self._dropped, key=_number)
        for position in range(at, len(self._records)):
            record = self._records[position]
            assert record is not None
            yield record

    def ends_before(self, number: int) -> bool:
        """Whether it is closed and no record at or above this sequence number was ever kept."""
        return not self.is_open and (self.last_at is None or number > self.last_number)

    def first_since(self, instant: float) -> int | None:
        """The sequence number of the first record made at `instant` or later, or None where there is none yet."""
        at = bisect_left(self._records, instant, lo=self._dropped, key=_created_at)
        record = self._records[at] if at < len(self._records) else None
        return None if record is None else record.number

    @property
    def next_trim(self) -> float | None:
        """When the oldest record is due, or, of a closed shard without records, when the shard itself is."""
        if self._dropped < len(self._records):
            oldest = self._records[self._dropped]
            assert oldest is not None
            return oldest.created_at + limits.STREAM_RETENTION_SECONDS
        return self._gone_at

    @property
    def _gone_at(self) -> float | None:
        if self.closed_at is None:
            return None
        return (self.closed_at if self.last_at is None else self.last_at) + limits.STREAM_RETENTION_SECONDS

    def is_gone(self, now: float) -> bool:
        """Whether a closed shard has lost its last record, or, without any, has been closed for the retention time."""
        gone_at = self._gone_at
        return gone_at is not None and gone_at <= now

    def trim(self, now: float, most: int) -> int:
        """Drop records that have reached the retention time, at most so many; how many were."""
        count = 0
        while count < most and self._dropped < len(self._records):
            oldest = self._records[self._dropped]
            assert oldest is not None
            if oldest.created_at + limits.STREAM_RETENTION_SECONDS > now:
                break
            self.drop_oldest()
            count += 1
        return count

    def drop_oldest(self) -> int:
        """Drop the oldest record, which must be there; its bytes."""
        oldest = self._records[self._dropped]
        assert oldest is not None
        self.horizon = oldest.number + 1
        self._records[self._dropped] = None
        self._dropped += 1
        if self._dropped >= _COMPACT_FROM and self._dropped * 2 > len(self._records):
            del self._records[: self._dropped]
            self._dropped = 0
        size_bytes = kept_size_of(oldest)
        self.size_bytes -= size_bytes
        return size_bytes

    def check(self) -> None:
        """Assert the invariants."""
        numbers = [record.number for record in self.records_from(self.horizon)]
        assert len(numbers) == len(self)
        assert self.size_bytes == sum(kept_size_of(record) for record in self.records_from(self.horizon))
        assert numbers == sorted(set(numbers))
        assert all(number > self.starting_number for number in numbers)
        assert self.first_token < self.end_token
        assert (self.closed_at is None) == (self.ending_number is None)
        assert not numbers or numbers[-1] == self.last_number
        assert self.ending_number in (None, self.last_number)
