"""Reports that are made in steps: bounded ones, whatever happens between two of them, and answered in their order."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from typing import Any

import pytest

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http import admin
from dynarig.emulator.http.admin_request import Rig
from dynarig.emulator.http.server import assemble
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings
from tests.http.fake_loop import on_fake_loop
from tests.http.test_delays import connect

NOW = 1_790_000_000.0
TABLES = 60
ROUTES = ["cost", "heat", "live"]


def _call(engine: Engine, operation: str, now: float = NOW, **request: Any) -> None:
    reply = engine.execute(Call(operation, request), now)
    assert reply.error_code is None, reply.payload


def _create(engine: Engine, name: str) -> None:
    _call(
        engine,
        "CreateTable",
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _busy(tables: int) -> Engine:
    engine = Engine(Settings(capacity="observe"))
    for number in range(tables):
        _create(engine, f"t{number:02}")
        _call(engine, "PutItem", TableName=f"t{number:02}", Item={"pk": {"S": "a"}})
        _call(engine, "GetItem", TableName=f"t{number:02}", Key={"pk": {"S": "a"}})
    return engine


def _told(engine: Engine, route: str, meanwhile: Callable[[int], None] = lambda step: None) -> tuple[Any, int]:
    """What the route tells, and in how many steps; `meanwhile` runs behind each."""
    rig = Rig(engine, ManualClock(NOW + 60), engine.settings)
    answer = admin.serve(rig, b"GET", (b"/_dynarig/" + route.encode(), b""), {}, b"")
    assert isinstance(answer, Generator)
    steps = 0
    while True:
        try:
            next(answer)
        except StopIteration as end:
            return json.loads(end.value.body), steps
        meanwhile(steps)
        steps += 1


@pytest.mark.parametrize("route", ROUTES)
def test_more_tables_take_more_steps_and_not_longer_ones(route: str) -> None:
    _, few = _told(_busy(2), route)
    _, many = _told(_busy(TABLES), route)
    assert few <= 12
    assert many >= few + TABLES // 8


@pytest.mark.parametrize("route", ROUTES)
def test_tables_come_and_go_between_the_steps(route: str) -> None:
    engine = _busy(TABLES)

    def meanwhile(step: int) -> None:
        name = f"t{step % TABLES:02}"
        if step < TABLES:
            _call(engine, "DeleteTable", TableName=name)
        _create(engine, f"new{step}")
        _call(engine, "PutItem", TableName=f"new{step}", Item={"pk": {"S": "a"}})

    told, _ = _told(engine, route, meanwhile)
    rows = told[{"cost": "lines", "heat": "tables", "live": "consumed"}[route]]
    assert {f"t{number:02}" for number in range(TABLES)} <= {row["table"] for row in rows}


def test_an_answer_behind_a_report_waits_for_it_and_other_connections_do_not() -> None:
    server = assemble(Settings(port=0), _busy(TABLES), ManualClock(NOW))
    loop = on_fake_loop(server)
    watcher, told = connect(server)
    other, out = connect(server)
    watcher.data_received(b"GET /_dynarig/heat HTTP/1.1\r\n\r\nGET /_dynarig/health HTTP/1.1\r\n\r\n")
    other.data_received(b"GET /_dynarig/health HTTP/1.1\r\n\r\n")
    server.turn._end()
    assert b"200 OK" in out.written
    assert told.written == b""
    loop.run_to(1.0)
    assert told.written.index(b'"tables"') < told.written.index(b'"status"')


def test_a_report_that_breaks_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    server = assemble(Settings(port=0), _busy(1), ManualClock(NOW))
    loop = on_fake_loop(server)
    connection, out = connect(server)

    def broken(*_: Any) -> Generator[None, None, Any]:
        yield
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(server.rig.engine.services, "bill_in_steps", broken)
    connection.data_received(b"HEAD /_dynarig/cost HTTP/1.1\r\nConnection: close\r\n\r\n")
    loop.run_to(1.0)
    assert out.written.startswith(b"HTTP/1.1 500")
    assert out.written.endswith(b"\r\n\r\n")
    assert b"connection: close" in out.written
