"""What was worked out of a text and may be wanted again, held within a bound of bytes.

Rule: a memo, not state: what it holds for a key is decided by the key alone, so forgetting changes no answer. The
oldest goes first. Whoever puts something in says how many bytes it holds on to.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
_LARGEST_SHARE = 16  # one entry takes at most this part of a memo, so that none sweeps it


class Memo(Generic[KeyT, ValueT]):
    """Values by key. bytes_max: what all of them may hold on to; held_bytes: what they do."""

    __slots__ = ("_held", "_sizes", "bytes_max", "get", "held_bytes")

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.held_bytes = 0
        self._held: dict[KeyT, ValueT] = {}
        self._sizes: dict[KeyT, int] = {}
        self.get = self._held.get  # the value of a key, or None

    def put(self, key: KeyT, value: ValueT, size_bytes: int) -> None:
        """Keep a value, unless it is too large to be kept at all."""
        if size_bytes * _LARGEST_SHARE > self.bytes_max:
            return
        self.held_bytes += size_bytes - self._sizes.pop(key, 0)
        self._held.pop(key, None)  # a key that is put again is the newest
        self._held[key] = value
        self._sizes[key] = size_bytes
        while self.held_bytes > self.bytes_max:
            oldest = next(iter(self._held))
            del self._held[oldest]
            self.held_bytes -= self._sizes.pop(oldest)

    def __len__(self) -> int:
        return len(self._held)

    def check(self) -> None:
        """Assert what always holds."""
        assert self._held.keys() == self._sizes.keys()
        assert self.held_bytes == sum(self._sizes.values()) <= self.bytes_max
