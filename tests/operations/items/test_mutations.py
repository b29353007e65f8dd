"""The requests of all cases, mutated: whatever is sent is answered or refused in the service's way; nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import orjson
import pytest

from tests.cases_support import Case, World, expand, read_cases

FOLDERS = ("reads", "collections", "batches", "transactions", "capacity")
CASES: list[Case] = [
    case
    for folder in FOLDERS
    for case in (parameters.values[0] for parameters in read_cases(folder))
    if len(orjson.dumps(case)) < 4_000
]
ODD: list[Any] = [
    *(None, "", [], {}, 0, -1, 1.5, True, False, "x", "NONE", 2**40, [None], [{}], {"": {}}, [[]], {"a": None}),
    *({"S": "a"}, {"N": "1"}, {"NS": ["1", "1"]}, {"L": [{"M": {}}]}, "#a", ":v", "a = :v", "texts", "indexed"),
]
REFUSALS = {
    "ValidationException",
    "SerializationException",
    "ResourceNotFoundException",
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "IdempotentParameterMismatchException",
}


def _paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, each in inner:
        yield from _paths(each, (*path, name))


def _at(node: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        node = node[name]
    return node


def _mutated(request: Case, random: Random) -> Case:
    """A copy with one to three members dropped, replaced by odd ones, or by others of its own."""
    request = deepcopy(request)
    for _ in range(random.choice((1, 1, 2, 3))):
        paths = list(_paths(request))
        if not paths:
            break
        *outer, name = random.choice(paths)
        holder = _at(request, tuple(outer))
        draw = random.random()
        if draw < 0.3 and isinstance(holder, dict):
            del holder[name]
        elif draw < 0.7:
            holder[name] = deepcopy(random.choice(ODD))
        else:
            holder[name] = deepcopy(_at(request, random.choice(paths)))
    return request


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_sent_is_answered(seed: int) -> None:
    random = Random(seed)
    world = World()
    for _ in range(3_000):
        case = random.choice(CASES)
        for operation, request in case.get("before", []):
            if operation == "PutItem" and random.random() < 0.3:
                world.attempt(operation, expand(request))
        request = _mutated(expand(case["request"]), random)
        status, body = world.attempt(case["operation"], request)
        if status != 200:
            assert (status, body["__type"].partition("#")[2]) in {(400, code) for code in REFUSALS}, request
    world.engine.check()
