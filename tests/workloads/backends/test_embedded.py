"""The emulator as a backend: one state over regions, errors as DynamoDBError, every other format's tables in it."""

from pathlib import Path

import pytest

from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.fixtures.estate import Settings
from dynarig.fixtures.schema_readers import read_schema
from dynarig.workloads.backends import FEATURES, open_backend
from dynarig.workloads.backends.embedded import EmbeddedBackend, features_of
from tests.workloads.backends.features import QUESTIONS, has, make

CASES = Path(__file__).parents[2] / "cases" / "schemas"


def test_regions_share_an_emulator_and_nothing_else():
    with open_backend("embedded", region="eu-west-1") as backend:
        make(backend, "orders")
        with backend.in_region("us-west-2") as other:
            assert other.call("ListTables", {}) == {"TableNames": []}
        assert backend.call("ListTables", {}) == {"TableNames": ["orders"]}
    with open_backend("embedded", region="eu-west-1") as fresh:
        assert fresh.call("ListTables", {}) == {"TableNames": []}


def test_a_given_client_answers():
    client = EmbeddedClient()
    make(EmbeddedBackend("eu-west-1", client=client), "orders")
    assert client.call("ListTables", {}, region="eu-west-1") == {"TableNames": ["orders"]}


def test_errors():
    with open_backend("embedded") as backend, pytest.raises(DynamoDBError) as caught:
        backend.call("DescribeTable", {"TableName": "none"})
    assert caught.value.code == "ResourceNotFoundException"


def test_features_follow_from_operations():
    assert "tags" in features_of({"TagResource"})
    assert features_of(()) < features_of({"TagResource", "CreateBackup"})
    report = open_backend("embedded").report()
    assert set(report) | open_backend("embedded").supports == set(FEATURES)
    assert "replicates nothing" in report["global-tables"]


@pytest.mark.parametrize("feature", sorted(QUESTIONS))
def test_has_what_it_says(feature):
    with open_backend("embedded", region="eu-west-1") as backend:
        assert has(backend, feature) == (feature in backend.supports)


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_tables_of_every_format_are_made_filled_and_queried(name):
    schema = read_schema(CASES / name)
    backend = open_backend("embedded")
    for table in schema.tables:
        backend.in_region(table.region).call("CreateTable", table.create)
    for table, contents in zip(schema.tables, schema.contents(Settings(), 30), strict=True):
        here = backend.in_region(table.region)
        items = list(contents.items())
        for item in items:
            here.call("PutItem", {"TableName": table.name, "Item": item})
        found = here.call("Scan", {"TableName": table.name, "Select": "COUNT"})
        assert found["Count"] == len(items) == contents.count
        for index in table.create.get("GlobalSecondaryIndexes") or []:
            assert query(here, table.name, index, items) > 0


def query(backend, table_name, index, items):
    """How many items an index gives for the key of the first item that it holds."""
    names = [entry["AttributeName"] for entry in index["KeySchema"]]
    held = next(item for item in items if all(name in item for name in names))
    request = {
        "TableName": table_name,
        "IndexName": index["IndexName"],
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": names[0]},
        "ExpressionAttributeValues": {":key": held[names[0]]},
    }
    return backend.call("Query", request)["Count"]
