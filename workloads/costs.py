"""What the generator itself costs: processor time, memory minute by minute, the longest moment it stood still.

Rule: one `Costs` in each process that sends. A greenlet that wants to wake every 50 ms and is late shows that the
process stood still: for the collector, for a slow scenario, or because the machine gave its core to somebody else.
"""

from __future__ import annotations

import os
import time
from typing import Any

import gevent
import psutil

from dynarig.workloads.collector import Collector

_BEAT_SECONDS = 0.05
_MINUTE_SECONDS = 60.0


class Costs:
    """Measures from its `start` to its `stop`."""

    def __init__(self) -> None:
        self._collector = Collector()
        self._process = psutil.Process()
        self._greenlet: gevent.Greenlet | None = None
        self._cpu_began = 0.0
        self._began = 0.0
        self._told: dict[str, Any] = {}
        self._minutes: list[dict[str, float]] = []
        self._longest = self._longest_of_minute = 0.0

    def start(self) -> None:
        """Quiet the collector and begin."""
        self._collector.quiet()
        self._cpu_began, self._began = time.process_time(), time.monotonic()
        self._told = {"process_id": os.getpid(), "memory_start_bytes": self._memory()}
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """End; a second call changes nothing."""
        if self._greenlet is not None:
            self._told = self.to_json()
            self._greenlet.kill(block=False)
            self._greenlet = None
            self._collector.restore()

    def to_json(self) -> dict[str, Any]:
        """What it has cost so far, as plain data."""
        if self._greenlet is None:
            return self._told
        return {
            **self._told,
            "cpu_seconds": time.process_time() - self._cpu_began,
            "elapsed_seconds": time.monotonic() - self._began,
            "memory_end_bytes": self._memory(),
            "longest_pause_seconds": self._longest,
            "longest_collection_seconds": self._collector.longest_seconds,
            "collections": self._collector.passes,
            "minutes": self._minutes,
        }

    def _memory(self) -> int:
        memory: int = self._process.memory_info().rss
        return memory

    def _run(self) -> None:
        next_minute = self._began + _MINUTE_SECONDS
        while True:
            before = time.monotonic()
            gevent.sleep(_BEAT_SECONDS)
            now = time.monotonic()
            late = now - before - _BEAT_SECONDS
            self._longest = max(self._longest, late)
            self._longest_of_minute = max(self._longest_of_minute, late)
            if now >= next_minute:
                next_minute += _MINUTE_SECONDS
                self._minutes.append({"memory_bytes": self._memory(), "longest_pause_seconds": self._longest_of_minute})
                self._longest_of_minute = 0.0
                self._collector.tidy()
