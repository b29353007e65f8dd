"""The one check: format, lint, types, tests. `python -m tests.check`; exit 0 only if all pass.

`--slow` adds the longer checks (fuzz, differential, end-to-end load), `--peers` those against other processes (DynamoDB
Local, a browser, other SDKs), `--long` more of the same with further seeds and sizes. What a machine lacks is skipped
with its reason, never silently.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CODE = ["emulator", "workloads", "fixtures", "tests", "locustfile.py"]


def _steps(slow: bool, peers: bool, long: bool) -> list[tuple[str, list[str]]]:
    steps = [
        ("format", ["ruff", "format", "--check", *_CODE]),
        ("lint", ["ruff", "check", *_CODE]),
        ("types", ["mypy", "-p", "dynarig.emulator", "-p", "dynarig.workloads", "-p", "dynarig.fixtures"]),
        ("tests", ["pytest", "-n", "2"]),
    ]
    wanted = [mark for mark, is_wanted in (("slow", slow), ("peers", peers), ("long", long)) if is_wanted]
    if wanted:
        left_out = [mark for mark in ("peers", "long") if mark not in wanted]
        marks = " and not ".join([f"({' or '.join(wanted)})", *left_out])
        # File by file: loads of a file run one by one, and its tests share ports, environments and servers. Three, as
        # loads mostly wait; the folder that takes longest first.
        spread = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
        steps.append(
            (f"{', '.join(wanted)} tests", ["pytest", "-m", marks, "-rs", *spread, "tests/workloads", "tests"])
        )
    return steps


def _link_packages() -> None:
    """Lay `dynarig` out as folders for mypy, which does not follow the mapping of an editable install."""
    for name in ("emulator", "fixtures", "workloads"):
        link = ROOT / ".mypy_path" / "dynarig" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(ROOT / name, target_is_directory=True)


def main() -> int:
    """Run every step, the failing ones included; print a line for each at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--slow", action="store_true", help="also the longer checks")
    parser.add_argument("--peers", action="store_true", help="also the checks against peer processes")
    parser.add_argument("--long", action="store_true", help="also more of the same, for before a release")
    arguments = parser.parse_args()
    _link_packages()
    outcomes = []
    for name, command in _steps(arguments.slow, arguments.peers, arguments.long):
        print(f"== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
        outcomes.append((name, code, time.monotonic() - started))
    print()
    for name, code, seconds in outcomes:
        print(f"{'ok' if code == 0 else 'FAILED':7} {name:24} {seconds:6.1f} s")
    return int(any(code != 0 for _, code, _ in outcomes))


if __name__ == "__main__":
    sys.exit(main())
