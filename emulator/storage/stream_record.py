"""One change as a stream keeps it, and as GetRecords shows it.

Rule: a record holds the stored items themselves, not copies, and only those that its stream's view shows; it is
rendered when it is read. Knows neither shards nor requests.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from dynarig.emulator.model import java_order
from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import StoredItem, is_same

INSERT = "INSERT"
MODIFY = "MODIFY"
REMOVE = "REMOVE"

KEYS_ONLY = "KEYS_ONLY"
NEW_IMAGE = "NEW_IMAGE"
OLD_IMAGE = "OLD_IMAGE"
NEW_AND_OLD_IMAGES = "NEW_AND_OLD_IMAGES"
_SHOWS_NEW = frozenset({NEW_IMAGE, NEW_AND_OLD_IMAGES})
_SHOWS_OLD = frozenset({OLD_IMAGE, NEW_AND_OLD_IMAGES})

_RECORD_BYTES = 300  # a record and two stored items without their content, by sys.getsizeof
_SERVICE_IDENTITY = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


class View(NamedTuple):
    """What all records of a stream share. identity: bytes that no other stream has, of which event ids are made."""

    type: str
    region: str
    keys: KeySchema
    identity: bytes


class StreamRecord(NamedTuple):
    """A change. number: its sequence number. created_at: epoch seconds. before, after: None where the view has none."""

    number: int
    created_at: float
    event: str
    partition: Any
    sort: Any
    before: StoredItem | None
    after: StoredItem | None
    by_service: bool


def event_of(change: Change) -> str | None:
    """INSERT, MODIFY or REMOVE; None where nothing changed, which makes no record (developer guide, Streams)."""
    before, after = change.before, change.after
    if before is None:
        return None if after is None else INSERT
    if after is None:
        return REMOVE
    return None if is_same(before, after) else MODIFY


def record_of(change: Change, event: str, view_type: str, number: int, now: float) -> StreamRecord:
    """The record of a change at `now`."""
    before = change.before if view_type in _SHOWS_OLD else None
    after = change.after if view_type in _SHOWS_NEW else None
    return StreamRecord(number, now, event, change.partition, change.sort, before, after, change.by_service)


def size_of(record: StreamRecord, keys: KeySchema) -> int:
    """Bytes of a record: its keys and the images that it shows (the developer guide's examples: 26, 59 and 38)."""
    return item_size(_key_of(record, keys)) + _image_size(record.before) + _image_size(record.after)


def kept_size_of(record: StreamRecord) -> int:
    """About what a record takes in memory, its images counted as its own though others may hold them too."""
    return _RECORD_BYTES + _image_size(record.before) + _image_size(record.after)


def render(record: StreamRecord, view: View) -> dict[str, Any]:
    """A record as the API gives it; images may be `orjson.Fragment`."""
    keys = _key_of(record, view.keys)
    content: dict[str, Any] = {"ApproximateCreationDateTime": int(record.created_at), "Keys": keys}
    if record.after is not None:
        content["NewImage"] = _image(record.after)
    if record.before is not None:
        content["OldImage"] = _image(record.before)
    content["SequenceNumber"] = str(record.number)
    content["SizeBytes"] = item_size(keys) + _image_size(record.before) + _image_size(record.after)
    content["StreamViewType"] = view.type
    rendered: dict[str, Any] = {
        "eventID": blake2b(view.identity + str(record.number).encode(), digest_size=16).hexdigest(),
        "eventName": record.event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": view.region,
        "dynamodb": content,
    }
    if record.by_service:
        rendered["userIdentity"] = dict(_SERVICE_IDENTITY)
    return rendered


def _image_size(item: StoredItem | None) -> int:
    return 0 if item is None else item.size


def _image(item: StoredItem) -> Item | orjson.Fragment:
    # Images list number sets in hash order (recorded 2026); without one the stored bytes are the image.
    if java_order.holds_number_set(item.raw):
        return java_order.order_number_sets(item.attributes)
    return item.fragment


def _key_of(record: StreamRecord, keys: KeySchema) -> Item:
    """The key attributes, from the item's place: so a record of keys alone needs no item."""
    key = {keys.partition[0].name: _key_value(keys.partition[0], record.partition)}
    if keys.sort:
        key[keys.sort[0].name] = _key_value(keys.sort[0], record.sort)
    return key


def _key_value(attribute: KeyAttribute, part: Any) -> dict[str, Any]:
    if attribute.type == "N":
        return {"N": f"{part:f}"}
    return {attribute.type: part if attribute.type == "S" else b64encode(part).decode()}
