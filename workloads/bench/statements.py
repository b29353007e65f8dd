"""`dynarig bench statements`: what remembering statements is worth, on traffic that repeats them and on other traffic.

Rule: the same calls on the same engine in pairs a moment apart, with the memory of statements and without it; the
figure is the median of the pairs' ratios, so that a machine that drifts moves both sides. Processor time, no HTTP.
"""

from __future__ import annotations

import gc
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from unittest import mock

import orjson
from rich.progress import Progress

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.operations.requests.checked_statements import CheckedStatements
from dynarig.workloads import items, results
from dynarig.workloads.bench import calls
from dynarig.workloads.bench.cores import pair, pinned

_NOW = 1_764_417_600.0
_ITEMS = 200
_CALLS = 1_400  # a sample: two rounds of the traffic with the most statements that are all remembered


@dataclass(frozen=True, slots=True)
class Traffic:
    """One line of the table. request: number and round → request. repeats: whether it repeats its statements, so that
    remembering them must be a gain."""

    title: str
    operation: str
    request: Callable[[int], dict[str, Any]]
    repeats: bool = False


def _number(call: int) -> int:
    return call % _ITEMS


def _bench(operation: str) -> Callable[[int], dict[str, Any]]:
    return lambda call: calls.request(operation, _number(call), call // _ITEMS)


def _query(**members: Any) -> dict[str, Any]:
    return calls.request("Query", 0) | members


def _get(call: int, projection: str) -> dict[str, Any]:
    return calls.request("GetItem", _number(call)) | {"ProjectionExpression": projection}


def _put(call: int, **attributes: Any) -> dict[str, Any]:
    request = calls.request("PutItem", _number(call), call // _ITEMS)
    return {"TableName": calls.TABLE, "Item": request["Item"] | attributes}


def _update(call: int, mark: str) -> dict[str, Any]:
    """The update of the other benchmarks, with a mark in every placeholder."""
    request = calls.request("UpdateItem", _number(call), call // _ITEMS)
    names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
    for expression in ("UpdateExpression", "ConditionExpression"):
        for placeholder in (*names, *values):
            request[expression] = request[expression].replace(placeholder, placeholder + mark)
    request["ExpressionAttributeNames"] = {name + mark: names[name] for name in names}
    request["ExpressionAttributeValues"] = {name + mark: values[name] for name in values}
    return request


def _between(call: int) -> dict[str, Any]:
    values = {":g": {"S": items.index_key(0)}, ":a": {"S": "2025"}, ":b": {"S": f"2026-{call:06}"}}
    return _query(KeyConditionExpression="gpk = :g AND gsk BETWEEN :a AND :b", ExpressionAttributeValues=values)


_BINARY = {"B": b64encode(bytes(range(64))).decode()}
TRAFFIC = (
    Traffic("GetItem", "GetItem", _bench("GetItem"), repeats=True),
    Traffic("PutItem", "PutItem", _bench("PutItem"), repeats=True),
    Traffic("UpdateItem, condition and nested SET", "UpdateItem", _bench("UpdateItem"), repeats=True),
    Traffic("Query of an index", "Query", _bench("Query"), repeats=True),
    Traffic("Query, BETWEEN other bounds each time", "Query", _between, repeats=True),
    Traffic("Query, 900 different Limits", "Query", lambda call: _query(Limit=1 + call % 900)),
    Traffic("GetItem, 700 projections", "GetItem", lambda call: _get(call, f"pk, sk, field{call % 700}")),
    Traffic("GetItem, 20,000 projections", "GetItem", lambda call: _get(call, f"pk, sk, field{call % 20_000}")),
    Traffic(
        "PutItem, sorted sets", "PutItem", lambda call: _put(call, tags={"SS": ["a", "b"]}, ids={"NS": ["1", "2"]})
    ),
    Traffic(
        "PutItem, unsorted sets and binary",
        "PutItem",
        lambda call: _put(call, tags={"SS": ["b", "a"]}, ids={"NS": ["2", "1"]}, digest=_BINARY),
    ),
    Traffic("UpdateItem, placeholders unique per request", "UpdateItem", lambda call: _update(call, f"_{call:x}")),
)


def measure(pairs: int, progress: Progress) -> dict[str, Any]:
    """Every line's ratios; raw results as plain data."""
    core, _ = pair()
    task = progress.add_task("statements", total=len(TRAFFIC))
    lines = []
    with pinned(core):
        for traffic in TRAFFIC:
            lines.append(_measure_line(traffic, pairs))
            progress.advance(task)
    return {
        "kind": "statements",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {"pairs": pairs, "calls_per_sample": _CALLS, "items": _ITEMS, "item_bytes": calls.ITEM_BYTES},
        "versions": results.versions(),
        "machine": results.machine(),
        "lines": lines,
    }


def _measure_line(traffic: Traffic, pairs: int) -> dict[str, Any]:
    engine = _filled()
    samples: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(-2, pairs):  # two turns warm up, and let the memory see each statement twice
        for half, remembering in enumerate((True, False) if turn % 2 else (False, True)):
            first = (2 * (turn + 2) + half) * _CALLS  # so that what is new each time is new to both
            bodies = [orjson.dumps(traffic.request(first + each)) for each in range(_CALLS)]
            taken = _sample(engine, traffic.operation, bodies, remembering)
            if turn >= 0:
                samples[remembering].append(taken)
    return {
        "title": traffic.title,
        "operation": traffic.operation,
        "repeats": traffic.repeats,
        "with_us": median(samples[True]),
        "without_us": median(samples[False]),
        "ratio": ratio(samples[True], samples[False]),
        "ratio_quartiles": quantiles(_ratios(samples[True], samples[False]), n=4) if pairs > 1 else [],
    }


def _ratios(remembering: list[float], forgetting: list[float]) -> list[float]:
    return [without / with_ for with_, without in zip(remembering, forgetting, strict=True)]


def ratio(remembering: list[float], forgetting: list[float]) -> float:
    """How many times as fast calls are with the memory: the median of the ratios of pairs."""
    return median(_ratios(remembering, forgetting))


def _filled() -> Engine:
    engine = Engine()
    _execute(engine, "CreateTable", calls.CREATE_TABLE)
    engine.run_due(_NOW + 60)
    for number in range(_ITEMS):
        _execute(engine, "PutItem", calls.request("PutItem", number))
    return engine


def _execute(engine: Engine, operation: str, request: dict[str, Any]) -> None:
    reply = engine.execute(Call(operation, request), _NOW)
    if reply.error_code is not None:
        raise RuntimeError(f"{operation}: {reply.error_code}: {reply.payload}")


def _sample(engine: Engine, operation: str, bodies: list[bytes], remembering: bool) -> float:
    """Microseconds a call. Bodies are decoded anew, as no text of a real request was ever looked at before."""
    requests = [Call(operation, orjson.loads(body)) for body in bodies]
    execute = engine.execute
    gc.collect()
    gc.disable()
    with _switched(remembering):
        began = time.process_time()
        for request in requests:
            reply = execute(request, _NOW)
        taken = time.process_time() - began
    gc.enable()
    if reply.error_code is not None:
        raise RuntimeError(f"{operation}: {reply.error_code}: {reply.payload}")
    return taken / len(bodies) * 1e6


@contextmanager
def _switched(remembering: bool) -> Iterator[None]:
    """Without `remembering`, no statement is recognised and none is kept."""
    if remembering:
        yield
        return
    with (
        mock.patch.object(CheckedStatements, "recognise", _nothing),
        mock.patch.object(CheckedStatements, "recall", _nothing),
        mock.patch.object(CheckedStatements, "keep", _nothing),
    ):
        yield


def _nothing(statements: CheckedStatements, *arguments: Any) -> None:
    return None
