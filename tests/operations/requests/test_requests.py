"""Requests against tables of known schemas, as a table: what each is answered. Cases: tests/cases/requests/*.json.

A case: operation, request, and either error and message (null for none), or answer; before: requests that run first.
Shorthand in requests: ``{"$text": n}`` is a text of n characters, ``{"$deep": n}`` a value within n lists,
``{"$name": n}`` one attribute whose name has n characters.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import (
    GLOBAL,
    LOCAL,
    IndexSchema,
    KeyAttribute,
    KeySchema,
    Projection,
    TableSchema,
)
from dynarig.emulator.operations.items.delete_item import DELETE_ITEM
from dynarig.emulator.operations.items.get_item import GET_ITEM
from dynarig.emulator.operations.items.put_item import PUT_ITEM
from dynarig.emulator.operations.items.update_item import UPDATE_ITEM
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.pages.query import QUERY
from dynarig.emulator.operations.pages.scan import SCAN
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings

CASES = Path(__file__).resolve().parent.parent.parent / "cases" / "requests"
OPERATIONS: dict[str, Operation] = {
    each.name: each for each in (PUT_ITEM, GET_ITEM, UPDATE_ITEM, DELETE_ITEM, QUERY, SCAN)
}


def _schemas() -> list[TableSchema]:
    partition = (KeyAttribute("pk", "S"),)
    keys = KeySchema(partition, (KeyAttribute("sk", "N"),))
    indexes = [
        IndexSchema("g_z", GLOBAL, KeySchema((KeyAttribute("gk", "S"),)), Projection()),
        IndexSchema("g_a", GLOBAL, KeySchema((KeyAttribute("ak", "B"),), (KeyAttribute("gk", "S"),)), Projection()),
        IndexSchema("l_n", LOCAL, KeySchema(partition, (KeyAttribute("ln", "N"),)), Projection()),
    ]
    return [
        TableSchema("plain", KeySchema(partition)),
        TableSchema("ranged", keys),
        TableSchema("texts", KeySchema(partition, (KeyAttribute("sk", "S"),))),
        TableSchema("bytes", KeySchema((KeyAttribute("pk", "B"),))),
        TableSchema("indexed", keys, {index.name: index for index in indexes}),
    ]


def _context() -> Context:
    catalog = Catalog("000000000000", "us-east-1")
    for schema in _schemas():
        catalog.add(Table(schema, TableSettings(catalog.arn(schema.name), "id", 0.0)))
    creating = Table(TableSchema("creating", KeySchema((KeyAttribute("pk", "S"),))), TableSettings("arn", "id", 0.0))
    creating.settings.status = "CREATING"
    catalog.add(creating)
    return Context(catalog, 0.0, Settings(), Random(0))


def _expand(node: Any) -> Any:
    if isinstance(node, list):
        return [_expand(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$text" in node:
        return "x" * node["$text"]
    if "$name" in node:
        return {"x" * node["$name"]: {"S": "a"}}
    if "$deep" in node:
        value: Any = {"S": "leaf"}
        for _ in range(node["$deep"]):
            value = {"L": [value]}
        return value
    return {name: _expand(each) for name, each in node.items()}


def _run(context: Context, operation: str, request: Any) -> dict[str, Any]:
    """The answer's body, a refusal's included."""
    try:
        plan = OPERATIONS[operation].plan(_expand(request), context)
    except DynamoDBError as error:
        return error.body()
    assert isinstance(plan, Plan)
    for table, change in plan.changes:
        table.apply(change, context.now)
    return plan.response if plan.refusal is None else plan.refusal.body()


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


@pytest.mark.parametrize("case", _cases())
def test_request(case: dict[str, Any]) -> None:
    for _ in range(2):  # the second time its statement may be known
        _judge(case)


def _judge(case: dict[str, Any]) -> None:
    context = _context()
    for operation, request in case.get("before", []):
        assert "__type" not in _run(context, operation, request)
    body = orjson.loads(orjson.dumps(_run(context, case["operation"], case["request"])))
    if "answer" in case:
        assert body == case["answer"]
        return
    assert body.pop("__type").partition("#")[2] == case["error"]
    message = body.pop("message", body.pop("Message", None))
    assert message == case["message"]
    assert body == case.get("members", {})
    for table in context.catalog:
        table.check()


def test_every_case_file_holds_cases() -> None:
    assert len(_cases()) > 100


def test_a_name_that_is_no_table_is_not_found_by_its_arn_elsewhere() -> None:
    context = _context()
    elsewhere = "arn:aws:dynamodb:eu-west-1:000000000000:table/plain"
    body = _run(context, "GetItem", {"TableName": elsewhere, "Key": {"pk": {"S": "a"}}})
    assert body["message"] == errors.RESOURCE_NOT_FOUND
