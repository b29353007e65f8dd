"""A table: its items, its indexes, its change log and its expiry queue.

Rule: state changes through `apply` alone, which takes a planned change once and cannot fail; counts, sizes, indexes,
stream and expiry follow from it. Decides nothing, knows no request.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from dynarig.emulator.capacity.target import NONE, CapacityTarget
from dynarig.emulator.model import limits
from dynarig.emulator.model.keys import Place, place_reader, plain_key_test
from dynarig.emulator.model.schema import LOCAL, IndexSchema, TableSchema
from dynarig.emulator.model.values import Item, text_size
from dynarig.emulator.storage.change import Change, IndexChange
from dynarig.emulator.storage.follower import Follower
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.table_settings import TableSettings

_TELLING_BYTES = b"01e2a5"  # digits of times and versions, letters of words: what a changed text changes


class Table:
    """One table. size: bytes of all items, without storage overhead; item_count: how many.

    target, failed_target: what its capacity is drawn from; of statements that failed.
    """

    def __init__(self, schema: TableSchema, settings: TableSettings) -> None:
        self.name = schema.name
        self.target = CapacityTarget(schema.name, declared=settings)
        self.failed_target = CapacityTarget(schema.name, NONE, owner=self.target, declared=settings)
        self.settings = settings
        self.items: KeySpace[StoredItem] = KeySpace()
        self.indexes: dict[str, Index] = {}
        self.stream: Stream | None = None
        self.past_streams: list[Stream] = []
        self.size = 0
        self.follower: Follower | None = None
        self.holds: dict[Place, float] = {}
        self._expiries: list[tuple[float, Any, Any]] = []
        # Only tables with a local index bound and meter their item collections (declared at creation, for good).
        self.collection_sizes: dict[Any, int] | None = {} if schema.has_local_index else None
        self.set_schema(schema)

    @property
    def item_count(self) -> int:
        """How many items are stored."""
        return self.items.count

    def set_schema(self, schema: TableSchema) -> None:
        """Adopt a schema: indexes that are new start empty, indexes that are gone go with their entries."""
        self.schema = schema
        self.place_of = place_reader(schema.keys)
        self.has_plain_keys = plain_key_test(schema.keys)
        self.key_names = frozenset(schema.keys.names)
        self.indexes = {
            name: self.indexes.get(name) or Index(index, schema.keys, self.target)
            for name, index in schema.indexes.items()
        }
        # Index key attributes in the order in which writes are judged: by index name; a local one's partition key is
        # ours.
        self.index_keys = tuple(
            (index, attribute)
            for _, index in sorted(schema.indexes.items())
            for attribute in (index.keys.sort if index.kind == LOCAL else index.keys.attributes)
        )
        self.index_key_types = tuple({attribute.name: attribute.type for _, attribute in self.index_keys}.items())
        self.index_key_names = frozenset(attribute.name for _, attribute in self.index_keys)
        self._no_places: tuple[Place | None, ...] = (None,) * len(self.indexes)
        for _, _, item in self.items.walk(None, 0, 1 << 64):
            item.places = None

    def get(self, place: Place) -> StoredItem | None:
        """The item at this place, or None."""
        return self.items.get(place[0], place[1])

    def items_for(self, *, consistent: bool) -> KeySpace[StoredItem]:
        """The items that a read sees: the latest, or with a follower those of a little earlier."""
        return self.items if consistent or self.follower is None else self.follower.items

    def hold(self, place: Place, until: float) -> None:
        """A transaction works on this item until then (epoch seconds)."""
        self.holds[place] = until

    def is_held(self, place: Place, now: float) -> bool:
        """Whether a transaction works on this item at `now`; forgets those that have ended."""
        if not self.holds:
            return False
        until = self.holds.get(place)
        if until is None:
            return False
        if until <= now:
            del self.holds[place]
            return False
        return True

    @property
    def next_due(self) -> float | None:
        """When the table next has something to do by itself: an expiry, or a change that becomes visible."""
        if not self._expiries and self.follower is None:
            return None
        due = self._expiries[0][0] if self._expiries else None
        follower_due = None if self.follower is None else self.follower.next_due
        if due is None or follower_due is None:
            return follower_due if due is None else due
        return min(due, follower_due)

    def changes_of_indexes(
        self,
        place: Place,
        before: StoredItem | None,
        after: StoredItem | None,
        attributes: Item | None,
        stored: Item | None = None,
    ) -> tuple[IndexChange, ...]:
        """What each index would see of a write; an index that sees nothing is left out.

        attributes: of `after`, which learns its places here unless its keys are those of `before`. stored: of `before`,
        where they have been parsed.
        """
        if not self.indexes:
            return ()
        old_places = self._no_places if before is None else before.places or self._places(before.attributes, place)
        if after is None or attributes is None:
            new_places = self._no_places
        else:
            new_places = after.places or self._places(attributes, place)
            if new_places == old_places:
                new_places = old_places
            after.places = new_places
        changes = []
        for index, old_place, new_place in zip(self.indexes.values(), old_places, new_places, strict=True):
            old = new = None
            if old_place is not None:
                old = before if index.projects_all else self._old_view(index, old_place, before)
            if new_place is not None and after is not None and attributes is not None:
                new = after if index.projects_all else index.view(attributes, after)
            if old is not None and new is not None and old_place == new_place:
                if old is before and new is after:
                    shows = _is_same(old, new, attributes, stored)
                else:
                    shows = old.shows(new)
                if shows:
                    continue
            elif old is None and new is None:
                continue
            changes.append(IndexChange(index, old_place, old, new_place, new))
        return tuple(changes)

    def _old_view(self, index: Index, place: Place, before: StoredItem | None) -> StoredItem:
        """What an index projects of the item before a write; an index that lags may not hold it yet."""
        if self.follower is None or before is None:
            return index.held(place)
        return index.view(before.attributes, before)

    def _places(self, attributes: Item, place: Place) -> tuple[Place | None, ...]:
        """An item's place in each index."""
        return tuple([index.place_of(attributes, place) for index in self.indexes.values()])

    def apply(self, change: Change, now: float) -> None:
        """Take a planned change."""
        before, after = change.before, change.after
        if before is not None:
            self.size -= before.size
        if after is None:
            if before is not None:
                self.items.remove(change.partition, change.sort)
        else:
            self.size += after.size
            self.items.put(change.partition, change.sort, after, new=before is None)
        if self.follower is not None:
            self.follower.take(change, now)
        else:
            for seen in change.index_changes:
                seen.index.apply(seen)
        if self.collection_sizes is not None:
            self._grow_collection(change.partition, change.collection_growth)
        if self.stream is not None:
            self.stream.append(change, now)
        if after is not None and self.settings.time_to_live_attribute is not None:
            self._note_expiry(change.partition, change.sort, after.attributes)

    def _grow_collection(self, partition: Any, growth: int) -> None:
        sizes = self.collection_sizes
        assert sizes is not None
        sizes[partition] = sizes.get(partition, 0) + growth
        if not sizes[partition]:
            del sizes[partition]

    def collection_size(self, partition: Any) -> int:
        """Bytes of an item collection with its local index entries; 0 on a table without a local index."""
        return 0 if self.collection_sizes is None else self.collection_sizes.get(partition, 0)

    def expiry_of(self, attributes: Item, now: float) -> float | None:
        """When an item expires by its time to live, or None where it does not (not a number, over five years past)."""
        name = self.settings.time_to_live_attribute
        value = attributes.get(name) if name is not None else None
        if value is None or "N" not in value:
            return None
        expires_at = float(value["N"])
        return expires_at if expires_at > now - limits.TTL_AGE_SECONDS_MAX else None

    def _note_expiry(self, partition: Any, sort: Any, attributes: Item) -> None:
        expires_at = self.expiry_of(attributes, float("-inf"))
        if expires_at is not None:
            heappush(self._expiries, (expires_at, partition, sort))

    def watch_expiries(self) -> None:
        """Queue every stored item's expiry anew: the time to live attribute has changed."""
        self._expiries = []
        if self.settings.time_to_live_attribute is not None:
            for partition, sort, item in self.items.walk(None, 0, 1 << 64):
                self._note_expiry(partition, sort, item.attributes)

    def take_expired(self, now: float) -> list[tuple[Place, StoredItem]]:
        """Take from the queue what has expired before `now` and still stands: (place, item)."""
        expired = []
        while self._expiries and self._expiries[0][0] < now:
            _, partition, sort = heappop(self._expiries)
            item = self.items.get(partition, sort)
            if item is not None:
                expires_at = self.expiry_of(item.attributes, now)
                if expires_at is not None and expires_at < now:
                    expired.append(((partition, sort), item))
        return expired

    def backfill(self, schema: IndexSchema) -> None:
        """Fill an index that was added with what is stored; items that have no place in it are skipped."""
        index = self.indexes[schema.name]
        for partition, sort, item in self.items.walk(None, 0, 1 << 64):
            place, shown = self._entry(index, (partition, sort), item)
            if place is not None and not _is_refused(place):
                index.apply(IndexChange(index, None, None, place, shown))

    def _entry(self, index: Index, place: Place, item: StoredItem) -> tuple[Place | None, StoredItem]:
        """An item's place in an index, None for none, and what it projects there."""
        attributes = item.attributes
        return index.place_of(attributes, place), index.view(attributes, item)

    def check(self) -> None:
        """Assert the invariants: sizes, counts, and that each index holds exactly what the items say."""
        self.items.check()
        stored = list(self.items.walk(None, 0, 1 << 64))
        assert self.size == sum(item.size for _, _, item in stored)
        if self.follower is not None and self.follower.next_due is not None:
            return  # what is on its way is in no index yet
        for index in self.indexes.values():
            index.check()
            entries = [self._entry(index, (partition, sort), item) for partition, sort, item in stored]
            wanted = {place: shown for place, shown in entries if place is not None}
            held = {(p, s): item for p, s, item in index.entries.walk(None, 0, 1 << 64)}
            assert held.keys() == wanted.keys()
            assert all(held[place].shows(shown) for place, shown in wanted.items())


def _is_refused(place: Place) -> bool:
    """Whether a live write would refuse these index keys: one is empty or too long (AWS: backfill skips such items)."""
    partition = place[0] if isinstance(place[0], tuple) else (place[0],)
    sort = place[1][:-2]  # the table's own place follows
    return (
        any(part in ("", b"") for part in (*partition, *sort))
        or any(_size_bytes(part) > limits.PARTITION_KEY_SIZE_BYTES_MAX for part in partition)
        or sum(map(_size_bytes, sort)) > limits.SORT_KEY_SIZE_BYTES_MAX
    )


def _size_bytes(part: Any) -> int:
    return text_size(part) if isinstance(part, str) else len(part) if isinstance(part, bytes) else 0


def _is_same(before: StoredItem, after: StoredItem, attributes: Item | None, stored: Item | None) -> bool:
    """Whether a write left the item as it was, whatever the order of its attributes. stored: of `before`, if parsed.

    Equal items have equal bytes in some order, so a few counts tell most that differ, and those need no parse.
    """
    if before.size != after.size:
        return False
    if stored is not None:
        return stored == attributes
    one, two = before.raw, after.raw
    if one == two:
        return True
    if len(one) != len(two):
        return False
    for byte in _TELLING_BYTES:
        if one.count(byte) != two.count(byte):
            return False
    return before.attributes == attributes
