"""The inventory is whole, agrees with the registry, and names tests that exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.workloads.backends import open_backend
from tests.conformance import inventory

ROOT = Path(__file__).resolve().parent.parent.parent
INVENTORY = inventory.load()
REGISTRY = {**OPERATIONS, **STREAMS_OPERATIONS}
_ADVICE = "run `python -m tests.conformance.inventory` and judge what is unjudged"


def test_the_model_brings_nothing_that_the_inventory_lacks() -> None:
    found = inventory.model()
    lacking = sorted(found["operations"].keys() - INVENTORY["operations"].keys())
    for name, structure in found["structures"].items():
        known = INVENTORY["structures"].get(name, {"members": {}})["members"]
        lacking += [f"{name}.{member}" for member in structure["members"] if member not in known]
    assert not lacking, _ADVICE


def test_the_registry_and_the_inventory_agree() -> None:
    answered = {name for name, entry in INVENTORY["operations"].items() if entry["does"] == inventory.ANSWERED}
    assert answered == set(REGISTRY)
    others = {name: entry["does"] for name, entry in INVENTORY["operations"].items() if name not in answered}
    assert set(others.values()) <= {inventory.NOT_YET}, _ADVICE


def test_members_are_judged_as_their_operations_are() -> None:
    faults = []
    for name, member, entry in inventory.rows(INVENTORY):
        there = any(operation in REGISTRY for operation in INVENTORY["structures"][name]["used by"])
        if entry["does"] not in inventory.MEMBER_VERDICTS or (entry["does"] == inventory.NOT_YET) == there:
            faults.append(f"{name}.{member}: {entry['does']}")
    assert not faults, _ADVICE


def test_every_named_test_exists() -> None:
    entries = [(name, entry) for name, entry in INVENTORY["operations"].items()]
    entries += [(f"{name}.{member}", entry) for name, member, entry in inventory.rows(INVENTORY)]
    missing = [name for name, entry in entries if not _exists(entry["test"])]
    assert not missing


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    return name in _tests_of(path)


@cache
def _tests_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not path.startswith("tests/") or not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_what_is_not_yet_there_is_unknown_and_the_rest_is_not() -> None:
    with open_backend("embedded") as backend:
        for name, entry in INVENTORY["operations"].items():
            code = _code(backend, name)
            if entry["does"] == inventory.NOT_YET:
                assert code == "UnknownOperationException", name
            else:
                assert code != "UnknownOperationException", name


def _code(backend: Any, operation: str) -> str | None:
    try:
        backend.call(operation, {})
    except DynamoDBError as error:
        return error.code
    return None


def test_no_member_is_left_without_effect() -> None:
    assert [row for row in inventory.rows(INVENTORY) if row[2]["does"] == inventory.IGNORED] == []


def test_regeneration_keeps_the_hand_s_side() -> None:
    old = {
        "operations": {"Gone": {"does": "answered", "test": "a", "service": "dynamodb", "input": None}},
        "structures": {
            "Kept": {"used by": ["Put"], "members": {"A": {"does": "honoured", "test": "t", "type": "map"}}}
        },
    }
    found = {
        "botocore": "1.44.8",
        "operations": {"New": {"service": "dynamodb", "input": "Kept"}},
        "structures": {"Kept": {"used by": ["New"], "members": {"A": {"type": "list"}, "B": {"type": "string"}}}},
    }
    new = inventory.renewed(old, found)
    assert new["operations"]["Gone"] == old["operations"]["Gone"]
    assert new["operations"]["New"]["does"] == inventory.UNJUDGED
    assert new["structures"]["Kept"]["members"] == {
        "A": {"does": "honoured", "test": "t", "type": "list"},
        "B": {"does": inventory.UNJUDGED, "test": "", "type": "string"},
    }


@pytest.mark.parametrize(
    "test", ["tests/nothing.py::test_a", "tests/test_tidy.py::test_nothing", "", "../x.py::test_a"]
)
def test_a_name_of_no_test_is_seen(test: str) -> None:
    assert not _exists(test)
