"""`dynarig verify --enforce`: the documents' loads with capacity enforced, in virtual time, as a table.

Rule: exit status 0 where each load passes at the rate asked for, as it is or with one of its changes. The same over
HTTP, at real times: `locust -f locustfile.py --headless --scenario miyabi --rate 1000 --capacity enforce`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.workloads.claims.bench import Bench, Options
from dynarig.workloads.experiments.enforced import LOADS, SCALE, SECONDS, Enforced, Found, found

_ESTATE_SCALE = 0.05


def main(argv: Sequence[str] | None = None) -> int:
    """0: all pass, or would with a change; 1: one does not; 2: it could not run."""
    arguments = _parser().parse_args(argv)
    rows: list[dict[str, Any]] = []
    try:
        with Bench(Options(scale=_ESTATE_SCALE, seed=arguments.seed)) as bench:
            for load in LOADS:
                if not arguments.load or load.name in arguments.load:
                    told = found(load, bench, arguments.rate)
                    rows.append(_row(told))
                    if not arguments.json:
                        print(_text(told), flush=True)
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "enforce.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    except OSError as fault:
        print(f"dynarig verify: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    if arguments.json:
        print(json.dumps(rows, indent=1))
    return int(any(not row["asked"]["passes"] and row["mended"] is None for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dynarig verify --enforce",
        description=f"{SECONDS} s of each load in virtual time, rates and ceilings at {SCALE:g}.",
    )
    parser.add_argument("--load", action="append", choices=[load.name for load in LOADS], help="only it; repeatable")
    parser.add_argument("--rate", type=int, default=1000, help="requests a second asked for (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of items and choices (default 1)")
    parser.add_argument("--json", action="store_true", help="print the data and nothing else")
    parser.add_argument("--out", type=Path, default=Path("results/capacity"), help="folder (default results/capacity)")
    return parser


def _row(told: Found) -> dict[str, Any]:
    runs = {"asked": told.asked, "throttles": told.throttles, "mended": told.mended}
    return {"load": told.load, **{name: None if run is None else run.to_json() for name, run in runs.items()}}


def _text(told: Found) -> str:
    lines = [f"{told.load:16} {told.asked.rate:6,}/s  {_outcome(told.asked)}"]
    if told.throttles is not None and told.throttles is not told.asked:
        lines.append(f"{'':16} {told.throttles.rate:6,}/s  {_outcome(told.throttles)}")
    if told.mended is not None:
        lines.append(f"{'':16} {told.mended.rate:6,}/s  passes with {told.mended.change.words}")
    elif told.throttles is not None:
        lines.append(f"{'':16} {told.throttles.rate:6,}/s  none of the changes tried mends it")
    return "\n".join(lines)


def _outcome(run: Enforced) -> str:
    if run.passes:
        return f"passes: {run.throttled} of {run.sent:,} throttled"
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in run.reasons.most_common())
    return f"{run.share:.1%} throttled: {reasons}"
