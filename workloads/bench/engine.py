"""`dynarig bench engine`: the engine without HTTP, in units of one orjson round trip, at growing sizes.

Rule: a process for each size (`engine_probe`); this module starts them one after the other and keeps what they print.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import orjson
from rich.progress import Progress

from dynarig.workloads import results
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.bench import calls
from dynarig.workloads.bench.cores import pair, pinned

SIZES = (1_000, 100_000, 1_000_000)


def measure(sizes: Sequence[int], samples: int, progress: Progress) -> dict[str, Any]:
    """Probe every size; raw results as plain data. Raises BackendError."""
    core, _ = pair()
    tasks = [progress.add_task(f"{size:,} items", total=size) for size in sizes]
    probes = []
    for size, task in zip(sizes, tasks, strict=True):
        with pinned(core):
            probes.append(_probe(size, samples, lambda done, task=task: progress.update(task, completed=done)))
        progress.update(task, completed=size)
    return {
        "kind": "engine",
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "settings": {"sizes": list(sizes), "samples": samples, "item_bytes": calls.ITEM_BYTES, "core": core},
        "versions": results.versions(),
        "machine": results.machine(),
        "probes": probes,
    }


def _probe(size: int, samples: int, report: Any) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "dynarig.workloads.bench.engine_probe",
        "--items",
        str(size),
        "--samples",
        str(samples),
    ]
    words: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        try:
            for line in process.stderr:
                if line.strip().isdigit():
                    report(int(line))
                else:
                    words.append(line.strip())
            output = process.stdout.read()
        finally:
            process.terminate()
    if not output.strip():
        raise BackendError(f"the probe of {size:,} items failed: {words[-1] if words else 'without a word'}")
    probe: dict[str, Any] = orjson.loads(output)
    return probe
