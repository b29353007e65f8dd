"""`dynarig verify --experiments`: published experiments with the service, done again in virtual time.

Rule: exit status 0 where every chosen one agrees within its tolerance. Must not know how any is made.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.workloads.experiments.register import EXPERIMENTS
from dynarig.workloads.verify.keeping import add_out, folder_of, keep

_COLUMNS = ("id", "source", "setup", "published", "ours", "tolerance", "reason", "verdict")


def main(argv: Sequence[str] | None = None) -> int:
    """0 if every chosen experiment agrees, 1 if one differs, 2 if it could not run."""
    arguments = _parser().parse_args(argv)
    known = {experiment.id: experiment for experiment in EXPERIMENTS}
    unknown = [name for name in arguments.experiment if name not in known]
    if unknown:
        print(f"dynarig verify: no experiment {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    lines = []
    try:
        folder = folder_of(arguments.out, whole=not arguments.experiment)
        for name in arguments.experiment or known:
            lines.append(known[name].to_json(known[name].run()))
            if not arguments.json:
                print(_text(lines[-1]), flush=True)
        kept = None if folder is None else keep(folder, "experiments", lines, {}, md=_markdown(lines))
    except OSError as fault:
        print(f"dynarig verify: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    differing = [line["id"] for line in lines if line["verdict"] != "agrees"]
    if arguments.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
    else:
        print(
            f"\n{len(lines) - len(differing)} of {len(lines)} agree"
            + (f"; not {', '.join(differing)}" * bool(differing))
            + (f"\n{kept}" if kept else "")
        )
    return int(bool(differing))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig verify --experiments", description="Do published experiments again, in virtual time.")
    parser.add_argument("--experiment", action="append", default=[], metavar="ID", help="only this one; repeatable")
    parser.add_argument("--json", action="store_true", help="print the table as JSON and nothing else")
    add_out(parser)
    return parser


def _text(line: dict[str, Any]) -> str:
    return (
        f"{line['id']:4} {line['verdict']:8} {line['setup']}\n"
        f"              published: {line['published']}\n"
        f"              ours:      {line['ours']}\n"
        f"              tolerance: {line['tolerance']}\n"
        f"              reason:    {line['reason']}"
    )


def _markdown(lines: list[dict[str, Any]]) -> str:
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *([line[column] for column in _COLUMNS] for line in lines)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
