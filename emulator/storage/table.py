"""A table: its items, its indexes, its change log, and what it has to do by itself.

Rule: state changes through `apply` alone, which takes a planned change once and cannot fail; counts, sizes, indexes,
stream and expiry follow from it. What is long is done in turns by `run_due`. Decides nothing, knows no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynarig.emulator.capacity.target import NONE, CapacityTarget
from dynarig.emulator.model import limits
from dynarig.emulator.model.keys import Place, place_reader, plain_key_test, text_place_reader
from dynarig.emulator.model.schema import LOCAL, TableSchema
from dynarig.emulator.model.values import Item
from dynarig.emulator.storage.agenda import AT_ONCE, Agenda
from dynarig.emulator.storage.change import Change, IndexChange
from dynarig.emulator.storage.expiry import DueOf, Expiry, at_once
from dynarig.emulator.storage.filling import Filling
from dynarig.emulator.storage.follower import Follower
from dynarig.emulator.storage.history import History
from dynarig.emulator.storage.holds import Holds
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.item import StoredItem, is_same, store
from dynarig.emulator.storage.key_space import KeySpace
from dynarig.emulator.storage.remains import Discardable, Plain, Remains
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.table_settings import TableSettings
from dynarig.emulator.storage.work import Work

_END = 1 << 64


class Table:
    """One table. size: bytes of all items, without storage overhead; item_count: how many.

    target, failed_target: what its capacity is drawn from; of statements that failed. namespace: account and region.
    agenda: where it notes when it has something to do. expiry: None while no time to live is in force. layout: counts
    the states of its indexes. history: who notes its changes. filling: what a new one is still to be filled with.
    """

    def __init__(self, schema: TableSchema, settings: TableSettings, filling: Filling | None = None) -> None:
        self.name = schema.name
        self.namespace = ("", "")
        self.agenda: Agenda[Any] = Agenda()
        self.target = CapacityTarget(schema.name, declared=settings, has_local_index=schema.has_local_index)
        self.failed_target = CapacityTarget(schema.name, NONE, owner=self.target, declared=settings)
        self.settings = settings
        self.items: KeySpace[StoredItem] = KeySpace()
        self.indexes: dict[str, Index] = {}
        self.stream: Stream | None = None
        self.past_streams: list[Stream] = []
        self.size = 0
        self.follower: Follower | None = None
        self.holds = Holds()
        self.due_of: DueOf = at_once
        self.expiry: Expiry | None = None
        self._watched_to: Place | None = None
        self._is_watching = False  # whether stored items are still being looked at for their time to live
        # Only tables with a local index bound and meter their item collections (declared at creation, for good).
        self.collection_sizes: dict[Any, int] | None = {} if schema.has_local_index else None
        self.history = History()
        self.filling = filling
        self.layout = 0 if filling is None else 1  # what fills it, like a backfill, minds the limits of keys
        self.set_schema(schema)

    @property
    def item_count(self) -> int:
        """How many items are stored."""
        return self.items.count

    @property
    def streams(self) -> list[Stream]:
        """The streams that can be read: those that are disabled, then the one that records."""
        return self.past_streams if self.stream is None else [*self.past_streams, self.stream]

    def set_schema(self, schema: TableSchema) -> None:
        """Adopt a schema: indexes that are new wait for `backfill`, indexes that are gone go with their entries."""
        self.schema = schema
        self.place_of = place_reader(schema.keys)
        self.has_plain_keys = plain_key_test(schema.keys)
        self.place_of_plain_key = text_place_reader(schema.keys)
        self.key_names = frozenset(schema.keys.names)
        old = self.indexes
        self.indexes = {
            name: old.get(name) or Index(index, schema.keys, self.target, is_late=self.layout > 0)
            for name, index in schema.indexes.items()
        }
        for name in old.keys() - self.indexes.keys():
            self.free(old[name].entries)
        # Index key attributes in the order in which writes are judged: by index name; a local one's partition key is
        # ours.
        self.index_keys = tuple(
            (index, attribute)
            for _, index in sorted(schema.indexes.items())
            for attribute in (index.keys.sort if index.kind == LOCAL else index.keys.attributes)
        )
        self.index_key_types = tuple({attribute.name: attribute.type for _, attribute in self.index_keys}.items())
        self.index_key_names = frozenset(attribute.name for _, attribute in self.index_keys)
        self._readers_of_places = tuple([index.place_of for index in self.indexes.values()])
        self._no_places: tuple[Place | None, ...] = (None,) * len(self.indexes)
        self.layout += 1  # the places that stored items know are of other indexes now

    def get(self, place: Place) -> StoredItem | None:
        """The item at this place, or None."""
        return self.items.get(place[0], place[1])

    def items_for(self, *, consistent: bool) -> KeySpace[StoredItem]:
        """The items that a read sees: the latest, or with a follower those of a little earlier."""
        return self.items if consistent or self.follower is None else self.follower.items

    def entries_for(self, index: Index, *, consistent: bool) -> KeySpace[StoredItem]:
        """The entries that a read of an index sees; a local one is as late as the items, where they are."""
        if consistent or self.follower is None or index.schema.kind != LOCAL:
            return index.entries
        return self.follower.entries_of(index.schema.name)

    def collection_size(self, partition: Any) -> int:
        """Bytes of an item collection with its local index entries; 0 on a table without a local index."""
        return 0 if self.collection_sizes is None else self.collection_sizes.get(partition, 0)

    # ---- what a write would change

    def prepared(
        self, attributes: Item, size: int, place: Place, before: StoredItem | None, *, same_keys: bool = False
    ) -> StoredItem:
        """An item made ready to be kept at this place. same_keys: no index key differs from `before`'s."""
        if not self.indexes:
            return store(attributes, size)
        layout = self.layout
        if before is None or before.layout != layout:
            places = self._places(attributes, place)
        elif same_keys:
            places = before.places
        else:
            places = self._places(attributes, place)
            if places == before.places:
                places = before.places  # the entries keep these very keys
        return store(attributes, size, places, layout)

    def changes_of_indexes(
        self,
        place: Place,
        before: StoredItem | None,
        after: StoredItem | None,
        attributes: Item | None,
        stored: Item | None = None,
    ) -> tuple[IndexChange, ...]:
        """What each index would see of a write; an index that sees nothing is left out.

        attributes: of `after`, which is `prepared`. stored: of `before`, where they have been parsed.
        """
        if not self.indexes:
            return ()
        old_places = new_places = self._no_places
        if before is not None:
            old_places = before.places if before.layout == self.layout else self._places(before.attributes, place)
        if after is not None:
            new_places = after.places
        changes = []
        for index, old_place, new_place in zip(self.indexes.values(), old_places, new_places, strict=True):
            if old_place is None and new_place is None:
                continue
            old = new = None
            if old_place is not None:
                old = before if index.projects_all and index.is_whole else self._old_view(index, old_place, before)
                if old is None:
                    old_place = None  # a backfill has not come to it
            if new_place is not None and after is not None and attributes is not None:
                new = after if index.projects_all else index.view(attributes, after)
            if old is not None and new is not None and old_place == new_place:
                whole = old is before and new is after
                if is_same(old, new, attributes if whole else None, stored if whole else None):
                    continue
            elif old is None and new is None:
                continue
            changes.append(IndexChange(index.schema, old_place, old, new_place, new))
        return tuple(changes)

    def _old_view(self, index: Index, place: Place, before: StoredItem | None) -> StoredItem | None:
        """What an index projects of the item before a write; an index that lags may not hold it yet."""
        if self.follower is None or before is None:
            return index.held(place)
        return index.view(before.attributes, before)

    def _places(self, attributes: Item, place: Place) -> tuple[Place | None, ...]:
        """An item's place in each index."""
        return tuple([place_of(attributes, place) for place_of in self._readers_of_places])

    # ---- taking a change

    def apply(self, change: Change, now: float) -> None:
        """Take a planned change."""
        before, after = change.before, change.after
        if self.history.recorders:
            self.history.note(change.partition, change.sort, before, now)
        if before is not None:
            self.size -= before.size
        if after is None:
            if before is not None:
                self.items.remove(change.partition, change.sort)
        else:
            self.size += after.size
            self.items.put(change.partition, change.sort, after, new=before is None)
        if self.follower is None:
            for seen in change.index_changes:
                self.indexes[seen.schema.name].apply(seen)
        else:
            self._let_follow(self.follower, change, now)
        if self.collection_sizes is not None:
            self._grow_collection(change.partition, change.collection_growth)
        if self.stream is not None:
            self.stream.append(change, now)
        if self.expiry is not None:
            self._note_expiry((change.partition, change.sort), after)

    def _let_follow(self, follower: Follower, change: Change, now: float) -> None:
        follower.take(change, now)
        for seen in change.index_changes:
            if seen.schema.kind == LOCAL:
                self.indexes[seen.schema.name].apply(seen)
        self.agenda.note(self, follower.next_due)

    def _grow_collection(self, partition: Any, growth: int) -> None:
        sizes = self.collection_sizes
        assert sizes is not None
        sizes[partition] = sizes.get(partition, 0) + growth
        if not sizes[partition]:
            del sizes[partition]

    # ---- holds

    def hold(self, place: Place, until: float, now: float) -> None:
        """A transaction works on this item until then (epoch seconds)."""
        self.holds.add(place, until, now)

    def is_held(self, place: Place, now: float) -> bool:
        """Whether a transaction works on this item at `now`."""
        return self.holds.holds(place, now)

    # ---- time to live

    def expiry_of(self, attributes: Item, now: float) -> float | None:
        """When an item expires by its time to live, or None where it does not (not a number, over five years past)."""
        name = self.settings.time_to_live_attribute
        value = attributes.get(name) if name is not None else None
        if value is None or "N" not in value:
            return None
        expires_at = float(value["N"])
        return expires_at if expires_at > now - limits.TTL_AGE_SECONDS_MAX else None

    def _note_expiry(self, place: Place, item: StoredItem | None) -> None:
        assert self.expiry is not None
        expires_at = None if item is None else self.expiry_of(item.attributes, float("-inf"))
        self.agenda.note(self, self.expiry.note(place, expires_at))

    def watch_expiries(self) -> None:
        """Begin to look at every stored item's expiry anew: the time to live attribute has changed."""
        if self.expiry is not None:
            self.free(self.expiry)
        self._is_watching = self.settings.time_to_live_attribute is not None
        self._watched_to = None
        self.expiry = Expiry(self.due_of) if self._is_watching else None
        self.note_due()

    def take_expired(self, now: float, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        """Take what is to be deleted at `now`, one after the other while work is left: (place, item)."""
        while self.expiry is not None and work.left > 0:
            place = self.expiry.take(now)
            if place is None:
                return
            work.spend()
            item = self.get(place)
            assert item is not None, "an expiry of an item that is gone"
            if self.expiry_of(item.attributes, now) is not None:
                yield place, item

    # ---- what is done in turns

    @property
    def next_due(self) -> float | None:
        """When the table next has something to do by itself, or None."""
        if self._is_watching:
            return AT_ONCE
        dues = [self.settings.steps[0].due_at] if self.settings.steps else []
        dues += [stream.next_due for stream in self.streams]
        for due_at in (
            None if self.expiry is None else self.expiry.next_due,
            None if self.follower is None else self.follower.next_due,
        ):
            if due_at is not None:
                dues.append(due_at)
        return min(dues, default=None)

    def note_due(self) -> None:
        """Note in the agenda when there is something to do."""
        self.agenda.note(self, self.next_due)

    def run_due(self, now: float, work: Work) -> None:
        """Do what is due at `now` and needs nothing but the table, as far as work is left."""
        for stream in self.streams:
            stream.run_due(now, work)
        self.forget_streams([stream for stream in self.past_streams if stream.is_gone(now)])
        if self.follower is not None:
            for seen in self.follower.catch_up(now, work):
                index = self.indexes.get(seen.schema.name)
                if index is not None and index.schema is seen.schema:
                    index.apply(seen)
        if self._is_watching:
            self._watch_some(work)

    def _watch_some(self, work: Work) -> None:
        """Go on looking at stored items for their time to live."""
        for place, item in self._stored_behind(self._watched_to, work):
            self._note_expiry(place, item)
            self._watched_to = place
        self._is_watching = work.left <= 0

    def backfill(self, name: str, work: Work) -> bool:
        """Go on filling an index that was added with what is stored; whether it is done."""
        index = self.indexes[name]
        if index.is_whole:
            return True
        for place, item in self._stored_behind(index.filled_to, work):
            index.fill(place, item)
            index.filled_to = place
        if work.left <= 0:
            return False
        # With a follower, changes that are on their way name entries that the backfill has put in another form.
        index.is_whole = self.follower is None
        return True

    def _stored_behind(self, place: Place | None, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        """Stored items behind a place, in order, while work is left."""
        for partition, sort, item in self.items.walk(place, 0, _END):
            if work.left <= 0:
                return
            work.spend()
            yield (partition, sort), item

    def forget_streams(self, streams: list[Stream]) -> None:
        """Let past streams go, with their records."""
        if streams:
            self.past_streams[:] = [stream for stream in self.past_streams if stream not in streams]
            self.free(*streams)

    def throw_away(self) -> None:
        """Let all that the table holds go; its streams must have been taken over."""
        parts: list[Discardable] = [index.entries for index in self.indexes.values()]
        parts += [Plain(self.collection_sizes)] if self.collection_sizes else []
        parts += [] if self.expiry is None else [self.expiry]
        parts += [] if self.follower is None else self.follower.spaces
        parts += [] if self.filling is None else self.filling.items.close()
        self.free(*parts, *self.history.outlive(self.items))
        self.settings.steps.clear()
        self.items, self.indexes, self.expiry, self.follower = KeySpace(), {}, None, None
        self._is_watching = False
        self.past_streams = []

    def free(self, *parts: Discardable) -> None:
        """Have freed, bit by bit, what nobody can reach any more."""
        remains = Remains(*parts)
        self.agenda.note(remains, remains.next_due)

    def check(self) -> None:
        """Assert the invariants: sizes, counts, and that each index holds exactly what the items say."""
        self.items.check()
        stored = list(self.items.walk(None, 0, _END))
        assert self.size == sum(item.size for _, _, item in stored)
        if self.history.log is not None:
            self.history.log.check()
        if self.expiry is not None:
            self.expiry.check()
            assert len(self.expiry) <= self.items.count
        if self.follower is not None and self.follower.next_due is not None:
            return  # what is on its way is in no index yet
        for index in self.indexes.values():
            index.check()
            entries = [self._entry(index, (partition, sort), item) for partition, sort, item in stored]
            wanted = {place: shown for place, shown in entries if place is not None}
            held = {(p, s): item for p, s, item in index.entries.walk(None, 0, _END)}
            assert held.keys() <= wanted.keys()
            assert not index.is_whole or held.keys() == wanted.keys()
            assert all(is_same(item, wanted[place]) for place, item in held.items())

    @staticmethod
    def _entry(index: Index, place: Place, item: StoredItem) -> tuple[Place | None, StoredItem]:
        """An item's place in an index, None for none, and what it projects there."""
        attributes = item.attributes
        return index.place_of(attributes, place), index.view(attributes, item)
