"""Raw results on disk: what was asked, with what, and every histogram, so that any table can be made again.

`results/run-…/summary.json`, format 2:

    format, finished_at, versions, machine       of the file and of what made it
    settings          every flag that mattered; the plan: endpoint, processes, now (the server's clock when the data was
                      made), scenarios [name, weight, parameters], prepared, profile [seconds, rate from, rate to]
    verdict           passed, kept (the schedule), reasons; thresholds [text, value (null: no such pattern), passed];
                      scenarios: each with passed, findings [text, figures], failures, doubts, cannot (of the target)
    measurements
      patterns        by name: succeeded, wrong, errors, throttles and refusals by code, retried and retries of the SDK,
                      read_units, write_units, samples, operation; from_intended, from_actual, service, modelled:
                      histograms, the last two where each answer tells them (--latency service)
      lateness        histogram of actual minus intended start; intended, started, elapsed_seconds, finished: counts
      notes           by scenario: what it counted (counts, durations)
      costs           by process: cpu_seconds, requests, memory_start_bytes, memory_end_bytes, longest_pause_seconds,
                      longest_collection_seconds, collections, minutes [memory_bytes, longest_pause_seconds]
      series          width (seconds in a row), seconds: [epoch second of the intended start, [started, succeeded,
                      failed, refused, read_units, write_units], throttles by code, latency, lateness]; the warm-up is
                      in it. latency, lateness: [bucket, count] of `series.Coarse`, as `Series.from_json` reads them
    server            heat, capacity, cost: what our emulator told at the end under /_dynarig/; cost_at_start; looks: at
                      it during the run [at, partitions by name [share of the ceiling, throttles so far], throttled by
                      reason, consumed by table and index [read, write units]]; latency: of the run by its own metrics,
                      the time that they tell (service, or modelled) and histograms by operation; another server tells
                      nothing of these. usage: of a server started here: cpu_seconds, elapsed_seconds,
                      memory_start_bytes, memory_end_bytes

A histogram is {unit: us, total, sum, min, max, buckets, counts}; `histogram.highest_of(bucket)` gives its microseconds.
Beside it lies `latency.hlog`, the same latencies for HdrHistogram's own tools.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from dynarig.workloads.measure import Measurements

FORMAT = 2
_PACKAGES = ("dynarig", "locust", "gevent", "geventhttpclient", "orjson", "boto3", "uvloop", "httptools", "moto")


def summary(settings: dict[str, Any], measured: Measurements, verdicts: dict[str, Any]) -> dict[str, Any]:
    """A run as plain data."""
    return {
        "format": FORMAT,
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": settings,
        "versions": versions(),
        "machine": machine(),
        "verdict": verdicts,
        "measurements": measured.to_json(),
    }


def check_folder(folder: str | Path) -> None:
    """Refuse, before a run, a folder that its results could not be written to. OSError with the reason."""
    wanted = Path(folder).absolute()
    there = next(each for each in (wanted, *wanted.parents) if os.path.exists(each))
    if not there.is_dir():
        raise OSError(f"no results can be kept in {folder}: {there} is not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OSError(f"no results can be kept in {folder}: {there} cannot be written to")


def save(data: dict[str, Any], folder: str | Path) -> Path:
    """Write `data` into a new folder run-<time>-seed<seed> below `folder`; the folder's path."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    base = Path(folder) / f"run-{stamp}-seed{data['settings']['seed']}"
    place, number = base, 1
    while place.exists():
        number += 1
        place = base.with_name(f"{base.name}-{number}")
    place.mkdir(parents=True)
    write(place / "summary.json", data)
    return place


def write(path: Path, data: dict[str, Any], indent: int | None = 1) -> None:
    """Replace a JSON file as a whole. indent: None for few and long lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    text = _by_lines(data) if indent is None else json.dumps(data, indent=indent, ensure_ascii=False)
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, path)


def _by_lines(data: dict[str, Any]) -> str:
    """Compact JSON that a diff can still be read of."""

    def entries(content: Any, depth: int) -> str:
        if depth and isinstance(content, dict) and content:
            inner = ",\n".join(f"{json.dumps(name)}:{entries(each, depth - 1)}" for name, each in content.items())
            return f"{{\n{inner}\n}}"
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    return entries(data, 3)


def versions() -> dict[str, str]:
    """Python's, and those of the packages that figures depend on; the commit where the source is a git work tree."""
    found = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    commit = _commit()
    if commit:
        found["commit"] = commit
    return found


def machine() -> dict[str, Any]:
    """What the figures were measured on, without its name."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count()
    return {"system": platform.system(), "architecture": platform.machine(), "cores": cores}


def _commit() -> str | None:
    command = ["git", "-C", str(Path(__file__).resolve().parent), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None
