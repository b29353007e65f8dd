"""What requests make us remember has bounds: traffic that is new each time, and long, leaves little behind."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.expressions import cache, program
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.memo import Memo

NOW = 1_764_417_600.0
TABLE = {
    "TableName": "things",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
KEY = {"TableName": "things", "Key": {"pk": {"S": "a"}}}
MEMOS: dict[str, Memo[Any, Any]] = {
    "programs": cache._PROGRAMS,
    "binders": program._BINDERS,
    "parted": program._PARTED,
}
Traffic = Iterator[tuple[str, dict[str, Any]]]


def text(draw: Random, length: int) -> str:
    """A text that was never seen, made fast."""
    return f"{draw.getrandbits(64):016x}" + "n" * (length - 16)


def names_of_a_megabyte(draw: Random) -> Traffic:
    """One statement a request, whose name stands for another attribute each time."""
    for number in range(12):
        names = {"#a": text(draw, 1_000_000), "#b": "b"}
        yield "GetItem", KEY | {"ProjectionExpression": f"#a.b{number},#b", "ExpressionAttributeNames": names}


def names_of_five_kilobytes(draw: Random) -> Traffic:
    """The same few statements, whose names stand for another attribute each time."""
    for number in range(400):
        names = {"#a": text(draw, 5_000), "#b": "b"}
        yield "GetItem", KEY | {"ProjectionExpression": f"#a.b{number % 3},#b", "ExpressionAttributeNames": names}


def names_as_long_as_they_may_be(draw: Random) -> Traffic:
    """The same few statements, with names of 60 KB."""
    for number in range(400):
        names = {"#a": text(draw, 60_000), "#b": "b"}
        yield "GetItem", KEY | {"ProjectionExpression": f"#a.b{number % 3},#b", "ExpressionAttributeNames": names}


def long_statements(draw: Random) -> Traffic:
    """Updates of 3 KB that change nothing, each sent twice, so that all memories are asked to keep it."""
    for _ in range(60):
        mark = f"{draw.getrandbits(32):08x}"
        paths = ", ".join(f"f{mark}_{number}" for number in range(200))
        yield from [("UpdateItem", KEY | {"UpdateExpression": f"REMOVE {paths}"})] * 2


def partiql_statements(draw: Random) -> Traffic:
    """Statements of PartiQL, long and short."""
    for _ in range(100):
        for length in (100, 900, 7_000):
            yield "ExecuteStatement", {"Statement": f"SELECT * FROM things WHERE pk = '{text(draw, length)}'"}


def table_names(draw: Random) -> Traffic:
    """Names of tables that are not there."""
    for length in [*range(200, 300)] * 5 + [1_000_000] * 5:
        yield "GetItem", KEY | {"TableName": text(draw, length)}


@pytest.mark.parametrize(
    ("traffic", "growth_mb"),
    [
        (names_of_a_megabyte, 3),
        pytest.param(names_as_long_as_they_may_be, 21, marks=pytest.mark.slow),
        pytest.param(long_statements, 45, marks=pytest.mark.slow),
        (names_of_five_kilobytes, 3),
        (partiql_statements, 12),
        (table_names, 3),
    ],
)
def test_what_is_held_stays_within_its_bound(traffic: Callable[[Random], Traffic], growth_mb: int) -> None:
    engine = Engine()
    engine.execute(Call("CreateTable", TABLE), NOW)
    engine.run_due(NOW + 60)
    gc.collect()
    tracemalloc.start()
    try:
        for operation, request in traffic(Random(5)):
            engine.execute(Call(operation, request), NOW + 120)
            for memo in MEMOS.values():
                assert memo.held_bytes <= memo.bytes_max
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for memo in MEMOS.values():
        memo.check()
    assert held < growth_mb * 1_000_000


def test_the_bounds_bite(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    engine.execute(Call("CreateTable", TABLE), NOW)
    engine.run_due(NOW + 60)
    for memo in MEMOS.values():
        monkeypatch.setattr(memo, "bytes_max", 600_000)
    gc.collect()
    tracemalloc.start()
    try:
        for operation, request in names_of_five_kilobytes(Random(6)):
            assert engine.execute(Call(operation, request), NOW + 120).error_code is None
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 100_000 < MEMOS["binders"].held_bytes <= 600_000
    assert 100_000 < MEMOS["parted"].held_bytes <= 600_000
    assert held < 900_000  # of two megabytes that were sent
