"""`dynarig bench soak`: whether memory stands still while requests go on, for the same data.

Rule: one engine in this process, one seeded stream of mixed requests that grows whatever a client can grow: times to
live that move, transactions with tokens, statements that never repeat, access keys by the thousand, tables that come
and go with their streams. Items are written over, never more. The clock is driven: a hundredth of a second a request,
so that what ends after ten minutes has ended many times before the first look at memory; the bounds of what is kept for
a day are set low enough to be reached by then.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import psutil
from rich.progress import Progress

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings
from dynarig.workloads import items, results
from dynarig.workloads.bench import calls

FIRST_LOOK = 100_000
_ITEMS = 5_000
_ACCOUNTS = 50_000
_NOW = 1_764_417_600.0
_SECONDS_A_REQUEST = 0.01
_REPORT_EACH = 5_000
_HOUR = 3_600
_BOUNDS: dict[str, Any] = {
    "streams_max_bytes": 1 << 20,
    "past_streams_max": 20,
    "idle_namespaces_max": 100,
    "tokens_max": 5_000,
    "metrics_names_max": 100,
    "metrics_minutes": 5,
    "metrics_hours": 1,
}


class Traffic:
    """The stream of requests: `next` makes one and says what it is. Seeded; knows what it has made."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed)
        self._count = 0
        self._tables: list[str] = []
        kinds: dict[Callable[[float], Call], int] = {
            self._put: 30,
            self._update: 15,
            self._transact: 10,
            self._get: 20,
            self._query: 10,
            self._list: 5,
            self._select: 5,
            self._come_or_go: 2,
            self._put_elsewhere: 3,
        }
        self._kinds = list(kinds)
        self._weights = list(kinds.values())

    def next(self, now: float) -> Call:
        """The next request at `now`."""
        self._count += 1
        (make,) = self._draw.choices(self._kinds, self._weights)
        return make(now)

    def _put(self, now: float) -> Call:
        return Call("PutItem", {"TableName": calls.TABLE, "Item": item(self._number(), now, self._draw)})

    def _update(self, now: float) -> Call:
        """A statement that was never sent before."""
        name, value = f"#n{self._count}", f":v{self._count}"
        request = {
            "TableName": calls.TABLE,
            "Key": items.key(self._number()),
            "UpdateExpression": f"SET version = {value}, #until = :u",
            "ConditionExpression": f"attribute_exists({name})",
            "ExpressionAttributeNames": {name: "pk", "#until": "until"},
            "ExpressionAttributeValues": {value: {"N": str(self._count % 10)}, ":u": self._until(now)},
        }
        return Call("UpdateItem", request)

    def _transact(self, now: float) -> Call:
        numbers = {self._number() for _ in range(3)}
        puts = [{"Put": {"TableName": calls.TABLE, "Item": item(number, now, self._draw)}} for number in numbers]
        return Call("TransactWriteItems", {"TransactItems": puts, "ClientRequestToken": f"t{self._count}"})

    def _get(self, now: float) -> Call:
        name = f"a{self._count}"
        return Call(
            "GetItem",
            {
                "TableName": calls.TABLE,
                "Key": items.key(self._number()),
                "ProjectionExpression": f"#p, {name}.{name}",
                "ExpressionAttributeNames": {"#p": "pk"},
            },
        )

    def _query(self, now: float) -> Call:
        return Call("Query", calls.request("Query", self._number()) | {"Limit": 1 + self._draw.randrange(900)})

    def _select(self, now: float) -> Call:
        text = f"SELECT pk FROM {calls.TABLE} WHERE pk = 'item-{self._number():08d}' AND version <> {self._count}"
        return Call("ExecuteStatement", {"Statement": text})

    def _list(self, now: float) -> Call:
        return Call("ListTables", {}, account=f"{self._draw.randrange(_ACCOUNTS):012d}")

    def _come_or_go(self, now: float) -> Call:
        if len(self._tables) > 5:
            return Call("DeleteTable", {"TableName": self._tables.pop(0)})
        name = f"table{self._count}"
        self._tables.append(name)
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        return Call("CreateTable", calls.CREATE_TABLE | {"TableName": name, "StreamSpecification": stream})

    def _put_elsewhere(self, now: float) -> Call:
        name = self._draw.choice(self._tables) if self._tables else calls.TABLE
        return Call("PutItem", {"TableName": name, "Item": items.make(self._draw.randrange(20))})

    def _number(self) -> int:
        return self._draw.randrange(_ITEMS)

    def _until(self, now: float) -> dict[str, str]:
        return {"N": str(int(now) + _HOUR + self._draw.randrange(_HOUR))}


def item(number: int, now: float, draw: Random) -> dict[str, Any]:
    """An item whose time to live is an hour or two away."""
    made = items.make(number, calls.ITEM_BYTES)
    return made | {"until": {"N": str(int(now) + _HOUR + draw.randrange(_HOUR))}}


def measure(requests: int, seed: int, progress: Progress) -> dict[str, Any]:
    """Send them all; memory at the first look and at the end. RuntimeError for an answer that is our fault."""
    engine = Engine(Settings(**_BOUNDS))
    task = progress.add_task("requests", total=requests)
    now = _prepare(engine, seed)
    traffic = Traffic(seed)
    looks, refusals = [], 0
    began = time.perf_counter()
    for count in range(1, requests + 1):
        now += _SECONDS_A_REQUEST
        refusals += _send(engine, traffic.next(now), now)
        if count % _REPORT_EACH == 0:
            progress.update(task, completed=count)
        if count in (min(FIRST_LOOK, requests), requests):
            looks.append({"requests": count, "resident_bytes": _resident_bytes(), "held": held(engine)})
    return {
        "kind": "soak",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {"requests": requests, "seed": seed, "items": _ITEMS, **_BOUNDS},
        "versions": results.versions(),
        "machine": results.machine(),
        "elapsed_seconds": time.perf_counter() - began,
        "refusals": refusals,
        "looks": [looks[0], looks[-1]],
    }


def held(engine: Engine) -> dict[str, int]:
    """How many there are of what could grow."""
    tables = [table for catalog in engine.catalogs.values() for table in catalog]
    return {
        "items": sum(table.item_count for table in tables),
        "tables": len(tables),
        "namespaces": len(engine.catalogs),
        "expiries": sum(len(table.expiry) for table in tables if table.expiry is not None),
        "holds": sum(len(table.holds) for table in tables),
        "tokens": sum(len(catalog.tokens) for catalog in engine.catalogs.values()),
        "streams": sum(1 for catalog in engine.catalogs.values() for _ in catalog.streams()),
    }


def _prepare(engine: Engine, seed: int) -> float:
    """The table that all write over, with a time to live and a stream, and every item that it will ever have."""
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    ttl = {"AttributeName": "until", "Enabled": True}
    setup: list[Call] = [
        Call("CreateTable", calls.CREATE_TABLE | {"StreamSpecification": stream}),
        Call("UpdateTimeToLive", {"TableName": calls.TABLE, "TimeToLiveSpecification": ttl}),
    ]
    draw = Random(seed)
    setup += [Call("PutItem", {"TableName": calls.TABLE, "Item": item(number, _NOW, draw)}) for number in range(_ITEMS)]
    if sum(_send(engine, call, _NOW) for call in setup):
        raise RuntimeError("the table could not be made")
    return _NOW


def _send(engine: Engine, call: Call, now: float) -> bool:
    """Carry out one request as a server does, from bytes to bytes; whether it was refused."""
    request = orjson.loads(orjson.dumps(call.request))
    reply = engine.execute(Call(call.operation, request, call.service, call.account, call.region), now)
    content = orjson.dumps(reply.payload)
    if reply.status >= 500:
        raise RuntimeError(f"{call.operation}: {content[:300].decode()}")
    return reply.error_code is not None


def _resident_bytes() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)
