"""Records as the API gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from dynarig.emulator.model.schema import KeyAttribute, KeySchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.storage.change import Change
from dynarig.emulator.storage.item import store
from dynarig.emulator.storage.stream_record import View, event_of, record_of, render, size_of

KEYS = KeySchema((KeyAttribute("Id", "N"),))
OLD: Item = {"Message": {"S": "New item!"}, "Id": {"N": "101"}}
NEW: Item = {"Message": {"S": "This item has changed"}, "Id": {"N": "101"}}
NUMBER = 10**20 + 7


def record_text(
    before: Item | None,
    after: Item | None,
    view_type: str = "NEW_AND_OLD_IMAGES",
    keys: KeySchema = KEYS,
    place: tuple[Any, Any] = (Decimal("101"), ()),
    by_service: bool = False,
) -> dict[str, Any]:
    """The record of a change, through its JSON."""
    stored = [None if item is None else store(item, item_size(item)) for item in (before, after)]
    change = Change(*place, *stored, by_service=by_service)  # type: ignore[arg-type]
    event = event_of(change)
    assert event is not None
    record = record_of(change, event, view_type, NUMBER, 1_479_499_740.9)
    shown = render(record, View(view_type, "us-west-2", keys, b"stream"))
    assert shown["dynamodb"]["SizeBytes"] == size_of(record, keys)
    return orjson.loads(orjson.dumps(shown))  # type: ignore[no-any-return]


# The developer guide's example records of a stream event, with their sizes.
@pytest.mark.parametrize(
    ("before", "after", "event", "size"),
    [(None, OLD, "INSERT", 26), (OLD, NEW, "MODIFY", 59), (NEW, None, "REMOVE", 38)],
)
def test_the_developer_guide_s_examples(before: Item | None, after: Item | None, event: str, size: int) -> None:
    shown = record_text(before, after)
    assert shown["eventName"] == event
    assert shown["dynamodb"]["SizeBytes"] == size


def test_a_whole_record() -> None:
    shown = record_text(OLD, NEW)
    identifier = shown.pop("eventID")
    assert len(identifier) == 32
    assert int(identifier, 16) >= 0
    assert identifier == identifier.lower()
    assert shown == {
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-west-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_479_499_740,
            "Keys": {"Id": {"N": "101"}},
            "NewImage": NEW,
            "OldImage": OLD,
            "SequenceNumber": "100000000000000000007",
            "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


@pytest.mark.parametrize(
    ("view_type", "images"),
    [
        ("KEYS_ONLY", {}),
        ("NEW_IMAGE", {"NewImage": NEW}),
        ("OLD_IMAGE", {"OldImage": OLD}),
        ("NEW_AND_OLD_IMAGES", {"NewImage": NEW, "OldImage": OLD}),
    ],
)
def test_views(view_type: str, images: dict[str, Item]) -> None:
    shown = record_text(OLD, NEW, view_type)["dynamodb"]
    assert {name: shown[name] for name in shown if name.endswith("Image")} == images
    assert shown["Keys"] == {"Id": {"N": "101"}}
    assert shown["StreamViewType"] == view_type


@pytest.mark.parametrize(("before", "after"), [(None, OLD), (OLD, None)])
def test_images_that_there_are_not(before: Item | None, after: Item | None) -> None:
    shown = record_text(before, after)["dynamodb"]
    assert ("NewImage" in shown, "OldImage" in shown) == (after is not None, before is not None)
    assert "NewImage" not in record_text(OLD, None, "NEW_IMAGE")["dynamodb"]


@pytest.mark.parametrize("kind", ["S", "N", "B"])
def test_keys_of_every_type(kind: str) -> None:
    texts = {"S": ("é", "é"), "N": ("-0.00120", "-0.0012"), "B": (b"\x00\xff", "AP8=")}
    given, text = texts[kind]
    part = Decimal("-0.0012") if kind == "N" else given
    keys = KeySchema((KeyAttribute("p", kind),), (KeyAttribute("s", kind),))
    item = {"p": {kind: text}, "s": {kind: text}}
    assert record_text(None, item, keys=keys, place=(part, part))["dynamodb"]["Keys"] == item


def test_whole_numbers_of_38_digits_stay_whole() -> None:
    text = "1" + "0" * 60
    shown = record_text(None, {"Id": {"N": text}}, place=(Decimal(text), ()))
    assert shown["dynamodb"]["Keys"] == {"Id": {"N": text}}


def test_images_list_number_sets_in_hash_order() -> None:
    item = OLD | {"s": {"NS": ["1", "2", "3"]}, "m": {"M": {"s": {"NS": ["1", "2"]}}}}
    image = record_text(None, item)["dynamodb"]["NewImage"]
    assert image["s"] == {"NS": ["3", "2", "1"]}
    assert image["m"] == {"M": {"s": {"NS": ["2", "1"]}}}


def test_the_service_s_deletions_say_so() -> None:
    identity = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert record_text(OLD, None, by_service=True)["userIdentity"] == identity
    assert "userIdentity" not in record_text(OLD, None)
