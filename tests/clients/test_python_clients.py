"""Python's clients: boto3 in this environment, aioboto3 and the AWS command line in their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key

from dynarig.emulator.http.server import Server
from tests.clients.conftest import REGION
from tests.clients.installs import python_environment

SCRIPTS = Path(__file__).with_name("scripts")
KEYS: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(scope="module")
def session(server: Server) -> dict[str, Any]:
    return {
        "endpoint_url": server.url,
        "region_name": REGION,
        "aws_access_key_id": "CLIENT",
        "aws_secret_access_key": "secret",
    }


@pytest.fixture(scope="module")
def client(session: dict[str, Any]) -> Iterator[Any]:
    made = boto3.client("dynamodb", **session)
    yield made
    made.close()


@pytest.fixture(scope="module")
def resource(session: dict[str, Any]) -> Iterator[Any]:
    made = boto3.resource("dynamodb", **session)
    yield made
    made.meta.client.close()


def test_boto3_resource(resource: Any) -> None:
    table = resource.create_table(TableName="resource", **KEYS)
    table.wait_until_exists()
    with table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for n in range(60):
            batch.put_item(Item={"pk": "a", "sk": n, "price": Decimal("9.90"), "tags": {"x", f"t{n}"}, "raw": b"\x00"})
        batch.delete_item(Key={"pk": "a", "sk": 59})
    assert table.item_count >= 0
    answer = table.query(
        KeyConditionExpression=Key("pk").eq("a") & Key("sk").gt(50),
        FilterExpression=Attr("tags").contains("x") & Attr("price").between(Decimal(9), Decimal(10)),
        ScanIndexForward=False,
    )
    assert [int(item["sk"]) for item in answer["Items"]] == [58, 57, 56, 55, 54, 53, 52, 51]
    assert answer["Items"][0]["raw"].value == b"\x00"
    updated = table.update_item(
        Key={"pk": "a", "sk": 1},
        UpdateExpression="SET #p = #p + :one, extra = :map",
        ExpressionAttributeNames={"#p": "price"},
        ExpressionAttributeValues={":one": 1, ":map": {"deep": [1, None, True, {"y"}]}},
        ReturnValues="ALL_NEW",
    )["Attributes"]
    assert updated["price"] == Decimal("10.90")
    assert updated["extra"] == {"deep": [1, None, True, {"y"}]}
    got = resource.batch_get_item(RequestItems={"resource": {"Keys": [{"pk": "a", "sk": n} for n in range(5)]}})
    assert {int(item["sk"]) for item in got["Responses"]["resource"]} == {0, 1, 2, 3, 4}
    with pytest.raises(table.meta.client.exceptions.ConditionalCheckFailedException):
        table.put_item(Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists())
    table.delete()
    table.wait_until_not_exists()


def test_boto3_client(client: Any) -> None:
    client.create_table(TableName="client", **KEYS)
    client.get_waiter("table_exists").wait(TableName="client")
    for n in range(20):
        client.put_item(TableName="client", Item={"pk": {"S": "a"}, "sk": {"N": str(n)}, "n": {"N": "1E2"}})
    pages = list(client.get_paginator("scan").paginate(TableName="client", PaginationConfig={"PageSize": 6}))
    assert sum(page["Count"] for page in pages) == 20
    assert len(pages) >= 4
    assert client.get_paginator("list_tables").paginate().build_full_result()["TableNames"]
    answer = client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "client", "Item": {"pk": {"S": "t"}, "sk": {"N": "1"}}}},
            {"Delete": {"TableName": "client", "Key": {"pk": {"S": "a"}, "sk": {"N": "0"}}}},
        ],
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"] == [{"TableName": "client", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}]
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.describe_table(TableName="nowhere")
    assert caught.value.response["Error"]["Message"] == "Requested resource not found: Table: nowhere not found"


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.peers
def test_aioboto3(environment: dict[str, str]) -> None:
    programs = python_environment("aioboto3", "aioboto3")
    told = json.loads(_run([str(programs / "python"), str(SCRIPTS / "with_aioboto3.py")], environment))
    assert told == {"count": 16, "pages": 30, "hits": 20, "price": "1.5", "reasons": ["ConditionalCheckFailed"]}


@pytest.mark.peers
def test_the_aws_command_line(environment: dict[str, str]) -> None:
    programs = python_environment("awscli", "awscli")

    def aws(*words: str) -> Any:
        out = _run(
            [str(programs / "python"), str(programs / "aws"), "dynamodb", *words, "--output", "json"], environment
        )
        return json.loads(out) if out.strip() else {}

    made = aws(
        "create-table", "--table-name", "cli", "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=pk,AttributeType=S", "--key-schema", "AttributeName=pk,KeyType=HASH",
    )  # fmt: skip
    assert made["TableDescription"]["TableArn"] == f"arn:aws:dynamodb:{REGION}:000000000000:table/cli"
    aws("wait", "table-exists", "--table-name", "cli")
    aws("put-item", "--table-name", "cli", "--item", '{"pk": {"S": "a"}, "n": {"N": "7"}, "raw": {"B": "AP8="}}')
    got = aws("get-item", "--table-name", "cli", "--key", '{"pk": {"S": "a"}}')
    assert got["Item"]["n"] == {"N": "7"}
    words = ("--key-condition-expression", "pk = :a", "--expression-attribute-values", '{":a": {"S": "a"}}')
    assert aws("query", "--table-name", "cli", *words)["Count"] == 1
    refused = subprocess.run(
        [str(programs / "python"), str(programs / "aws"), "dynamodb", "get-item", "--table-name", "no", "--key", "{}"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode in (254, 255)
    assert "ValidationException" in refused.stderr
