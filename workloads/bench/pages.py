"""`dynarig bench pages`: what a whole page takes a server, by the size of its items and by what is asked of them.

Rule: processor time of the server's process alone, as a client that reads a megabyte takes about as long; one
connection, a page after the other. Servers take turns within a round, and ratios are taken within rounds, so that a
machine that drifts moves both sides. A server given by its address is found by the port that it listens on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import orjson
import psutil
from rich.progress import Progress

from dynarig.emulator.model.values import item_size
from dynarig.workloads import items, results
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.bench.cores import pair, pinned
from dynarig.workloads.bench.pauses import Line
from dynarig.workloads.bench.servers import EMULATOR, Contender, contender

_BATCH_ITEMS = 25
_BATCH_BYTES = 4_000_000
_PAGE_BYTES = 1_048_576
_NESTED_BYTES = 600  # items so large have maps and lists in them
_FULL = 1.2  # so much more than a page is stored, so that it is one
_KEY = {"S": "one"}
_DONE = {"FilterExpression": "#s = :d", "ExpressionAttributeValues": {":d": {"S": "done"}}}
_TWO = {"ProjectionExpression": "sk, #s"}
_NAMES = {"ExpressionAttributeNames": {"#s": "state"}}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. pages: of each sample; a sample is taken of every kind of page and server in each round."""

    servers: tuple[str, ...] = (EMULATOR,)
    rounds: int = 7
    pages: int = 100


@dataclass(frozen=True, slots=True)
class Stored:
    """One table. item_bytes: of each item. spread: each item has a partition key of its own, else all share one."""

    name: str
    item_bytes: int
    spread: bool = False

    @property
    def count(self) -> int:
        """How many items are more than a page."""
        return int(_PAGE_BYTES * _FULL / self.item_bytes) + 2

    def item(self, number: int) -> dict[str, Any]:
        """Item `number`; every tenth is done."""
        sort = {"S": f"{number:08d}"}
        state = {"S": "done" if number % 10 == 0 else "open"}
        keys = {"pk": sort if self.spread else _KEY, "sk": sort}
        item = items.make(number, 0) if self.item_bytes >= _NESTED_BYTES else {"count": {"N": "1"}}
        item |= keys | {"state": state, "body": {"S": ""}}
        item["body"] = {"S": "x" * (self.item_bytes - item_size(item))}
        return item


SMALL, MIDDLE, LARGE = Stored("small", 100), Stored("middle", 600), Stored("large", 50_000)
SPREAD = Stored("spread", 100, spread=True)
TABLES = (SMALL, MIDDLE, LARGE, SPREAD)


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of page. asked: members of the request beside the table, and of a Query beside its key condition."""

    title: str
    operation: str
    stored: Stored
    asked: dict[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        """The whole request."""
        request = {"TableName": self.stored.name, **self.asked}
        if self.operation == "Query":
            request["KeyConditionExpression"] = "pk = :p"
            request["ExpressionAttributeValues"] = {**request.get("ExpressionAttributeValues", {}), ":p": _KEY}
        return request


PAGES = (
    *(Page(f"Query, {stored.item_bytes:,} bytes an item", "Query", stored, {}) for stored in (SMALL, MIDDLE, LARGE)),
    Page("Query, 600 bytes, two attributes", "Query", MIDDLE, _TWO | _NAMES),
    Page("Query, 600 bytes, a filter", "Query", MIDDLE, _DONE | _NAMES),
    Page("Query, 600 bytes, both", "Query", MIDDLE, _TWO | _DONE | _NAMES),
    Page("Scan, 600 bytes", "Scan", MIDDLE, {}),
    Page("Scan, 100 bytes, a collection each", "Scan", SPREAD, {}),
    Page("the same, two attributes", "Scan", SPREAD, _TWO | _NAMES),
    Page("the same, a filter", "Scan", SPREAD, _DONE | _NAMES),
    Page("the same, a count", "Scan", SPREAD, {"Select": "COUNT"}),
)


def measure(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Every kind of page on every server; raw results as plain data. Raises BackendError."""
    core, _ = pair()
    task = progress.add_task("filling tables", total=plan.rounds * len(PAGES) * len(plan.servers))
    with ExitStack() as stack:
        lines: dict[str, tuple[Line, psutil.Process]] = {}
        for name in plan.servers:
            server = contender(name, None)
            with pinned(core):
                server.start()
            stack.callback(server.stop)
            line = Line(server.port)
            stack.callback(line.close)
            lines[server.name] = line, _process_of(server)
            for stored in TABLES:
                fill(line.ask, stored)
        measured = _rounds(plan, lines, lambda title: progress.update(task, advance=1, description=title))
    return {
        "kind": "pages",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {"servers": list(lines), "rounds": plan.rounds, "pages": plan.pages, "core": core},
        "versions": results.versions(),
        "machine": results.machine(),
        "pages": measured,
    }


def _process_of(server: Contender) -> psutil.Process:
    if server.pids:
        return psutil.Process(max(server.pids))
    for each in psutil.net_connections("tcp"):
        if each.status == psutil.CONN_LISTEN and each.laddr.port == server.port and each.pid:
            return psutil.Process(each.pid)
    raise BackendError(f"nobody listens at {server.url}, or not as a process that may be looked at")


def fill(ask: Callable[[str, dict[str, Any]], bytes], stored: Stored) -> None:
    """Make the table, with more in it than a page takes."""
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    ask(
        "CreateTable",
        {
            "TableName": stored.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        },
    )
    while orjson.loads(ask("DescribeTable", {"TableName": stored.name}))["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.01)
    step = min(_BATCH_ITEMS, _BATCH_BYTES // stored.item_bytes)
    for first in range(0, stored.count, step):
        numbers = range(first, min(first + step, stored.count))
        puts = [{"PutRequest": {"Item": stored.item(number)}} for number in numbers]
        ask("BatchWriteItem", {"RequestItems": {stored.name: puts}})


def _rounds(
    plan: Plan, lines: dict[str, tuple[Line, psutil.Process]], report: Callable[[str], None]
) -> list[dict[str, Any]]:
    measured = []
    for page in PAGES:
        answers = {name: line.ask(page.operation, page.request) for name, (line, _) in lines.items()}
        ms: dict[str, list[float]] = {name: [] for name in lines}
        for number in range(plan.rounds):
            for name, (line, process) in list(lines.items())[:: -1 if number % 2 else 1]:
                ms[name].append(_sample(line, process, page, plan.pages))
                report(page.title)
        told = orjson.loads(next(iter(answers.values())))
        measured.append(
            {
                "title": page.title,
                "count": told["Count"],
                "scanned_count": told["ScannedCount"],
                "bytes": {name: len(answer) for name, answer in answers.items()},
                "server_ms": ms,
            }
        )
    return measured


def _sample(line: Line, process: psutil.Process, page: Page, pages: int) -> float:
    """Milliseconds of the server's processor time that a page takes."""
    before = process.cpu_times()
    for _ in range(pages):
        line.ask(page.operation, page.request)
    after = process.cpu_times()
    spent: float = after.user + after.system - before.user - before.system
    return max(spent, 0.0) / pages * 1e3
