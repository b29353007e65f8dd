"""The first mix of a schema: runs as it is for every kind of key and index, and names its schema."""

import json

import pytest
import yaml

from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.mixes.design import read_design
from dynarig.workloads.mixes.first import first_mix
from tests.workloads.mixes.driving import design_of, driven


def create(name="things", key=("id",), types="SNB", local=False, **more):
    names = [*key, "group", "rank"]
    kinds = dict(zip(names, (types * len(names))[: len(names)], strict=True))
    kinds |= {"group": "S", "rank": "N"}

    def schema(*words):
        return [{"AttributeName": w, "KeyType": kind} for w, kind in zip(words, ("HASH", "RANGE"), strict=False)]

    everything = {"ProjectionType": "ALL"}
    request = {
        "TableName": name,
        "KeySchema": schema(*key),
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": kind} for each, kind in kinds.items()],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-group", "KeySchema": schema("group", "rank"), "Projection": everything}
        ],
    }
    if local:
        request["LocalSecondaryIndexes"] = [
            {"IndexName": "by.rank", "KeySchema": schema(key[0], "rank"), "Projection": everything}
        ]
    return request | more


@pytest.mark.parametrize(
    "request_",
    [
        create(),
        create(key=("id", "at")),
        create(key=("when", "at"), types="NS", local=True),
        create(key=("id",), types="B"),
        create(key=("pk", "sk"), types="SB"),
        create(name="yes", key=("version", "note")),
        create(name="My.Table-1_x", key=("true", "no")),
    ],
    ids=lambda request: request["TableName"],
)
def test_it_runs_as_it_is(tmp_path, request_):
    text = first_mix([TableDefinition("T", "us-east-1", request_)])
    patterns = [pattern["operation"] for pattern in yaml.safe_load(text)["patterns"]]
    assert patterns[0] == "GetItem"
    assert {"PutItem", "UpdateItem", "Query"} <= set(patterns)
    (tmp_path / "schema.json").write_text(json.dumps({"Table": request_}))
    run = driven(design_of(text, tmp_path, [str(tmp_path / "schema.json")]), 400)
    assert run.verify().passed, [tally.samples for tally in run.measured.patterns.values()]


def test_it_names_its_schema_and_says_what_to_change(tmp_path):
    (tmp_path / "schema.json").write_text(json.dumps({"Table": create()}))
    (tmp_path / "mix.yaml").write_text(first_mix([TableDefinition("T", "us-east-1", create())], ["schema.json"]))
    design = read_design(str(tmp_path / "mix.yaml"))
    assert [table.name for table in design.tables] == ["things"]
    assert "put in the numbers that you know" in (tmp_path / "mix.yaml").read_text()


def test_tables_of_two_regions_are_refused(tmp_path):
    for region in ("eu-west-1", "us-east-1"):
        told = create(name=region, TableArn=f"arn:aws:dynamodb:{region}:1:table/x")
        (tmp_path / f"{region}.json").write_text(json.dumps({"Table": told}))
    files = [str(path) for path in tmp_path.iterdir()]
    with pytest.raises(ValueError, match="one region, not of eu-west-1 and us-east-1"):
        read_design(None, files)
