"""Instructions that each probe takes, counted by valgrind's callgrind in a tree's own process.

Rule: of each probe's repeats the least counts, since memory lies a little differently each time. Counts of two trees
are comparable where the same Python, packages and kind of processor took them; `fingerprint` tells.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from dynarig.workloads.gate import marks
from dynarig.workloads.gate.trees import Tree

_MODULE = "dynarig.workloads.gate.probes"
_TRIGGER = re.compile(r"^desc: Trigger: Client Request: (\S+) \d+$", re.MULTILINE)
_TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)
_PACKAGES = ("orjson", "msgspec", "httptools", "isal")  # what a request passes that is not ours


def unavailable() -> str | None:
    """Why instructions cannot be counted here, None where they can."""
    if not marks.available():
        return f"no marks are known for {platform.machine()}"
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    return None


def count(tree: Tree, names: Sequence[str]) -> dict[str, int]:
    """Probe → instructions of one run. Raises TreeError where the tree does not run them."""
    only = [flag for name in names for flag in ("--only", name)]
    tree.run(tree.command(_MODULE, "--list"))  # compiles the tree, which on valgrind would take its time
    with tempfile.TemporaryDirectory(prefix="dynarig-callgrind-") as folder:
        out = Path(folder) / "out"
        valgrind = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        tree.run([*valgrind, *tree.command(_MODULE, "--instructions", *only)])
        counts = parse(path.read_text(errors="replace") for path in Path(folder).iterdir())
    return {name: counts[name] for name in names}


def parse(dumps: Iterable[str]) -> dict[str, int]:
    """The least count of each probe, of callgrind's dumps (texts)."""
    least: dict[str, int] = {}
    for text in dumps:
        trigger, totals = _TRIGGER.search(text), _TOTALS.search(text)
        if trigger and totals:
            name, instructions = trigger.group(1), int(totals.group(1))
            least[name] = min(instructions, least.get(name, instructions))
    return least


def fingerprint() -> dict[str, str]:
    """What counts depend on besides the tree."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "libc": " ".join(platform.libc_ver())}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "none"
    version = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=False)
    found["valgrind"] = version.stdout.strip()
    return found
