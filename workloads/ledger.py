"""What a run knows of the data, and whether an answer fits it.

Rule: pure; instants come in as monotonic seconds. Every item that the run knows is a `Cell`: the versions that were
written to it, each with the instant its write began and the instant it was acknowledged. Writes to one item never
overlap (`claim` sees to it), so the versions are a line, and a read that ran from `began` to `ended` may see

    from: the last version acknowledged at or before `began` (minus `settle_seconds` for eventually consistent reads)
    to:   the last version whose write began at or before `ended`

and nothing else. None is a version too: the item is absent. A write without an answer may or may not have happened:
its item is doubtful and not judged any more.

A ledger need not know everything. `closed` says for a collection that nobody else writes to it: then what is unknown
must not appear.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]
Key = tuple[str, str]
_FOREVER = math.inf
_KEPT_SECONDS = 120.0  # longer than any read may take, so that no read in flight misses a version
HIGHEST = "\U0010ffff"  # sorts after every character that keys are made of


@dataclass(slots=True)
class Version:
    """One state of an item. began, acknowledged: of the write that made it; acknowledged is infinite until then."""

    item: Item | None
    began: float
    acknowledged: float


class Cell:
    """All that may be seen of one item."""

    __slots__ = ("busy", "doubtful", "key", "versions")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.versions = [Version(None, -_FOREVER, -_FOREVER)]
        self.busy = False
        self.doubtful = False

    @property
    def latest(self) -> Item | None:
        """The newest version, acknowledged or not."""
        return self.versions[-1].item

    def visible(self, began: float, ended: float) -> list[Item | None]:
        """The versions that a read from `began` to `ended` may see."""
        versions = self.versions
        if len(versions) == 1:
            return [versions[0].item]
        first = 0
        for index, version in enumerate(versions):
            if version.acknowledged <= began:
                first = index
        return [version.item for version in versions[first:] if version.began <= ended]


@dataclass(frozen=True, slots=True)
class Write:
    """A write under way on several items at once (a transaction or a batch), or on one."""

    cells: tuple[Cell, ...]
    items: tuple[Item | None, ...]


class Ledger:
    """The items of one table by primary key and, for each index, by index key."""

    def __init__(self, partition_key: str, sort_key: str, indexes: dict[str, tuple[str, str]]) -> None:
        self._names = (partition_key, sort_key)
        self._indexes = indexes
        self._cells: dict[Key, Cell] = {}
        self._collections: dict[str, list[str]] = {}
        self._index_entries: dict[tuple[str, str], list[tuple[str, Key]]] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def load(self, items: Iterable[Item]) -> None:
        """Items that were there before the run."""
        for item in items:
            key = self.key_of(item)
            self._cell(key).versions = [Version(item, -_FOREVER, -_FOREVER)]
            self._index(key, item)

    def key_of(self, item: Item) -> Key:
        """Primary key of an item whose keys are strings."""
        partition, sort = self._names
        return item[partition]["S"], item[sort]["S"]

    def cell(self, key: Key) -> Cell | None:
        """The cell of a known item."""
        return self._cells.get(key)

    def claim(self, writes: dict[Key, Item | None], began: float) -> Write | None:
        """Begin to write these items (None deletes), or None if a write on one of them is under way or in doubt."""
        known = [self._cells.get(key) for key in writes]
        if any(cell is not None and (cell.busy or cell.doubtful) for cell in known):
            return None
        cells = []
        for key, item in writes.items():
            cell = self._cell(key)
            self._index(key, item)
            _forget_old(cell, began)
            cell.versions.append(Version(item, began, _FOREVER))
            cell.busy = True
            cells.append(cell)
        return Write(tuple(cells), tuple(writes.values()))

    def acknowledge(self, write: Write, now: float) -> None:
        """The service says that the write is done."""
        for cell in write.cells:
            cell.versions[-1].acknowledged = now
            cell.busy = False

    def refuse(self, write: Write) -> None:
        """The service says that the write was not done."""
        for cell in write.cells:
            cell.versions.pop()
            cell.busy = False

    def doubt(self, write: Write) -> None:
        """Nobody knows whether the write was done."""
        for cell in write.cells:
            cell.busy = False
            cell.doubtful = True

    def cells(self, partition: str, lowest: str, highest: str) -> Iterator[Cell]:
        """The cells of a partition with a sort key from `lowest` to `highest`, ascending."""
        sort_keys = self._collections.get(partition, [])
        for sort in sort_keys[bisect_left(sort_keys, lowest) : bisect_right(sort_keys, highest)]:
            yield self._cells[partition, sort]

    def index_cells(self, index: str, partition: str, lowest: str, highest: str) -> Iterator[Cell]:
        """The cells that have, or had, `partition` as key of `index` and a sort key from `lowest` to `highest`.

        Entries of which no version is left are dropped on the way.
        """
        entries = self._index_entries.get((index, partition), [])
        names = self._indexes[index]
        position = bisect_left(entries, (lowest, ("", "")))
        while position < len(entries) and entries[position][0] <= highest:
            sort, key = entries[position]
            cell = self._cells[key]
            if any(place_of(version.item, names) == (partition, sort) for version in cell.versions):
                yield cell
                position += 1
            else:
                del entries[position]

    def _cell(self, key: Key) -> Cell:
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = Cell(key)
            insort(self._collections.setdefault(key[0], []), key[1])
        return cell

    def _index(self, key: Key, item: Item | None) -> None:
        for index, names in self._indexes.items():
            place = place_of(item, names)
            if place is None:
                continue
            entries = self._index_entries.setdefault((index, place[0]), [])
            entry = (place[1], key)
            position = bisect_left(entries, entry)
            if position == len(entries) or entries[position] != entry:
                entries.insert(position, entry)


def _forget_old(cell: Cell, now: float) -> None:
    versions = cell.versions
    while len(versions) > 1 and versions[1].acknowledged < now - _KEPT_SECONDS:
        versions.pop(0)


def place_of(item: Item | None, names: tuple[str, str]) -> tuple[str, str] | None:
    """(partition, sort) of an item under key attributes `names`; None where it is absent or lacks one."""
    if item is None or names[0] not in item or names[1] not in item:
        return None
    return item[names[0]]["S"], item[names[1]]["S"]
