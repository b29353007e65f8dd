"""How much the streams of a namespace keep together; beyond a bound their oldest records go before their time.

Rule: records are counted as they come and go; which is the oldest of all is known without a look at any shard, as each
record leaves its shard's name in one line. The service keeps every record for 24 hours, however many; a laptop cannot.
"""

from __future__ import annotations

from collections import deque

from dynarig.emulator.storage.stream_shard import Shard


class Retention:
    """Mutable. size_bytes: of all records kept."""

    __slots__ = ("_line", "_max_bytes", "_trimmed", "size_bytes")

    def __init__(self, max_bytes: float = float("inf")) -> None:
        self.size_bytes = 0
        self._max_bytes = max_bytes
        self._line: deque[Shard] = deque()  # the shard of each record, oldest first
        self._trimmed: dict[Shard, int] = {}  # how many records in the line are not in their shard any more

    def __len__(self) -> int:
        return len(self._line)

    def keep(self, shard: Shard, size_bytes: int) -> None:
        """Count a record that a shard has taken; make room for it."""
        self._line.append(shard)
        self.size_bytes += size_bytes
        while self.size_bytes > self._max_bytes and len(self._line) > 1:
            oldest = self._line.popleft()
            if not self._passes_over(oldest):
                self.size_bytes -= oldest.drop_oldest()

    def trimmed(self, shard: Shard, count: int, size_bytes: int) -> None:
        """Count records that have left a shard by their age."""
        if count:
            self.size_bytes -= size_bytes
            self._trimmed[shard] = self._trimmed.get(shard, 0) + count
            while self._line and self._passes_over(self._line[0]):
                self._line.popleft()

    def _passes_over(self, shard: Shard) -> bool:
        """Whether the first in the line, which is of this shard, has been trimmed; it is then counted off."""
        left = self._trimmed.get(shard, 0)
        if left > 1:
            self._trimmed[shard] = left - 1
        elif left:
            del self._trimmed[shard]
        return left > 0

    def check(self) -> None:
        """Assert the invariants."""
        assert len(self._line) >= sum(self._trimmed.values())
        shards = set(self._line)
        assert self._trimmed.keys() <= shards
        assert self.size_bytes == sum(shard.size_bytes for shard in shards)
        assert len(self._line) - sum(self._trimmed.values()) == sum(map(len, shards))
