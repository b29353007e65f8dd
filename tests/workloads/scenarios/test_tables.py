"""CreateTable requests from short texts, taken by the engine as they are."""

from dynarig.workloads.scenarios.tables import create_table
from tests.workloads.scenarios.driven import EngineClient


def test_keys_indexes_and_units():
    request = create_table(
        "orders", "customer placed:N", {"by-status": "status placed:N"}, projection=["total"], provisioned=(5, 10)
    )
    assert request["KeySchema"] == [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "placed", "KeyType": "RANGE"},
    ]
    types = {each["AttributeName"]: each["AttributeType"] for each in request["AttributeDefinitions"]}
    assert types == {"customer": "S", "placed": "N", "status": "S"}
    table = EngineClient().call("CreateTable", request)["TableDescription"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 10


def test_the_plainest_table_is_on_demand_and_may_have_a_stream():
    table = EngineClient().call("CreateTable", create_table("plain", "id", stream="NEW_IMAGE"))["TableDescription"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
