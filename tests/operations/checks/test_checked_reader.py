"""Bodies that are recognised: the same request as read the long way, the checks of contents asked, all else left."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks import checked_reader as checked_reader_module
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.stages import Faults, bare, looks_at, of_contents
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Attributes, Request


@looks_at("Item")
def _large(request: Request) -> Faults:
    return "large" if request.members["Item"].size > 10 else None


@looks_at("TableName")
def _named(request: Request) -> Faults:
    return "named" if request.members["TableName"] == "refused" else None


STAGES = (bare(_named), bare(of_contents(_large)))


def body(text: str = "a", table: str = "things") -> dict[str, Any]:
    return {"TableName": table, "Item": {"pk": {"S": text}}}


def refuse(operation: str, sent: Any) -> Request:
    raise AssertionError("read the long way")


def test_the_second_time_a_body_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    read = checked_reader("PutItem", STAGES)
    read(body("a"))
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    found = read(body("bc"))
    item = found.members["Item"]
    assert isinstance(item, Attributes)
    assert (item.attributes, item.size) == ({"pk": {"S": "bc"}}, 4)
    assert (found.operation, found.body, found.clean, found.older) == ("PutItem", body("bc"), True, False)


def test_checks_of_contents_are_asked_every_time() -> None:
    read = checked_reader("PutItem", STAGES)
    for _ in range(2):
        read(body())
        with pytest.raises(DynamoDBError, match="large"):
            read(body("a" * 20))


def test_refusals_are_not_kept() -> None:
    read = checked_reader("PutItem", STAGES)
    for _ in range(2):
        with pytest.raises(DynamoDBError, match="named"):
            read(body(table="refused"))


@pytest.mark.parametrize(
    "item",
    [{"pk": {"S": "a"}, "n": {"N": "01"}}, {"pk": {"SS": ["b", "a"]}}, {"pk": {"S": ""}}, {"": {"S": "a"}}, {}],
)
def test_items_that_are_not_plain_are_read_the_long_way(item: dict[str, Any]) -> None:
    read = checked_reader("PutItem", STAGES)
    read(body())
    sent = body() | {"Item": item}
    found, wanted = read(sent), read_request("PutItem", sent)
    assert found.members["Item"].attributes == wanted.members["Item"].attributes
    assert found.members["Item"].size == wanted.members["Item"].size
    assert found.clean == wanted.clean


@pytest.mark.parametrize("item", [[], "a", {"pk": []}, {"pk": {"S": 1}}])
def test_what_is_no_item_is_refused_as_ever(item: Any) -> None:
    read = checked_reader("PutItem", STAGES)
    read(body())
    with pytest.raises(DynamoDBError) as caught:
        read(body() | {"Item": item})
    assert caught.value.code == "SerializationException"


@pytest.mark.parametrize("sent", [None, [], "TableName", 1])
def test_what_is_no_body_is_refused_as_ever(sent: Any) -> None:
    with pytest.raises(DynamoDBError) as caught:
        checked_reader("PutItem", STAGES)(sent)
    assert caught.value.code == "SerializationException"
