"""What a server that we started costs while it is loaded: processor time and memory, as the machine counts them.

Rule: of the process that was started and of all below it, whatever they are; nothing of a server that somebody else
started, in a container or on another machine.
"""

from __future__ import annotations

import time
from typing import Any

import psutil


class ServerUsage:
    """Counts from when it is made. process_id: of the server; None for one that is not ours to look at."""

    def __init__(self, process_id: int | None) -> None:
        self._process_id = process_id
        self._began = time.monotonic()
        self._at_first = self._look()

    def told(self) -> dict[str, float]:
        """cpu_seconds, elapsed_seconds, memory_start_bytes, memory_end_bytes so far; {} where nothing can be told."""
        last = self._look()
        if self._at_first is None or last is None:
            return {}
        return {
            "cpu_seconds": last[0] - self._at_first[0],
            "elapsed_seconds": time.monotonic() - self._began,
            "memory_start_bytes": self._at_first[1],
            "memory_end_bytes": last[1],
        }

    def _look(self) -> tuple[float, int] | None:
        """Processor seconds since the server began, and bytes that it holds; None where it is not there."""
        if self._process_id is None:
            return None
        try:
            top = psutil.Process(self._process_id)
            looks: list[tuple[Any, Any]] = [
                (each.cpu_times(), each.memory_info()) for each in (top, *top.children(recursive=True))
            ]
        except psutil.Error:
            return None
        return sum(cpu.user + cpu.system for cpu, _ in looks), sum(memory.rss for _, memory in looks)
