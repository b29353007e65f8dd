"""Keys are numbers of 38 digits: they neither collide nor change places where a float would."""

from __future__ import annotations

import pytest

from tests.cases_support import World

BEYOND_FLOAT = 2**53
NUMBERS = [
    str(BEYOND_FLOAT - 1),
    str(BEYOND_FLOAT),
    str(BEYOND_FLOAT + 1),
    str(BEYOND_FLOAT + 2),
    "12345678901234567890123456789012345677",
    "12345678901234567890123456789012345678",
    "12345678901234567890123456789012345679",
]


@pytest.mark.parametrize("forward", [True, False])
def test_sort_keys_are_exact(forward: bool) -> None:
    world = World()
    for number in (*NUMBERS[::2], *NUMBERS[1::2]):
        world.put("ranged", {"pk": {"S": "a"}, "sk": {"N": number}})
    query = {
        "TableName": "ranged",
        "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":p": {"S": "a"}, ":a": {"N": NUMBERS[1]}, ":b": {"N": NUMBERS[5]}},
        "ScanIndexForward": forward,
        "Limit": 2,
    }
    found = [item["sk"]["N"] for page in world.pages("Query", query) for item in page]
    assert found == (NUMBERS[1:6] if forward else NUMBERS[5:0:-1])


def test_index_keys_are_exact() -> None:
    world = World()
    for number in NUMBERS:
        world.put("indexed", {"pk": {"S": "a"}, "sk": {"S": number}, "gk": {"S": "g"}, "gs": {"N": number}})
    for number in NUMBERS:
        query = {
            "TableName": "indexed",
            "IndexName": "g_all",
            "KeyConditionExpression": "gk = :g AND gs = :n",
            "ExpressionAttributeValues": {":g": {"S": "g"}, ":n": {"N": number}},
        }
        (item,) = world.call("Query", query)["Items"]
        assert item["sk"]["S"] == number
