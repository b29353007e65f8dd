"""What the server is during a run: heat, bill and latencies of our emulator; what its process costs.

Rule: a greenlet of the process that owns the target; a server that does not tell is asked once. Bounded: when there are
`LOOKS_MAX` looks, every other is dropped and the next come half as often, so that a soak keeps no more than a spike.
"""

from __future__ import annotations

import time
from typing import Any

import gevent

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.server_usage import ServerUsage
from dynarig.workloads.target import Target

LOOKS_MAX = 240
_LOOK_SECONDS = 1.0
_LIVE = "/_dynarig/live"
_COST = "/_dynarig/cost"
_LATENCY = "/_dynarig/latency"
_COST_FIELDS = ("usage_type", "account", "region", "table", "index", "operation", "run_usd")


class Watch:
    """Looks until closed."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._looks: list[dict[str, Any]] = []
        self._cost: dict[str, Any] | None = None
        self._latency: dict[str, Any] | None = None
        self._interval_seconds = _LOOK_SECONDS
        self._usage = ServerUsage(target.process_id)
        self._note_start()  # before the first request
        self._greenlet = gevent.spawn(self._run)

    def close(self) -> dict[str, Any]:
        """End; what was seen, as the summary keeps it below `server`."""
        self._greenlet.kill(block=False)
        usage = self._usage.told()
        told: dict[str, Any] = {"usage": usage} if usage else {}
        if not self._looks:
            return told
        self._look()
        told["looks"] = self._looks
        if self._cost is not None:
            told["cost_at_start"] = self._cost
        latency = self._target.admin(_LATENCY) if self._latency is not None else None
        if latency is not None:
            told["latency"] = latency_between(self._latency or {}, latency)
        return told

    def _note_start(self) -> None:
        cost = self._target.admin(_COST)
        if cost is not None:
            lines = [{name: line[name] for name in _COST_FIELDS} for line in cost["lines"]]
            self._cost = {"elapsed_seconds": cost["elapsed_seconds"], "lines": lines}
            self._latency = self._target.admin(_LATENCY)

    def _run(self) -> None:
        while self._look():
            if len(self._looks) >= LOOKS_MAX:
                self._looks = self._looks[::2]
                self._interval_seconds *= 2
            gevent.sleep(self._interval_seconds)

    def _look(self) -> bool:
        told = self._target.admin(_LIVE)
        if told is not None:
            self._looks.append(look_of(told, time.time()))
        return told is not None


def look_of(told: dict[str, Any], at: float) -> dict[str, Any]:
    """What is kept of one look. at: epoch seconds of ours, as those of the series are."""
    partitions = {}
    for target in told["heat"]:
        name = _name(target)
        for each in target["partitions"]:
            partitions[f"{name} {each['id']}"] = (each["share"], each["throttled"])
    return {
        "at": round(at, 3),
        "partitions": partitions,
        "throttled": told["throttled"],
        "consumed": {_name(row): (row["read_units"], row["write_units"]) for row in told["consumed"]},
    }


def latency_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """By operation the histogram of what the server answered between two tellings of `/_dynarig/latency`."""
    operations = {}
    for operation, counts in after["operations"].items():
        earlier = dict(before.get("operations", {}).get(operation, ()))
        histogram = Histogram()
        for microseconds, times in counts:
            histogram.record_many(microseconds, times - earlier.get(microseconds, 0))
        if histogram.total:
            operations[operation] = histogram.to_json()
    return {"time": after["time"], "operations": operations}


def _name(row: dict[str, Any]) -> str:
    return f"{row['table']} / {row['index']}" if row["index"] else str(row["table"])
