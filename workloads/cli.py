"""The console script `dynarig`: one table of commands, each a module imported only when asked for.

Rule: a command is one line here; its module has `main(argv) -> int | None`. What it needs beyond the core is named by
its extra: where that is not installed, the line that installs it is the answer. Knows no command's flags.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module, metadata

from dynarig.emulator.settings import did_you_mean


@dataclass(frozen=True, slots=True)
class Command:
    """module: where its `main` is. help: one line. named: whether `main` is told the command as its first word. extra:
    what it needs at once beyond the core; what it comes to need later is looked up.
    """

    module: str
    help: str
    named: bool = False
    extra: str = ""


COMMANDS = {
    "serve": Command("dynarig.emulator.__main__", "serve a local DynamoDB"),
    "seed": Command(
        "dynarig.fixtures.cli", "build an estate's tables and fill them with linked data", named=True, extra="fixtures"
    ),
    "unseed": Command("dynarig.fixtures.cli", "delete the tables that `seed` has built", named=True, extra="fixtures"),
    "scenarios": Command("dynarig.workloads.scenarios.listing", "list what a load can consist of", extra="load"),
    "report": Command(
        "dynarig.workloads.reporting.cli", "make a run's report again, or compare several", extra="fixtures"
    ),
    "mix": Command(
        "dynarig.workloads.mixes.cli", "write a first mix for your own tables, or from a recording", extra="load"
    ),
    "bench": Command("dynarig.workloads.bench.cli", "measure a backend and keep the raw results", extra="load"),
    "gate": Command("dynarig.workloads.gate.cli", "fail when this tree is slower than its baseline"),
    "simulate": Command(
        "dynarig.workloads.simulation.cli",
        "what a table's design takes, throttles and costs under a load",
        extra="fixtures",
    ),
    "cost": Command("dynarig.workloads.cost", "show the bill of a running emulator, down to units and prices"),
    "verify": Command(
        "dynarig.workloads.verify", "check a document's estimates: claimed, measured, verdict", extra="fixtures"
    ),
    "locustfile": Command("dynarig.workloads.locustfile_path", "print where the installed load is, for `locust -f`"),
    "env": Command("dynarig.workloads.sdk_environment", "print what points an SDK at the emulator"),
    "doctor": Command("dynarig.workloads.doctor", "say what works here, and what mends the rest"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status; 2 where there is no such command."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    if words[0] == "--version":
        print(f"dynarig {_version()}")
        return 0
    command = COMMANDS.get(words[0])
    if command is None:
        meant = did_you_mean(words[0], COMMANDS) or f"; one of {', '.join(COMMANDS)}"
        print(f"dynarig: no command {words[0]!r}{meant}", file=sys.stderr)
        return 2
    try:
        status = import_module(command.module).main(words if command.named else words[1:])
        sys.stdout.flush()
    except ModuleNotFoundError as fault:
        lacking = (fault.name or "").partition(".")[0]
        extra = _extra_of(lacking, command.extra)
        if not extra or lacking == "dynarig":
            raise
        print(f"dynarig {words[0]}: {lacking} is not installed: pip install 'dynarig[{extra}]'", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads has read enough; what Python flushes at its end has to go somewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0


def _extra_of(module: str, named: str) -> str:
    """The extra that brings a module: the one that the command names where that has it; nothing for one of no extra."""
    from dynarig.workloads.doctor_checks import EXTRAS, INCLUDED

    found = next((extra for extra, modules in EXTRAS.items() if module in modules), "")
    return named if found in (named, INCLUDED.get(named)) else found


def usage() -> str:
    """The commands, one a line."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["usage: dynarig <command> [flags]", "", *lines, "", "dynarig <command> --help shows a command's flags."]
    )


def _version() -> str:
    try:
        return metadata.version("dynarig")
    except metadata.PackageNotFoundError:
        return "(not installed)"
