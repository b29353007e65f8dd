"""`dynarig bench pauses`: how long any other call waits while a server does something long.

Rule: the server is a process of its own; one connection asks for an item of a small table again and again, another sets
the long work off: four segments scan a large table, an index is backfilled, swept out, the table deleted, all reset.
The figure is the longest wait of the first; what the machine itself adds is told by a stretch of nothing.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import psutil
from rich.progress import Progress

from dynarig.workloads import items, results
from dynarig.workloads.backends.base import BackendError, target_of
from dynarig.workloads.backends.process import HOST
from dynarig.workloads.bench import calls
from dynarig.workloads.bench.cores import pair, pinned
from dynarig.workloads.bench.servers import EMULATOR, contender
from dynarig.workloads.histogram import Histogram
from dynarig.workloads.signing import LOCAL_CREDENTIALS, Signer

_BATCH_ITEMS = 25
_SEGMENTS = 4
_SMALL = "small"
_LATE_INDEX = "late"
_PROBE_PAUSE_SECONDS = 0.0005
_QUIET_SECONDS = 3.0
_LOOK_SECONDS = 1.0
_IDLE = 0.35  # of a core, which answers to the other call alone stay below
_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. items: in the large table. item_bytes: of each."""

    items: int = 1_000_000
    item_bytes: int = 200


class Line:
    """One connection to the server. Raises BackendError for what is not answered with 200."""

    def __init__(self, port: int) -> None:
        self._signer = Signer(LOCAL_CREDENTIALS, "us-east-1", f"{HOST}:{port}")
        self._connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE_SECONDS)

    def ask(self, operation: str, request: dict[str, Any]) -> bytes:
        """The answer's body."""
        body = orjson.dumps(request)
        headers = self._signer.headers(target_of(operation), body, time.time())
        return self._send("/", body, dict(headers))

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        self._connection.request("POST", path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise BackendError(f"{path}: {response.status}: {content[:300].decode(errors='replace')}")
        return content


class Watch(threading.Thread):
    """Another call, again and again, while something long is under way.

    waits: how long each took. begun: the first was answered, so that nothing long is over before it is watched.
    """

    def __init__(self, port: int) -> None:
        super().__init__(name="watch", daemon=True)
        self.waits = Histogram()
        self.begun = threading.Event()
        self._line = Line(port)
        self._ended = threading.Event()

    def run(self) -> None:
        """Ask until `end`."""
        request = {"TableName": _SMALL, "Key": items.key(0)}
        while not self._ended.wait(_PROBE_PAUSE_SECONDS):
            began = time.perf_counter()
            self._line.ask("GetItem", request)
            self.waits.record(time.perf_counter() - began)
            self.begun.set()

    def end(self) -> Histogram:
        """Stop; the waits."""
        self._ended.set()
        self.join()
        self._line.close()
        return self.waits


@dataclass(frozen=True, slots=True)
class Stage:
    """What the scenarios act on."""

    plan: Plan
    port: int
    line: Line
    server: psutil.Process


def measure(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Run every scenario; raw results as plain data. Raises BackendError."""
    core, _ = pair()
    server = contender(EMULATOR, None)
    task = progress.add_task("items", total=plan.items)
    with pinned(core):
        server.start()
    try:
        with closing(Line(server.port)) as line:
            stage = Stage(plan, server.port, line, psutil.Process(max(server.pids)))
            _fill(stage, lambda done: progress.update(task, completed=done))
            measured = {}
            for name, run in SCENARIOS.items():
                progress.update(task, description=name)
                measured[name] = _watched(stage, run)
    finally:
        server.stop()
    return {
        "kind": "pauses",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {"items": plan.items, "item_bytes": plan.item_bytes, "core": core},
        "versions": results.versions(),
        "machine": results.machine(),
        "scenarios": measured,
    }


def _watched(stage: Stage, run: Callable[[Stage], None]) -> dict[str, Any]:
    """Run one scenario beside the other call."""
    watch = Watch(stage.port)
    watch.start()
    if not watch.begun.wait(_PATIENCE_SECONDS):
        raise BackendError("the other call was never answered")
    began = time.perf_counter()
    run(stage)
    elapsed = time.perf_counter() - began
    waits = watch.end()
    return {
        "elapsed_seconds": elapsed,
        "calls": waits.total,
        "longest_ms": waits.max_us / 1e3,
        "p50_ms": waits.percentile(50) * 1e3,
        "p99_ms": waits.percentile(99) * 1e3,
        "resident_bytes": stage.server.memory_info().rss,
    }


def _fill(stage: Stage, report: Callable[[int], None]) -> None:
    """The large table with two indexes, and the small one."""
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gpk", "gsk", "entity")]
    second = _index("entities", "entity", "pk", projection="KEYS_ONLY")
    large = {
        **calls.CREATE_TABLE,
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": [*calls.CREATE_TABLE["GlobalSecondaryIndexes"], second],
    }
    small = {name: value for name, value in calls.CREATE_TABLE.items() if name != "GlobalSecondaryIndexes"}
    small |= {"TableName": _SMALL, "AttributeDefinitions": attributes[:2]}
    for table in (large, small):
        stage.line.ask("CreateTable", table)
        name = str(table["TableName"])
        _wait_until(partial(_is_active, stage, name))
    stage.line.ask("PutItem", {"TableName": _SMALL, "Item": items.make(0)})
    for first in range(0, stage.plan.items, _BATCH_ITEMS):
        numbers = range(first, min(first + _BATCH_ITEMS, stage.plan.items))
        puts = [{"PutRequest": {"Item": items.make(number, stage.plan.item_bytes)}} for number in numbers]
        stage.line.ask("BatchWriteItem", {"RequestItems": {calls.TABLE: puts}})
        report(numbers[-1] + 1)


def _index(name: str, partition: str, sort: str, projection: str = "ALL") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": projection},
    }


def _nothing(stage: Stage) -> None:
    time.sleep(_QUIET_SECONDS)


def _scan(stage: Stage) -> None:
    """Each segment by a connection of its own, page after page to the end."""
    faults: list[Exception] = []

    def read(segment: int) -> None:
        line = Line(stage.port)
        start: dict[str, Any] = {}
        try:
            while True:
                request = {"TableName": calls.TABLE, "Segment": segment, "TotalSegments": _SEGMENTS, **start}
                page = line.ask("Scan", request)
                at = page.rfind(b'"LastEvaluatedKey":')
                if at < 0:
                    return
                key = page[at + len(b'"LastEvaluatedKey":') : page.index(b"}}", at) + 2]
                start = {"ExclusiveStartKey": orjson.loads(key)}
        except (BackendError, OSError, http.client.HTTPException, ValueError) as fault:
            faults.append(fault)
        finally:
            line.close()

    readers = [threading.Thread(target=read, args=(segment,), daemon=True) for segment in range(_SEGMENTS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if faults:
        raise BackendError(f"a scan failed: {faults[0]}")


def _backfill(stage: Stage) -> None:
    update = {"Create": _index(_LATE_INDEX, "gsk", "pk")}
    stage.line.ask(
        "UpdateTable",
        {
            "TableName": calls.TABLE,
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("gsk", "pk")],
            "GlobalSecondaryIndexUpdates": [update],
        },
    )
    _wait_until(lambda: _index_status(stage) == "ACTIVE")


def _delete_index(stage: Stage) -> None:
    update = {"Delete": {"IndexName": _LATE_INDEX}}
    stage.line.ask("UpdateTable", {"TableName": calls.TABLE, "GlobalSecondaryIndexUpdates": [update]})
    _wait_until(lambda: _index_status(stage) is None)
    _wait_until_idle(stage)


def _delete_table(stage: Stage) -> None:
    stage.line.ask("DeleteTable", {"TableName": calls.TABLE})
    _wait_until_idle(stage)


SCENARIOS: dict[str, Callable[[Stage], None]] = {
    "nothing": _nothing,
    "four segments scan": _scan,
    "an index is backfilled": _backfill,
    "an index is deleted": _delete_index,
    "a table with two indexes is deleted": _delete_table,
}


def _described(stage: Stage, name: str) -> dict[str, Any]:
    described: dict[str, Any] = orjson.loads(stage.line.ask("DescribeTable", {"TableName": name}))["Table"]
    return described


def _is_active(stage: Stage, name: str) -> bool:
    return bool(_described(stage, name)["TableStatus"] == "ACTIVE")


def _index_status(stage: Stage) -> str | None:
    indexes = _described(stage, calls.TABLE)["GlobalSecondaryIndexes"]
    return next((index["IndexStatus"] for index in indexes if index["IndexName"] == _LATE_INDEX), None)


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise BackendError(f"not done after {_PATIENCE_SECONDS:g} s")
        time.sleep(0.05)


def _wait_until_idle(stage: Stage) -> None:
    """Until the server has little to do but answer the other call: what was deleted is freed."""
    spent = stage.server.cpu_times()

    def is_idle() -> bool:
        nonlocal spent
        time.sleep(_LOOK_SECONDS)
        before, spent = spent, stage.server.cpu_times()
        used: float = spent.user + spent.system - before.user - before.system
        return used < _LOOK_SECONDS * _IDLE

    _wait_until(is_idle)
