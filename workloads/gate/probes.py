"""The fixed set of work that the gate measures: `python -m dynarig.workloads.gate.probes --instructions|--seconds N`.

Rule: a probe's work is a function of nothing: same items, same requests, same clock, so that two runs of one tree take
the same instructions. Its `version` changes whenever the work does, and figures of two versions are not compared. Every
tree runs its own probes; what they are called and how much they do is the contract between trees.

A probe is made once (engine, table, requests as bytes) and then run; what is measured is the run alone.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count as count_up
from typing import Any

import orjson

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.engine import Engine
from dynarig.emulator.http import wire
from dynarig.emulator.http.admin_request import Rig
from dynarig.emulator.http.server import Server
from dynarig.emulator.model.call import Call
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.emulator.settings import Settings
from dynarig.workloads import items
from dynarig.workloads.backends.base import target_of
from dynarig.workloads.bench import calls
from dynarig.workloads.signing import LOCAL_CREDENTIALS, Signer

NOW = 1_764_417_600.0
ITEMS = 200
CALLS = 100
REPEATS = 3  # the least of them is kept: memory lies a little differently each time

Run = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Probe:
    """make: prepares and gives the work. version: of the work, as a whole number."""

    make: Callable[[], Run]
    version: int = 1


def _engine(**settings: Any) -> Engine:
    """An engine with one table, one index of ALL attributes and ITEMS items of 600 bytes."""
    engine = Engine(Settings(**settings))
    _sent(engine, "CreateTable", calls.CREATE_TABLE)
    for number in range(ITEMS):
        _sent(engine, "PutItem", calls.request("PutItem", number))
    return engine


def _sent(engine: Engine, operation: str, request: dict[str, Any]) -> None:
    reply = engine.execute(Call(operation, request), NOW)
    if reply.error_code is not None:
        raise RuntimeError(f"{operation}: {reply.error_code}: {orjson.dumps(reply.payload).decode()}")


def _calls(operation: str, requests: Iterable[dict[str, Any]], **settings: Any) -> Run:
    """The engine answers these requests, each decoded from its bytes and its answer encoded."""
    engine = _engine(**settings)
    bodies = [orjson.dumps(request) for request in requests]
    _sent(engine, operation, orjson.loads(bodies[0]))

    def run() -> None:
        for body in bodies:
            orjson.dumps(engine.execute(Call(operation, orjson.loads(body)), NOW).payload)

    return run


def _bench(operation: str, **settings: Any) -> Run:
    return _calls(operation, [calls.request(operation, number, number % 7) for number in range(CALLS)], **settings)


def _with_capacity(operation: str, mode: str) -> Run:
    """A thousand requests a second, within all that the table may take. Each key comes twice, and every write changes
    its item and the index."""
    engine = _engine(capacity=mode)
    requests = [calls.request(operation, number % (CALLS // 2), 2 * number // CALLS) for number in range(CALLS)]
    bodies = [orjson.dumps(request) for request in requests]
    times = count_up()

    def run() -> None:
        for body, milliseconds in zip(bodies, times, strict=False):
            call = Call(operation, orjson.loads(body))
            orjson.dumps(engine.execute(call, NOW + milliseconds / 1000).payload)

    return run


def _conditions() -> Run:
    """A filter of functions, comparisons and paths over every item of the table, ten times."""
    request = {
        "TableName": calls.TABLE,
        "FilterExpression": "(begins_with(gsk, :day) AND doc.#s IN (:a, :b) AND size(body) > :n) "
        "OR contains(entity, :t)",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {
            ":day": {"S": "2025-11-29"},
            ":a": {"S": "running"},
            ":b": {"S": "done"},
            ":n": {"N": "10"},
            ":t": {"S": "NONE"},
        },
        "Select": "COUNT",
    }
    return _calls("Scan", [request] * 10)


def _new_texts() -> Run:
    """Expressions that were never seen before: lexer, parser and checks each time."""
    engine = _engine()
    numbers = count_up()

    def run() -> None:
        for number, key in zip(numbers, keys, strict=False):
            engine.execute(Call("UpdateItem", _new_text(number, key)), NOW)

    keys = [items.key(number) for number in range(CALLS)]
    _sent(engine, "UpdateItem", _new_text(99_999_999, keys[0]))
    return run


def _new_text(number: int, key: dict[str, Any]) -> dict[str, Any]:
    n = f"{number:08d}"
    return {
        "TableName": calls.TABLE,
        "Key": key,
        "UpdateExpression": f"SET doc.b = if_not_exists(a{n}, :z) + :z, version = :z REMOVE doc.x{n}, c{n}",
        "ConditionExpression": f"attribute_exists(pk) AND NOT (d{n} BETWEEN :z AND :z OR size(e{n}) > :z)",
        "ExpressionAttributeValues": {":z": {"N": "1"}},
    }


def _transactions() -> Run:
    """Transactions of four writes without a token."""
    puts = [[items.make(number * 4 + each, 400) for each in range(4)] for number in range(CALLS // 4)]
    return _calls(
        "TransactWriteItems",
        [{"TransactItems": [{"Put": {"TableName": calls.TABLE, "Item": item}} for item in four]} for four in puts],
    )


def _batches() -> Run:
    """Batches of 25 puts."""
    puts = [items.make(number, 400) for number in range(CALLS)]
    return _calls(
        "BatchWriteItem",
        [
            {"RequestItems": {calls.TABLE: [{"PutRequest": {"Item": item}} for item in puts[at : at + 25]]}}
            for at in range(0, CALLS, 25)
        ],
    )


def _statements() -> Run:
    """PartiQL reads of one item."""
    request = {"Statement": f'SELECT * FROM "{calls.TABLE}" WHERE pk = ? AND sk = ?'}
    keys = [items.key(number) for number in range(CALLS)]
    return _calls("ExecuteStatement", [{**request, "Parameters": [key["pk"], key["sk"]]} for key in keys])


def _wire() -> Run:
    """What HTTP adds to GetItem: headers to a call, a reply to bytes."""
    rig = Rig(_engine(), ManualClock(NOW), Settings())
    server = Server(rig, wire.targets(OPERATIONS, STREAMS_OPERATIONS))
    body = orjson.dumps(calls.request("GetItem", 1))
    signed = Signer(LOCAL_CREDENTIALS, "us-east-1", "localhost:8000").headers(target_of("GetItem"), body, NOW)
    headers = {b"host": b"localhost:8000"} | {name.lower().encode(): text.encode() for name, text in signed.items()}
    answer, _ = server.respond(b"POST", b"/", headers, body)
    assert isinstance(answer, bytes)
    assert answer.startswith(b"HTTP/1.1 200")

    def run() -> None:
        for _ in range(CALLS):
            server.respond(b"POST", b"/", headers, body)

    return run


PROBES: dict[str, Probe] = {
    "get-item": Probe(lambda: _bench("GetItem")),
    "put-item": Probe(lambda: _bench("PutItem")),
    "update-item": Probe(lambda: _bench("UpdateItem")),
    "query-index": Probe(lambda: _bench("Query")),
    "conditions": Probe(_conditions),
    "new-texts": Probe(_new_texts),
    "transactions": Probe(_transactions),
    "batches": Probe(_batches),
    "statements": Probe(_statements),
    "wire": Probe(_wire, version=2),
    "get-item-off": Probe(lambda: _with_capacity("GetItem", "off")),
    "get-item-observe": Probe(lambda: _with_capacity("GetItem", "observe")),
    "get-item-enforce": Probe(lambda: _with_capacity("GetItem", "enforce")),
    "put-item-off": Probe(lambda: _with_capacity("PutItem", "off")),
    "put-item-observe": Probe(lambda: _with_capacity("PutItem", "observe")),
    "put-item-enforce": Probe(lambda: _with_capacity("PutItem", "enforce")),
}


def count(names: Iterable[str]) -> None:
    """Run each probe between marks; valgrind writes down what each took. Raises RuntimeError where it does not run."""
    from dynarig.workloads.gate.marks import Marks

    marks = Marks()
    if not marks.counting():
        raise RuntimeError("not on valgrind")
    for name in names:
        run = PROBES[name].make()
        run()
        _settle()
        for repeat in range(REPEATS):
            marks.begin()
            run()
            marks.end(f"{name} {repeat}")


def take_times(names: Iterable[str], samples: int) -> dict[str, list[float]]:
    """CPU seconds of each probe's run, `samples` of them after a warm-up."""
    taken = {}
    for name in names:
        run = PROBES[name].make()
        run()
        _settle()
        taken[name] = [_timed(run) for _ in range(samples)]
    return taken


def _settle() -> None:
    """Nothing is collected while it is measured."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _timed(run: Run) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def main(argv: list[str] | None = None) -> int:
    """Measure, and print what there is to print as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m dynarig.workloads.gate.probes")
    parser.add_argument("--only", action="append", choices=list(PROBES))
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--list", action="store_true", help="names and versions")
    way.add_argument("--instructions", action="store_true", help="between marks, on valgrind")
    way.add_argument("--seconds", type=int, metavar="SAMPLES", help="CPU seconds")
    arguments = parser.parse_args(argv)
    names = arguments.only or list(PROBES)
    if arguments.list:
        print(orjson.dumps({name: probe.version for name, probe in PROBES.items()}).decode())
    elif arguments.instructions:
        count(names)
    else:
        print(orjson.dumps(take_times(names, arguments.seconds)).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
