"""Many connections at once: no update is lost, and no item of a tied index is skipped or told twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

from dynarig.emulator.http.server import Server

CONNECTIONS = 8
INCREMENTS = 1_000
TIED = 40
_SIGNED = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=MANY/20260101/eu-west-2/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0",
}


class Caller:
    """One connection that is kept."""

    def __init__(self, server: Server) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=20)

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        headers = {**_SIGNED, "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        self._connection.request("POST", "/", json.dumps(request), headers)
        answer: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return answer

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def _create(call: Caller, name: str, **more: Any) -> None:
    request: dict[str, Any] = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    assert "__type" not in call("CreateTable", TableName=name, **{**request, **more})


def test_conditional_increments_lose_no_update(server: Server) -> None:
    """Each increment reads the count and writes the next on the condition that nobody else did; it tries until so."""
    key = {"pk": {"S": "one"}}

    def increment(share: int) -> tuple[int, int]:
        call = Caller(server)
        done = refused = 0
        while done < share:
            seen = int(call("GetItem", TableName="counter", Key=key, ConsistentRead=True)["Item"]["n"]["N"])
            answer = call(
                "UpdateItem",
                TableName="counter",
                Key=key,
                UpdateExpression="SET n = :next",
                ConditionExpression="n = :seen",
                ExpressionAttributeValues={":next": {"N": str(seen + 1)}, ":seen": {"N": str(seen)}},
            )
            if "__type" in answer:
                assert answer["__type"].endswith("#ConditionalCheckFailedException")
                refused += 1
            else:
                done += 1
        call.close()
        return done, refused

    first = Caller(server)
    _create(first, "counter")
    first("PutItem", TableName="counter", Item={**key, "n": {"N": "0"}})
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        outcomes = list(threads.map(increment, [INCREMENTS // CONNECTIONS] * CONNECTIONS))
    found = first("GetItem", TableName="counter", Key=key, ConsistentRead=True)
    first.close()
    assert found["Item"]["n"] == {"N": str(INCREMENTS)}
    assert sum(refused for _, refused in outcomes) > 0, "the connections never met"


def test_a_page_of_one_over_tied_keys_returns_each_item_once(server: Server) -> None:
    call = Caller(server)
    attributes = [
        {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("g", "S"), ("at", "N"))
    ]
    keys = [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    index = {"IndexName": "tied", "KeySchema": keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    _create(call, "ties", AttributeDefinitions=attributes, GlobalSecondaryIndexes=[index])
    for n in range(TIED):
        call("PutItem", TableName="ties", Item={"pk": {"S": f"{n}"}, "g": {"S": "same"}, "at": {"N": "7"}})
    for forward in (True, False):
        request: dict[str, Any] = {
            "TableName": "ties",
            "IndexName": "tied",
            "KeyConditionExpression": "g = :g",
            "ExpressionAttributeValues": {":g": {"S": "same"}},
            "Limit": 1,
            "ScanIndexForward": forward,
        }
        seen = []
        while True:
            page = call("Query", **request)
            seen += [item["pk"]["S"] for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        assert sorted(seen, key=int) == [str(n) for n in range(TIED)]
    call.close()
