"""BatchGetItem and BatchWriteItem on an engine, case by case (tests/cases/batches)."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("batches"))
def test_case(case: Case) -> None:
    World().run(case)


def test_over_16_megabytes_the_rest_is_unprocessed() -> None:
    """Items of 400 KB: forty fit into 16 MB; the block's other members stay with the keys that are left."""
    world = World()
    for number in range(44):
        world.put("plain", {"pk": {"S": f"k{number:02}"}, "v": {"S": "x" * (409_600 - 6)}})
    keys = [{"pk": {"S": f"k{number:02}"}} for number in range(44)]
    block = {
        "Keys": keys,
        "ProjectionExpression": "#p",
        "ExpressionAttributeNames": {"#p": "pk"},
        "ConsistentRead": True,
    }
    request = {"RequestItems": {"plain": block}, "ReturnConsumedCapacity": "TOTAL"}
    answer = world.call("BatchGetItem", request)
    assert answer["Responses"] == {"plain": keys[:40]}
    assert answer["UnprocessedKeys"] == {"plain": {**block, "Keys": keys[40:]}}
    assert answer["ConsumedCapacity"] == [{"TableName": "plain", "CapacityUnits": 4000.0}]
    rest = world.call("BatchGetItem", {"RequestItems": answer["UnprocessedKeys"]})
    assert rest == {"Responses": {"plain": keys[40:]}, "UnprocessedKeys": {}}


def test_more_than_25_writes_are_echoed() -> None:
    world = World()
    puts = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(26)]
    status, body = world.attempt("BatchWriteItem", {"RequestItems": {"plain": puts}})
    assert status == 400
    message = body["message"]
    assert message.startswith(
        "1 validation error detected: Value '{plain=[WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=0, "
    )
    assert message.count("WriteRequest(putRequest") == 26
    assert message.endswith(
        "' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
    )
