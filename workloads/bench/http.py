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
from itertools import product
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
from dynarig.workloads.bench.figures import FORMAT, Round, Series, summed_up
from dynarig.workloads.bench.mixes import MIXES, Mix
from dynarig.workloads.bench.servers import CONSTANT, Contender, contender
from dynarig.workloads.signing import LOCAL_CREDENTIALS, Signer

_BATCH_ITEMS = 25
_TURNS = 2
_TRIED = (10, 11, 12, 13)  # each statement of a mix at least once
_WARM_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. seconds: of each measurement. items: in each table. answers: that a slow server gives in each
    measurement, within reason however long it takes."""

    servers: tuple[str, ...]
    rounds: int = 11
    seconds: float = 0.5
    connections: int = 8
    items: int = 1_000
    dynoxide: str | None = None
    mixes: tuple[str, ...] = tuple(MIXES)
    answers: int = 200


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
                for name in plan.mixes:
                    fill(each, MIXES[name], plan.items)
            progress.advance(filling)
        driver = stack.enter_context(_driver(driver_core))
        for series in _series(plan):
            made = messages(MIXES[series.mix], series.operation, plan.items)
            driver.ask({"name": series.name, "messages": [b64encode(message).decode() for message in made]})
        rounds = _rounds(plan, contenders, driver, progress)
    return {
        "kind": "http",
        "format": FORMAT,
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {
            "servers": [each.name for each in contenders],
            "rounds": plan.rounds,
            "seconds": plan.seconds,
            "connections": plan.connections,
            "items": plan.items,
            "mixes": list(plan.mixes),
            "answers": plan.answers,
            "item_bytes": calls.ITEM_BYTES,
            "server_core": server_core,
            "driver_core": driver_core,
        },
        "remarks": remarks,
        "versions": results.versions(),
        "machine": results.machine(),
        "measurements": summed_up(rounds),
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
    if not started:
        raise BackendError("; ".join(remarks))
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


def fill(server: Contender, mix: Mix, count: int) -> None:
    """Make the table, load `count` items, and see that all four operations answer right. Raises BackendError."""
    backend = EndpointBackend(server.url, supports=frozenset())
    try:
        backend.open()
        backend.call("CreateTable", mix.create_table)
        while backend.call("DescribeTable", {"TableName": mix.table})["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.01)
        for start in range(0, count, _BATCH_ITEMS):
            batch = [
                {"PutRequest": {"Item": mix.item(number)}} for number in range(start, min(start + _BATCH_ITEMS, count))
            ]
            backend.call("BatchWriteItem", {"RequestItems": {mix.table: batch}})
        for operation, number in product(calls.OPERATIONS, _TRIED):
            fault = mix.fault(operation, number, backend.call(operation, mix.request(operation, number, 0)))
            if fault:
                raise BackendError(f"{server.name}: {fault}")
    except DynamoDBError as error:
        raise BackendError(f"{server.name}: {error.code}: {error.message}") from None
    finally:
        backend.close()


def _series(plan: Plan) -> list[Series]:
    return [Series(mix, operation) for mix in plan.mixes for operation in calls.OPERATIONS]


def messages(mix: Mix, operation: str, count: int) -> list[bytes]:
    """The requests of an operation as signed bytes, in the order in which they are sent."""
    signer = Signer(LOCAL_CREDENTIALS, "us-east-1", "127.0.0.1")
    numbers = [number for number in range(count) if operation != "Query" or number % (items.PER_INDEX_KEY + 1) == 0]
    turns = _TURNS if operation in ("PutItem", "UpdateItem") else 1
    made = []
    for turn in range(turns):
        for number in numbers:
            body = orjson.dumps(mix.request(operation, number, turn))
            headers = signer.headers(target_of(operation), body, time.time())
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
            made.append(head.encode() + body)
    return made


def _rounds(plan: Plan, contenders: list[Contender], driver: Driver, progress: Progress) -> list[Round]:
    """The order of servers turns from round to round."""
    running = progress.add_task("measuring", total=(plan.rounds + 1) * len(_series(plan)) * len(contenders))
    rounds: list[Round] = []
    for number in range(plan.rounds + 1):
        shift = number % len(contenders)
        order = contenders[shift:] + contenders[:shift]
        seconds = plan.seconds if number else _WARM_SECONDS
        entry: Round = {}
        for series in _series(plan):
            for server in order:
                progress.update(running, description=f"{series.name} on {server.name}")
                entry[series, server.name] = _one(plan, series, server, driver, seconds)
                progress.advance(running)
        if number:
            rounds.append(entry)
    return rounds


def _one(plan: Plan, series: Series, server: Contender, driver: Driver, seconds: float) -> dict[str, Any]:
    key = f"{series.name} {server.name}"
    job = {"name": series.name, "port": server.port, "connections": plan.connections, "seconds": seconds}
    busy = _cpu_seconds(server)
    job |= {"least": plan.answers, "first": driver.first.get(key, 0), "awake": driver.awake}
    answer = driver.ask(job)
    busy = _cpu_seconds(server) - busy
    driver.first[key] = driver.first.get(key, 0) + answer["answers"]
    if answer["failures"]:
        raise BackendError(f"{series.name} on {server.name}: {answer['failures']} failures: {answer['sample'][:300]!r}")
    answer["server_cpu_us"] = busy / answer["answers"] * 1e6 if answer["answers"] else 0.0
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
