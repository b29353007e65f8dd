"""What an install costs: ``python -m tests.install_size [--source PATH|NAME] [EXTRA …]`` in clean environments.

Rule: each is made anew in a temporary folder and taken away again; sizes are of what was added to the bare environment,
times those of pip, whose cache may be warm (``--no-cache`` leaves it out). Needs a package index.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = "core"


def main() -> int:
    """A line for each; 1 where an install fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.install_size", description="Sizes and times of installs.")
    parser.add_argument("extras", nargs="*", default=[CORE, "load", "all"], help="default: core, load and all")
    parser.add_argument("--source", default=str(ROOT), help="a folder, a wheel or a name (default: this checkout)")
    parser.add_argument("--no-cache", action="store_true", help="download everything anew")
    arguments = parser.parse_args()
    print(f"{'install':10} {'MB':>6} {'seconds':>8} {'packages':>9}")
    for extra in arguments.extras:
        requirement = arguments.source if extra == CORE else f"{arguments.source}[{extra}]"
        with tempfile.TemporaryDirectory() as folder:
            try:
                added_bytes, seconds, packages = _installed(Path(folder), requirement, arguments.no_cache)
            except subprocess.CalledProcessError as fault:
                print(f"{extra}: pip failed: {(fault.stderr.strip().splitlines() or ['?'])[-1]}", file=sys.stderr)
                return 1
        print(f"{extra:10} {added_bytes / 1e6:6.0f} {seconds:8.1f} {packages:9}", flush=True)
    return 0


def _installed(folder: Path, requirement: str, no_cache: bool) -> tuple[int, float, int]:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    before_bytes, before_packages = _bytes_of(folder), _packages(pip)
    began = time.monotonic()
    options = ["--no-cache-dir"] if no_cache else []
    subprocess.run([*pip, "install", "-q", *options, requirement], check=True, capture_output=True, text=True)
    return _bytes_of(folder) - before_bytes, time.monotonic() - began, _packages(pip) - before_packages


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _packages(pip: list[str]) -> int:
    listed = subprocess.run([*pip, "list", "--format", "freeze"], check=True, capture_output=True, text=True)
    return len(listed.stdout.splitlines())


if __name__ == "__main__":
    sys.exit(main())
