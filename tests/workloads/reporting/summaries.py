"""A run's summary of a few lines, as the load writes it: one hot partition of two, throttled, with a bill."""

from __future__ import annotations

from typing import Any

from dynarig.workloads import results
from dynarig.workloads.measure import Measurements
from dynarig.workloads.verdict import Finding, ScenarioVerdict

START = 1_700_000_000
SECONDS = 12
SETTINGS = {
    "scenario": "hot-key",
    "endpoint": "http://127.0.0.1:1",
    "rate": 100.0,
    "arrivals": "constant",
    "closed": False,
    "ramp_seconds": 0.0,
    "warm_up_seconds": 2.0,
    "seed": 4,
    "processes": 1,
    "lateness_limit_ms": 50.0,
    "scenarios": [["hot-key", 1.0, {"shape": "<zipf>"}]],
}


def measured(latency_seconds: float = 0.004) -> Measurements:
    """100 requests a second, of which 20 throttle."""
    made = Measurements(intended=1200, started=1200, elapsed_seconds=float(SECONDS), finished=1)
    tally = made.tally("write <hot>")
    tally.succeeded, tally.throttles = 960, {"ThrottlingException": 240}
    tally.write_units = 960.0
    for _ in range(960):
        tally.from_intended.record(latency_seconds)
        tally.from_actual.record(latency_seconds / 2)
    for number in range(SECONDS):
        second = made.series.at(START + number)
        second.started, second.succeeded, second.throttles = 100, 80, {"ThrottlingException": 20}
        second.write_units = 80.0
        second.latency.record(latency_seconds)
    made.lateness.record(0.001)
    made.costs = {
        "0": {
            "cpu_seconds": 1.2,
            "elapsed_seconds": 12.0,
            "requests": 1200,
            "memory_end_bytes": 2**20 * 64,
            "memory_start_bytes": 2**20 * 60,
            "longest_pause_seconds": 0.01,
            "longest_collection_seconds": 0.0,
        }
    }
    return made


def look(number: int) -> dict[str, Any]:
    """The server after so many seconds: 20 throttles a second on p1, 80 write units a second."""
    return {
        "at": START + number,
        "partitions": {"orders p0": [0.0, 0], "orders p1": [1.0, 20 * number], "orders / by-day p0": [0.5, 0]},
        "throttled": {"TableWriteKeyRangeThroughputExceeded": 20 * number},
        "consumed": {"orders": [0.0, 100 + 80.0 * number], "orders / by-day": [0.0, 40.0 * number]},
    }


def bill_line(run_usd: float, operation: str | None, month_usd: float) -> dict[str, Any]:
    """One line of the emulator's bill."""
    return {
        "usage_type": "WriteRequestUnits" if operation else "TimedStorage-ByteHrs",
        "account": "000000000000",
        "region": "us-east-1",
        "table": "orders",
        "index": None,
        "operation": operation,
        "run_usd": run_usd,
        "month_usd": month_usd,
        "explanation": "units × price",
    }


def server() -> dict[str, Any]:
    """What the emulator told. Preparing had cost 0.5 USD, the run's 14 seconds 0.014 USD."""
    parts = [
        {"id": "p0", "read_units_total": 0.0, "write_units_total": 100.0, "throttled": {}, "hottest": []},
        {
            "id": "p1",
            "read_units_total": 0.0,
            "write_units_total": 300.0,
            "throttled": {"TableWriteKeyRangeThroughputExceeded": 240},
            "hottest": [{"key": "<celebrity>", "share": 0.9}],
        },
    ]
    return {
        "heat": {"mode": "enforce", "tables": [{"table": "orders", "index": None, "partitions": parts}]},
        "cost": {
            "elapsed_seconds": 15.0,
            "prices_read_on": "2025-01-01",
            "lines": [bill_line(0.514, "PutItem", 99_999.0), bill_line(0.0, None, 7.0)],
        },
        "cost_at_start": {"elapsed_seconds": 5.0, "lines": [bill_line(0.5, "PutItem", 1.0)]},
        "looks": [look(number) for number in range(SECONDS)],
    }


def summary(*, ours: bool = True, latency_seconds: float = 0.004, **settings: Any) -> dict[str, Any]:
    """A run as it is saved. ours: whether the target was our emulator."""
    finding = Finding("one key took 90 % of the heat", {"share": 0.9})
    scenario = ScenarioVerdict((finding,), (), ("8 s are few",))
    threshold = {"text": "throttles<1%", "value": 20.0, "passed": False}
    verdict = {
        "passed": False,
        "kept": True,
        "reasons": ["threshold throttles<1%: 20"],
        "thresholds": [threshold],
        "scenarios": {"hot-key": scenario.to_json()},
    }
    made = results.summary({**SETTINGS, **settings}, measured(latency_seconds), verdict)
    return {**made, "server": server() if ours else {}}
