"""The change log of one table: records in shards, which follow the partitions of the key space and roll over.

Rule: a change goes to the open shard of its item's token, so that an item's records are in order along parents and
children. What time brings (roll-over, trimming) happens in `run_due`. Knows no table and no request.
"""

from __future__ import annotations

from bisect import bisect_right
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from dynarig.emulator.model import limits
from dynarig.emulator.model.schema import KeySchema
from dynarig.emulator.model.tokens import TOKEN_BITS, token_of
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.stream_record import View, event_of, kept_size_of, record_of
from dynarig.emulator.storage.stream_retention import Retention
from dynarig.emulator.storage.stream_shard import Shard
from dynarig.emulator.storage.work import Work

ENABLED = "ENABLED"
DISABLED = "DISABLED"
SHARD_SECONDS = 4 * 60 * 60  # shards roll about every four hours (AWS database blog, on Streams and Lambda)
_END = 1 << TOKEN_BITS
_NUMBER_BASE = 10**20  # sequence numbers have 21 digits, so they order as text as they do as numbers
_NUMBERS_A_SECOND = 10**7  # keeps the numbers of a table's successive streams apart
_ODD = 0x9E3779B1  # makes of a counter 32 bits that do not repeat


class StreamShape(NamedTuple):
    """How a stream is cut: into how many shards at first, and for how long one takes records (at most 24 hours).

    retention: what bounds the records of this and other streams together; None for one of the stream's own, unbounded.
    """

    shards: int = 1
    shard_seconds: float = SHARD_SECONDS
    retention: Retention | None = None


class StreamName(NamedTuple):
    """What names a stream: its table, its label (when it was started) and its Amazon resource name."""

    table_name: str
    label: str
    arn: str


class Stream:
    """Mutable. status: ENABLED or DISABLED; whoever models delays may set ENABLING and DISABLING.

    next_due: when `run_due` has something to do; appending never brings it nearer.
    """

    def __init__(self, name: StreamName, view: View, now: float, shape: StreamShape) -> None:
        self.name = name
        self.view = view
        self.status = ENABLED
        self.created_at = now
        self.disabled_at: float | None = None
        self.shards: dict[str, Shard] = {}
        self.last_number = _NUMBER_BASE + int(now) * _NUMBERS_A_SECOND
        self._shape = shape
        self._retention = Retention() if shape.retention is None else shape.retention
        self._shard_count = 0
        self._open: list[Shard] = []
        bounds = [_END * part // shape.shards for part in range(shape.shards + 1)]
        for tokens in pairwise(bounds):
            self._open_shard(None, tokens, now)
        self._settle()

    @property
    def arn(self) -> str:
        """The stream's Amazon resource name."""
        return self.name.arn

    @property
    def keys(self) -> KeySchema:
        """The table's keys."""
        return self.view.keys

    def append(self, change: Change, now: float) -> None:
        """Take a change at `now` (epoch seconds); one that changes nothing leaves no record."""
        event = event_of(change)
        if event is None:
            return
        shard = self._open[0] if len(self._open) == 1 else self.shard_of(token_of(change.partition))
        self.last_number += 1
        record = record_of(change, event, self.view.type, self.last_number, now)
        shard.append(record)
        self._retention.keep(shard, kept_size_of(record))

    def shard_of(self, token: int) -> Shard:
        """The open shard of a token."""
        return self._open[bisect_right(self._first_tokens, token) - 1]

    def shards_in_order(self) -> list[Shard]:
        """All shards by their ids: parents before children."""
        return [self.shards[shard_id] for shard_id in sorted(self.shards)]

    def split(self, shard_id: str, now: float, at: int | None = None) -> tuple[Shard, Shard]:
        """Close an open shard and open two children, which part its tokens at `at` (default: the middle)."""
        parent = self.shards[shard_id]
        middle = (parent.first_token + parent.end_token) // 2 if at is None else at
        assert parent.first_token < middle < parent.end_token, "a split outside the shard"
        self._close_shard(parent, now)
        low = self._open_shard(parent, (parent.first_token, middle), now)
        high = self._open_shard(parent, (middle, parent.end_token), now)
        self._settle()
        return low, high

    def close(self, now: float) -> None:
        """End the stream: what it holds stays readable for the retention time."""
        for shard in list(self._open):
            self._close_shard(shard, now)
        self.status = DISABLED
        self.disabled_at = now
        self._settle()

    def is_gone(self, now: float) -> bool:
        """Whether the retention time has passed since the stream was disabled."""
        return self.disabled_at is not None and self.disabled_at + limits.STREAM_RETENTION_SECONDS <= now

    def run_due(self, now: float, work: Work) -> None:
        """Do what is due by `now`: close shards that are old and open a child of each, then trim while work is left."""
        if self.next_due <= now:
            for shard in list(self._open):
                self._roll_over(shard, now)
            self.trim(now, work)

    def trim(self, now: float, work: Work) -> None:
        """Drop records that are 24 hours old, and closed shards that have lost all theirs."""
        for shard in list(self.shards.values()):
            size_bytes = shard.size_bytes
            count = shard.trim(now, work.freeable())
            work.spend_freed(count)
            self._retention.trimmed(shard, count, size_bytes - shard.size_bytes)
            if shard.is_gone(now) and not len(shard):
                del self.shards[shard.shard_id]
        self._settle()

    def discard(self, most: int) -> int:
        """Forget up to about `most` records of a stream that is of no more use; how many were."""
        freed = 0
        for shard in list(self.shards.values()):
            size_bytes = shard.size_bytes
            count = shard.trim(float("inf"), most - freed)
            self._retention.trimmed(shard, count, size_bytes - shard.size_bytes)
            freed += count
        return freed

    def _roll_over(self, shard: Shard, now: float) -> None:
        period = self._shape.shard_seconds
        due = shard.created_at + period
        while due <= now:
            # Of a long leap of the clock only the shards that would still be there are made.
            instant = due + max(0.0, (now - due - limits.STREAM_RETENTION_SECONDS) // period) * period
            self._close_shard(shard, instant)
            shard = self._open_shard(shard, (shard.first_token, shard.end_token), instant)
            due = instant + period

    def _open_shard(self, parent: Shard | None, tokens: tuple[int, int], now: float) -> Shard:
        parent_id = None if parent is None else parent.shard_id
        self.last_number += 1
        shard = Shard(self._new_shard_id(parent_id, now), parent_id, tokens, self.last_number, now)
        self.shards[shard.shard_id] = shard
        self._open.append(shard)
        return shard

    def _new_shard_id(self, parent_id: str | None, now: float) -> str:
        """Such as shardId-00000001414562045508-2bac9cd2: the millisecond, above the parent's, and a mark of its own."""
        millisecond = int(now * 1000)
        if parent_id is not None:
            millisecond = max(millisecond, int(parent_id.split("-")[1]) + 1)
        self._shard_count += 1
        mark = int.from_bytes(blake2b(self.view.identity, digest_size=4).digest(), "big")
        return f"shardId-{millisecond:020d}-{(mark + self._shard_count * _ODD) % 2**32:08x}"

    def _close_shard(self, shard: Shard, now: float) -> None:
        shard.close(now)
        self._open.remove(shard)

    def _settle(self) -> None:
        self._open.sort(key=lambda shard: shard.first_token)
        self._first_tokens = [shard.first_token for shard in self._open]
        dues = [shard.next_trim for shard in self.shards.values()]
        dues += [shard.created_at + self._shape.shard_seconds for shard in self._open]
        dues.append(None if self.disabled_at is None else self.disabled_at + limits.STREAM_RETENTION_SECONDS)
        self.next_due = min((due for due in dues if due is not None), default=float("inf"))

    def check(self) -> None:
        """Assert the invariants: open shards cover the key space once, each shard is sound, ids tell the lineage."""
        if self.disabled_at is None:
            ends = [0, *(shard.end_token for shard in self._open)]
            assert [*(shard.first_token for shard in self._open), _END] == ends
        else:
            assert not self._open
        for shard_id, shard in self.shards.items():
            assert shard_id == shard.shard_id
            assert shard.is_open == (shard in self._open)
            assert shard.parent_id is None or shard.parent_id < shard_id
            shard.check()
