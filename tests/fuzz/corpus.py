"""Valid requests of every operation, which mutators start from. Data alone.

SETUP makes the state; CORPUS are requests that a server in that state takes (an operation that is not there yet is
answered UnknownOperationException, which is an answer as good as any). ``@STREAM@``, ``@ITERATOR@`` and ``@ARN@`` stand
for what the server named.
"""

from __future__ import annotations

from typing import Any

Request = tuple[str, dict[str, Any]]

_ITEM: dict[str, Any] = {
    "pk": {"S": "a"},
    "sk": {"N": "1"},
    "gk": {"S": "g"},
    "text": {"S": "some text"},
    "count": {"N": "-12.50"},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "raw": {"B": "AAEC/w=="},
    "list": {"L": [{"S": "x"}, {"N": "2"}, {"M": {"deep": {"L": [{"SS": ["b", "a"]}]}}}]},
    "map": {"M": {"inner": {"M": {"leaf": {"S": "y"}}}, "n": {"N": "3"}}},
    "names": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "bytes": {"BS": ["AA==", "/w=="]},
}
_KEY = {"pk": {"S": "a"}, "sk": {"N": "1"}}
_OTHER = {"pk": {"S": "b"}, "sk": {"N": "2"}}
_THROUGHPUT = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}

_TABLE: dict[str, Any] = {
    "TableName": "things",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
        {"AttributeName": "gk", "AttributeType": "S"},
        {"AttributeName": "count", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "count", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["text"]},
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "global",
            "KeySchema": [{"AttributeName": "gk", "KeyType": "HASH"}, {"AttributeName": "count", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "SSESpecification": {"Enabled": False},
    "Tags": [{"Key": "team", "Value": "x"}],
    "TableClass": "STANDARD",
    "DeletionProtectionEnabled": False,
    "OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 100},
    "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000},
}
_PROVISIONED: dict[str, Any] = {
    "TableName": "counters",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "B"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "ProvisionedThroughput": _THROUGHPUT,
}

SETUP: list[Request] = [
    ("CreateTable", _TABLE),
    ("CreateTable", _PROVISIONED),
    ("PutItem", {"TableName": "things", "Item": _ITEM}),
    ("PutItem", {"TableName": "things", "Item": {**_ITEM, **_OTHER}}),
    ("PutItem", {"TableName": "counters", "Item": {"id": {"B": "AA=="}, "n": {"N": "1"}}}),
]

_EXPRESSION_VALUES = {":a": {"S": "a"}, ":n": {"N": "1"}, ":l": {"L": [{"S": "z"}]}, ":s": {"SS": ["c"]}}
_RETURNS = {"ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"}

_ITEMS: list[Request] = [
    ("PutItem", {"TableName": "things", "Item": _ITEM, "ReturnValues": "ALL_OLD", **_RETURNS}),
    (
        "PutItem",
        {
            "TableName": "things",
            "Item": _ITEM,
            "ConditionExpression": "attribute_exists(#p) AND (size(#t) > :n OR contains(names, :a)) AND NOT sk IN (:a)",
            "ExpressionAttributeNames": {"#p": "pk", "#t": "text"},
            "ExpressionAttributeValues": {":n": {"N": "1"}, ":a": {"S": "a"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    (
        "PutItem",
        {
            "TableName": "things",
            "Item": _ITEM,
            "Expected": {
                "text": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "some"}]},
                "flag": {"Value": {"BOOL": True}},
                "gone": {"Exists": False},
            },
            "ConditionalOperator": "OR",
        },
    ),
    (
        "GetItem",
        {
            "TableName": "things",
            "Key": _KEY,
            "ConsistentRead": True,
            "ProjectionExpression": "#t, list[2].deep[0], map.inner",
            "ExpressionAttributeNames": {"#t": "text"},
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    ("GetItem", {"TableName": "things", "Key": _KEY, "AttributesToGet": ["text", "map"]}),
    (
        "UpdateItem",
        {
            "TableName": "things",
            "Key": _KEY,
            "UpdateExpression": "SET #c = if_not_exists(#c, :n) + :n, list = list_append(list, :l), map.n = :n "
            "REMOVE nothing, list[0] ADD numbers :ns DELETE #s :s",
            "ConditionExpression": "begins_with(pk, :a) AND sk BETWEEN :n AND :n",
            "ExpressionAttributeNames": {"#c": "count", "#s": "names"},
            "ExpressionAttributeValues": {**_EXPRESSION_VALUES, ":ns": {"NS": ["7"]}},
            "ReturnValues": "UPDATED_NEW",
            **_RETURNS,
        },
    ),
    (
        "UpdateItem",
        {
            "TableName": "things",
            "Key": _KEY,
            "AttributeUpdates": {
                "count": {"Action": "ADD", "Value": {"N": "1"}},
                "text": {"Action": "PUT", "Value": {"S": "new"}},
                "names": {"Action": "DELETE", "Value": {"SS": ["a"]}},
                "flag": {"Action": "DELETE"},
            },
            "Expected": {"count": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "-100"}]}},
        },
    ),
    (
        "DeleteItem",
        {
            "TableName": "things",
            "Key": _OTHER,
            "ConditionExpression": "attribute_type(text, :a) OR attribute_not_exists(nope)",
            "ExpressionAttributeValues": {":a": {"S": "S"}},
            "ReturnValues": "ALL_OLD",
        },
    ),
    (
        "DeleteItem",
        {"TableName": "things", "Key": _OTHER, "Expected": {"text": {"ComparisonOperator": "NOT_NULL"}}},
    ),
]

_READS: list[Request] = [
    (
        "Query",
        {
            "TableName": "things",
            "KeyConditionExpression": "pk = :a AND sk BETWEEN :n AND :m",
            "FilterExpression": "contains(#t, :some) OR size(list) < :n",
            "ProjectionExpression": "pk, sk, #t",
            "ExpressionAttributeNames": {"#t": "text"},
            "ExpressionAttributeValues": {":a": {"S": "a"}, ":n": {"N": "0"}, ":m": {"N": "9"}, ":some": {"S": "some"}},
            "Limit": 1,
            "ScanIndexForward": False,
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "INDEXES",
        },
    ),
    (
        "Query",
        {
            "TableName": "things",
            "IndexName": "global",
            "KeyConditionExpression": "gk = :g",
            "ExpressionAttributeValues": {":g": {"S": "g"}},
            "ExclusiveStartKey": {**_KEY, "gk": {"S": "g"}, "count": {"N": "-20"}},
            "Select": "ALL_PROJECTED_ATTRIBUTES",
        },
    ),
    (
        "Query",
        {
            "TableName": "things",
            "IndexName": "local",
            "KeyConditions": {
                "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
                "count": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "-99"}, {"N": "99"}]},
            },
            "QueryFilter": {
                "text": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [{"S": "e"}]},
                "raw": {"ComparisonOperator": "IN", "AttributeValueList": [{"B": "AA=="}, {"B": "AAEC/w=="}]},
            },
            "ConditionalOperator": "OR",
            "AttributesToGet": ["pk", "text"],
            "Select": "SPECIFIC_ATTRIBUTES",
        },
    ),
    (
        "Scan",
        {
            "TableName": "things",
            "FilterExpression": "NOT (flag = :t) OR map.#n >= :n",
            "ExpressionAttributeNames": {"#n": "n"},
            "ExpressionAttributeValues": {":t": {"BOOL": True}, ":n": {"N": "3"}},
            "Segment": 0,
            "TotalSegments": 4,
            "Limit": 2,
            "Select": "COUNT",
        },
    ),
    (
        "Scan",
        {
            "TableName": "things",
            "IndexName": "global",
            "ScanFilter": {"count": {"ComparisonOperator": "LT", "AttributeValueList": [{"N": "5"}]}},
            "ExclusiveStartKey": {**_KEY, "gk": {"S": "g"}, "count": {"N": "-20"}},
        },
    ),
    (
        "BatchGetItem",
        {
            "RequestItems": {
                "things": {
                    "Keys": [_KEY, _OTHER],
                    "ProjectionExpression": "#t",
                    "ExpressionAttributeNames": {"#t": "text"},
                },
                "counters": {"Keys": [{"id": {"B": "AA=="}}], "ConsistentRead": True, "AttributesToGet": ["n"]},
            },
            "ReturnConsumedCapacity": "INDEXES",
        },
    ),
    (
        "BatchWriteItem",
        {
            "RequestItems": {
                "things": [{"PutRequest": {"Item": _ITEM}}, {"DeleteRequest": {"Key": _OTHER}}],
                "counters": [{"PutRequest": {"Item": {"id": {"B": "AQ=="}}}}],
            },
            **_RETURNS,
        },
    ),
    (
        "TransactGetItems",
        {
            "TransactItems": [
                {
                    "Get": {
                        "TableName": "things",
                        "Key": _KEY,
                        "ProjectionExpression": "#t",
                        "ExpressionAttributeNames": {"#t": "text"},
                    }
                },
                {"Get": {"TableName": "counters", "Key": {"id": {"B": "AA=="}}}},
            ],
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "things", "Item": {**_ITEM, "sk": {"N": "5"}}}},
                {
                    "Update": {
                        "TableName": "things",
                        "Key": _KEY,
                        "UpdateExpression": "SET #c = :n",
                        "ExpressionAttributeNames": {"#c": "count"},
                        "ExpressionAttributeValues": {":n": {"N": "1"}},
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
                {"Delete": {"TableName": "things", "Key": {"pk": {"S": "q"}, "sk": {"N": "1"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "counters",
                        "Key": {"id": {"B": "AA=="}},
                        "ConditionExpression": "attribute_exists(id)",
                    }
                },
            ],
            "ClientRequestToken": "token-1",
            **_RETURNS,
        },
    ),
]

_STATEMENTS: list[Request] = [
    ("ExecuteStatement", {"Statement": statement, "Parameters": parameters, "ConsistentRead": True, "Limit": 2})
    for statement, parameters in (
        ("SELECT * FROM things WHERE pk = ? AND sk = 1", [{"S": "a"}]),
        ('SELECT pk, map.inner.leaf, list[2] FROM "things"."global" WHERE gk = ? ORDER BY count DESC', [{"S": "g"}]),
        ("SELECT * FROM things WHERE pk IN ['a', 'b'] AND begins_with(text, 'so') OR size(list) > 2", []),
        ("SELECT * FROM things WHERE (NOT flag = true) AND count BETWEEN -1e2 AND 3 AND gone IS MISSING", []),
        ("INSERT INTO things VALUE {'pk': 'p', 'sk': ?, 'm': {'l': [1, <<'a', 'b'>>, true, null]}}", [{"N": "9"}]),
        ("UPDATE things SET text = 'x' SET list = list_append(list, [1]) REMOVE nothing WHERE pk = ? AND sk = 1 "
         "RETURNING ALL OLD *", [{"S": "a"}]),
        ("UPDATE things SET names = set_add(names, <<'q'>>) WHERE pk = ? AND sk = 1", [{"S": "a"}]),
        ("DELETE FROM things WHERE pk = ? AND sk = 2 RETURNING ALL OLD *", [{"S": "b"}]),
        ("EXISTS(SELECT * FROM things WHERE pk = 'a' AND sk = 1)", []),
    )
]  # fmt: skip
_STATEMENTS += [
    (
        "BatchExecuteStatement",
        {
            "Statements": [
                {"Statement": "SELECT * FROM things WHERE pk = ? AND sk = 1", "Parameters": [{"S": "a"}]},
                {"Statement": "DELETE FROM counters WHERE id = ?", "Parameters": [{"B": "BA=="}]},
            ],
            "ReturnConsumedCapacity": "TOTAL",
        },
    ),
    (
        "ExecuteTransaction",
        {
            "TransactStatements": [
                {"Statement": "INSERT INTO counters VALUE {'id': ?}", "Parameters": [{"B": "CQ=="}]},
                {"Statement": "EXISTS(SELECT * FROM things WHERE pk = 'a' AND sk = 1 AND flag = true)"},
            ],
            "ClientRequestToken": "token-2",
        },
    ),
]

_TABLES: list[Request] = [
    ("CreateTable", {**_TABLE, "TableName": "more"}),
    ("CreateTable", {**_PROVISIONED, "TableName": "small"}),
    ("DescribeTable", {"TableName": "things"}),
    ("DescribeTable", {"TableName": "@ARN@"}),
    ("ListTables", {"ExclusiveStartTableName": "a", "Limit": 5}),
    ("DeleteTable", {"TableName": "more"}),
    (
        "UpdateTable",
        {
            "TableName": "counters",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "B"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "byn",
                        "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                        "ProvisionedThroughput": _THROUGHPUT,
                    }
                }
            ],
        },
    ),
    ("UpdateTable", {"TableName": "counters", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byn"}}]}),
    (
        "UpdateTable",
        {"TableName": "counters", "ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 6}},
    ),
    ("UpdateTable", {"TableName": "counters", "BillingMode": "PAY_PER_REQUEST"}),
    (
        "UpdateTable",
        {"TableName": "things", "StreamSpecification": {"StreamEnabled": False}, "DeletionProtectionEnabled": False},
    ),
    (
        "UpdateTable",
        {
            "TableName": "things",
            "OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": -1},
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        },
    ),
    ("UpdateTimeToLive", {"TableName": "things", "TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True}}),
    ("DescribeTimeToLive", {"TableName": "things"}),
    ("TagResource", {"ResourceArn": "@ARN@", "Tags": [{"Key": "k", "Value": "v"}]}),
    ("UntagResource", {"ResourceArn": "@ARN@", "TagKeys": ["k"]}),
    ("ListTagsOfResource", {"ResourceArn": "@ARN@", "NextToken": "x"}),
    (
        "UpdateContinuousBackups",
        {"TableName": "things", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
    ),
    ("DescribeContinuousBackups", {"TableName": "things"}),
    ("DescribeLimits", {}),
    ("DescribeEndpoints", {}),
    ("CreateBackup", {"TableName": "things", "BackupName": "first"}),
    ("DescribeContributorInsights", {"TableName": "things", "IndexName": "global"}),
    ("PutResourcePolicy", {"ResourceArn": "@ARN@", "Policy": "{}"}),
    ("SearchVectors", {"TableName": "things", "IndexName": "v"}),
]

_STREAMS: list[Request] = [
    ("ListStreams", {"TableName": "things", "Limit": 10}),
    ("DescribeStream", {"StreamArn": "@STREAM@", "Limit": 10, "ExclusiveStartShardId": "shardId-0000000000"}),
    ("GetShardIterator", {"StreamArn": "@STREAM@", "ShardId": "@SHARD@", "ShardIteratorType": "TRIM_HORIZON"}),
    (
        "GetShardIterator",
        {
            "StreamArn": "@STREAM@",
            "ShardId": "@SHARD@",
            "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
            "SequenceNumber": "000000000000000000001",
        },
    ),
    ("GetRecords", {"ShardIterator": "@ITERATOR@", "Limit": 100}),
]

CORPUS: list[Request] = [*_ITEMS, *_READS, *_STATEMENTS, *_TABLES, *_STREAMS]
STREAMS_OPERATIONS = frozenset({"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"})
