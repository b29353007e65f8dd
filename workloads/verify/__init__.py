"""`dynarig verify`: what is verified is a mode, each a module of its own; the first mode's flag in the words picks it.

Rule: a mode is one line of MODES; its module has `main(argv) -> int | None`, takes its own flags and is imported only
when asked for. Exit status: 0 all as it should be, 1 something is not, 2 it could not run. Knows no mode's flags.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Mode:
    """module: where its `main` is. help: one line."""

    module: str
    help: str


MODES = {
    "--claims": Mode(
        "dynarig.workloads.verify.claims", "check each statement of the documents: claimed, measured, verdict"
    ),
    "--experiments": Mode(
        "dynarig.workloads.verify.experiments", "published experiments with the service, done again in virtual time"
    ),
    "--enforce": Mode(
        "dynarig.workloads.verify.enforce", "what throttles of the documents' loads, and the least that mends it"
    ),
    "--sharding": Mode(
        "dynarig.workloads.verify.sharding", "what one busy key takes by its shards, as data and a plot"
    ),
    "--patterns": Mode("dynarig.workloads.verify.patterns", "run every documented access pattern"),
}
DEFAULT = "--claims"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one mode and returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = [word for word in words if word in MODES]
    if len(chosen) > 1:
        print(f"dynarig verify: one of {', '.join(MODES)} at a time", file=sys.stderr)
        return 2
    if not chosen and ("-h" in words or "--help" in words):
        print(usage())
        return 0
    status = import_module(MODES[chosen[0] if chosen else DEFAULT].module).main([w for w in words if w not in MODES])
    return status if isinstance(status, int) else 0


def usage() -> str:
    """The modes, one a line."""
    width = max(map(len, MODES))
    lines = [
        f"  {flag:{width}}  {mode.help}{' (the default)' if flag == DEFAULT else ''}" for flag, mode in MODES.items()
    ]
    return "\n".join(
        ["usage: dynarig verify [mode] [flags]", "", *lines, "", "dynarig verify <mode> --help shows a mode's flags."]
    )
