"""The trees that are compared: a checkout of this project, as something that can run a module of its own.

Rule: a tree's modules are imported from the tree alone, by a folder of links put first on the path, so that what is
installed does not matter. The baseline's tree is a commit unpacked into a temporary folder and removed again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("emulator", "fixtures", "workloads")
_PROBES = Path("workloads") / "gate" / "probes.py"


class TreeError(Exception):
    """A tree cannot be had or run; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Tree:
    """name: for reports. root: the folder that holds the packages. links: the folder that goes on the path."""

    name: str
    root: Path
    links: Path

    def command(self, module: str, *flags: str) -> list[str]:
        """The command line that runs one of the tree's modules."""
        return [sys.executable, "-m", module, *flags]

    def environment(self) -> dict[str, str]:
        """The environment in which the tree's modules are found, hashes of texts alike in every run.

        What is compiled lies beside the links: no tree is written into, and each is compiled once, wherever it is.
        """
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **kept,
            "PYTHONPATH": str(self.links),
            "PYTHONPYCACHEPREFIX": str(self.links / "compiled"),
            "PYTHONHASHSEED": "0",
            "PYTHONWARNINGS": "ignore",
        }

    def run(self, command: Sequence[str]) -> str:
        """What a command of this tree prints. Raises TreeError where it fails."""
        done = subprocess.run(
            command, env=self.environment(), cwd=self.links, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit status {done.returncode}"]
            raise TreeError(f"{self.name} does not run its probes: {lines[-1]}")
        return done.stdout


@contextmanager
def current() -> Iterator[Tree]:
    """The tree that this module belongs to, as it stands."""
    with _linked("this tree", ROOT) as tree:
        yield tree


@contextmanager
def of_commit(ref: str, root: Path = ROOT) -> Iterator[Tree]:
    """The tree of a commit, unpacked. Raises TreeError where git does not have it, or it has no probes."""
    archive = subprocess.run(
        ["git", "-C", str(root), "archive", "--format=tar", ref, *_PACKAGES], capture_output=True, check=False
    )
    if archive.returncode:
        words = archive.stderr.decode(errors="replace").strip().splitlines() or ["git archive failed"]
        raise TreeError(f"the baseline {ref} cannot be unpacked ({words[-1]}); fetch it, or name another by --baseline")
    with tempfile.TemporaryDirectory(prefix="dynarig-gate-") as folder:
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
            packed.extractall(folder, filter="data")
        with _linked(ref[:12], Path(folder)) as tree:
            yield tree


@contextmanager
def _linked(name: str, root: Path) -> Iterator[Tree]:
    if not (root / _PROBES).exists():
        raise TreeError(f"{name} has no {_PROBES}: it is older than the gate, or not a checkout")
    with tempfile.TemporaryDirectory(prefix="dynarig-path-") as folder:
        package = Path(folder) / "dynarig"
        package.mkdir()
        for each in _PACKAGES:
            (package / each).symlink_to(root / each, target_is_directory=True)
        yield Tree(name, root, Path(folder))


def commit_of(ref: str, root: Path = ROOT) -> str:
    """The full name of a commit. Raises TreeError where git knows none."""
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise TreeError(f"git knows no commit {ref!r} here; name a commit, a tag, a branch or a baseline file")
    return done.stdout.strip()
