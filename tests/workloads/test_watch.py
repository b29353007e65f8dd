"""Looks at the emulator during a run: what is kept of them, and how many."""

from __future__ import annotations

import os
from typing import Any

import gevent
import pytest

from dynarig.workloads import watch
from dynarig.workloads.histogram import Histogram
from dynarig.workloads.watch import LOOKS_MAX, Watch, latency_between, look_of

LIVE = {
    "heat": [
        {"table": "orders", "index": None, "partitions": [{"id": "p0", "share": 0.5, "throttled": 3, "read_units": 1}]},
        {"table": "orders", "index": "by-day", "partitions": [{"id": "p0", "share": 0.1, "throttled": 0}]},
    ],
    "throttled": {"TableWriteKeyRangeThroughputExceeded": 3},
    "consumed": [{"table": "orders", "index": None, "read_units": 1.5, "write_units": 2.0}],
}
COST = {"elapsed_seconds": 3.0, "lines": [dict.fromkeys([*watch._COST_FIELDS, "explanation"], "x")]}


class Server:
    """Answers at once; counts the questions."""

    process_id: int | None = None

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def admin(self, path: str) -> Any:
        self.asked.append(path)
        return self.answers.get(path)


def test_what_is_kept_of_a_look() -> None:
    assert look_of(LIVE, 7.0) == {
        "at": 7.0,
        "partitions": {"orders p0": (0.5, 3), "orders / by-day p0": (0.1, 0)},
        "throttled": {"TableWriteKeyRangeThroughputExceeded": 3},
        "consumed": {"orders": (1.5, 2.0)},
    }


def test_a_server_that_does_not_tell_is_asked_once() -> None:
    server = Server({})
    looking = Watch(server)  # type: ignore[arg-type]
    gevent.sleep(0)
    assert looking.close() == {}
    assert server.asked == ["/_dynarig/cost", "/_dynarig/live"]


def test_what_a_server_started_here_costs_is_told() -> None:
    server = Server({})
    server.process_id = os.getpid()
    looking = Watch(server)  # type: ignore[arg-type]
    sum(range(10**6))
    usage = looking.close()["usage"]
    assert 0 < usage["cpu_seconds"] < usage["elapsed_seconds"] * os.cpu_count() + 1
    assert usage["memory_end_bytes"] > 10 << 20


def test_looks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3 * LOOKS_MAX:
            raise gevent.GreenletExit

    monkeypatch.setattr(watch.gevent, "sleep", sleep)
    server = Server({"/_dynarig/live": LIVE, "/_dynarig/cost": COST})
    looking = Watch(server)  # type: ignore[arg-type]
    looking._greenlet.join()
    told = looking.close()
    assert LOOKS_MAX / 2 <= len(told["looks"]) <= LOOKS_MAX
    assert (slept[0], slept[-1]) == (1.0, 32.0)  # halved five times in 720 looks
    assert told["cost_at_start"]["lines"] == [dict.fromkeys(watch._COST_FIELDS, "x")]


def test_the_latency_of_a_run_is_without_what_was_before() -> None:
    before = {"time": "service", "operations": {"BatchWriteItem": [[900, 5]], "GetItem": [[40, 2]]}}
    after = {
        "time": "service",
        "operations": {"BatchWriteItem": [[900, 5]], "GetItem": [[40, 3], [80, 1]], "Query": [[90, 1]]},
    }
    told = latency_between(before, after)
    assert told["time"] == "service"
    assert set(told["operations"]) == {"GetItem", "Query"}
    got = Histogram.from_json(told["operations"]["GetItem"])
    assert (got.total, got.min_us, got.max_us, got.sum_us) == (2, 40, 80, 120)


def test_the_latency_is_asked_before_the_run_and_after_it() -> None:
    first, second = ({"time": "modelled", "operations": {"GetItem": [[4000, times]]}} for times in (1, 3))
    server = Server({"/_dynarig/live": LIVE, "/_dynarig/cost": COST, "/_dynarig/latency": first})
    looking = Watch(server)  # type: ignore[arg-type]
    gevent.sleep(0)
    server.answers["/_dynarig/latency"] = second
    latency = looking.close()["latency"]
    assert latency["time"] == "modelled"
    assert latency["operations"]["GetItem"]["total"] == 2
