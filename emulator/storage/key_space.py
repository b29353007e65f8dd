"""Item collections in the order of their partition keys' hashes: what a table and each of its indexes is made of.

Rule: a partition key's token decides its place among the collections; sort keys decide inside one. Scans and segments
walk tokens, queries walk one collection. AWS does not disclose its hash; this one is fixed and even.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.tokens import token_of
from dynarig.emulator.storage.sorted_map import SortedMap, runs_of

V = TypeVar("V")
_FIRST_RUN = 16  # entries copied for who may want one
_LONGEST_RUN = 512
# A dict that grows is laid out anew at once: at 700,000 keys everybody waits 35 ms for that (seen), on a shelf 1 ms.
_SHELVES = 32  # a power of two
_SHELF = _SHELVES - 1


def is_behind(place: Place, other: Place) -> bool:
    """Whether a walk comes to `other` first."""
    return (token_of(place[0]), *place) > (token_of(other[0]), *other)


class KeySpace(Generic[V]):
    """A mutable map from (partition, sort) to a value."""

    __slots__ = ("_order", "_shelves", "count")

    def __init__(self) -> None:
        self._shelves: list[dict[Any, SortedMap[V]]] = [{} for _ in range(_SHELVES)]
        self._order: SortedMap[SortedMap[V]] = SortedMap()
        self.count = 0

    def get(self, partition: Any, sort: Any) -> V | None:
        """The value at this place, or None."""
        collection = self._shelves[hash(partition) & _SHELF].get(partition)
        return None if collection is None else collection.get(sort)

    def put(self, partition: Any, sort: Any, value: V, *, new: bool) -> None:
        """Set the value at this place; `new` says whether it is the first there."""
        shelf = self._shelves[hash(partition) & _SHELF]
        collection = shelf.get(partition)
        if collection is None:
            collection = shelf[partition] = SortedMap()
            self._order.put((token_of(partition), partition), collection)
        collection.put(sort, value)
        self.count += new

    def remove(self, partition: Any, sort: Any) -> None:
        """Empty this place; something must be there."""
        shelf = self._shelves[hash(partition) & _SHELF]
        collection = shelf[partition]
        collection.remove(sort)
        self.count -= 1
        if not collection:
            del shelf[partition]
            self._order.remove((token_of(partition), partition))

    def collection(self, partition: Any) -> SortedMap[V] | None:
        """All under one partition key in sort order, or None."""
        return self._shelves[hash(partition) & _SHELF].get(partition)

    def walk(self, after: tuple[Any, Any] | None, first_token: int, end_token: int) -> Iterator[tuple[Any, Any, V]]:
        """(partition, sort, value) for tokens in [first_token, end_token), resuming behind the place `after`."""
        for partition, sorts, values in self.slices(after, first_token, end_token):
            for sort, value in zip(sorts, values, strict=True):
                yield partition, sort, value

    def slices(
        self, after: tuple[Any, Any] | None, first_token: int, end_token: int
    ) -> Iterator[tuple[Any, list[Any], list[V]]]:
        """As `walk`, list by list: (partition, sort keys, values)."""
        if after is None:
            collections = self._order.ascending((first_token,))
        else:
            partition, sort = after
            place = (token_of(partition), partition)
            if not first_token <= place[0] < end_token:
                return
            rest = self.collection(partition)
            if rest is not None:
                for sorts, values in rest.slices((sort, False)):
                    yield partition, sorts, values
            collections = self._order.ascending(place, inclusive=False)
        for (token, partition), collection in collections:
            if token >= end_token:
                return
            for sorts, values in collection.slices():
                yield partition, sorts, values

    def runs(
        self, after: tuple[Any, Any] | None, first_token: int, end_token: int
    ) -> Iterator[tuple[list[Any], list[V]]]:
        """As `slices`, without the partitions: short neighbours come as one list, longer and longer ones.

        A table has thousands of collections of one item to a page, which would each cost a step through two generators.
        """
        start: tuple[Any, ...] = (first_token,)
        if after is not None:
            partition, sort = after
            start = (token_of(partition), partition)
            if not first_token <= start[0] < end_token:
                return
            rest = self.collection(partition)
            if rest is not None:
                yield from rest.slices((sort, False))
        most = _FIRST_RUN
        for _, collections in self._order.slices((start, after is None), ((end_token,), False)):
            at = 0
            while at < len(collections):
                yield from runs_of(collections[at : at + most], most)
                at += most
                most = min(most * 4, _LONGEST_RUN)

    def discard(self, most: int) -> int:
        """Forget up to about `most` entries of a space that is of no more use, in any order; how many were.

        What orders the collections goes first, by itself: it is a second way to each of them.
        """
        count = self._order.discard(most)
        for shelf in self._shelves:
            while shelf and count < most:
                partition, collection = shelf.popitem()
                size = len(collection)
                if size > most:
                    size = collection.discard(most - count)
                    shelf[partition] = collection
                count += size
        return count

    def check(self) -> None:
        """Assert the invariants."""
        self._order.check()
        collections = [collection for shelf in self._shelves for collection in shelf.values()]
        assert len(self._order) == len(collections)
        for collection in collections:
            assert collection
            collection.check()
        assert self.count == sum(map(len, collections))
