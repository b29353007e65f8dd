"""The benchmarks still run, and what they keep can be kept: every room, under 100 KB, and nobody's machine by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# As little as will run: figures are not looked at.
QUICK = ("--benchmark-max-time=0", "--benchmark-min-rounds=1", "--benchmark-calibration-precision=1")
BYTES_MAX = 100_000


@pytest.mark.slow
def test_every_room_is_measured_and_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "tests/benchmarks", "--benchmark-only", "--benchmark-save=trial", *QUICK]
    storage = f"--benchmark-storage=file://{tmp_path}"
    # Not as a part of this run, whose workers would be taken for its own: those are not to measure.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    ended = subprocess.run([*command, storage], cwd=ROOT, capture_output=True, text=True, check=False, env=alone)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
    [file] = tmp_path.rglob("*_trial.json")
    assert file.stat().st_size < BYTES_MAX
    kept = json.loads(file.read_text())
    assert "node" not in kept["machine_info"]
    rooms = {each["fullname"].split("/")[-1].split("::")[0] for each in kept["benchmarks"]}
    assert rooms == {path.name for path in (ROOT / "tests" / "benchmarks").glob("test_*.py")}
