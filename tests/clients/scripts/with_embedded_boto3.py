"""boto3 inside `embedded`, whatever its version: client, resource, streams, a waiter, a named error."""

from __future__ import annotations

import boto3

from dynarig.emulator.embedded import embedded

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}

early = boto3.client("dynamodb", region_name="us-east-1")
with embedded(consistency="eventual") as rig:
    early.create_table(**TABLE)
    client = boto3.client("dynamodb")
    client.get_waiter("table_exists").wait(TableName="orders")
    table = boto3.resource("dynamodb").Table("orders")
    table.put_item(Item={"pk": "a", "raw": b"\x00"})
    assert table.get_item(Key={"pk": "a"}, ConsistentRead=True)["Item"]["raw"].value == b"\x00"
    try:
        client.get_item(TableName="nothing", Key={"pk": {"S": "a"}})
    except client.exceptions.ResourceNotFoundException as refusal:
        attempts = refusal.response["ResponseMetadata"]["RetryAttempts"]
    assert attempts == 0
    assert len(boto3.client("dynamodbstreams").list_streams()["Streams"]) == 1
    assert rig.call("Scan", {"TableName": "orders"})["Count"] == 1
print("answered")
