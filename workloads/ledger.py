"""What a run knows of the data, and whether an answer fits it.

Rule: pure; instants come in as monotonic seconds. An item is known by its key and the digest of its content: 64 bits
instead of the item. Writes to one item never overlap (`claim` sees to it), so its versions are a line, and a read that
ran from `began` to `ended` may see

    from: the last version acknowledged at or before `began` (minus `settle_seconds` for eventually consistent reads)
    to:   the last version whose write began at or before `ended`

and nothing else. None is a version too: the item is absent.

Versions are kept while a read under way may still see them; then the item is settled, and all that is left of it is a
string, a number, and its places in the indexes: nothing that a garbage collector walks. An item that is no longer of
interest is forgotten altogether, and so is one of which nobody knows whether its last write has happened; a bit map of
fixed size remembers that there were such, and they are neither judged nor written any more.

A ledger need not know everything. `closed` says for a collection that nobody else writes to it: then what is unknown,
and was not forgotten, must not appear.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

Item = dict[str, Any]
Key = str  # partition key, NUL, sort key: `key_text`
Place = tuple[str, str]
Names = tuple[str, str | None]  # key attributes; no sort key is None
Settled = tuple[Any, ...]  # digest, then partition and sort key in each index: flat, so that no collector walks it
HIGHEST = "\U0010ffff"  # sorts after every character that keys are made of
_FOREVER = math.inf
_BETWEEN = "\0"
_MAP_BITS = 1 << 25  # 4 MB: 3 million forgotten keys at one false memory in fifty
_PROBES = 4
_MICRO, _SHIFT = 10**6, 10**39  # negative numbers, too, sort by value


class Version:
    """One state of an item. digest: of its content, None where it is absent. places: by index, None where not in it.

    began, acknowledged: of the write that made it; acknowledged is infinite until then.
    """

    __slots__ = ("acknowledged", "began", "digest", "places")

    def __init__(
        self, digest: int | None, places: tuple[Place | None, ...], began: float, acknowledged: float = _FOREVER
    ) -> None:
        self.digest = digest
        self.places = places
        self.began = began
        self.acknowledged = acknowledged


class Cell:
    """An item that is being written, or was of late."""

    __slots__ = ("busy", "key", "versions")

    def __init__(self, key: Key, first: Version) -> None:
        self.key = key
        self.versions = [first]
        self.busy = False

    def visible(self, began: float, ended: float) -> list[Version]:
        """The versions that a read from `began` to `ended` may see."""
        versions = self.versions
        first = 0
        for index, version in enumerate(versions):
            if version.acknowledged <= began:
                first = index
        return [version for version in versions[first:] if version.began <= ended]


@dataclass(frozen=True, slots=True)
class Write:
    """A write under way on several items at once (a transaction or a batch), or on one."""

    cells: tuple[Cell, ...]


class Ledger:
    """The items of one table by primary key and, for each index, by index key."""

    def __init__(
        self, partition_key: str, sort_key: str | None, indexes: Mapping[str, Names], settle_seconds: float = 0.0
    ) -> None:
        """indexes: their key attributes. settle_seconds: how far back an eventually consistent read may look."""
        self._names = (partition_key, sort_key)
        self._indexes = list(indexes.items())
        self._order = {index: number for number, index in enumerate(indexes)}
        self._settle_seconds = settle_seconds
        self._settled: dict[Key, Settled] = {}
        self._nowhere: tuple[Place | None, ...] = (None,) * len(indexes)
        self._moving: dict[Key, Cell] = {}
        self._settling: deque[tuple[float, Key]] = deque()
        self._under_way: dict[int, float] = {}
        self._collections: dict[str, list[str]] = {}
        self._index_entries: dict[Place, list[str]] = {}
        self._forgotten = bytearray()

    def __len__(self) -> int:
        return len(self._settled) + len(self._moving)

    # what is there

    def load(self, items: Iterable[Item]) -> None:
        """Items that were there before the run, each once. Sorted at the end: an insertion for each would be slow."""
        settled, collections, entries = self._settled, self._collections, self._index_entries
        touched: dict[int, list[str]] = {}
        for item in items:
            key, places = self.key_of(item), self._places(item)
            partition, _, sort = key.partition(_BETWEEN)
            sort_keys = collections.setdefault(partition, [])
            sort_keys.append(sort)
            touched[id(sort_keys)] = sort_keys
            for (index, _), place in zip(self._indexes, places, strict=True):
                if place is not None:
                    of_index = entries.setdefault((index, place[0]), [])
                    of_index.append(f"{place[1]}{_BETWEEN}{key}")
                    touched[id(of_index)] = of_index
            settled[key] = _flat(digest_of(item), places)
        for each in touched.values():
            each.sort()

    def key_of(self, item: Item) -> Key:
        """Primary key of an item."""
        partition, sort = self._names
        return f"{text_of(item[partition])}{_BETWEEN}{text_of(item[sort]) if sort else ''}"

    def knows(self, key: Key) -> bool:
        """Whether the item is, or was of late, or is being made."""
        return key in self._settled or key in self._moving

    def was_forgotten(self, key: Key) -> bool:
        """Whether it is one of those that are of no interest any more; seldom True of one that is not."""
        bits = self._forgotten
        return bool(bits) and all(bits[place >> 3] & (1 << (place & 7)) for place in _probes(key))

    def visible(self, key: Key, began: float, ended: float) -> list[int | None] | None:
        """Digests of the versions that a read may see; None where the item is not known."""
        cell = self._moving.get(key)
        if cell is not None:
            return [version.digest for version in cell.visible(began, ended)]
        settled = self._settled.get(key)
        return None if settled is None else [settled[0]]

    def keys(self, partition: str, lowest: str, highest: str) -> Iterator[tuple[str, Key]]:
        """(sort key, key) of a partition from `lowest` to `highest`, ascending."""
        sort_keys = self._collections.get(partition, [])
        for sort in sort_keys[bisect_left(sort_keys, lowest) : bisect_right(sort_keys, highest)]:
            yield sort, f"{partition}{_BETWEEN}{sort}"

    def index_keys(self, index: str, partition: str, lowest: str, highest: str) -> Iterator[tuple[str, Key]]:
        """(sort key, key) of what is, or was of late, in a partition of `index`, ascending."""
        entries = self._index_entries.get((index, partition), [])
        for entry in entries[bisect_left(entries, lowest) : bisect_right(entries, f"{highest}{HIGHEST}")]:
            sort, _, key = entry.partition(_BETWEEN)
            yield sort, key

    def surely_at(self, key: Key, place: Place, index: str | None, span: tuple[float, float]) -> bool:
        """Whether every version that a read may see is there. place: one that `keys` or `index_keys` told."""
        cell = self._moving.get(key)
        if cell is None:
            return True  # a settled item is in exactly the places that are told
        seen = cell.visible(*span)
        if index is None:
            return all(version.digest is not None for version in seen)
        number = self._order[index]
        return all(version.places[number] == place for version in seen)

    # reads under way

    def reading(self, token: int, began: float) -> None:
        """A request is under way since `began`: what it may see is kept."""
        self._under_way[token] = began

    def ended(self, token: int, now: float) -> None:
        """It has ended; what no read can see any more is forgotten."""
        self._under_way.pop(token, None)
        oldest = next(iter(self._under_way.values()), now) - self._settle_seconds
        settling = self._settling
        while settling and settling[0][0] <= oldest:
            self._settle(settling.popleft()[1], oldest)

    # writes

    def claim(self, writes: dict[Key, Item | None], began: float) -> Write | None:
        """Begin to write these items (None deletes), or None if one of them is being written, or was forgotten."""
        for key in writes:
            cell = self._moving.get(key)
            if cell.busy if cell is not None else key not in self._settled and self.was_forgotten(key):
                return None
        cells = []
        for key, item in writes.items():
            cell = self._cell(key)
            places = self._places(item)
            self._add_places(key, places)
            cell.versions.append(Version(None if item is None else digest_of(item), places, began))
            cell.busy = True
            cells.append(cell)
        return Write(tuple(cells))

    def acknowledge(self, write: Write, now: float) -> None:
        """The service says that the write is done."""
        for cell in write.cells:
            cell.versions[-1].acknowledged = now
            cell.busy = False
            self._settling.append((now, cell.key))

    def refuse(self, write: Write) -> None:
        """The service says that the write was not done."""
        for cell in write.cells:
            undone = cell.versions.pop()
            cell.busy = False
            self._drop_places(cell.key, undone.places, cell.versions)
            self._settling.append((-_FOREVER if len(cell.versions) == 1 else cell.versions[-1].acknowledged, cell.key))

    def doubt(self, write: Write) -> None:
        """Nobody knows whether the write was done: the items are of no use any more."""
        for cell in write.cells:
            cell.busy = False
            self.forget(cell.key)

    def forget(self, key: Key) -> bool:
        """Know an item no longer; False, and it stays, while it is being written."""
        cell, settled = self._moving.get(key), self._settled.pop(key, None)
        if cell is not None:
            if cell.busy:
                return False
            del self._moving[key]
            for version in cell.versions:
                self._drop_places(key, version.places, [])
        elif settled is not None:
            self._drop_places(key, _places_of(settled), [])
        self._drop_key(key)
        if not self._forgotten:
            self._forgotten = bytearray(_MAP_BITS >> 3)
        for place in _probes(key):
            self._forgotten[place >> 3] |= 1 << (place & 7)
        return True

    def _cell(self, key: Key) -> Cell:
        cell = self._moving.get(key)
        if cell is None:
            settled = self._settled.pop(key, None)
            if settled is None:
                self._add_key(key)
            digest, places = (None, self._nowhere) if settled is None else (settled[0], _places_of(settled))
            cell = self._moving[key] = Cell(key, Version(digest, places, -_FOREVER, -_FOREVER))
        return cell

    def _settle(self, key: Key, oldest: float) -> None:
        """Forget the versions of an item that were over at `oldest`; if one is left, only its digest stays."""
        cell = self._moving.get(key)
        if cell is None:
            return
        versions = cell.versions
        while len(versions) > 1 and versions[1].acknowledged <= oldest:
            gone = versions.pop(0)
            self._drop_places(key, gone.places, versions)
        if len(versions) > 1 or cell.busy:
            return
        (last,) = versions
        del self._moving[key]
        if last.digest is None:
            self._drop_key(key)
        else:
            self._settled[key] = _flat(last.digest, last.places)

    # keys and places

    def _places(self, item: Item | None) -> tuple[Place | None, ...]:
        return tuple([place_of(item, names) for _, names in self._indexes])

    def _add_key(self, key: Key) -> None:
        partition, _, sort = key.partition(_BETWEEN)
        insort(self._collections.setdefault(partition, []), sort)

    def _drop_key(self, key: Key) -> None:
        partition, _, sort = key.partition(_BETWEEN)
        sort_keys = self._collections.get(partition, [])
        position = bisect_left(sort_keys, sort)
        if position < len(sort_keys) and sort_keys[position] == sort:
            del sort_keys[position]
        if not sort_keys:
            self._collections.pop(partition, None)

    def _add_places(self, key: Key, places: tuple[Place | None, ...]) -> None:
        for (index, _), place in zip(self._indexes, places, strict=True):
            if place is None:
                continue
            entries = self._index_entries.setdefault((index, place[0]), [])
            entry = f"{place[1]}{_BETWEEN}{key}"
            position = bisect_left(entries, entry)
            if position == len(entries) or entries[position] != entry:
                entries.insert(position, entry)

    def _drop_places(self, key: Key, places: tuple[Place | None, ...], left: list[Version]) -> None:
        """Drop those places of an item that none of the versions left has."""
        for number, place in enumerate(places):
            if place is None or any(version.places[number] == place for version in left):
                continue
            home = (self._indexes[number][0], place[0])
            entries = self._index_entries.get(home, [])
            entry = f"{place[1]}{_BETWEEN}{key}"
            position = bisect_left(entries, entry)
            if position < len(entries) and entries[position] == entry:
                del entries[position]
            if not entries:
                self._index_entries.pop(home, None)


def _flat(digest: int, places: tuple[Place | None, ...]) -> Settled:
    return (digest, *[part for place in places for part in place or (None, None)])


def _places_of(settled: Settled) -> tuple[Place | None, ...]:
    pairs = zip(settled[1::2], settled[2::2], strict=True)
    return tuple([None if partition is None else (partition, sort) for partition, sort in pairs])


def digest_of(item: Item) -> int:
    """64 bits that tell an item's content, in this process, whatever the order of its attributes."""
    return hash(orjson.dumps(item, option=orjson.OPT_SORT_KEYS))


def place_of(item: Item | None, names: Names) -> Place | None:
    """(partition, sort) of an item under key attributes `names`; None where it is absent or lacks one."""
    partition, sort = names
    if item is None or partition not in item or (sort is not None and sort not in item):
        return None
    return text_of(item[partition]), text_of(item[sort]) if sort is not None else ""


def text_of(value: dict[str, Any]) -> str:
    """A key attribute as text in its order: numbers by value, to six decimals."""
    text: str | None = value.get("S")
    return f"{int(Decimal(value['N']) * _MICRO) + _SHIFT:040d}" if text is None else text


def key_text(partition: str, sort: str) -> Key:
    """A primary key as the ledger knows it."""
    return f"{partition}{_BETWEEN}{sort}"


def _probes(key: Key) -> list[int]:
    number = hash(key)
    step = (number >> 32) | 1
    return [(number + turn * step) % _MAP_BITS for turn in range(_PROBES)]
