"""Reading: what becomes of a body, which layer it is left to, and that nothing but the service's errors escapes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.emulator.operations.requests.reading import OLDER_OPERATIONS, read_request
from dynarig.emulator.operations.requests.request import Attributes, Conditions, Values
from dynarig.emulator.operations.requests.service_model import input_shape

KEY = {"pk": {"S": "a"}}
CAST = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class"


def refusal(operation: str, body: Any) -> str | None:
    with pytest.raises(DynamoDBError) as caught:
        read_request(operation, body)
    assert caught.value.code == "SerializationException"
    return caught.value.message


def code_of(operation: str, body: Any) -> str | None:
    """The code of the error that reading ends with, None for none."""
    try:
        read_request(operation, body)
    except DynamoDBError as error:
        return error.code
    return None


def test_attribute_maps_are_walked_normalised_and_sized() -> None:
    request = read_request("PutItem", {"TableName": "t", "Item": {"pk": {"S": "ab"}, "n": {"N": "+1.50"}}})
    item = request.members["Item"]
    assert isinstance(item, Attributes)
    assert item.attributes == {"pk": {"S": "ab"}, "n": {"N": "1.5"}}
    assert item.size == 2 + 2 + 1 + 3
    assert request.clean
    assert not request.older


def test_the_body_is_kept_as_sent() -> None:
    body = {"TableName": "t", "Item": {"n": {"N": "+1"}}, "Unknown": 1, "ReturnValues": None}
    request = read_request("PutItem", body)
    assert request.body is body
    assert list(request.members) == ["TableName", "Item"]
    assert body["Item"] == {"n": {"N": "+1"}}


def test_attribute_maps_are_found_wherever_they_stand() -> None:
    write = {
        "Put": {"TableName": "t", "Item": KEY},
        "Update": {"Key": KEY, "ExpressionAttributeValues": {":v": KEY["pk"]}},
    }
    request = read_request("TransactWriteItems", {"TransactItems": [write]})
    read = request.members["TransactItems"][0]
    assert isinstance(read["Put"]["Item"], Attributes)
    assert isinstance(read["Update"]["ExpressionAttributeValues"], Attributes)
    batch = read_request("BatchGetItem", {"RequestItems": {"t": {"Keys": [KEY]}}})
    assert isinstance(batch.members["RequestItems"]["t"]["Keys"][0], Attributes)
    statement = read_request("ExecuteStatement", {"Statement": "", "Parameters": [{"N": "01"}]})
    assert isinstance(statement.members["Parameters"], Values)
    assert statement.members["Parameters"].values == [{"N": "1"}]


def test_legacy_maps_hold_normalised_values() -> None:
    condition = {"ComparisonOperator": "IN", "AttributeValueList": [{"N": "1.0"}]}
    request = read_request("Scan", {"TableName": "t", "ScanFilter": {"a": condition, "": condition}})
    scan_filter = request.members["ScanFilter"]
    assert isinstance(scan_filter, Conditions)
    assert scan_filter.entries["a"]["AttributeValueList"] == [{"N": "1"}]
    assert request.clean, "an empty attribute name in a filter is accepted"


def test_findings_are_told_apart_by_map_and_by_key() -> None:
    body = {
        "Key": KEY,
        "ExpressionAttributeValues": {":v": {"S": "x"}, ":w": {"N": "x"}},
        "Expected": {"a": {"Value": {"M": {"": {"S": "x"}}}}},
    }
    request = read_request("DeleteItem", body)
    assert not request.clean
    assert request.members["Key"].findings.fault is None
    values = request.members["ExpressionAttributeValues"]
    assert [key for key, findings in values.findings_by_key.items() if findings.fault is not None] == [":w"]
    assert not values.findings.empty_name
    assert request.members["Expected"].findings.empty_name


@pytest.mark.parametrize(
    ("operation", "body", "older"),
    [
        ("GetItem", {"Key": {"pk": {"BOOL": True}}}, False),
        ("GetItem", {"Key": {"pk": {"BOOL": "true"}}}, True),
        ("GetItem", {"Key": {"pk": {"S": "a", "N": "1"}}}, True),
        ("GetItem", {"Key": {"pk": {"S": "a", "N": None}}}, False),
        ("PutItem", {"Expected": {"a": {"Exists": False}}}, False),
        ("PutItem", {"Expected": {"a": {"Exists": "false"}}}, True),
        ("GetItem", {"ConsistentRead": "true"}, False),
        ("UpdateItem", {"Key": KEY}, False),
        ("UpdateItem", {}, True),
        ("Query", {"TableName": "t"}, False),
        ("Query", {"Limit": 1}, True),
        ("Scan", {"TableName": "t", "Limit": 2**31}, True),
        ("Scan", {"TableName": "t", "Limit": 1.0}, False),
        ("Scan", {"TableName": "t", "Limit": 1.5}, True),
        ("Scan", {"TableName": "t", "ScanFilter": {"a": {}}}, True),
        ("Scan", {"TableName": "t", "ScanFilter": {"a": {"ComparisonOperator": "X"}}}, False),
    ],
)
def test_the_layer_in_force(operation: str, body: dict[str, Any], older: bool) -> None:
    assert read_request(operation, body).older is older


@pytest.mark.parametrize("operation", sorted(OLDER_OPERATIONS))
def test_some_operations_are_always_the_older_layer_s(operation: str) -> None:
    assert read_request(operation, {}).older


@pytest.mark.parametrize(
    ("sent", "read"),
    [(4294967296, 2147483647), (9.2e18, 2147483647), (-1e30, -2147483648), (1.5, 1), (0.5, 0), (-0.5, 0), (7, 7)],
)
def test_integers_saturate_and_lose_their_fraction(sent: float, read: int) -> None:
    assert read_request("Scan", {"TableName": "t", "Limit": sent}).members["Limit"] == read


def test_capacity_units_have_64_bits() -> None:
    body = {"ProvisionedThroughput": {"ReadCapacityUnits": 2**40, "WriteCapacityUnits": 1e30}}
    throughput = read_request("CreateTable", body).members["ProvisionedThroughput"]
    assert throughput == {"ReadCapacityUnits": 2**40, "WriteCapacityUnits": 2**63 - 1}


@pytest.mark.parametrize(
    ("operation", "body", "text"),
    [
        ("Scan", {"Limit": True}, "TRUE_VALUE cannot be converted to Integer"),
        ("Scan", {"Limit": "1"}, "STRING_VALUE cannot be converted to Integer"),
        ("Scan", {"Limit": []}, "Unrecognized collection type class java.lang.Integer"),
        ("Scan", {"Limit": {}}, "Start of structure or map found where not expected"),
        ("Scan", {"TotalSegments": "1", "Limit": True}, "TRUE_VALUE cannot be converted to Integer"),
        ("Scan", {"ScanFilter": []}, "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.Condition>"),
        (
            "Query",
            {"KeyConditions": {"a": []}},
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Condition",
        ),
        (
            "CreateTable",
            {"ProvisionedThroughput": {"ReadCapacityUnits": "1"}},
            "STRING_VALUE cannot be converted to Long",
        ),
        ("CreateTable", {"ProvisionedThroughput": []}, "class com.amazonaws.dynamodb.v20120810.ProvisionedThroughput"),
        ("CreateTable", {"ProvisionedThroughput": 1}, "Unexpected field type"),
        ("CreateTable", {"KeySchema": [1]}, "Unexpected value type in payload"),
        ("CreateTable", {"KeySchema": [[]]}, "class com.amazonaws.dynamodb.v20120810.KeySchemaElement"),
        ("BatchGetItem", {"RequestItems": []}, "com.amazonaws.dynamodb.v20120810.KeysAndAttributes>"),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [1]}}}, CAST),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [[]]}}}, CAST),
        ("BatchWriteItem", {"RequestItems": []}, "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>"),
        ("BatchWriteItem", {"RequestItems": {"t": {}}}, CAST),
        ("BatchWriteItem", {"RequestItems": {"t": ["x"]}}, "Unexpected value type in payload"),
        ("BatchWriteItem", {"RequestItems": {"t": [{"PutRequest": []}]}}, "v20120810.PutRequest"),
    ],
)
def test_wrong_json_types(operation: str, body: dict[str, Any], text: str) -> None:
    message = refusal(operation, body)
    assert message is not None
    assert text in message


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_a_body_that_is_no_object_is_refused_without_text(body: Any) -> None:
    assert refusal("GetItem", body) is None


def test_a_null_among_a_list_s_elements_is_refused() -> None:
    assert refusal("TransactGetItems", {"TransactItems": [None]}) is None


@pytest.mark.parametrize("operation", [*OPERATIONS, *STREAMS_OPERATIONS])
def test_every_operation_can_be_read(operation: str) -> None:
    members = dict(input_shape(operation).members())
    assert read_request(operation, {}).members == {}
    for name in members:
        for wrong in ([], {}, "x", 1, True):
            assert code_of(operation, {name: wrong}) in (None, "SerializationException")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["", "a", "S", "N", "SS", "M", "L", "NULL", "Value", "Put", "Item"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["PutItem", "UpdateItem", "Scan", "BatchWriteItem", "TransactWriteItems"]),
    st.dictionaries(
        st.sampled_from(
            ["TableName", "Item", "Key", "Expected", "ScanFilter", "ExpressionAttributeValues", "RequestItems", "Limit"]
            + ["TransactItems", "AttributeUpdates", "ExpressionAttributeNames"]
        ),
        JSON,
    ),
)
def test_nothing_but_the_service_s_errors_escapes(operation: str, body: dict[str, Any]) -> None:
    assert code_of(operation, body) in (None, "SerializationException")


def test_requests_are_read_without_botocore() -> None:
    program = (
        "import sys; sys.modules['botocore'] = sys.modules['boto3'] = None\n"
        "from dynarig.emulator.operations.requests.reading import read_request\n"
        "print(read_request('PutItem', {'TableName': 't', 'Item': {}}).members['TableName'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "t\n"


@pytest.mark.parametrize("attributes", [2, 200])
def test_a_plain_read_makes_a_call_an_attribute(attributes: int) -> None:
    """Work is counted, not time: one call an attribute of a plain item, and a handful for the request."""
    body = {"TableName": "t", "Item": {f"name{number}": {"S": "a"} for number in range(attributes)}}
    read_request("PutItem", body)
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read_request("PutItem", body)
    finally:
        sys.setprofile(None)
    assert calls <= attributes + 30


def test_a_key_of_texts_is_read_as_the_walk_would() -> None:
    for key in ({"pk": {"S": "a"}}, {"pk": {"S": "a"}, "sk": {"N": "1"}}):
        request = read_request("GetItem", {"TableName": "t", "Key": key})
        assert request.clean
        assert request.members["Key"].attributes == key
    for odd in ({"": {"S": "a"}}, {"pk": {"S": "a", "N": "1"}}, {"pk": {}}):
        assert not read_request("GetItem", {"TableName": "t", "Key": odd}).clean
    assert read_request("GetItem", {"TableName": "t", "Key": {"n" * 70_000: {"S": "a"}}}).members["Key"].findings.fault


def test_names_that_are_null_are_dropped() -> None:
    body = {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ExpressionAttributeNames": {"#a": "b", "#c": None}}
    assert read_request("GetItem", body).members["ExpressionAttributeNames"] == {"#a": "b"}
