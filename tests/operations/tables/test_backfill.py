"""What a backfill puts into a new index: all that a live write could have put there, and nothing else."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World

INDEX = {
    "IndexName": "late",
    "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}, {"AttributeName": "y", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}
TYPES = [{"AttributeName": name, "AttributeType": "S"} for name in ("x", "y")]


def _entries(x: Case, y: Case) -> int:
    """How many entries an index has that is added to a table with one item of these attributes."""
    world = World()
    world.put("plain", {"pk": {"S": "a"}, "x": x, "y": y})
    world.call(
        "UpdateTable",
        {"TableName": "plain", "AttributeDefinitions": TYPES, "GlobalSecondaryIndexUpdates": [{"Create": INDEX}]},
    )
    world.engine.finish_due(world.now)
    world.engine.check()
    return len(world.call("Scan", {"TableName": "plain", "IndexName": "late"})["Items"])


@pytest.mark.parametrize(("more", "entries"), [(-1, 1), (0, 1), (1, 0)])
def test_keys_of_every_length_that_a_write_could_have(more: int, entries: int) -> None:
    assert _entries({"S": "x" * (2_048 + more)}, {"S": "y"}) == entries
    assert _entries({"S": "x"}, {"S": "y" * (1_024 + more)}) == entries


@pytest.mark.parametrize("empty", ["x", "y"])
def test_empty_keys_stay_out(empty: str) -> None:
    values = {"x": {"S": "x"}, "y": {"S": "y"}, empty: {"S": ""}}
    assert _entries(values["x"], values["y"]) == 0


def test_keys_of_another_type_stay_out() -> None:
    assert _entries({"N": "1"}, {"S": "y"}) == 0
    assert _entries({"S": "x"}, {"M": {}}) == 0
