"""Answers that take time, and clients that do, on a loop whose time a test moves; one talk is over a real socket."""

from __future__ import annotations

import json
from typing import Any

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http.protocol import Connection
from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings
from tests.http.fake_engine import FakeEngine, fake_server
from tests.http.fake_loop import on_fake_loop
from tests.http.test_protocol import Transport
from tests.http.test_server import SIGNED, client, echo, post

TABLE = {
    "TableName": "tab",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
ITEM = {"TableName": "tab", "Item": {"pk": {"S": "a"}}}
TRANSACTION = {"TransactItems": [{"Put": ITEM}]}


def connect(server: Server) -> tuple[Connection, Transport]:
    connection, transport = Connection(server), Transport()
    connection.connection_made(transport)  # type: ignore[arg-type]
    return connection, transport


def request(operation: str, body: Any) -> bytes:
    signed = SIGNED.replace("DynamoDB_20120810.GetItem", f"DynamoDB_20120810.{operation}")
    text = json.dumps(body).encode()
    return f"POST / HTTP/1.1\r\nHost: h\r\n{signed}Content-Length: {len(text)}\r\n\r\n".encode() + text


def test_a_delayed_answer_waits_its_time_and_nobody_else() -> None:
    server = fake_server(FakeEngine())
    loop = on_fake_loop(server)
    slow, slow_out = connect(server)
    quick, quick_out = connect(server)
    slow.data_received(post('{"echo": "late", "delay": 0.3}') + echo("after it"))
    quick.data_received(echo("at once"))
    loop.run_to(0.3)
    assert b"at once" in quick_out.written
    assert slow_out.written == b""  # its own later answers keep their order
    loop.run_to(0.31)
    assert slow_out.written.index(b"late") < slow_out.written.index(b"after it")


def test_a_held_clock_is_moved_on_by_what_a_call_takes() -> None:
    server = assemble(Settings(port=0, transaction_seconds=0.3), clock=ManualClock(1_790_000_000.0))
    loop = on_fake_loop(server)
    connection, out = connect(server)
    connection.data_received(request("CreateTable", TABLE) + request("TransactWriteItems", TRANSACTION))
    loop.run_to(0.0)
    assert server.rig.clock.now() == 1_790_000_000.3
    connection.data_received(request("PutItem", ITEM))
    loop.run_to(0.0)
    assert out.written.count(b"HTTP/1.1 200") == 3


def test_a_transaction_holds_its_items_until_it_answers_and_not_after() -> None:
    """Two writes in one piece: the second meets the first while it runs, whoever sends it."""
    with running(assemble(Settings(port=0, transaction_seconds=0.05))) as server, client(server) as c:
        c.send(request("CreateTable", TABLE))
        assert c.answer()[0] == 200
        c.send(request("TransactWriteItems", TRANSACTION) + request("PutItem", ITEM))
        assert c.answer()[0] == 200
        status, _, body = c.answer()
        assert (status, json.loads(body)["__type"].partition("#")[2]) == (400, "TransactionConflictException")
        for _ in range(3):
            c.send(request("TransactWriteItems", TRANSACTION))
            assert c.answer()[0] == 200
            c.send(request("PutItem", ITEM))
            assert c.answer()[0] == 200


def test_the_time_that_a_transaction_takes_is_in_its_reply() -> None:
    server = assemble(Settings(port=0, transaction_seconds=0.3))
    assert isinstance(server.rig.engine, Engine)
    loop = on_fake_loop(server)
    connection, out = connect(server)
    connection.data_received(request("CreateTable", TABLE))
    loop.run_to(0.0)
    connection.data_received(request("TransactWriteItems", TRANSACTION))
    loop.run_to(0.3)
    assert out.written.count(b"HTTP/1.1 200") == 1
    loop.run_to(0.31)
    assert out.written.count(b"HTTP/1.1 200") == 2
