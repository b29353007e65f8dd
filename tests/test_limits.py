"""Every limit, tried one below, at it, and one above: the table is tests/cases/limits.json.

An entry: limit (what it is), at (its figure N), operation, request, beyond: [code, part of the text] of what is refused
at N+1, or beyond_has: members that the answer has at N+1 and within_has: those it has at N-1 and N. least: N is the
smallest, so N-1 is refused. constant: its name in model.limits, which must hold that figure; lowered: the figure that
stands in for it while the entry runs, where the true one would take long to reach. before: calls that run first.

In a request, with n the figure that is tried: {"$n": k} the number n+k; {"$text": k} n+k characters; {"$bytes": k} n+k
bytes in base64; {"$digits": k} a number of n+k digits; {"$deep": k} a value within n+k lists; {"$padded": [k, text]}
the text with blanks up to n+k; {"$sentence": [text, k]} the text and n+k characters; {"$in": k} an IN of n+k operands;
{"$times": [k, element]} a list of n+k, ``#`` being the position. Maps: a member "$name": k is one whose name has n+k
characters; {"$named": k}, {"$expected": k}, {"$filtered": k} and {"$placeholder": [mark, k, value]} have only such one.

What is sent for a second time may be known and looked at less: each entry runs in a world that has seen its like.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from dynarig.emulator.model import limits
from tests.cases_support import FOLDER, Case, World, numbered

TABLE: list[Case] = json.loads((FOLDER / "limits.json").read_text())


def sized(node: Any, n: int) -> Any:
    """A request's JSON for a figure."""
    if isinstance(node, list):
        return [sized(each, n) for each in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((tag, content),) = node.items()
        if tag in _SIZED:
            return _SIZED[tag](content, n)
    made: dict[str, Any] = {}
    for name, content in node.items():
        if name == "$name":
            made["x" * (n + content)] = {"S": ""}
        else:
            made[name] = sized(content, n)
    return made


def _deep(more: int, n: int) -> Any:
    value: Any = {"S": "leaf"}
    for _ in range(n + more):
        value = {"L": [value]}
    return value


_SIZED: dict[str, Any] = {
    "$n": lambda more, n: n + more,
    "$text": lambda more, n: "x" * (n + more),
    "$bytes": lambda more, n: b64encode(bytes(n + more)).decode(),
    "$digits": lambda more, n: "9" * (n + more),
    "$deep": _deep,
    "$padded": lambda told, n: told[1].ljust(n + told[0]),
    "$sentence": lambda told, n: told[0] + "x" * (n + told[1]),
    "$in": lambda more, n: f"pk IN ({', '.join([':v'] * (n + more))})",
    "$name": lambda more, n: {"x" * (n + more): {"S": ""}},
    "$named": lambda more, n: {"x" * (n + more): {"Action": "DELETE"}},
    "$expected": lambda more, n: {"x" * (n + more): {"Exists": False}},
    "$filtered": lambda more, n: {"x" * (n + more): {"ComparisonOperator": "NULL"}},
    "$placeholder": lambda told, n: {told[0] + "x" * (n + told[1]): told[2]},
    "$times": lambda told, n: [sized(numbered(told[1], number), n) for number in range(n + told[0])],
}


@pytest.mark.parametrize("entry", TABLE, ids=[entry["limit"] for entry in TABLE])
def test_a_limit_ends_where_it_ends(entry: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    at = entry["at"]
    if "constant" in entry:
        assert getattr(limits, entry["constant"]) == at
    if "lowered" in entry:
        at = entry["lowered"]
        monkeypatch.setattr(limits, entry["constant"], at)
    is_least = entry.get("least", False)
    for n in (at - 1, at, at + 1):
        world = World()
        for operation, request in entry.get("before", []):
            world.call(operation, sized(request, n))
        if entry.get("again", True):
            world.attempt(entry["operation"], sized(entry["request"], at + 1 if is_least else at - 1))
        status, body = world.attempt(entry["operation"], sized(entry["request"], n))
        _judge(entry, n, (n < at) if is_least else (n > at), status, body)
        world.engine.check()


def _judge(entry: Case, n: int, is_beyond: bool, status: int, body: Case) -> None:
    if is_beyond and "beyond" in entry:
        code, part = entry["beyond"]
        assert status == 400, (n, body)
        assert body["__type"].partition("#")[2] == code, (n, body)
        assert part in json.dumps(body), (n, body)
        return
    assert status == 200, (n, str(body)[:500])
    for name, content in entry.get("beyond_has" if is_beyond else "within_has", {}).items():
        assert body.get(name) == sized(content, n), (n, name, str(body.get(name))[:500])


def test_every_documented_number_is_in_the_table() -> None:
    """Times have tests of their own, where the clock is moved; capacity has the capacity room's."""
    elsewhere = {
        "TRANSACTION_TOKEN_SECONDS": "tests/operations/transactions",
        "STREAM_RETENTION_SECONDS": "tests/operations/streams",
        "ITERATOR_SECONDS": "tests/storage/test_stream_iterator.py",
        "CONCURRENT_RESTORES_MAX": "tests/operations/backups/test_restores.py",
        "CONCURRENT_EXPORTS_MAX": "tests/operations/transfers/test_exports.py",
        "CONCURRENT_IMPORTS_MAX": "tests/operations/transfers/test_exports.py",
        "KINESIS_DESTINATIONS_KEPT": "tests/operations/kinesis/test_kinesis_destinations.py",
        "TTL_CHANGE_SECONDS_MAX": "tests/operations/tables/test_time_to_live.py",
        "TTL_DELETE_SECONDS_MAX": "tests/operations/tables/test_time_to_live.py",
        "TTL_AGE_SECONDS_MAX": "tests/operations/tables/test_time_to_live.py",
        "READ_UNIT_BYTES": "tests/cases/capacity",
        "WRITE_UNIT_BYTES": "tests/cases/capacity",
        "NESTING_LEVELS_DEEP": "tests/cases/requests/values.json",
        "NUMBER_EXPONENT_MAX": "tests/cases/numbers.json",
        "NUMBER_EXPONENT_MIN": "tests/cases/numbers.json",
    }
    told = {entry["constant"] for entry in TABLE if "constant" in entry}
    named = {name for name in vars(limits) if name.isupper() and not name.startswith(("ON_DEMAND", "PARTITION_UNITS"))}
    assert named - told - set(elsewhere) == set()
