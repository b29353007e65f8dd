"""A short load at a fixed rate, by Locust as a user runs it: wall-clock figures, which only warn."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from dynarig.workloads.gate.trees import Tree, TreeError
from dynarig.workloads.histogram import Histogram

RATE = 400
SECONDS = 10
_TIMEOUT_SECONDS = 120


def measure(tree: Tree) -> dict[str, float]:
    """Latency percentiles of the load's answers, in milliseconds. Raises TreeError where it does not run."""
    with tempfile.TemporaryDirectory(prefix="dynarig-load-") as folder:
        flags = ["--headless", "-t", f"{SECONDS}s", "--rate", str(RATE), "--scale", "0.1", "--results", folder]
        command = tree.command("locust", "-f", str(tree.root / "locustfile.py"), *flags)
        try:
            subprocess.run(
                command, env=tree.environment(), cwd=folder, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
            )
            (found,) = Path(folder).glob("*/summary.json")
        except (subprocess.TimeoutExpired, ValueError):
            raise TreeError(f"the short load of {tree.name} left no result; run it: {' '.join(command[1:])}") from None
        return latencies(json.loads(found.read_text(encoding="utf-8")))


def latencies(summary: dict[str, Any]) -> dict[str, float]:
    """p50 and p99 of all answers together from their intended start, of a run's summary."""
    latency = Histogram()
    for pattern in summary["measurements"]["patterns"].values():
        latency.merge(Histogram.from_json(pattern["from_intended"]))
    p50, p99 = latency.percentiles((50, 99))
    return {"load p50 ms": p50 * 1e3, "load p99 ms": p99 * 1e3}
