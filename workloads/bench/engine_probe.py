"""One table of a given size in one engine, no HTTP: `python -m dynarig.workloads.bench.engine_probe --items 1000`.

Rule: one process per size, so that memory is the size's own. Times are taken in small samples that alternate with
samples of the yardstick (one orjson round trip of each of the same items), so that both see the same machine, and the
operations take turns of many samples, so that a neighbour's burst spoils no operation's median. One JSON object on
standard output.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from itertools import product
from operator import truediv
from statistics import median
from typing import Any

import orjson
import psutil

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings
from dynarig.workloads import items
from dynarig.workloads.bench import calls

_CALLS_PER_SAMPLE = 100
_NOW = 1_764_417_600.0
_TURNS = 5
_PERCENTS = (0, 10, 25, 50, 75, 90, 99)
_PROGRESS_ITEMS = 50_000


def main(argv: list[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m dynarig.workloads.bench.engine_probe")
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--samples", type=int, default=300)
    arguments = parser.parse_args(argv)
    engine = Engine(Settings())
    execute(engine, "CreateTable", calls.CREATE_TABLE)
    while execute(engine, "DescribeTable", {"TableName": calls.TABLE})["Table"]["TableStatus"] != "ACTIVE":
        engine.run_due(_NOW + 60)
    memory_bytes = load(engine, arguments.items)
    gc.collect()
    gc.freeze()
    answer = {
        "items": arguments.items,
        "memory_bytes_per_item": memory_bytes / arguments.items,
        "operations": measure(engine, arguments.items, arguments.samples),
    }
    sys.stdout.write(orjson.dumps(answer).decode() + "\n")
    return 0


def execute(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    """The answer's payload as plain data. RuntimeError for an error."""
    reply = engine.execute(Call(operation, request), _NOW + 120)
    if reply.error_code is not None:
        raise RuntimeError(f"{operation}: {reply.error_code}: {orjson.dumps(reply.payload).decode()[:300]}")
    return orjson.loads(orjson.dumps(reply.payload))


def load(engine: Engine, count: int) -> int:
    """Put `count` items, each decoded from bytes as a server would; the growth of resident memory in bytes."""
    gc.collect()
    gc.freeze()
    gc.disable()  # values hold no cycles; the collector would only walk them again and again
    before = psutil.Process().memory_info().rss
    for number in range(count):
        request = orjson.loads(orjson.dumps(calls.request("PutItem", number)))
        reply = engine.execute(Call("PutItem", request), _NOW + 120)
        if reply.error_code is not None:
            raise RuntimeError(f"PutItem: {reply.error_code}")
        if number % _PROGRESS_ITEMS == _PROGRESS_ITEMS - 1:
            print(f"{number + 1}", file=sys.stderr, flush=True)
    gc.enable()
    gc.collect()
    return int(psutil.Process().memory_info().rss - before)


class Series:
    """The samples of one operation: microseconds a call, of the call and of the yardstick, and their ratios."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.yardstick: list[float] = []

    def add(self, taken: float, yardstick: float) -> None:
        """One more sample."""
        self.taken.append(taken)
        self.yardstick.append(yardstick)

    def to_json(self) -> dict[str, Any]:
        """Medians and percentiles."""
        return {
            "us": median(self.taken),
            "round_trip_us": median(self.yardstick),
            "round_trips": median(map(truediv, self.taken, self.yardstick)),
            "percentiles_us": _percentiles(self.taken),
            "percentiles_round_trip_us": _percentiles(self.yardstick),
        }


def _percentiles(samples: list[float]) -> dict[str, float]:
    ordered = sorted(samples)
    return {str(percent): round(ordered[(len(ordered) - 1) * percent // 100], 3) for percent in _PERCENTS}


def measure(engine: Engine, item_count: int, sample_count: int) -> dict[str, dict[str, Any]]:
    """Samples of every operation and of the yardstick beside each; operation → medians and samples."""
    draw = random.Random(1)
    series = {operation: Series() for operation in calls.OPERATIONS}
    for operation in calls.OPERATIONS:
        fault = calls.fault(operation, 0, execute(engine, operation, calls.request(operation, 0)))
        if fault:
            raise RuntimeError(fault)
    for turn in range(_TURNS):
        for operation, sample in product(calls.OPERATIONS, range(-(-sample_count // _TURNS) + 1)):
            numbers = [draw.randrange(item_count) for _ in range(_CALLS_PER_SAMPLE)]
            if operation == "Query":
                numbers = [number // items.PER_INDEX_KEY * items.PER_INDEX_KEY for number in numbers]
            content = turn + sample
            requests = [orjson.loads(orjson.dumps(calls.request(operation, number, content))) for number in numbers]
            stored = [orjson.dumps(items.make(number, calls.ITEM_BYTES)) for number in numbers]
            round_trip = _timed(_round_trips(stored))
            spent = _timed(_calls(engine, operation, requests))
            if sample:  # the first one of a turn warms up
                series[operation].add(spent, round_trip)
    return {operation: each.to_json() for operation, each in series.items()}


def _round_trips(sampled: list[bytes]) -> Callable[[], None]:
    def run() -> None:
        loads, dumps = orjson.loads, orjson.dumps
        for item in sampled:
            dumps(loads(item))

    return run


def _calls(engine: Engine, operation: str, requests: list[dict[str, Any]]) -> Callable[[], None]:
    def run() -> None:
        execute_call = engine.execute
        for request in requests:
            execute_call(Call(operation, request), _NOW + 120)

    return run


def _timed(run: Callable[[], None]) -> float:
    """Microseconds per call."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) / _CALLS_PER_SAMPLE * 1e6


if __name__ == "__main__":
    sys.exit(main())
