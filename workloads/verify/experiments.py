"""`dynarig verify --experiments`: published experiments with the service, done again in virtual time.

Rule: exit status 0 where every chosen one agrees within its tolerance. Must not know how any is made.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.workloads.experiments.register import EXPERIMENTS

_COLUMNS = ("id", "setup", "published", "ours", "tolerance", "verdict")


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
        for name in arguments.experiment or known:
            lines.append(known[name].to_json(known[name].run()))
            if not arguments.json:
                print(_text(lines[-1]), flush=True)
        if arguments.out is not None:
            _save(lines, arguments.out)
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
        )
    return int(bool(differing))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig verify --experiments", description="Do published experiments again, in virtual time.")
    parser.add_argument("--experiment", action="append", default=[], metavar="ID", help="only this one; repeatable")
    parser.add_argument("--json", action="store_true", help="print the table as JSON and nothing else")
    parser.add_argument("--out", type=Path, help="folder for experiments.json and experiments.md")
    return parser


def _text(line: dict[str, Any]) -> str:
    return (
        f"{line['id']:4} {line['verdict']:8} {line['setup']}\n"
        f"              published: {line['published']}\n"
        f"              ours:      {line['ours']}\n"
        f"              tolerance: {line['tolerance']}"
        + (f"\n              reason:    {line['reason']}" if line["reason"] else "")
    )


def _save(lines: list[dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "experiments.json").write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *([line[column] for column in _COLUMNS] for line in lines)]
    (folder / "experiments.md").write_text("".join(f"| {' | '.join(row)} |\n" for row in rows), encoding="utf-8")
