"""`dynarig bench http`: servers side by side, in interleaved rounds, each on one core and the driver on another.

Rule: what is compared is measured in the same run, a second apart; ratios are taken within a round and their median is
the figure, so that a machine that drifts moves both sides. Raw rounds are kept; the table is derived from them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import orjson
import psutil
from rich.progress import Progress

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads import items, results
from dynarig.workloads.backends.base import BackendError, target_of
from dynarig.workloads.backends.endpoint import EndpointBackend
from dynarig.workloads.bench import calls
from dynarig.workloads.bench.cores import pair, pinned
from dynarig.workloads.bench.servers import CONSTANT, Contender, contender
from dynarig.workloads.signing import LOCAL_CREDENTIALS, Signer

_BATCH_ITEMS = 25
_TURNS = 2
_WARM_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. seconds: of each measurement. items: in each table."""

    servers: tuple[str, ...]
    rounds: int = 11
    seconds: float = 0.5
    connections: int = 8
    items: int = 1_000
    dynoxide: str | None = None


@dataclass(slots=True)
class Driver:
    """The driver process: one JSON line to it, one back. awake: it has a core of its own, and need not sleep."""

    process: subprocess.Popen[bytes]
    awake: bool
    first: dict[str, int] = field(default_factory=dict)

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """Its answer to one job. Raises BackendError if it has died."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(orjson.dumps(job) + b"\n")
            self.process.stdin.flush()
        except OSError as fault:
            raise BackendError(f"the driver has ended: {fault}") from None
        line = self.process.stdout.readline()
        if not line:
            raise BackendError("the driver has ended without an answer")
        answer: dict[str, Any] = orjson.loads(line)
        return answer


def measure(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Run the plan; raw results as plain data. Raises BackendError."""
    server_core, driver_core = pair()
    with ExitStack() as stack:
        contenders, remarks = _start(plan, server_core, stack)
        filling = progress.add_task("filling tables", total=len(contenders))
        for each in contenders:
            if each.name != CONSTANT:
                fill(each, plan.items)
            progress.advance(filling)
        driver = stack.enter_context(_driver(driver_core))
        for operation in calls.OPERATIONS:
            driver.ask({"operation": operation, "messages": [b64encode(m).decode() for m in messages(operation, plan)]})
        rounds = _rounds(plan, contenders, driver, progress)
    return {
        "kind": "http",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {
            "servers": [each.name for each in contenders],
            "rounds": plan.rounds,
            "seconds": plan.seconds,
            "connections": plan.connections,
            "items": plan.items,
            "item_bytes": calls.ITEM_BYTES,
            "server_core": server_core,
            "driver_core": driver_core,
        },
        "remarks": remarks,
        "versions": results.versions(),
        "machine": results.machine(),
        "rounds": rounds,
    }


def _start(plan: Plan, core: int | None, stack: ExitStack) -> tuple[list[Contender], list[str]]:
    """Every server that can be had, started; remarks on those that cannot."""
    started, remarks = [], []
    for name in plan.servers:
        try:
            each = contender(name, plan.dynoxide)
            with pinned(core):
                each.start()
        except BackendError as fault:
            remarks.append(f"{name} left out: {fault}")
            continue
        stack.callback(each.stop)
        started.append(each)
    return started, remarks


@contextmanager
def _driver(core: int | None) -> Iterator[Driver]:
    command = [sys.executable, "-m", "dynarig.workloads.bench.driver"]
    with pinned(core):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Driver(process, awake=core is not None)
    finally:
        process.terminate()
        process.communicate()


def fill(server: Contender, count: int) -> None:
    """Make the table, load `count` items, and see that all four operations answer right. Raises BackendError."""
    backend = EndpointBackend(server.url, supports=frozenset())
    try:
        backend.open()
        backend.call("CreateTable", calls.CREATE_TABLE)
        while backend.call("DescribeTable", {"TableName": calls.TABLE})["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.01)
        for start in range(0, count, _BATCH_ITEMS):
            batch = [
                {"PutRequest": {"Item": items.make(number, calls.ITEM_BYTES)}}
                for number in range(start, min(start + _BATCH_ITEMS, count))
            ]
            backend.call("BatchWriteItem", {"RequestItems": {calls.TABLE: batch}})
        for operation in calls.OPERATIONS:
            fault = calls.fault(operation, 10, backend.call(operation, calls.request(operation, 10)))
            if fault:
                raise BackendError(f"{server.name}: {fault}")
    except DynamoDBError as error:
        raise BackendError(f"{server.name}: {error.code}: {error.message}") from None
    finally:
        backend.close()


def messages(operation: str, plan: Plan) -> list[bytes]:
    """The requests of an operation as signed bytes, in the order in which they are sent."""
    signer = Signer(LOCAL_CREDENTIALS, "us-east-1", "127.0.0.1")
    numbers = range(0, plan.items, items.PER_INDEX_KEY if operation == "Query" else 1)
    turns = _TURNS if operation in ("PutItem", "UpdateItem") else 1
    made = []
    for turn in range(turns):
        for number in numbers:
            body = orjson.dumps(calls.request(operation, number, turn))
            headers = signer.headers(target_of(operation), body, time.time())
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
            made.append(head.encode() + body)
    return made


def _rounds(
    plan: Plan, contenders: list[Contender], driver: Driver, progress: Progress
) -> list[dict[str, dict[str, Any]]]:
    """One entry a round: operation → server → measurement. The order of servers turns from round to round."""
    running = progress.add_task("measuring", total=(plan.rounds + 1) * len(calls.OPERATIONS) * len(contenders))
    rounds: list[dict[str, dict[str, Any]]] = []
    for number in range(plan.rounds + 1):
        shift = number % len(contenders)
        order = contenders[shift:] + contenders[:shift]
        seconds = plan.seconds if number else _WARM_SECONDS
        entry: dict[str, dict[str, Any]] = {operation: {} for operation in calls.OPERATIONS}
        for operation in calls.OPERATIONS:
            for server in order:
                progress.update(running, description=f"{operation} on {server.name}")
                entry[operation][server.name] = _one(plan, operation, server, driver, seconds)
                progress.advance(running)
        if number:
            rounds.append(entry)
    return rounds


def _one(plan: Plan, operation: str, server: Contender, driver: Driver, seconds: float) -> dict[str, Any]:
    key = f"{operation} {server.name}"
    job = {"operation": operation, "port": server.port, "connections": plan.connections, "seconds": seconds}
    busy = _cpu_seconds(server)
    answer = driver.ask({**job, "first": driver.first.get(key, 0), "awake": driver.awake})
    busy = _cpu_seconds(server) - busy
    driver.first[key] = driver.first.get(key, 0) + answer["answers"]
    if answer["failures"]:
        raise BackendError(f"{operation} on {server.name}: {answer['failures']} failures: {answer['sample'][:300]!r}")
    answer["server_cpu_us"] = busy / answer["answers"] * 1e6 if answer["answers"] else 0.0
    del answer["failures"], answer["sample"]
    return answer


def _cpu_seconds(server: Contender) -> float:
    """Processor time that the server has used so far; 0 for one that is not ours."""
    total = 0.0
    for pid in server.pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def medians(raw: dict[str, Any], operation: str, server: str, figure: str) -> float:
    """Median over the rounds of a figure."""
    return float(median(entry[operation][server][figure] for entry in raw["rounds"]))


def ratio(raw: dict[str, Any], operation: str, server: str, other: str) -> float:
    """Median over the rounds of the ratio of answers per second."""
    rounds = [entry[operation] for entry in raw["rounds"]]
    return float(median(entry[server]["per_second"] / entry[other]["per_second"] for entry in rounds))
