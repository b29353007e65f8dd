"""One table of a given size in one engine, no HTTP: `python -m workloads.bench.engine_probe --items 1000`.

Rule: one process per size, so that memory is the size's own. Times are taken in small samples that alternate with
samples of the yardstick (one orjson round trip of each of the same items), so that both see the same machine. One JSON
object on standard output.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import orjson
import psutil

from emulator.engine import Engine
from emulator.model.call import Call
from emulator.settings import Settings
from workloads import items
from workloads.bench import calls

_CALLS_PER_SAMPLE = 100
_NOW = 1_764_417_600.0
_PROGRESS_ITEMS = 50_000


def main(argv: list[str] | None = None) -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m workloads.bench.engine_probe")
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--samples", type=int, default=60)
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
        "operations": {name: measure(engine, name, arguments) for name in calls.OPERATIONS},
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


def measure(engine: Engine, operation: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Samples of the operation and of the yardstick, in microseconds per call, and the median of their ratios."""
    draw = random.Random(1)
    taken, yardstick, ratios = [], [], []
    answer = execute(engine, operation, calls.request(operation, 0))
    fault = calls.fault(operation, 0, answer)
    if fault:
        raise RuntimeError(fault)
    for sample in range(arguments.samples + 1):
        numbers = [draw.randrange(arguments.items) for _ in range(_CALLS_PER_SAMPLE)]
        if operation == "Query":
            numbers = [number // items.PER_INDEX_KEY * items.PER_INDEX_KEY for number in numbers]
        requests = [orjson.loads(orjson.dumps(calls.request(operation, number, sample))) for number in numbers]
        round_trip = _timed(_round_trips([orjson.dumps(items.make(number, calls.ITEM_BYTES)) for number in numbers]))
        spent = _timed(_calls(engine, operation, requests))
        if sample:  # the first one warms up
            taken.append(spent)
            yardstick.append(round_trip)
            ratios.append(spent / round_trip)
    return {
        "us": median(taken),
        "round_trip_us": median(yardstick),
        "round_trips": median(ratios),
        "samples_us": taken,
        "samples_round_trip_us": yardstick,
    }


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
