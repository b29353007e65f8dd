"""Questions whose answers show whether a backend has a feature; used by test_features.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import Backend

_KEY = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def make(backend: Backend, name: str, **members: Any) -> dict[str, Any]:
    """The description of a new table, once it is active."""
    backend.call("CreateTable", {"TableName": name, **_KEY, **members})
    deadline = time.monotonic() + 10
    while True:
        table = backend.call("DescribeTable", {"TableName": name})["Table"]
        if table["TableStatus"] == "ACTIVE" or time.monotonic() > deadline:
            return table


def backups(backend: Backend) -> bool:
    make(backend, "backups")
    enabled = {"PointInTimeRecoveryEnabled": True}
    backend.call("UpdateContinuousBackups", {"TableName": "backups", "PointInTimeRecoverySpecification": enabled})
    return "BackupDetails" in backend.call("CreateBackup", {"TableName": "backups", "BackupName": "first"})


def capacity(backend: Backend) -> bool:
    make(backend, "capacity")
    item = {"pk": {"S": "a"}, "text": {"S": "x" * 3000}}
    put = {"TableName": "capacity", "Item": item, "ReturnConsumedCapacity": "TOTAL"}
    return backend.call("PutItem", put)["ConsumedCapacity"]["CapacityUnits"] == 3.0


def deletion_protection(backend: Backend) -> bool:
    make(backend, "protected", DeletionProtectionEnabled=True)
    try:
        backend.call("DeleteTable", {"TableName": "protected"})
    except DynamoDBError as error:
        return error.code == "ValidationException"
    return False


def global_tables(backend: Backend) -> bool:
    make(backend, "replicated", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    replica = [{"Create": {"RegionName": "us-west-2"}}]
    backend.call("UpdateTable", {"TableName": "replicated", "ReplicaUpdates": replica})
    with backend.in_region("us-west-2") as other:
        return "replicated" in other.call("ListTables", {})["TableNames"]


def limits(backend: Backend) -> bool:
    make(backend, "limits")
    puts = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(26)]
    try:
        backend.call("BatchWriteItem", {"RequestItems": {"limits": puts}})
    except DynamoDBError as error:
        return error.code == "ValidationException"
    return False


def multi_attribute_keys(backend: Backend) -> bool:
    keys = [("brand", "HASH"), ("site", "HASH"), ("day", "RANGE"), ("number", "RANGE")]
    index = {
        "IndexName": "by-site",
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        "Projection": {"ProjectionType": "ALL"},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "brand", "site", "day", "number")]
    make(backend, "multi", AttributeDefinitions=names, GlobalSecondaryIndexes=[index])
    item = {name: {"S": name} for name in ("pk", "brand", "site", "day", "number")}
    for other in ({}, {"pk": {"S": "2"}, "site": {"S": "other"}}, {"pk": {"S": "3"}, "day": {"S": "other"}}):
        backend.call("PutItem", {"TableName": "multi", "Item": {**item, **other}})
    query = {
        "TableName": "multi",
        "IndexName": "by-site",
        "KeyConditionExpression": "brand = :brand AND site = :site AND #day = :day",
        "ExpressionAttributeNames": {"#day": "day"},
        "ExpressionAttributeValues": {f":{name}": {"S": name} for name in ("brand", "site", "day")},
    }
    return backend.call("Query", query)["Count"] == 1


def on_demand_limits(backend: Backend) -> bool:
    limits = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10}
    return make(backend, "capped", OnDemandThroughput=limits).get("OnDemandThroughput") == limits


def partiql(backend: Backend) -> bool:
    make(backend, "partiql")
    backend.call("ExecuteStatement", {"Statement": "INSERT INTO \"partiql\" VALUE {'pk': 'a', 'n': 1}"})
    backend.call("ExecuteStatement", {"Statement": "UPDATE \"partiql\" SET n = n + 1 WHERE pk = 'a'"})
    found = backend.call("ExecuteStatement", {"Statement": "SELECT n FROM partiql WHERE pk = 'a'"})
    return found["Items"] == [{"n": {"N": "2"}}]


def regions(backend: Backend) -> bool:
    make(backend, "regional")
    with backend.in_region("ap-southeast-2") as other:
        return "regional" not in other.call("ListTables", {})["TableNames"]


_SOMEBODY = "arn:aws:iam::123456789012:root"  # a policy for everybody is refused


def resource_policies(backend: Backend) -> bool:
    arn = make(backend, "policies")["TableArn"]
    statement = {"Effect": "Allow", "Principal": {"AWS": _SOMEBODY}, "Action": "dynamodb:GetItem", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    backend.call("PutResourcePolicy", {"ResourceArn": arn, "Policy": policy})
    return json.loads(backend.call("GetResourcePolicy", {"ResourceArn": arn})["Policy"])["Statement"] == [statement]


def sse(backend: Backend) -> bool:
    table = make(backend, "encrypted", SSESpecification={"Enabled": True, "SSEType": "KMS"})
    return bool(table.get("SSEDescription", {}).get("SSEType") == "KMS")


def streams(backend: Backend) -> bool:
    table = make(
        backend, "streamed", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    )
    arn = table["LatestStreamArn"]
    for number in "12":
        backend.call("PutItem", {"TableName": "streamed", "Item": {"pk": {"S": "a"}, "n": {"N": number}}})
    shard = backend.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
    start = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = backend.call("GetShardIterator", start)["ShardIterator"]
    records = backend.call("GetRecords", {"ShardIterator": iterator})["Records"]
    return [record["eventName"] for record in records] == ["INSERT", "MODIFY"]


def table_class(backend: Backend) -> bool:
    table = make(backend, "classed", TableClass="STANDARD_INFREQUENT_ACCESS")
    return bool(table.get("TableClassSummary", {}).get("TableClass") == "STANDARD_INFREQUENT_ACCESS")


def tags(backend: Backend) -> bool:
    arn = make(backend, "tagged", Tags=[{"Key": "a", "Value": "1"}])["TableArn"]
    backend.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "b", "Value": "2"}]})
    return len(backend.call("ListTagsOfResource", {"ResourceArn": arn})["Tags"]) == 2


def transactions(backend: Backend) -> bool:
    make(backend, "transacted")
    put = {"Put": {"TableName": "transacted", "Item": {"pk": {"S": "a"}}}}
    refused = {
        "ConditionCheck": {
            "TableName": "transacted",
            "Key": {"pk": {"S": "b"}},
            "ConditionExpression": "attribute_exists(pk)",
        }
    }
    try:
        backend.call("TransactWriteItems", {"TransactItems": [put, refused]})
    except DynamoDBError as error:
        reasons = [reason["Code"] for reason in (error.members or {}).get("CancellationReasons", [])]
        kept = backend.call("GetItem", {"TableName": "transacted", "Key": {"pk": {"S": "a"}}})
        return reasons == ["None", "ConditionalCheckFailed"] and "Item" not in kept
    return False


QUESTIONS: dict[str, Callable[[Backend], bool]] = {
    "backups": backups,
    "capacity": capacity,
    "deletion-protection": deletion_protection,
    "global-tables": global_tables,
    "limits": limits,
    "multi-attribute-keys": multi_attribute_keys,
    "on-demand-limits": on_demand_limits,
    "partiql": partiql,
    "regions": regions,
    "resource-policies": resource_policies,
    "sse": sse,
    "streams": streams,
    "table-class": table_class,
    "tags": tags,
    "transactions": transactions,
}


def has(backend: Backend, feature: str) -> bool:
    """Whether the backend shows the feature; an error of the service counts as no."""
    try:
        return QUESTIONS[feature](backend)
    except (DynamoDBError, KeyError, IndexError):
        return False
