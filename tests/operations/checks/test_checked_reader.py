"""Bodies that are recognised: the same request as read the long way, some checks asked each time, all else left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model import limits
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks import checked_reader as checked_reader_module
from dynarig.emulator.operations.checks.checked_reader import checked_reader
from dynarig.emulator.operations.checks.constraints import bounds_new
from dynarig.emulator.operations.checks.expressions import static
from dynarig.emulator.operations.checks.stages import Faults, bare, each_time, gathered, looks_at
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Attributes, Request


@looks_at("Item")
def _large(request: Request) -> Faults:
    return "large" if request.members["Item"].size > 10 else None


@looks_at("TableName")
def _named(request: Request) -> Faults:
    return "named" if request.members["TableName"] == "refused" else None


STAGES = (bare(_named), bare(each_time(_large)))


def body(text: str = "a", table: str = "things") -> dict[str, Any]:
    return {"TableName": table, "Item": {"pk": {"S": text}}}


def refuse(operation: str, sent: Any) -> Request:
    raise AssertionError("read the long way")


def reader() -> Callable[[Any], Request]:
    """One that knows the statement of `body`."""
    read = checked_reader("PutItem", STAGES)
    read(body())
    read(body())
    return read


def test_a_statement_is_known_after_its_second_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    once = checked_reader("PutItem", STAGES)
    once(body())
    read = reader()
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    found = read(body("bc"))
    item = found.members["Item"]
    assert isinstance(item, Attributes)
    assert (item.attributes, item.size) == ({"pk": {"S": "bc"}}, 4)
    assert (found.operation, found.body, found.clean, found.older) == ("PutItem", body("bc"), True, False)
    with pytest.raises(AssertionError, match="the long way"):
        once(body())


@pytest.mark.parametrize(
    ("item", "normal"),
    [
        ({"pk": {"S": "a"}, "n": {"N": "01"}}, {"pk": {"S": "a"}, "n": {"N": "1"}}),
        ({"pk": {"SS": ["b", "a"]}}, {"pk": {"SS": ["a", "b"]}}),
        ({"pk": {"B": "fx=="}}, {"pk": {"B": "fw=="}}),
        ({}, {}),
    ],
)
def test_what_has_to_be_normalised_is_recognised_too(
    item: dict[str, Any], normal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, sent = reader(), body() | {"Item": item}
    wanted = read_request("PutItem", sent)
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    found = read(sent).members["Item"]
    assert (found.attributes, found.size) == (normal, wanted.members["Item"].size)


def test_checks_of_contents_are_asked_every_time() -> None:
    read = checked_reader("PutItem", STAGES)
    for _ in range(3):
        read(body())
        with pytest.raises(DynamoDBError, match="large"):
            read(body("a" * 20))


def test_refusals_are_not_kept() -> None:
    read = checked_reader("PutItem", STAGES)
    for _ in range(2):
        with pytest.raises(DynamoDBError, match="named"):
            read(body(table="refused"))


@pytest.mark.parametrize("value", [{"NULL": False}, {"SS": []}, {"N": "x"}, {}, {"S": "a", "N": "1"}, {"BOOL": "yes"}])
@pytest.mark.parametrize("name", ["pk", ""])
def test_items_with_something_to_tell_are_read_the_long_way(value: dict[str, Any], name: str) -> None:
    sent = body() | {"Item": {name: value}}
    found, wanted = reader()(sent), read_request("PutItem", sent)
    assert found == wanted


def test_a_figure_is_no_part_of_a_statement_and_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    read = checked_reader("Scan", (gathered(bounds_new("Limit", 1)),))
    for limit in (1, 2):
        read({"TableName": "things", "Limit": limit})
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    for odd in (1.5, True, "3", 2**31, None):
        with pytest.raises(AssertionError, match="the long way"):
            read({"TableName": "things", "Limit": odd})
    assert read({"TableName": "things", "Limit": 3}).members["Limit"] == 3
    with pytest.raises(DynamoDBError, match="greater than or equal to 1"):
        read({"TableName": "things", "Limit": 0})


def test_operands_are_judged_each_time_where_more_than_their_types_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def sent(low: str) -> dict[str, Any]:
        return {
            "TableName": "things",
            "FilterExpression": "a BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":low": {"N": low}, ":high": {"N": "5"}},
        }

    read = checked_reader("Scan", (bare(static("FilterExpression")),))
    read(sent("1"))
    read(sent("2"))
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    read(sent("3"))
    with pytest.raises(DynamoDBError, match="upper bound to be greater"):
        read(sent("6"))


@pytest.mark.parametrize("item", [[], "a", {"pk": []}, {"pk": {"S": 1}}])
def test_what_is_no_item_is_refused_as_ever(item: Any) -> None:
    with pytest.raises(DynamoDBError) as caught:
        reader()(body() | {"Item": item})
    assert caught.value.code == "SerializationException"


@pytest.mark.parametrize("sent", [None, [], "TableName", 1])
def test_what_is_no_body_is_refused_as_ever(sent: Any) -> None:
    with pytest.raises(DynamoDBError) as caught:
        checked_reader("PutItem", STAGES)(sent)
    assert caught.value.code == "SerializationException"


def test_what_is_larger_than_an_item_may_be_is_read_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    read = checked_reader("PutItem", (bare(_named),))
    for _ in range(2):
        read(body())
    monkeypatch.setattr(checked_reader_module, "read_request", refuse)
    largest = limits.ITEM_SIZE_BYTES_MAX - len("pk")
    assert read(body("a" * largest)).members["Item"].size == limits.ITEM_SIZE_BYTES_MAX
    with pytest.raises(AssertionError, match="the long way"):
        read(body("a" * (largest + 1)))


def test_a_large_item_of_a_known_transaction_is_refused() -> None:
    engine = Engine()

    def put(length: int) -> dict[str, Any]:
        item = {"pk": {"S": "a"}, "v": {"S": "x" * length}}
        return engine.execute(
            Call("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "things", "Item": item}}]}), 1_000.0
        ).payload

    for _ in range(3):
        assert put(10)["message"] == "Requested resource not found"  # past every check of the action
    assert "Item size has exceeded the maximum allowed size" in put(409_600)["message"]
