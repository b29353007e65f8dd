"""`dynarig verify --enforce`: the documents' loads with capacity enforced, in virtual time: a table, data and a plot.

Rule: exit status 0 where each load passes at the rate asked for, as it is or with one of its changes. The same over
HTTP, at real times: `locust -f locustfile.py --headless --scenario miyabi --rate 1000 --capacity enforce`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from dynarig.emulator.command_line import Parser, whole
from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.experiments.bars_drawing import Bar, drawn
from dynarig.workloads.experiments.enforced import LOADS, PASSES, SCALE, SECONDS, Enforced, Found, found
from dynarig.workloads.verify.keeping import add_out, folder_of, keep

_ESTATE_SCALE = 0.05
_TITLE = "Share of requests throttled, by load, rate and change"
_LINE = "{:16} {:>8} {:>9} {:>10} {:>7}  {:49}  {}"
_HEADER = _LINE.format("load", "per s", "sent", "throttled", "share", "change", "reasons")


def main(argv: Sequence[str] | None = None) -> int:
    """0: all pass, or would with a change; 1: one does not; 2: it could not run."""
    arguments = _parser().parse_args(argv)
    try:
        folder = folder_of(arguments.out, whole=not arguments.load)
        told = _run(arguments)
        rows = [_row(each) for each in told]
        if folder is not None:
            settings = {"rate": arguments.rate, "seed": arguments.seed, "scale": SCALE, "seconds": SECONDS}
            kept = keep(folder, "enforce", rows, settings, svg=drawn(_TITLE, {each.load: _bars(each) for each in told}))
            if not arguments.json:
                print(kept)
    except OSError as fault:
        print(f"dynarig verify: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    if arguments.json:
        print(json.dumps(rows, indent=1))
    return int(any(not each.asked.passes and each.mended is None for each in told))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dynarig verify --enforce",
        description=f"{SECONDS} s of each load in virtual time, rates and ceilings at {SCALE:g}: the rate rises until "
        f"more than {PASSES:.1%} is throttled, then changes are tried, least first.",
    )
    parser.add_argument("--load", action="append", choices=[load.name for load in LOADS], help="only it; repeatable")
    parser.add_argument("--rate", type=whole(1), default=1000, help="requests a second asked for (default 1000)")
    parser.add_argument("--seed", type=whole(0), default=1, help="of items and choices (default 1)")
    parser.add_argument("--json", action="store_true", help="print the data and nothing else")
    add_out(parser)
    return parser


def _run(arguments: argparse.Namespace) -> list[Found]:
    told = []
    with Bench(Options(scale=_ESTATE_SCALE, seed=arguments.seed)) as bench:
        if not arguments.json:
            print(_HEADER)
        for load in LOADS:
            if not arguments.load or load.name in arguments.load:
                told.append(found(load, bench, arguments.rate))
                if not arguments.json:
                    print("\n".join(_line(load.name, run) for run in told[-1].runs), flush=True)
    return told


def _row(told: Found) -> dict[str, Any]:
    runs = {"asked": told.asked, "throttles": told.throttles, "mended": told.mended}
    named = {name: None if run is None else run.to_json() for name, run in runs.items()}
    return {"load": told.load, **named, "runs": [run.to_json() for run in told.runs]}


def _line(load: str, run: Enforced) -> str:
    counts = f"{run.rate:,}", f"{run.sent:,}", f"{run.throttled:,}", f"{run.share:.2%}"
    return _LINE.format(load, *counts, run.change.words, _reasons(run)).rstrip()


def _bars(told: Found) -> list[Bar]:
    return [
        Bar(f"{run.rate:,}/s, {run.change.words}", run.share, f"{run.share:.2%}  {_reasons(run, 1)}", run.passes)
        for run in told.runs
    ]


def _reasons(run: Enforced, most: int | None = None) -> str:
    told = [f"{reason} ({count:,})" for reason, count in run.reasons.most_common(most)]
    left = len(run.reasons) - len(told)
    return ", ".join([*told, f"{left} more"] if left else told)
