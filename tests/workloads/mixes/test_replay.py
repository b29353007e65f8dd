"""A recording's shape, played again: operations, weights, keys by how busy they were, rates, sizes."""

from collections import Counter

import orjson
import pytest
import yaml

from dynarig.emulator.http.recording import Hashing
from dynarig.workloads.mixes.design import read_design
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.recorded import read_recording
from dynarig.workloads.mixes.replay import replayed
from dynarig.workloads.mixes.shapes import shape_of
from tests.workloads.mixes.driving import driven

CREATE = {
    "TableName": "carts",
    "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "user", "AttributeType": "S"},
        {"AttributeName": "line", "AttributeType": "N"},
        {"AttributeName": "shop", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-shop",
            "KeySchema": [{"AttributeName": "shop", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def key(user, line):
    return {"user": {"S": f"user-{user:04d}"}, "line": {"N": str(line)}}


def traffic():
    """Ten seconds: user 0 asks half of all, the second half is twice as fast; (at, operation, request, error)."""
    at = 1_700_000_000.0
    yield at, "CreateTable", CREATE, None
    for number in range(300):
        at += 0.05 if number < 100 else 0.025
        user = 0 if number % 2 else number // 2
        yield at, "GetItem", {"TableName": "carts", "Key": key(user, 1)}, None
        if number % 3 == 0:
            item = {**key(user, number), "shop": {"S": f"shop-{number % 5}"}, "note": {"S": "x" * 300}}
            yield at, "PutItem", {"TableName": "carts", "Item": item}, None
        if number % 5 == 0:
            values = {":s": {"S": f"shop-{number % 10}"}}
            asked = {"KeyConditionExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "shop"}}
            query = {"TableName": "carts", "IndexName": "by-shop", "Limit": 5, "ExpressionAttributeValues": values}
            yield at, "Query", {**query, **asked}, None
        if number % 10 == 0:
            keys = [key(each, 1) for each in range(number % 30 // 10 + 2)]
            yield at, "BatchGetItem", {"RequestItems": {"carts": {"Keys": keys}}}, None
            writes = [{"PutRequest": {"Item": key(each, number + 1_000)}} for each in range(3)]
            yield (
                at,
                "BatchWriteItem",
                {"RequestItems": {"carts": [*writes, {"DeleteRequest": {"Key": keys[0]}}]}},
                None,
            )
            update = {"TableName": "carts", "Key": key(user, 1), "UpdateExpression": "SET seen = :n"}
            condition = {"ConditionExpression": "attribute_exists(line)"}
            values = {":n": {"N": str(number)}}
            error = "ConditionalCheckFailedException"
            yield at, "UpdateItem", {**update, **condition, "ExpressionAttributeValues": values}, error
            statement = 'SELECT * FROM "carts"."by-shop" WHERE shop = ?'
            yield at, "ExecuteStatement", {"Statement": statement, "Parameters": [{"S": "shop-1"}]}, None


def recording_of(hashed=False):
    hashing = Hashing(b"key")
    lines = [{"dynarig_recording": 1}]
    for at, operation, request, error in traffic():
        told = hashing.request(request) if hashed else request
        lines.append({"at": at, "operation": operation, "request": told} | ({"error": error} if error else {}))
    return b"\n".join(map(orjson.dumps, lines)).decode() + "\n"


@pytest.mark.parametrize("hashed", [False, True])
def test_the_shape_is_drawn(hashed):
    document = replayed(read_recording(recording_of(hashed), "r.jsonl"))
    patterns = {pattern["name"]: pattern for pattern in document["patterns"]}
    get = patterns["GetItem carts"]
    assert get["weight"] == 300
    assert get["request"]["Key"]["$key"]["shares"][0] == pytest.approx(0.5, abs=0.01)
    put = patterns["PutItem carts"]["request"]["Item"]["$item"]
    assert put["key"] == "new"
    assert 320 < put["size_bytes"] < 370
    query = patterns["Query carts"]["request"]
    assert query["Limit"] == 5
    assert query["ExpressionAttributeValues"][":s"]["$value"]["attribute"] == "shop"
    batch = patterns["BatchGetItem carts"]["request"]["RequestItems"]["carts"]["Keys"]
    assert batch[0]["$repeat"]["count"] == [2, 4]
    assert patterns["UpdateItem carts"]["expect"] == {"errors": ["ConditionalCheckFailedException"]}
    statement = patterns["ExecuteStatement carts"]["request"]
    assert statement["Parameters"][0]["$value"]["attribute"] == "shop"
    assert document["run_seconds"] == 10
    rates = [first for _, first, _ in document["rates"]]
    assert rates[-1] == pytest.approx(2 * rates[0], rel=0.3)
    assert max(rates) == document["rate"]


@pytest.mark.parametrize("hashed", [False, True])
def test_it_is_played_again_with_the_busiest_key_as_busy(tmp_path, hashed):
    file = tmp_path / "r.jsonl"
    file.write_text(recording_of(hashed))
    run = driven(read_design(str(file)), 1_500)
    verdict = run.verify()
    assert verdict.passed, [tally.samples for tally in run.measured.patterns.values()]
    assert run.loading.profile()
    keys, operations = Counter(), Counter()
    for number in range(2_000):
        step = run.loading.next(float(number))
        operations[step.operation] += 1
        if step.operation == "GetItem":
            keys[repr(step.request["Key"])] += 1
    assert keys.most_common(1)[0][1] / keys.total() == pytest.approx(0.5, abs=0.05)
    assert operations["GetItem"] / 2_000 == pytest.approx(300 / 580, abs=0.05)
    assert len(operations) == 7


def test_the_drawn_mix_is_a_mix_file(tmp_path):
    document = replayed(read_recording(recording_of(), "r.jsonl"))
    file = tmp_path / "mix.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    assert driven(read_design(str(file)), 300).verify().passed


def test_tokens_and_later_pages_are_no_part_of_a_shape():
    tables = {"carts": CREATE}
    one = shape_of({"TableName": "carts", "ExclusiveStartKey": key(1, 1)}, tables)
    other = shape_of({"TableName": "carts"}, tables)
    assert repr(one.structure) == repr(other.structure)
    assert one.seen == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}\n", "line 1: not a recording"),
        ('{"dynarig_recording":1}\nnonsense\n{}\n', "line 2: not a recorded request"),
        ('{"dynarig_recording":1}\n', "no CreateTable is in it"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(text, words):
    with pytest.raises(MixError, match=words):
        replayed(read_recording(text, "r.jsonl"))


def test_a_line_that_a_killed_server_has_not_ended_is_passed_over():
    text = recording_of()
    assert len(read_recording(text + '{"at": 1, "oper', "r.jsonl").asked) == len(read_recording(text, "r").asked)
