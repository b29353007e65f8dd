"""What a throttle leaves as it was: by an admission that refuses chosen keys, on every way into the engine.

One sentence: what is refused has not happened, is not billed and is told; what is not refused has happened.
"""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World
from tests.fake_admission import THROTTLED, RefusingAdmission


def key(name: str) -> Case:
    return {"pk": {"S": name}}


def item(name: str, content: str = "new") -> Case:
    return {**key(name), "v": {"S": content}}


def world(*refused: str, stored: str = "abcd") -> World:
    made = World()
    made.put("plain", *(item(name, "old") for name in stored))
    made.engine.admission = RefusingAdmission(*refused)
    return made


def content(made: World) -> dict[str, str]:
    """What is stored, past any admission."""
    made.engine.admission = RefusingAdmission()
    found = made.call("Scan", {"TableName": "plain"})["Items"]
    made.engine.check()
    return {each["pk"]["S"]: each["v"]["S"] for each in found}


OLD = dict.fromkeys("abcd", "old")
CALLS: dict[str, Case] = {
    "PutItem": {"TableName": "plain", "Item": item("b")},
    "DeleteItem": {"TableName": "plain", "Key": key("b")},
    "UpdateItem": {
        "TableName": "plain",
        "Key": key("b"),
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"S": "new"}},
    },
    "GetItem": {"TableName": "plain", "Key": key("b")},
    "Query": {
        "TableName": "plain",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "b"}},
    },
    "ExecuteStatement": {"Statement": "UPDATE plain SET v = 'new' WHERE pk = 'b'"},
    "BatchGetItem": {"RequestItems": {"plain": {"Keys": [key("b")]}}},
    "BatchWriteItem": {"RequestItems": {"plain": [{"PutRequest": {"Item": item("b")}}]}},
}


@pytest.mark.parametrize("operation", CALLS)
def test_a_throttled_call_is_refused_and_changes_nothing(operation: str) -> None:
    """A batch whose every part is throttled is refused like a single call."""
    made = world("b")
    status, body = made.attempt(operation, {"ReturnConsumedCapacity": "TOTAL", **CALLS[operation]})
    assert status == 400
    assert (body.pop("__type").partition("#")[2], body.pop("message")) == THROTTLED
    assert body == {}
    assert content(made) == OLD


def test_a_throttled_transaction_is_cancelled_and_changes_nothing() -> None:
    made = world("b")
    status, body = made.attempt(
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "plain", "Item": item(name)}} for name in "abc"]},
    )
    assert status == 400
    assert body["__type"].partition("#")[2] in ("TransactionCanceledException", THROTTLED[0])
    assert content(made) == OLD


def test_a_transaction_is_one_admission() -> None:
    made = world()
    made.call(
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "plain", "Item": item(name)}} for name in "abc"]},
    )
    assert made.engine.admission.asked == [["a", "b", "c"]]  # type: ignore[attr-defined]


def test_a_throttled_condition_is_not_told() -> None:
    made = world("b")
    request = {"TableName": "plain", "Item": item("b"), "ConditionExpression": "attribute_not_exists(pk)"}
    assert made.attempt("PutItem", request)[1]["__type"].partition("#")[2] == THROTTLED[0]


def test_batch_write_reports_what_was_throttled_in_the_order_it_was_sent() -> None:
    made = world("b", "d", "x")
    put = {name: {"PutRequest": {"Item": item(name)}} for name in "abxc"}
    delete = {"DeleteRequest": {"Key": key("d")}}
    answer = made.call(
        "BatchWriteItem",
        {
            "RequestItems": {"plain": [put["a"], delete, put["b"], put["c"], put["x"]]},
            "ReturnConsumedCapacity": "TOTAL",
        },
    )
    assert answer == {
        "UnprocessedItems": {"plain": [delete, put["b"], put["x"]]},
        "ConsumedCapacity": [{"TableName": "plain", "CapacityUnits": 2.0}],
    }
    assert content(made) == {"a": "new", "b": "old", "c": "new", "d": "old"}


def test_unprocessed_items_can_be_sent_as_they_came() -> None:
    made = world("b")
    sent = {"plain": [{"PutRequest": {"Item": item(name)}} for name in "ab"]}
    left = made.call("BatchWriteItem", {"RequestItems": sent})["UnprocessedItems"]
    made.engine.admission = RefusingAdmission()
    assert made.call("BatchWriteItem", {"RequestItems": left}) == {"UnprocessedItems": {}}
    assert content(made) == {**OLD, "a": "new", "b": "new"}


def test_batch_get_reports_the_keys_that_were_throttled_in_the_order_they_were_sent() -> None:
    made = world("b", "d", "none")
    made.put("ranged", {"pk": {"S": "r"}, "sk": {"N": "1"}})
    block = {"Keys": [key(name) for name in ("d", "a", "b", "none", "c")], "ConsistentRead": True}
    other = {"Keys": [{"pk": {"S": "r"}, "sk": {"N": "1"}}]}
    answer = made.call(
        "BatchGetItem", {"RequestItems": {"plain": block, "ranged": other}, "ReturnConsumedCapacity": "TOTAL"}
    )
    assert sorted(answer["Responses"]["plain"], key=str) == [item("a", "old"), item("c", "old")]
    assert answer["Responses"]["ranged"] == other["Keys"]
    assert answer["UnprocessedKeys"] == {"plain": {**block, "Keys": [key("d"), key("b"), key("none")]}}
    assert answer["ConsumedCapacity"] == [
        {"TableName": "plain", "CapacityUnits": 2.0},
        {"TableName": "ranged", "CapacityUnits": 0.5},
    ]


def test_a_batch_of_statements_tells_the_throttled_ones() -> None:
    made = world("b")
    statements = [{"Statement": f"UPDATE plain SET v = 'new' WHERE pk = '{name}'"} for name in "abc"]
    first, second, third = made.call("BatchExecuteStatement", {"Statements": statements})["Responses"]
    assert "Error" not in first
    assert "Error" not in third
    assert second["Error"]["Code"] == "ProvisionedThroughputExceeded"
    assert content(made) == {**OLD, "a": "new", "c": "new"}


def test_what_is_throttled_is_not_billed() -> None:
    made = world("b")
    before = made.engine.meter.totals()
    made.attempt("PutItem", CALLS["PutItem"])
    made.attempt("BatchWriteItem", CALLS["BatchWriteItem"])
    assert made.engine.meter.totals() == before
