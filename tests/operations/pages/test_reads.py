"""Query and Scan on an engine, case by case (tests/cases/reads), and what takes more than one call."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("reads") + read_cases("collections"))
def test_case(case: Case) -> None:
    for _ in range(2):  # the second time its statement may be known
        World().run(case)


def _key(**attributes: str) -> Case:
    return {name: {"N" if name in ("gs", "ls") else "S": text} for name, text in attributes.items()}


def _by_key(items: list[Case]) -> list[str]:
    return sorted(f"{item['pk']['S']}/{item['sk']['S']}" for item in items)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("index", ["g_all", "g_hash", "g_keys"])
def test_tied_index_keys_are_paged_one_by_one(index: str, forward: bool) -> None:
    world = World()
    items = [_key(pk=pk, sk=sk, gk="g", gs="7") for pk in "ba" for sk in "zxy"]
    world.put("indexed", *items)
    request = {
        "TableName": "indexed",
        "IndexName": index,
        "KeyConditionExpression": "gk = :g",
        "ExpressionAttributeValues": {":g": {"S": "g"}},
        "ScanIndexForward": forward,
    }
    whole = world.call("Query", request)["Items"]
    pages = world.pages("Query", {**request, "Limit": 1})
    assert [item for page in pages for item in page] == whole
    assert [len(page) for page in pages] == [1] * 6 + [0]
    assert _by_key(whole) == _by_key(items)


def test_a_range_keeps_to_its_bounds_over_pages() -> None:
    world = World()
    world.put(
        "indexed",
        *(_key(pk="p", sk=f"{sk}{number}", gk="g", gs=str(number)) for sk in "abc" for number in range(-3, 4)),
    )
    request = {
        "TableName": "indexed",
        "IndexName": "g_all",
        "KeyConditionExpression": "gk = :g AND gs BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":g": {"S": "g"}, ":low": {"N": "-1"}, ":high": {"N": "1"}},
        "Limit": 2,
    }
    for forward in (True, False):
        items = [item for page in world.pages("Query", {**request, "ScanIndexForward": forward}) for item in page]
        wanted = [(number, sk) for number in (-1, 0, 1) for sk in "abc"]
        assert sorted((int(item["gs"]["N"]), item["sk"]["S"][0]) for item in items) == wanted
        numbers = [int(item["gs"]["N"]) for item in items]
        assert numbers == sorted(numbers, reverse=not forward)


def test_last_evaluated_keys_hold_the_keys_of_table_and_index() -> None:
    world = World()
    world.put("indexed", _key(pk="p", sk="s", gk="g", gs="1", ls="2", noted="x"))
    query = {"TableName": "indexed", "Limit": 1, "ExpressionAttributeValues": {":v": {"S": "p"}}}
    for index, names in (("l_some", "ls pk sk"), ("l_keys", "ls pk sk"), (None, "pk sk")):
        request = {**query, "KeyConditionExpression": "pk = :v", **({"IndexName": index} if index else {})}
        assert sorted(world.call("Query", request)["LastEvaluatedKey"]) == names.split()
    for index, names in (("g_all", "gk gs pk sk"), ("g_some", "gk pk sk"), (None, "pk sk")):
        scan = {"TableName": "indexed", "Limit": 1, **({"IndexName": index} if index else {})}
        assert sorted(world.call("Scan", scan)["LastEvaluatedKey"]) == names.split()


def _segments(world: World, request: Case, total: int) -> list[list[Case]]:
    return [
        [item for page in world.pages("Scan", {**request, "Segment": segment, "TotalSegments": total}) for item in page]
        for segment in range(total)
    ]


@pytest.mark.parametrize("index", [None, "g_all", "l_keys"])
def test_segments_part_a_scan_with_more_of_them_than_collections(index: str | None) -> None:
    world = World()
    items = [_key(pk=pk, sk=sk, gk=pk, gs="1", ls="1") for pk in "abcde" for sk in "12"]
    world.put("indexed", *items)
    request: Case = {"TableName": "indexed", "Limit": 1, **({"IndexName": index} if index else {})}
    segments = _segments(world, request, 64)
    assert _by_key([item for segment in segments for item in segment]) == _by_key(items)
    assert sum(bool(segment) for segment in segments) <= 5
    for segment in segments:  # a collection is whole in one segment
        assert len(segment) % 2 == 0


def test_a_start_key_of_another_segment_is_refused() -> None:
    world = World()
    world.put("texts", *(_key(pk=pk, sk="s") for pk in "abcdefgh"))
    request = {"TableName": "texts", "TotalSegments": 2, "Limit": 1}
    key = world.call("Scan", {**request, "Segment": 0})["LastEvaluatedKey"]
    status, body = world.attempt("Scan", {**request, "Segment": 1, "ExclusiveStartKey": key})
    assert status == 400
    assert body["message"].startswith("The provided starting key is invalid")


def test_pages_that_are_deleted_lose_nothing_of_a_segment() -> None:
    world = World()
    items = [_key(pk=pk, sk=sk) for pk in "abcdefghij" for sk in "123"]
    world.put("texts", *items)
    seen = []
    for segment in range(3):
        request: Case = {"TableName": "texts", "Segment": segment, "TotalSegments": 3, "Limit": 2}
        while True:
            answer = world.call("Scan", request)
            seen += answer["Items"]
            for item in answer["Items"]:
                world.call("DeleteItem", {"TableName": "texts", "Key": item})
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    assert _by_key(seen) == _by_key(items)
    assert world.call("Scan", {"TableName": "texts"})["Count"] == 0


def test_a_scan_visits_collections_whole_and_not_in_key_order() -> None:
    world = World()
    world.put("texts", *(_key(pk=chr(97 + number), sk=sk) for number in range(20) for sk in "ba"))
    items = world.call("Scan", {"TableName": "texts"})["Items"]
    partitions = [item["pk"]["S"] for item in items[::2]]
    assert partitions != sorted(partitions)
    assert [item["sk"]["S"] for item in items] == ["a", "b"] * 20
    assert [item["pk"]["S"] for item in items[1::2]] == partitions


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_a_page_ends_at_one_megabyte_of_what_is_evaluated(operation: str) -> None:
    """Rows of 64 KB: sixteen fill a page to the byte and the next is taken in; of one byte more, the sixteenth is."""
    for size, counts in ((65_536, [17, 3]), (65_537, [16, 4])):
        world = World()
        for number in range(20):
            item = {**_key(pk="p", sk=chr(97 + number)), "v": {"S": "x" * (size - 7)}}
            world.put("texts", item)
        request: Case = {"TableName": "texts", "FilterExpression": "attribute_not_exists(v)"}
        if operation == "Query":
            request["KeyConditionExpression"] = "pk = :p"
            request["ExpressionAttributeValues"] = {":p": {"S": "p"}}
        request["ReturnConsumedCapacity"] = "TOTAL"
        first = world.call(operation, request)
        second = world.call(operation, {**request, "ExclusiveStartKey": first["LastEvaluatedKey"]})
        assert [first["ScannedCount"], second["ScannedCount"]] == counts
        assert first["Count"] == second["Count"] == 0
        assert "LastEvaluatedKey" not in second
        wanted = 136.0 if counts[0] == 17 else 128.5  # 16 rows of 65,537 bytes are 257 steps of 4 KB
        assert first["ConsumedCapacity"]["CapacityUnits"] == wanted
        consistent = world.call(operation, {**request, "ConsistentRead": True})
        assert consistent["ConsumedCapacity"]["CapacityUnits"] == wanted * 2


def test_a_refused_read_costs_nothing() -> None:
    world = World()
    world.put("plain", {"pk": {"S": "a"}})
    before = world.engine.meter.totals()
    for operation, request in (
        ("GetItem", {"TableName": "plain", "Key": {"pk": {"S": "x" * 2049}}}),
        ("GetItem", {"TableName": "plain", "Key": {"pk": {"S": ""}}}),
        ("Query", {"TableName": "plain", "KeyConditionExpression": "sk = :v", "ExpressionAttributeValues": {":v": {}}}),
        ("Scan", {"TableName": "plain", "Limit": 0}),
    ):
        assert world.attempt(operation, request)[0] == 400
    assert world.engine.meter.totals() == before


def test_a_failed_condition_is_metered() -> None:
    """The larger of what is stored and what was proposed (Developer Guide)."""
    world = World()
    world.put("plain", {"pk": {"S": "a"}, "v": {"S": "x" * 3000}})

    def metered() -> tuple[int, int]:
        return world.engine.meter.totals()[("plain", None)]

    put = {"TableName": "plain", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    assert metered() == (0, 6)
    assert world.attempt("PutItem", put)[0] == 400
    assert metered() == (0, 12)
    world.attempt("PutItem", {**put, "Item": {"pk": {"S": "a"}, "v": {"S": "x" * 5000}}})
    assert metered() == (0, 22)
