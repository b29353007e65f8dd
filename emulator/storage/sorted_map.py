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
Bound = tuple[Any, bool] | None
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

    def slices(
        self, lower: Bound = None, upper: Bound = None, *, forward: bool = True
    ) -> Iterator[tuple[list[Any], list[V]]]:
        """The keys and values between two bounds, list by list, upwards or downwards.

        A bound is a key and whether it is itself inside; None for no bound. The map must not change meanwhile.
        """
        lasts = self._lasts
        first = 0 if lower is None else bisect_left(lasts, lower[0])
        last = len(lasts) - 1 if upper is None else min(bisect_left(lasts, upper[0]), len(lasts) - 1)
        for row in range(first, last + 1) if forward else range(last, first - 1, -1):
            keys = self._keys[row]
            begin, end = 0, len(keys)
            if lower is not None and row == first:
                begin = bisect_left(keys, lower[0]) if lower[1] else bisect_right(keys, lower[0])
            if upper is not None and row == last:
                end = bisect_right(keys, upper[0]) if upper[1] else bisect_left(keys, upper[0])
            if begin < end:
                keys, values = keys[begin:end], self._values[row][begin:end]
                yield (keys, values) if forward else (keys[::-1], values[::-1])

    def ascending(self, start: Any = None, *, inclusive: bool = True) -> Iterator[tuple[Any, V]]:
        """(key, value) upwards from `start`, or from the least key. The map must not change meanwhile."""
        for keys, values in self.slices(None if start is None else (start, inclusive)):
            yield from zip(keys, values, strict=True)

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
            assert len(keys) >= _FULL // 4 or len(self._keys) == 1
            assert keys[-1] == last
