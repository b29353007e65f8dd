"""A load of seconds over HTTP, by Locust as a user runs it, and what its result says.

Rule: generator and server are processes of their own; nothing is derived here but sums of histograms. The server's own
time is what its CloudWatch says afterwards. A claim that needs a load shares it with the others, since it takes its
seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3

from dynarig.workloads.backends.process import HOST
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.histogram import Histogram
from dynarig.workloads.target import capacity_flags, emulator_process

_LOCUSTFILE = Path(__file__).resolve().parents[1] / "locustfile.py"
_MORE_SECONDS = 180
_REGION = "ap-northeast-1"  # of the Miyabi estate
_NAMESPACE, _LATENCY = "AWS/DynamoDB", "SuccessfulRequestLatency"


class LoadFailed(Exception):
    """The load left no result; the text is one line."""


@dataclass(frozen=True)
class Load:
    """One run: rates in requests a second, units a second, faults; client: seconds from the intended start.

    service_ms: operation → p50 and p99 in the server, in milliseconds.
    """

    intended: int
    sent: int
    failed: int
    throttled: int
    seconds: float
    client: Histogram
    service_ms: dict[str, dict[str, float]]
    read_units_a_second: float
    write_units_a_second: float

    @property
    def service_p99_ms(self) -> float:
        """Of the slowest operation, in the server."""
        return max((each["p99"] for each in self.service_ms.values()), default=0.0)

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
            "service_ms": self.service_ms,
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
    if find_spec("locust") is None:
        raise LoadFailed("Locust is not installed: pip install 'dynarig[load]'")
    with tempfile.TemporaryDirectory(prefix="dynarig-load-") as folder, started() as url:
        command = [sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), "--headless", "--host", url]
        flags = ["--scenario", scenario, "--rate", str(rate), "-t", f"{seconds:.0f}s", "--results", folder]
        try:
            subprocess.run(
                [*command, *flags], cwd=folder, capture_output=True, timeout=seconds + _MORE_SECONDS, check=False
            )
            (found,) = Path(folder).glob("*/summary.json")
        except (subprocess.TimeoutExpired, ValueError):
            raise LoadFailed(f"the load left no result; run it: locust {' '.join(flags[:-2])}") from None
        return read(json.loads(found.read_text(encoding="utf-8")), service_times(url, _REGION))


@contextmanager
def started() -> Iterator[str]:
    """The URL of an emulator of this load's own."""
    process = emulator_process(flags=capacity_flags("observe"))
    process.start()
    try:
        yield f"http://{HOST}:{process.port}"
    finally:
        process.stop()


def service_times(url: str, region: str) -> dict[str, dict[str, float]]:
    """SuccessfulRequestLatency by operation of the last minutes, as the server's CloudWatch tells it."""
    client = boto3.client(
        "cloudwatch", region, endpoint_url=url, aws_access_key_id="local", aws_secret_access_key="local"
    )
    now = datetime.now(UTC)
    found = {}
    for metric in client.list_metrics(Namespace=_NAMESPACE, MetricName=_LATENCY)["Metrics"]:
        points = client.get_metric_statistics(
            Namespace=_NAMESPACE,
            MetricName=_LATENCY,
            Dimensions=metric["Dimensions"],
            StartTime=now - timedelta(minutes=30),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            ExtendedStatistics=["p50", "p99"],
        )["Datapoints"]
        operation = next(each["Value"] for each in metric["Dimensions"] if each["Name"] == "Operation")
        for point in points:
            found[operation] = {name: point["ExtendedStatistics"][name] for name in ("p50", "p99")}
    return found


def read(summary: dict[str, Any], service_ms: dict[str, dict[str, float]]) -> Load:
    """What a run's summary says, and what the server says of its own time."""
    measured = summary["measurements"]
    client = Histogram()
    tallies = measured["patterns"].values()
    for tally in tallies:
        client.merge(Histogram.from_json(tally["from_intended"]))
    seconds = measured["elapsed_seconds"]
    return Load(
        intended=measured["intended"],
        sent=measured["started"],
        failed=sum(tally["wrong"] + sum(tally["errors"].values()) for tally in tallies),
        throttled=sum(sum(tally["throttles"].values()) for tally in tallies),
        seconds=seconds,
        client=client,
        service_ms=service_ms,
        read_units_a_second=sum(tally["read_units"] for tally in tallies) / seconds,
        write_units_a_second=sum(tally["write_units"] for tally in tallies) / seconds,
    )
