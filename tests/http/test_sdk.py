"""The server as SDKs use it: boto3 over a socket, checksums and compression included."""

from __future__ import annotations

import gzip
import http.client
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from botocore.config import Config

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings

TABLE: dict[str, Any] = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
SIGNED = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKID/1/eu-west-1/dynamodb/aws4_request, SignedHeaders=h, Signature=0",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(assemble(Settings(port=0))) as started:
        yield started


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Any]:
    made = connect(server, "eu-west-1")
    made.create_table(**TABLE)
    yield made
    made.close()


def connect(server: Server, region: str, **more: Any) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=server.url,
        region_name=region,
        aws_access_key_id=more.pop("key", "AKID"),
        aws_secret_access_key="secret",
        config=Config(retries={"mode": "legacy", "max_attempts": 2}, **more),
    )


def send(server: Server, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any, bytes]:
    """Status, headers and body of one answer on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def ask(server: Server, operation: str, body: bytes, **headers: str) -> tuple[int, Any, bytes]:
    target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    return send(server, "POST", "/", body, {**SIGNED, **target, **headers})


def test_a_round_trip_with_its_checksum_held(client: Any) -> None:
    item = {"pk": {"S": "ä€😀"}, "b": {"B": b"\x00\xff"}, "n": {"N": "1"}}
    client.put_item(TableName="orders", Item=item)
    found = client.get_item(TableName="orders", Key={"pk": {"S": "ä€😀"}})
    assert found["Item"] == item
    assert found["ResponseMetadata"]["RetryAttempts"] == 0


def test_errors_keep_the_connection(client: Any) -> None:
    for _ in range(3):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_item(TableName="nothing", Key={"pk": {"S": "a"}})


def test_accounts_and_regions_are_apart(server: Server, client: Any) -> None:
    assert client.list_tables()["TableNames"] == ["orders"]
    for region, key in (("us-west-2", "AKID"), ("eu-west-1", "123456789012")):
        other = connect(server, region, key=key)
        assert other.list_tables()["TableNames"] == []
        other.close()


@pytest.mark.parametrize("large", [True, False])
def test_gzip_answers_carry_the_checksum_of_what_was_sent(server: Server, client: Any, large: bool) -> None:
    client.put_item(TableName="orders", Item={"pk": {"S": "large"}, "d": {"S": "x" * (50_000 if large else 50)}})
    key = b'{"TableName": "orders", "Key": {"pk": {"S": "large"}}}'
    _, headers, sent = ask(server, "GetItem", key, **{"Accept-Encoding": "gzip, deflate"})
    assert (headers["content-encoding"] == "gzip") is large
    assert headers["x-amz-crc32"] == str(zlib.crc32(sent))
    assert len(json.loads(gzip.decompress(sent) if large else sent)["Item"]["d"]["S"]) == (50_000 if large else 50)


def test_botocore_reads_gzip_answers(client: Any) -> None:
    """boto3 asks for none; told to, it checks the compressed bytes, and leaves unpacking to who asked."""
    client.put_item(TableName="orders", Item={"pk": {"S": "zipped"}, "d": {"S": "x" * 50_000}})
    seen: list[str] = []

    def ask_for_gzip(request: Any, **_: Any) -> None:
        request.headers["Accept-Encoding"] = "gzip"

    def unpack(response_dict: dict[str, Any], **_: Any) -> None:
        seen.append(response_dict["headers"]["content-encoding"])
        response_dict["body"] = gzip.decompress(response_dict["body"])

    client.meta.events.register("before-send.dynamodb.GetItem", ask_for_gzip)
    client.meta.events.register("before-parse.dynamodb.GetItem", unpack)
    try:
        found = client.get_item(TableName="orders", Key={"pk": {"S": "zipped"}})
    finally:
        client.meta.events.unregister("before-send.dynamodb.GetItem", ask_for_gzip)
        client.meta.events.unregister("before-parse.dynamodb.GetItem", unpack)
    assert seen == ["gzip"]
    assert len(found["Item"]["d"]["S"]) == 50_000
    assert found["ResponseMetadata"]["RetryAttempts"] == 0


def test_a_compressed_request(server: Server, client: Any) -> None:
    body = gzip.compress(b'{"TableName": "orders", "Item": {"pk": {"S": "in"}}}')
    assert ask(server, "PutItem", body, **{"Content-Encoding": "gzip"})[0] == 200
    assert client.get_item(TableName="orders", Key={"pk": {"S": "in"}})["Item"] == {"pk": {"S": "in"}}


@pytest.mark.parametrize(("levels", "status"), [(31, 200), (500, 400), (900, 400), (50_000, 400)])
def test_deep_requests_are_answered(server: Server, client: Any, levels: int, status: int) -> None:
    value = b'{"L":[' * levels + b'{"S":"x"}' + b"]}" * levels
    body = b'{"TableName": "orders", "Item": {"pk": {"S": "deep"}, "d": %b}}' % value
    assert ask(server, "PutItem", body)[0] == status
    assert "Item" in client.get_item(TableName="orders", Key={"pk": {"S": "deep"}})


def test_reset_and_clock_by_http(server: Server) -> None:
    _, _, body = send(server, "POST", "/_dynarig/clock", b'{"freeze": 1000000000}', {})
    assert json.loads(body) == {"now": 1_000_000_000.0, "frozen": True}
    other = connect(server, "ap-south-1")
    assert other.create_table(**TABLE)["TableDescription"]["CreationDateTime"].timestamp() == 1_000_000_000
    assert send(server, "POST", "/_dynarig/reset", b"", {})[2] == b'{"status":"reset"}'
    assert other.list_tables()["TableNames"] == []
    other.close()
