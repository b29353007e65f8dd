"""An engine in virtual time, and the clients of the published experiments: loaders, loops and offered rates.

Rule: time is a number that the client moves. Nothing sleeps, nothing is random but by a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Any

from dynarig.emulator.capacity.heat import describe
from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.settings import Settings

START = 1_700_000_000.0
ACCOUNT, REGION = "000000000000", "us-east-1"
TABLE = "experiment"
_BATCH = 25
# botocore's legacy mode, under which the experiments were made: 10 attempts, 50 ms doubling, no jitter.
_ATTEMPTS = 10
_FIRST_DELAY_SECONDS = 0.05

Request = dict[str, Any]
Row = dict[str, Any]


class VirtualTable:
    """One table under `enforce`. now: virtual time; scale: of all ceilings."""

    def __init__(
        self,
        *,
        units: tuple[int, int] | None = None,
        index_units: tuple[int, int] | None = None,
        scale: float = 1.0,
        **settings: Any,
    ) -> None:
        """On demand without units (read, write); with index_units, a global index `by-g` of its own throughput."""
        self.engine = Engine(Settings(capacity="enforce", capacity_scale=scale, **settings))
        self.now = START
        attributes = ["p", "s"] + ["g"] * (index_units is not None)
        request: Request = {
            "TableName": TABLE,
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in attributes],
        }
        if units is None:
            request["BillingMode"] = "PAY_PER_REQUEST"
        else:
            request["ProvisionedThroughput"] = throughput(units)
        if index_units is not None:
            request["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": "by-g",
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "ProvisionedThroughput": throughput(index_units),
                }
            ]
        self.must("CreateTable", request)

    def call(self, operation: str, request: Request, at: float | None = None) -> Reply:
        """One call at `at`, by default now."""
        return self.engine.execute(Call(operation, request), self.now if at is None else at)

    def must(self, operation: str, request: Request) -> dict[str, Any]:
        """The answer of a call that must succeed."""
        reply = self.call(operation, request)
        if reply.status != 200:
            raise RuntimeError(f"{operation}: {reply.payload}")
        answer: dict[str, Any] = reply.payload
        return answer

    def put(self, row: Row, at: float) -> Reply:
        """Put one row."""
        return self.call("PutItem", {"TableName": TABLE, "Item": row}, at)

    def heat(self, index: str | None = None) -> dict[str, Any]:
        """What admission sees of the table, or of its index."""
        table = self.engine.catalog(ACCOUNT, REGION).tables[TABLE]
        held: Any = table if index is None else table.indexes[index]
        return describe(held.target, held.size, self.now)


def throughput(units: tuple[int, int]) -> dict[str, int]:
    """Read and write units as a request has them."""
    return {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}


def row(p: str, s: str, *, size: int = 0, **more: str) -> Row:
    """An item of a little over `size` bytes."""
    item = {"p": {"S": p}, "s": {"S": s}, **{name: {"S": value} for name, value in more.items()}}
    return {**item, "x": {"S": "x" * size}} if size else item


def offer(
    table: VirtualTable, seconds: int, rate: Callable[[int], int], call: Callable[[int, float], Reply]
) -> list[int]:
    """How many calls of each second succeed, `rate(second)` of them spread evenly. call: from (number, time)."""
    taken, number = [], 0
    for second in range(seconds):
        count, succeeded = rate(second), 0
        for position in range(count):
            succeeded += call(number, table.now + position / count).status == 200
            number += 1
        taken.append(succeeded)
        table.now += 1
    return taken


def load(table: VirtualTable, rows: Iterator[Row], *, workers: int, batch_seconds: float, seconds: int) -> list[int]:
    """Rows written in each second by batch writers that share `rows`: what is left over goes with the next batch.

    A batch that is refused whole waits as botocore does.
    """
    taken = [0] * seconds
    start = table.now
    turns: list[tuple[float, int]] = [(start + worker * batch_seconds / workers, worker) for worker in range(workers)]
    heapify(turns)
    left: list[list[Row]] = [[] for _ in range(workers)]
    refusals = [0] * workers
    while turns:
        at, worker = heappop(turns)
        if at - start >= seconds:
            continue
        batch = left[worker] + list(islice(rows, _BATCH - len(left[worker])))
        if not batch:
            continue
        reply = table.call("BatchWriteItem", _batch(batch), at)
        done_at = at + batch_seconds
        if reply.status == 200:
            unprocessed = [each["PutRequest"]["Item"] for each in reply.payload["UnprocessedItems"].get(TABLE, ())]
            taken[int(at - start)] += len(batch) - len(unprocessed)
            left[worker], refusals[worker] = unprocessed, 0
        else:
            left[worker] = batch
            done_at += _FIRST_DELAY_SECONDS * 2 ** min(refusals[worker], _ATTEMPTS - 2)
            refusals[worker] += 1
        heappush(turns, (done_at, worker))
    table.now = start + seconds
    return taken


def _batch(rows: list[Row]) -> Request:
    return {"RequestItems": {TABLE: [{"PutRequest": {"Item": each}} for each in rows]}}


def loop(table: VirtualTable, rows: Iterator[Row], *, call_seconds: float) -> float:
    """How long one thread takes to put all rows one after the other, retrying as botocore does."""
    start = at = table.now
    for each in rows:
        for attempt in range(_ATTEMPTS):
            reply = table.put(each, at)
            at += call_seconds
            if reply.status == 200:
                break
            at += _FIRST_DELAY_SECONDS * 2**attempt
    table.now = at
    return at - start
