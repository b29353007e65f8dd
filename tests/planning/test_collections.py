"""Item collections at their limit: what grows is refused, what shrinks or stays is not."""

from __future__ import annotations

import pytest

from dynarig.emulator.model import limits
from tests.cases_support import Case, World


def _item(sort: str, size: int) -> Case:
    return {"pk": {"S": "a"}, "sk": {"S": sort}, "v": {"S": "x" * size}}


def test_a_collection_beyond_its_limit_may_shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.put("costs", _item("1", 500), _item("2", 500))
    monkeypatch.setattr(limits, "ITEM_COLLECTION_SIZE_BYTES_MAX", 600)
    world.put("costs", _item("1", 499))
    world.put("costs", _item("1", 499))  # as large as before
    status, body = world.attempt("PutItem", {"TableName": "costs", "Item": _item("1", 500)})
    assert (status, body["__type"].partition("#")[2]) == (400, "ItemCollectionSizeLimitExceededException")
    world.call("DeleteItem", {"TableName": "costs", "Key": {"pk": {"S": "a"}, "sk": {"S": "2"}}})
    world.put("costs", _item("1", 500))
    world.engine.check()


def test_other_collections_are_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.put("costs", _item("1", 500))
    monkeypatch.setattr(limits, "ITEM_COLLECTION_SIZE_BYTES_MAX", 100)
    world.put("costs", {**_item("1", 50), "pk": {"S": "b"}})
    world.put("plain", {"pk": {"S": "a"}, "v": {"S": "x" * 500}})  # without a local index there is no limit
