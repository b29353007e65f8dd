"""The items of an import's objects, read and checked one by one, in turns: what fills a table that is imported."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from dynarig.emulator.model import limits
from dynarig.emulator.model.buckets import BucketFault, Buckets
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.keys import Place
from dynarig.emulator.model.values import Item
from dynarig.emulator.model.walk import walk_attributes
from dynarig.emulator.planning.key_checks import check_item_keys
from dynarig.emulator.storage.item import StoredItem, store
from dynarig.emulator.storage.remains import Discardable
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.transfers import BAD_ITEMS, Import
from dynarig.emulator.storage.work import Work
from dynarig.emulator.transfers.formats import Malformed, RawItem, Reader, lines_of, unpacked


class ImportedItems:
    """Mutable. is_done: whether all have been read. failure: code and message, where not all is well.

    table: whose keys they must have, to be set before the first is taken.
    """

    table: Table

    def __init__(self, told: Import, buckets: Buckets, reader: Reader, *, is_gzip: bool) -> None:
        """told: whose counts go on with what is read."""
        self.is_done = False
        self.remains: list[Discardable] = []
        self.failure: tuple[str, str] | None = None
        self._told = told
        self._buckets = buckets
        self._reader = reader
        self._is_gzip = is_gzip
        self._items = self._read_all()

    def take(self, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        """Give some, while work is left."""
        while work.left > 0:
            try:
                item = next(self._items)
            except StopIteration:
                self.is_done = True
                return
            work.spend()
            self._told.processed_count += 1
            found = None if item is None else self._checked(item)
            if found is None:
                self._told.error_count += 1
                self.failure = BAD_ITEMS
            else:
                self._told.imported_count += 1
                yield found

    def close(self) -> list[Discardable]:
        """Stop."""
        self.is_done = True
        self._items.close()
        return []

    def _read_all(self) -> Generator[RawItem, None, None]:
        source = self._told.asked["S3BucketSource"]
        bucket = source["S3Bucket"]
        try:
            for key in self._buckets.keys(bucket, source.get("S3KeyPrefix", "")):
                try:
                    yield from self._reader(lines_of(self._counted(self._plain(self._buckets.read(bucket, key)))))
                except Malformed:
                    yield None
        except BucketFault as fault:
            self.failure = ("S3AccessDenied", str(fault))

    def _plain(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        return unpacked(pieces) if self._is_gzip else pieces

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._told.processed_bytes += len(piece)
            yield piece

    def _checked(self, item: Item) -> tuple[Place, StoredItem] | None:
        """An item as it is stored, and where; None where PutItem would refuse it."""
        findings = ValueFindings()
        try:
            attributes, size = walk_attributes(item, findings)
            if not findings.is_clean or size > limits.ITEM_SIZE_BYTES_MAX:
                return None
            check_item_keys(self.table, attributes)
        except DynamoDBError:
            return None
        return self.table.place_of(attributes), store(attributes, size)
