"""An ordered map: one sorted list of keys beside one of values; where it is long, short ones in a row.

Rule: plain lists and bisect; no key is ever compared in Python code. Knows nothing of items.

A table has a map for each partition key, and most of those hold one entry: it is kept as it is, without lists. That
takes 115 bytes where lists take 192 (an index, as much again), and two thirds of the time to find it. A short map is
two lists and nothing else. In a long one every list holds between a quarter of `_FULL` and `_FULL` keys, so an
insertion moves at most `_FULL` references whatever the map's size; `_lasts` holds each list's greatest key. Complexity:
get, put, remove O(log n + _FULL).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

V = TypeVar("V")
Bound = tuple[Any, bool] | None
_FULL = 512
_ONE: list[Any] = []  # in place of `_lasts`: the map is one entry


class SortedMap(Generic[V]):
    """A mutable map in key order; keys must be of one type that orders itself.

    _lasts: `_ONE` for a map of one, and `_keys` and `_values` are the key and the value; None for a short map, and they
    are plain lists; else they are lists of lists.
    """

    __slots__ = ("_keys", "_lasts", "_values")

    def __init__(self) -> None:
        self._keys: Any = []
        self._values: Any = []
        self._lasts: list[Any] | None = None

    def __len__(self) -> int:
        if self._lasts is _ONE:
            return 1
        return len(self._keys) if self._lasts is None else sum(map(len, self._keys))

    def __bool__(self) -> bool:
        return self._lasts is _ONE or bool(self._keys)

    def get(self, key: Any) -> V | None:
        """The value under the key, or None."""
        keys, values, lasts = self._keys, self._values, self._lasts
        if lasts is _ONE:
            return values if keys == key else None
        if lasts is not None:
            row = bisect_left(lasts, key)
            if row == len(lasts):
                return None
            keys, values = keys[row], values[row]
        at = bisect_left(keys, key)
        return values[at] if at < len(keys) and keys[at] == key else None

    def put(self, key: Any, value: V) -> None:
        """Set the value under the key."""
        keys, values, lasts = self._keys, self._values, self._lasts
        row = 0
        if lasts is _ONE:
            if keys == key:
                self._values = value
                return
            keys, values = self._keys, self._values = [keys], [values]
            self._lasts = None
        elif lasts is not None:
            row = bisect_left(lasts, key)
            if row == len(lasts):
                row -= 1
                lasts[row] = key
            keys, values = keys[row], values[row]
        elif not keys:
            self._keys, self._values, self._lasts = key, value, _ONE
            return
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            values[at] = value
            return
        keys.insert(at, key)
        values.insert(at, value)
        if len(keys) > _FULL:
            self._split(row)

    def _split(self, row: int) -> None:
        if self._lasts is None:
            self._keys, self._values, self._lasts = [self._keys], [self._values], [self._keys[-1]]
        keys, values = self._keys[row], self._values[row]
        # Keys that come in order leave full lists behind: cut close to the end when the last list grows.
        cut = len(keys) // 2 if row < len(self._keys) - 1 else len(keys) * 3 // 4
        self._keys[row : row + 1] = [keys[:cut], keys[cut:]]
        self._values[row : row + 1] = [values[:cut], values[cut:]]
        self._lasts.insert(row, keys[cut - 1])

    def remove(self, key: Any) -> None:
        """Take the key out; it must be there."""
        keys, values, lasts = self._keys, self._values, self._lasts
        row = 0
        if lasts is _ONE:
            assert keys == key, "removing a key that is not there"
            self._keys, self._values, self._lasts = [], [], None
            return
        if lasts is not None:
            row = bisect_left(lasts, key)
            keys, values = keys[row], values[row]
        at = bisect_left(keys, key)
        assert keys[at] == key, "removing a key that is not there"
        del keys[at], values[at]
        if lasts is None:
            if len(keys) == 1:
                self._keys, self._values, self._lasts = keys[0], values[0], _ONE
        else:
            lasts[row] = keys[-1]
            if len(keys) < _FULL // 4:
                self._join(max(row - 1, 0), lasts)

    def _join(self, row: int, lasts: list[Any]) -> None:
        """Join a short list with its neighbour, and part them again where that is too long."""
        self._keys[row : row + 2] = [self._keys[row] + self._keys[row + 1]]
        self._values[row : row + 2] = [self._values[row] + self._values[row + 1]]
        del lasts[row]
        if len(self._keys[row]) > _FULL:
            self._split(row)
        elif len(self._keys) == 1:
            self._keys, self._values, self._lasts = self._keys[0], self._values[0], None

    def _rows(self) -> tuple[list[list[Any]], list[list[V]], list[Any]]:
        """Keys, values and greatest keys, list by list; no list for an empty map."""
        if self._lasts is _ONE:
            return [[self._keys]], [[self._values]], [self._keys]
        if self._lasts is not None:
            return self._keys, self._values, self._lasts
        return ([self._keys], [self._values], self._keys[-1:]) if self._keys else ([], [], [])

    def slices(
        self, lower: Bound = None, upper: Bound = None, *, forward: bool = True, all_keys: bool = True
    ) -> Iterator[tuple[list[Any], list[V]]]:
        """The keys and values between two bounds, list by list, upwards or downwards.

        A bound is a key and whether it is itself inside; None for no bound. The map must not change meanwhile. Without
        `all_keys` there is but the first key of each list: to copy a list touches all that is in it.
        """
        rows, rows_of_values, lasts = self._rows()
        if lower is None and upper is None and len(rows) == 1:  # all of a short map, the usual page
            keys, values = rows[0], rows_of_values[0]
            if all_keys:
                yield (keys[:], values[:]) if forward else (keys[::-1], values[::-1])
            else:
                yield (keys[:1], values[:]) if forward else (keys[-1:], values[::-1])
            return
        first = 0 if lower is None else bisect_left(lasts, lower[0])
        last = len(lasts) - 1 if upper is None else min(bisect_left(lasts, upper[0]), len(lasts) - 1)
        for row in range(first, last + 1) if forward else range(last, first - 1, -1):
            keys = rows[row]
            begin, end = 0, len(keys)
            if lower is not None and row == first:
                begin = bisect_left(keys, lower[0]) if lower[1] else bisect_right(keys, lower[0])
            if upper is not None and row == last:
                end = bisect_right(keys, upper[0]) if upper[1] else bisect_left(keys, upper[0])
            if begin < end:
                values = rows_of_values[row][begin:end]
                if all_keys:
                    keys = keys[begin:end]
                else:
                    keys = keys[begin : begin + 1] if forward else keys[end - 1 : end]
                yield (keys, values) if forward else (keys[::-1], values[::-1])

    def first(self) -> tuple[Any, V] | None:
        """The least key and its value, None where there is none."""
        if self._lasts is _ONE:
            return self._keys, self._values
        if self._lasts is not None:
            return self._keys[0][0], self._values[0][0]
        return (self._keys[0], self._values[0]) if self._keys else None

    def discard(self, most: int) -> int:
        """Forget up to about `most` entries of a map that is of no more use, the last ones first; how many were."""
        if self._lasts is None or self._lasts is _ONE:
            count = len(self)
            self._keys, self._values, self._lasts = [], [], None
            return count
        count = 0
        while self._keys and count < most:
            count += len(self._keys.pop())
            self._values.pop()
        if not self._keys:
            self._keys, self._values, self._lasts = [], [], None
        return count

    def ascending(self, start: Any = None, *, inclusive: bool = True) -> Iterator[tuple[Any, V]]:
        """(key, value) upwards from `start`, or from the least key. The map must not change meanwhile."""
        for keys, values in self.slices(None if start is None else (start, inclusive)):
            yield from zip(keys, values, strict=True)

    def check(self) -> None:
        """Assert the invariants."""
        rows, rows_of_values, lasts = self._rows()
        assert len(rows) == len(rows_of_values) == len(lasts)
        assert self._lasts is None or self._lasts is _ONE or len(lasts) > 1
        assert self._lasts is _ONE or len(self) != 1
        flat = [key for keys in rows for key in keys]
        assert flat == sorted(flat)
        assert len(set(flat)) == len(flat)
        for keys, values, last in zip(rows, rows_of_values, lasts, strict=True):
            assert keys
            assert len(keys) == len(values)
            assert len(keys) <= _FULL
            assert len(keys) >= _FULL // 4 or len(rows) == 1
            assert keys[-1] == last


def runs_of(maps: list[SortedMap[V]], most: int) -> Iterator[tuple[list[Any], list[V]]]:
    """The keys and values of maps, one after the other: short neighbours as one list, of `most` entries or few more.

    Most maps of a table hold one entry, and a page has thousands of them: they are taken together, without a step of
    Python for each.
    """
    if [each._lasts for each in maps].count(_ONE) == len(maps):
        yield [each._keys for each in maps], [each._values for each in maps]
        return
    keys: list[Any] = []
    values: list[V] = []
    for each in maps:
        if each._lasts is _ONE:
            keys.append(each._keys)
            values.append(each._values)
        elif each._lasts is None:
            keys += each._keys
            values += each._values
        else:
            yield keys, values
            keys, values = [], []
            yield from each.slices()
        if len(keys) >= most:
            yield keys, values
            keys, values = [], []
    yield keys, values
