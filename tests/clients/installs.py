"""Other people's clients, installed once into the user's cache: Python ones in environments of their own (they pin
other versions of botocore), JavaScript ones in one folder of node_modules.

Rule: a folder that carries its mark is whole; an install that fails or takes too long is told in one line, as a skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from dynarig.workloads.backends.dynamodb_local_jars import cache_folder

INSTALL_SECONDS = 300
_MARK = ".whole"
NODE_VERSION_MIN = 18


def python_environment(name: str, *requirements: str) -> Path:
    """The folder of programs (`bin`) of an environment that holds the requirements. Skips where it cannot be made."""
    folder = cache_folder() / "test-venvs" / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if (folder / _MARK).exists():
        return programs
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    _run([str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements], folder)
    (folder / _MARK).touch()
    return programs


def node_modules(name: str, *packages: str) -> Path:
    """A folder whose node_modules hold the packages. Skips without Node.js, npm or a registry."""
    node()
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on the PATH")
    folder = cache_folder() / "test-node" / name
    if not (folder / _MARK).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run(
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error", *packages], folder
        )
        (folder / _MARK).touch()
    return folder


def node() -> str:
    """The path of Node.js. Skips where it is missing or old."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no Node.js on the PATH")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    if int(told.strip().lstrip("v").partition(".")[0] or 0) < NODE_VERSION_MIN:
        pytest.skip(f"Node.js {NODE_VERSION_MIN} or later is needed, {told.strip()} is there")
    return found


def chromium() -> str:
    """The path of a Chromium or Chrome, by apt-get where this machine lets us. Skips else."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"], Path())
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], Path())
        found = shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium on the PATH, and no apt-get of ours to install it with")
    return found


def _run(command: list[str], folder: Path) -> None:
    """Skips where the command fails; what it began is taken away."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        reason = (
            "" if done.returncode == 0 else (done.stderr.strip() or done.stdout.strip() or "failed").splitlines()[-1]
        )
    except subprocess.TimeoutExpired:
        reason = f"took more than {INSTALL_SECONDS} s"
    if reason:
        if folder != Path():
            shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"cannot install: {' '.join(command[:4])} …: {reason[:300]}")
