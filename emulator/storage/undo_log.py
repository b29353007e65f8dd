"""What a table's items were before each change, back to an earliest instant: what point-in-time recovery reads.

Rule: an entry a change, in the order of their times; whoever undoes all that is newer than an instant has the table of
that instant. Entries live and go in blocks: by age, or because the logs of a namespace together hold more than they
may. What has gone moves the earliest instant up, so that nothing is promised that is not kept.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from dynarig.emulator.storage.item import StoredItem

Entry = tuple[float, Any, Any, StoredItem | None]  # when, partition, sort, the item before or None

_BLOCK_ENTRIES_MAX = 256
_BLOCK_BYTES_MAX = 1024 * 1024  # large items go in shorter blocks, so that a bound is met closely
# What Python takes for an entry with its time, and for a stored item beside its bytes: 104 and 97 by tracemalloc on
# CPython 3.11, rounded up.
_ENTRY_BYTES = 120
_ITEM_BYTES = 110
_AGED_AT_ONCE = 2  # blocks dropped for their age when one is begun: a leap of the clock holds nobody up


class Block:
    """Mutable. Entries that are kept and dropped together. log: whose they are, None once they are dropped."""

    __slots__ = ("entries", "log", "size_bytes")

    def __init__(self, log: UndoLog) -> None:
        self.entries: list[Entry] = []
        self.log: UndoLog | None = log
        self.size_bytes = 0


class UndoBudget:
    """Mutable. What the logs of a namespace hold together. size_bytes: now; beyond `max_bytes` the oldest goes."""

    __slots__ = ("_line", "_max_bytes", "size_bytes")

    def __init__(self, max_bytes: float = float("inf")) -> None:
        self.size_bytes = 0
        self._max_bytes = max_bytes
        self._line: deque[Block] = deque()  # the blocks of all logs, first begun first

    def begin(self, block: Block) -> None:
        """Count a new block."""
        self._line.append(block)

    def grow(self, size_bytes: int) -> None:
        """Count what a block has taken, and make room for it."""
        self.size_bytes += size_bytes
        while self.size_bytes > self._max_bytes and len(self._line) > 1:
            oldest = self._line.popleft()
            if oldest.log is not None:
                oldest.log.drop_oldest()

    def shrink(self, size_bytes: int) -> None:
        """Count what has been dropped."""
        self.size_bytes -= size_bytes
        while self._line and self._line[0].log is None:
            self._line.popleft()

    def check(self) -> None:
        """Assert the invariants."""
        assert self.size_bytes == sum(block.size_bytes for block in self._line if block.log is not None)


class UndoLog:
    """Mutable. earliest_at: the first instant (epoch seconds) whose table it tells. window_seconds: for how long."""

    __slots__ = ("_blocks", "_budget", "_last_at", "earliest_at", "window_seconds")

    def __init__(self, began_at: float, window_seconds: float, budget: UndoBudget | None = None) -> None:
        self.earliest_at = self._last_at = began_at
        self.window_seconds = window_seconds
        self._budget = budget or UndoBudget()
        self._blocks: deque[Block] = deque()

    def __len__(self) -> int:
        return sum(len(block.entries) for block in self._blocks)

    def earliest_of(self, now: float) -> float:
        """The first instant that can be told at `now`: kept, and within the window."""
        return max(self.earliest_at, now - self.window_seconds)

    def set_window(self, window_seconds: float, now: float) -> None:
        """Keep for so long from now on; what a shorter window lets go does not come back with a longer one."""
        self.earliest_at = self.earliest_of(now)
        self.window_seconds = window_seconds

    def note(self, partition: Any, sort: Any, before: StoredItem | None, now: float) -> None:
        """Take what was at this place before a change of `now`."""
        block = self._blocks[-1] if self._blocks else self._begin(now)
        if len(block.entries) >= _BLOCK_ENTRIES_MAX or block.size_bytes >= _BLOCK_BYTES_MAX:
            block = self._begin(now)
        if now > self._last_at:
            self._last_at = now  # a clock that goes back leaves the order as it is
        block.entries.append((self._last_at, partition, sort, before))
        size_bytes = _ENTRY_BYTES if before is None else _ENTRY_BYTES + _ITEM_BYTES + len(before.raw)
        block.size_bytes += size_bytes
        self._budget.grow(size_bytes)

    def _begin(self, now: float) -> Block:
        for _ in range(_AGED_AT_ONCE):
            if self._blocks and self._blocks[0].entries[-1][0] <= now - self.window_seconds:
                self.drop_oldest()
        block = Block(self)
        self._blocks.append(block)
        self._budget.begin(block)
        return block

    def drop_oldest(self) -> int:
        """Let the oldest block go; how many entries that were. From the last of them on, all can still be told."""
        block = self._blocks.popleft()
        self.earliest_at = max(self.earliest_at, block.entries[-1][0])
        count = len(block.entries)
        block.entries, block.log = [], None
        self._budget.shrink(block.size_bytes)
        return count

    def newer_than(self, at: float) -> list[list[Entry]]:
        """Lists of entries, the newest list first, that hold all entries behind an instant; older ones come along.

        The lists stay as they are whatever is noted or dropped later.
        """
        found: list[list[Entry]] = []
        for block in reversed(self._blocks):
            if block.entries[-1][0] <= at:
                break
            found.append(block.entries if found else block.entries[:])  # the newest is still written to
        return found

    def discard(self, most: int) -> int:
        """Forget up to about `most` entries of a log that is of no more use; how many were."""
        count = 0
        while self._blocks and count < most:
            count += self.drop_oldest()
        return count

    def check(self) -> None:
        """Assert the invariants."""
        times = [entry[0] for block in self._blocks for entry in block.entries]
        assert times == sorted(times)
        assert all(block.log is self and block.entries for block in self._blocks)
