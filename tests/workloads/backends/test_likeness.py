"""What counts as the same answer, and what as a difference of which kind."""

import pytest

from dynarig.emulator.model.errors import DynamoDBError, condition_failed, validation
from dynarig.workloads.backends.likeness import differences

SAME = [
    ("GetItem", {"Item": {"s": {"SS": ["b", "a"]}}}, {"Item": {"s": {"SS": ["a", "b"]}}}),
    ("GetItem", {"Item": {"s": {"NS": ["1.0", "20"]}}}, {"Item": {"s": {"NS": ["2E1", "1"]}}}),
    ("GetItem", {"Item": {"n": {"N": "1.50"}}}, {"Item": {"n": {"N": "1.5"}}}),
    ("GetItem", {"Item": {"m": {"M": {"a": {"N": "100"}}}}}, {"Item": {"m": {"M": {"a": {"N": "1E2"}}}}}),
    ("Scan", {"Items": [{"p": {"S": "a"}}, {"p": {"S": "b"}}]}, {"Items": [{"p": {"S": "b"}}, {"p": {"S": "a"}}]}),
    ("BatchGetItem", {"Responses": {"t": [{"p": {"S": "a"}}, {"p": {"S": "b"}}]}, "UnprocessedKeys": {}},
     {"Responses": {"t": [{"p": {"S": "b"}}, {"p": {"S": "a"}}]}}),
    ("DescribeTable", {"Table": {"CreationDateTime": 1.0, "TableId": "a", "TableArn": "x", "ItemCount": 3}},
     {"Table": {"CreationDateTime": 2.0, "TableId": "b", "TableArn": "y"  , "ItemCount": 0}}),
    ("DescribeTable", {"Table": {"LocalSecondaryIndexes": []}}, {"Table": {}}),
    ("DescribeTable",
     {"Table": {"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"},
                                         {"AttributeName": "b", "AttributeType": "S"}]}},
     {"Table": {"AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "S"},
                                         {"AttributeName": "a", "AttributeType": "S"}]}}),
    ("PutItem", condition_failed({"a": {"SS": ["x", "y"]}}), condition_failed({"a": {"SS": ["y", "x"]}})),
]  # fmt: skip

DIFFERENT = [
    ("GetItem", {"Item": {"n": {"N": "1"}}}, {"Item": {"n": {"N": "2"}}}, [("value", "Item.n.N")]),
    ("GetItem", {"Item": {"n": {"N": "1"}}}, {"Item": {"n": {"S": "1"}}},
     [("missing", "Item.n.N"), ("missing", "Item.n.S")]),
    ("GetItem", {}, {"Item": {"n": {"N": "2"}}}, [("missing", "Item")]),
    ("Query", {"Items": [{"p": {"S": "a"}}, {"p": {"S": "b"}}]}, {"Items": [{"p": {"S": "b"}}, {"p": {"S": "a"}}]},
     [("order", "Items")]),
    ("Scan", {"Items": [{"p": {"S": "a"}}]}, {"Items": []}, [("value", "Items (length)")]),
    ("GetItem", {"Item": {"l": {"L": [{"S": "a"}, {"S": "b"}]}}}, {"Item": {"l": {"L": [{"S": "a"}, {"S": "c"}]}}},
     [("value", "Item.l.L[1].S")]),
    ("DescribeTable", {"Table": {"TableArn": "x"}}, {"Table": {}}, [("missing", "Table.TableArn")]),
    ("PutItem", validation("one text"), validation("another"), [("message", "")]),
    ("PutItem", validation("one text"), {}, [("outcome", "")]),
    ("PutItem", validation("text"), condition_failed(), [("outcome", "")]),
    ("PutItem", condition_failed({"a": {"S": "x"}}), condition_failed(), [("missing", "Item")]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "left", "right"), SAME)
def test_same(operation, left, right):
    assert differences(operation, left, right) == []
    assert differences(operation, right, left) == []


@pytest.mark.parametrize(("operation", "left", "right", "expected"), DIFFERENT)
def test_different(operation, left, right, expected):
    found = differences(operation, left, right)
    assert [(one.kind, one.path) for one in found] == expected
    assert all("\n" not in str(one) and operation in str(one) for one in found)


def test_ignored_members():
    left, right = {"ConsumedCapacity": {"CapacityUnits": 1.0}, "Count": 1}, {"Count": 1}
    assert differences("Query", left, right, frozenset({"ConsumedCapacity"})) == []
    assert len(differences("Query", left, right)) == 1


def test_long_values_are_cut():
    found = differences("GetItem", DynamoDBError("A", "x" * 1000), {})
    assert len(str(found[0])) < 300
