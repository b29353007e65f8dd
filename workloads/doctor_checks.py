"""What `dynarig doctor` looks at, each a function that gives a `Finding` and, where something lacks, the line that
mends it.

Rule: a check looks and changes nothing; nothing leaves this machine, and none takes longer than a few seconds. What is
optional is told as missing, never as a fault. Knows of the extras only what `EXTRAS` lists.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata, util
from typing import Any

from dynarig.emulator.settings import Settings, SettingsError

HOST = "127.0.0.1"
OK, MISSING, FAULT = "ok", "missing", "fault"

# Extra → the modules that it brings, as they are imported; tests/test_packaging.py holds them against pyproject.toml.
EXTRAS: dict[str, tuple[str, ...]] = {
    "fixtures": ("hcl2", "numpy", "rich", "urllib3", "yaml"),
    "load": ("gevent", "geventhttpclient", "hdrh", "locust", "psutil"),
    "moto": ("flask", "flask_cors", "moto"),
    "docker": ("docker",),
}
INCLUDED = {"load": "fixtures"}  # extra → the one that it brings along
_OPENS = {
    "fixtures": "seed, unseed, verify",
    "load": "locust, bench",
    "moto": "backends moto and moto-server",
    "docker": "DynamoDB Local in a container",
}
_CORE = ("httptools", "msgspec", "orjson")
_FASTER = ("isal", "uvloop")
_PORTS = {8000: "dynarig serve", 8089: "Locust's web page", 5557: "Locust's workers"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PYTHON_MIN = (3, 11)
_CLOCK_SECONDS = 0.2
_PAUSE_SECONDS_MAX = 0.02  # a generator held up for longer tells the machine's pauses as latencies
_SKEW_SECONDS_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """state: OK, MISSING (optional) or FAULT. detail: what was seen. mend: the line that mends it, if any."""

    subject: str
    state: str
    detail: str
    mend: str = ""


def python() -> Iterator[Finding]:
    """The interpreter."""
    told = f"{platform.python_version()} ({platform.python_implementation()}), {sys.prefix}"
    if sys.version_info < _PYTHON_MIN:
        yield Finding("python", FAULT, told, "install Python 3.11 or newer")
    else:
        yield Finding("python", OK, told)


def core() -> Iterator[Finding]:
    """Whether the emulator runs, and what it runs on."""
    lacking = [name for name in _CORE if not _there(name)]
    if lacking:
        yield Finding("core", FAULT, f"without {', '.join(lacking)}", "pip install --force-reinstall dynarig")
        return
    try:
        client = import_module("dynarig.emulator.embedded").EmbeddedClient()
        client.call("ListTables", {})
    except Exception as fault:  # whatever it is, it is the finding
        yield Finding("core", FAULT, f"{type(fault).__name__}: {fault}", "pip install --force-reinstall dynarig")
        return
    slower = [name for name in _FASTER if not _there(name)]
    told = f"dynarig {_version('dynarig')} answers in this process"
    yield Finding("core", OK, told + (f"; slower without {', '.join(slower)}" if slower else ""))


def sdk() -> Iterator[Finding]:
    """boto3, for `embedded` and the pytest fixtures; and what else is patched by them."""
    if not _there("boto3"):
        yield Finding("boto3", MISSING, "embedded() and the pytest fixtures need it", "pip install boto3")
        return
    others = [f"{name} {_version(name)}" for name in ("aiobotocore", "aioboto3") if _there(name)]
    yield Finding("boto3", OK, ", ".join([f"{_version('boto3')}, botocore {_version('botocore')}", *others]))


def extras() -> Iterator[Finding]:
    """The extras of the package."""
    for extra, modules in EXTRAS.items():
        lacking = [name for name in modules if not _there(name)]
        if lacking:
            detail = f"{_OPENS[extra]}: without {', '.join(lacking)}"
            yield Finding(f"[{extra}]", MISSING, detail, f"pip install 'dynarig[{extra}]'")
        else:
            yield Finding(f"[{extra}]", OK, _OPENS[extra])


def settings(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """The variables that set something."""
    given = sorted(name for name in environment if name.startswith("DYNARIG_"))
    try:
        Settings.from_environment(environment)
    except SettingsError as fault:
        yield Finding("settings", FAULT, str(fault), "correct or unset the variable")
    else:
        yield Finding("settings", OK, ", ".join(given) or "no DYNARIG_ variable is set")


def ports() -> Iterator[Finding]:
    """The ports that are used by default."""
    for port, user in _PORTS.items():
        subject = f"port {port}"
        with socket.socket() as taken:
            taken.settimeout(1.0)
            if taken.connect_ex((HOST, port)) != 0:
                yield Finding(subject, OK, f"free, for {user}")
                continue
        served = _health(port)
        if served is None:
            flag = {8000: "dynarig serve --port 0", 8089: "locust --web-port 0"}.get(port, "locust --master-bind-port")
            yield Finding(subject, MISSING, f"taken by another program; {user} uses it by default", flag)
        else:
            yield from _served(subject, port, served)


def _served(subject: str, port: int, served: dict[str, Any]) -> Iterator[Finding]:
    skew = served["now"] - time.time()
    if abs(skew) <= _SKEW_SECONDS_MAX:
        yield Finding(subject, OK, "dynarig serves there, its clock is this machine's")
        return
    told = f"dynarig serves there, its clock {'ahead' if skew > 0 else 'behind'} by {abs(skew):,.0f} s"
    yield Finding(subject, MISSING, told, f"curl -X POST http://{HOST}:{port}/_dynarig/reset forgets its tables, too")


def _health(port: int) -> dict[str, Any] | None:
    """What a dynarig on that port says of itself; None where there is none."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/_dynarig/health", timeout=2.0) as answer:
            told = json.loads(answer.read())
            return told if isinstance(told, dict) and "now" in told else None
    except (OSError, ValueError):
        return None


def docker() -> Iterator[Finding]:
    """A container engine."""
    from dynarig.workloads.backends.base import BackendError
    from dynarig.workloads.backends.dynamodb_local import docker_engine

    try:
        client = docker_engine()
    except BackendError as fault:
        mend = "start Docker, or use Java" if _there("docker") else "pip install 'dynarig[docker]'"
        yield Finding("docker", MISSING, str(fault), mend)
        return
    version = client.version().get("Version", "of unknown version")
    client.close()
    yield Finding("docker", OK, f"engine {version}")


def java() -> Iterator[Finding]:
    """Java and Maven, for DynamoDB Local without a container."""
    from dynarig.workloads.backends.base import BackendError
    from dynarig.workloads.backends.dynamodb_local_jars import JAVA_VERSION_MIN, find_java

    try:
        yield Finding("java", OK, find_java())
    except BackendError as fault:
        yield Finding("java", MISSING, str(fault), f"apt-get install openjdk-{JAVA_VERSION_MIN}-jre-headless")
    maven = shutil.which("mvn")
    if maven:
        yield Finding("maven", OK, maven)
    else:
        yield Finding("maven", MISSING, "fetches DynamoDB Local for Java, once", "apt-get install maven")


def browser() -> Iterator[Finding]:
    """A browser that tests can drive."""
    found = next((path for path in map(shutil.which, _BROWSERS) if path), None)
    if found is None:
        yield Finding("browser", MISSING, "only the tests of the pages need one", "apt-get install chromium")
        return
    done = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=20, check=False)
    yield Finding("browser", OK, done.stdout.strip() or found)


def machine() -> Iterator[Finding]:
    """What a load has to share."""
    cores = os.cpu_count() or 1
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    told = f"{cores} cores{busy}"
    if cores < 2:
        yield Finding("machine", MISSING, told, "a server and its load want a core each: use two machines, --host URL")
    else:
        yield Finding("machine", OK, told)


def clock() -> Iterator[Finding]:
    """Whether time can be measured: the steps of the clocks, and how long this process is held up."""
    began, wall, last = time.perf_counter(), time.time(), time.perf_counter()
    step = pause = 0.0
    steps: list[float] = []
    while last - began < _CLOCK_SECONDS:
        now = time.perf_counter()
        step = now - last
        if step > 0:
            steps.append(step)
        pause, last = max(pause, step), now
    drift = (time.time() - wall) - (last - began)
    told = (
        f"steps of {min(steps) * 1e9:,.0f} ns, longest pause {pause * 1e3:.1f} ms, "
        f"wall and monotonic clock {abs(drift) * 1e6:,.0f} µs apart in {_CLOCK_SECONDS:g} s"
    )
    if abs(drift) > _PAUSE_SECONDS_MAX:
        yield Finding("clock", FAULT, told, "the clock is being set: let NTP settle before measuring")
    elif pause > _PAUSE_SECONDS_MAX:
        yield Finding("clock", MISSING, told, "something else runs on this core: measure on a quiet machine")
    else:
        yield Finding("clock", OK, told)


def _there(module: str) -> bool:
    try:
        return util.find_spec(module) is not None
    except ValueError:  # imported, and without a specification
        return sys.modules.get(module) is not None


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "(not installed)"
