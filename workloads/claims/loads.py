"""A load of seconds over HTTP, by Locust as a user runs it, and what its result says.

Rule: generator and server are processes of their own; nothing is derived here but sums of histograms. A claim that
needs one shares it with the others, since it takes its seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.histogram import Histogram

_LOCUSTFILE = Path(__file__).resolve().parents[1] / "locustfile.py"
_MORE_SECONDS = 180


class LoadFailed(Exception):
    """The load left no result; the text is one line."""


@dataclass(frozen=True)
class Load:
    """One run: rates in requests a second, latencies as histograms of seconds, units a second, faults."""

    intended: int
    sent: int
    failed: int
    throttled: int
    seconds: float
    client: Histogram
    service: Histogram
    read_units_a_second: float
    write_units_a_second: float

    @property
    def rate(self) -> float:
        """What was really sent."""
        return self.sent / self.seconds

    def to_json(self) -> dict[str, Any]:
        """As evidence, latencies in milliseconds."""
        return {
            "rate": self.rate,
            "intended": self.intended,
            "sent": self.sent,
            "failed": self.failed,
            "throttled": self.throttled,
            "client_ms": percentiles_ms(self.client),
            "service_ms": percentiles_ms(self.service),
            "read_units_a_second": self.read_units_a_second,
            "write_units_a_second": self.write_units_a_second,
        }


def percentiles_ms(latency: Histogram) -> dict[str, float]:
    """p50, p99 and p99.9 in milliseconds; empty where nothing was recorded."""
    if not latency.total:
        return {}
    found = latency.percentiles((50.0, 99.0, 99.9))
    return {name: seconds * 1e3 for name, seconds in zip(("p50", "p99", "p99.9"), found, strict=True)}


def of_bench(bench: Bench, scenario: str = "miyabi", rate: float = 1000.0) -> Load:
    """The load of the bench's length, taken once a run. Raises LoadFailed."""
    return bench.once(f"load {scenario} {rate}", lambda: _run(scenario, rate, bench.options.load_seconds))


def _run(scenario: str, rate: float, seconds: float) -> Load:
    with tempfile.TemporaryDirectory(prefix="dynarig-load-") as folder:
        command = [sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), "--headless"]
        flags = ["--scenario", scenario, "--rate", str(rate), "-t", f"{seconds:.0f}s", "--results", folder]
        try:
            subprocess.run(
                [*command, *flags], cwd=folder, capture_output=True, timeout=seconds + _MORE_SECONDS, check=False
            )
            (found,) = Path(folder).glob("*/summary.json")
        except (subprocess.TimeoutExpired, ValueError):
            raise LoadFailed(f"the load left no result; run it: locust {' '.join(flags[:-2])}") from None
        return read(json.loads(found.read_text(encoding="utf-8")))


def read(summary: dict[str, Any]) -> Load:
    """What a run's summary says."""
    measured = summary["measurements"]
    client, service = Histogram(), Histogram()
    tallies = measured["patterns"].values()
    for tally in tallies:
        client.merge(Histogram.from_json(tally["from_intended"]))
        service.merge(Histogram.from_json(tally["service"]))
    seconds = measured["elapsed_seconds"]
    return Load(
        intended=measured["intended"],
        sent=measured["started"],
        failed=sum(tally["wrong"] + sum(tally["errors"].values()) for tally in tallies),
        throttled=sum(sum(tally["throttles"].values()) for tally in tallies),
        seconds=seconds,
        client=client,
        service=service,
        read_units_a_second=sum(tally["read_units"] for tally in tallies) / seconds,
        write_units_a_second=sum(tally["write_units"] for tally in tallies) / seconds,
    )
