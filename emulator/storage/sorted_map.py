"""An ordered map: short sorted lists in a row, keys beside values.

Rule: plain lists and bisect; no key is ever compared in Python code. Knows nothing of items.

Every list but the only one holds between a quarter of `_FULL` and `_FULL` keys, so an insertion moves at most `_FULL`
references whatever the map's size; `_lasts` holds each list's greatest key. Complexity: get, put, remove O(log n +
_FULL).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

V = TypeVar("V")
_FULL = 512


class SortedMap(Generic[V]):
    """A mutable map in key order; keys must be of one type that orders itself."""

    __slots__ = ("_keys", "_lasts", "_values")

    def __init__(self) -> None:
        self._keys: list[list[Any]] = []
        self._values: list[list[V]] = []
        self._lasts: list[Any] = []

    def __len__(self) -> int:
        return sum(map(len, self._keys))

    def __bool__(self) -> bool:
        return bool(self._keys)

    def get(self, key: Any) -> V | None:
        """The value under the key, or None."""
        row = bisect_left(self._lasts, key)
        if row == len(self._lasts):
            return None
        keys = self._keys[row]
        at = bisect_left(keys, key)
        return self._values[row][at] if keys[at] == key else None

    def put(self, key: Any, value: V) -> None:
        """Set the value under the key."""
        lasts = self._lasts
        if not lasts:
            lasts.append(key)
            self._keys.append([key])
            self._values.append([value])
            return
        row = bisect_left(lasts, key)
        if row == len(lasts):
            row -= 1
            lasts[row] = key
            self._keys[row].append(key)
            self._values[row].append(value)
        else:
            keys = self._keys[row]
            at = bisect_left(keys, key)
            if keys[at] == key:
                self._values[row][at] = value
                return
            keys.insert(at, key)
            self._values[row].insert(at, value)
        if len(self._keys[row]) > _FULL:
            self._split(row)

    def _split(self, row: int) -> None:
        keys, values = self._keys[row], self._values[row]
        # Keys that come in order leave full lists behind: cut close to the end when the last list grows.
        cut = len(keys) // 2 if row < len(self._keys) - 1 else len(keys) * 3 // 4
        self._keys[row : row + 1] = [keys[:cut], keys[cut:]]
        self._values[row : row + 1] = [values[:cut], values[cut:]]
        self._lasts.insert(row, keys[cut - 1])

    def remove(self, key: Any) -> None:
        """Take the key out; it must be there."""
        row = bisect_left(self._lasts, key)
        keys, values = self._keys[row], self._values[row]
        at = bisect_left(keys, key)
        assert keys[at] == key, "removing a key that is not there"
        del keys[at], values[at]
        if not keys:
            del self._keys[row], self._values[row], self._lasts[row]
            return
        self._lasts[row] = keys[-1]
        if len(keys) < _FULL // 4 and len(self._keys) > 1:
            self._join(max(row - 1, 0))

    def _join(self, row: int) -> None:
        """Join a short list with its neighbour, and part them again where that is too long."""
        self._keys[row : row + 2] = [self._keys[row] + self._keys[row + 1]]
        self._values[row : row + 2] = [self._values[row] + self._values[row + 1]]
        del self._lasts[row]
        if len(self._keys[row]) > _FULL:
            self._split(row)

    def ascending(self, start: Any = None, *, inclusive: bool = True) -> Iterator[tuple[Any, V]]:
        """(key, value) upwards from `start`, or from the least key. The map must not change meanwhile."""
        if start is None:
            for keys, values in zip(self._keys, self._values, strict=True):
                yield from zip(keys, values, strict=True)
            return
        row = bisect_left(self._lasts, start)
        if row == len(self._lasts):
            return
        keys = self._keys[row]
        at = bisect_left(keys, start) if inclusive else bisect_right(keys, start)
        yield from zip(keys[at:], self._values[row][at:], strict=True)
        for later in range(row + 1, len(self._keys)):
            yield from zip(self._keys[later], self._values[later], strict=True)

    def descending(self, start: Any = None, *, inclusive: bool = True) -> Iterator[tuple[Any, V]]:
        """(key, value) downwards from `start`, or from the greatest key. The map must not change meanwhile."""
        row = len(self._keys) - 1
        if start is not None:
            row = min(bisect_left(self._lasts, start), row)
            if row >= 0:
                keys = self._keys[row]
                at = bisect_right(keys, start) if inclusive else bisect_left(keys, start)
                yield from zip(keys[:at][::-1], self._values[row][:at][::-1], strict=True)
                row -= 1
        for earlier in range(row, -1, -1):
            yield from zip(reversed(self._keys[earlier]), reversed(self._values[earlier]), strict=True)

    def check(self) -> None:
        """Assert the invariants."""
        assert len(self._keys) == len(self._values) == len(self._lasts)
        flat = [key for keys in self._keys for key in keys]
        assert flat == sorted(flat)
        assert len(set(flat)) == len(flat)
        for keys, values, last in zip(self._keys, self._values, self._lasts, strict=True):
            assert keys
            assert len(keys) == len(values)
            assert len(keys) <= _FULL
            assert keys[-1] == last
