"""The servers that are compared: name, how each is started, and on which core.

Rule: each is a child process with a port of its own; all are started before the first measurement and idle while others
are measured. A server that cannot be had is left out and told, never guessed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil

from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http

CONSTANT = "constant"
EMULATOR = "emulator"
EMULATOR_OBSERVE = "emulator-observe"  # with every ceiling out of reach: what counting costs
EMULATOR_ENFORCE = "emulator-enforce"
MOTO = "moto"
DYNOXIDE = "dynoxide"
Command = Callable[[int], Sequence[str]]  # port → argv


@dataclass(slots=True)
class Contender:
    """A server to be measured. port: once started. process: None for one that somebody else has started. pids: of
    what was started for it.
    """

    name: str
    port: int = 0
    process: ServerProcess | None = None
    pids: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it, unless it runs. Raises BackendError."""
        if self.process is not None:
            before = _descendants()
            self.port = self.process.start().port
            self.pids = sorted(_descendants() - before)

    def stop(self) -> None:
        """Stop it if we started it."""
        if self.process is not None:
            self.process.stop()


def address_of(name: str) -> tuple[str, int] | None:
    """The label and the port of `name=http://127.0.0.1:port`; None for a server of ours or a peer. Raises BackendError
    for what names no server."""
    label, _, url = name.partition("=")
    if not url:
        if name not in SERVERS:
            raise BackendError(f"no server {name!r}: {', '.join(SERVERS)} or name=http://127.0.0.1:port")
        return None
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:  # a port that is none
        port = None
    if not port or address.scheme != "http" or address.hostname not in ("127.0.0.1", "localhost"):
        raise BackendError(f"{name}: give a local server as name=http://127.0.0.1:port")
    return label, port


def contender(name: str, dynoxide: str | None) -> Contender:
    """The server of a name: one of ours, a peer, or `name=http://127.0.0.1:port`. Raises BackendError."""
    address = address_of(name)
    if address is not None:
        return Contender(*address)
    return Contender(name, process=ServerProcess(name, SERVERS[name](dynoxide), answers_http))


def dynoxide_path(given: str | None) -> str | None:
    """The dynoxide binary: as given, by DYNOXIDE, on the path, or where cargo puts it."""
    home = os.path.join(os.path.expanduser("~"), ".cargo", "bin", "dynoxide")
    for path in (given, os.environ.get("DYNOXIDE"), shutil.which("dynoxide"), home):
        if path and os.access(path, os.X_OK):
            return path
    return None


def _descendants() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def _module(name: str, *flags: str) -> Callable[[str | None], Command]:
    return lambda dynoxide: lambda port: [sys.executable, "-m", name, *flags, "--port", str(port)]


def _dynoxide(given: str | None) -> Command:
    binary = dynoxide_path(given)
    if binary is None:
        raise BackendError("dynoxide is not here: cargo install dynoxide-rs --version 3.2.0, or --dynoxide PATH")
    return lambda port: [binary, "--host", HOST, "--port", str(port)]


_OUT_OF_REACH = ("--capacity-scale", "100000")
# Name → how it is started: from --dynoxide to the command of a port. One more server is one more line.
SERVERS: dict[str, Callable[[str | None], Command]] = {
    CONSTANT: _module("dynarig.workloads.bench.constant_server"),
    EMULATOR: _module("dynarig.emulator"),
    EMULATOR_OBSERVE: _module("dynarig.emulator", "--capacity", "observe", *_OUT_OF_REACH),
    EMULATOR_ENFORCE: _module("dynarig.emulator", "--capacity", "enforce", *_OUT_OF_REACH),
    MOTO: lambda dynoxide: lambda port: [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)],
    DYNOXIDE: _dynoxide,
}
