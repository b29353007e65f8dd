"""`dynarig verify --sharding [--http]`: what one busy key takes by how many shards it has, as a table, data and a plot.

Rule: exit status 0 where, once partitions are split, more shards take no less than fewer (beyond what draws explain),
and with --http where the server takes what the engine does. Must not know how a course is driven.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.experiments.curve_drawing import Points, drawn
from dynarig.workloads.experiments.sharding import (
    AFTER,
    BEFORE,
    COURSES,
    SHARDS,
    SHORT_COURSES,
    Course,
    Taken,
    in_virtual_time,
)
from dynarig.workloads.verify.keeping import add_out, folder_of, keep

_LATE_SECONDS = 2  # of a write, beyond which the server was offered another load than the engine
_DRAWS = 0.1  # by which two runs may differ for the draws of shards alone: some thousand writes are counted
_LINE = "{:16} {:>6} {:>10} {:>10} {:>10} {:>10}  {}"
_HEADER = _LINE.format("table", "shards", "before", "partitions", "after", "partitions", "throttled")
_AXES = ("shards of the key", "accepted writes/s at full scale")
_TITLE = "Accepted writes per second of one key, by shards"


def main(argv: Sequence[str] | None = None) -> int:
    """0 as it should be, 1 not, 2 it could not run."""
    arguments = _parser().parse_args(argv)
    try:
        folder = folder_of(arguments.out, whole=not (arguments.table or arguments.shards))
        if not arguments.json:
            print(_HEADER)
        sets = [_run(kind, arguments) for kind in arguments.table or COURSES]
        kept = None if folder is None else _keep(folder, sets, arguments)
    except (BackendError, DynamoDBError, OSError) as fault:
        print(f"dynarig verify: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    faults = [fault for each in sets for fault in each["faults"]]
    if arguments.json:
        print(json.dumps(sets, indent=1))
    else:
        print("\n".join([*faults, *filter(None, [kept])]))
    return int(bool(faults))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dynarig verify --sharding", description="One busy key over more and more shards, at rising load."
    )
    parser.add_argument("--table", action="append", choices=COURSES, help="only this kind of table; repeatable")
    parser.add_argument("--shards", type=int, action="append", metavar="N", choices=SHARDS, help="only so many shards")
    parser.add_argument(
        "--http",
        action="store_true",
        help="a short course, over HTTP to a server of its own at --capacity-scale and on the engine beside it",
    )
    parser.add_argument("--json", action="store_true", help="print the data and nothing else")
    add_out(parser)
    return parser


def _keep(folder: Path, sets: Sequence[dict[str, Any]], arguments: argparse.Namespace) -> str:
    name = "sharding-http" if arguments.http else "sharding"
    settings = {"http": arguments.http, "shards": arguments.shards or SHARDS, "tables": arguments.table or [*COURSES]}
    return keep(folder, name, sets, settings, svg=drawn(_TITLE, _AXES, _curves(sets)))


def _run(kind: str, arguments: argparse.Namespace) -> dict[str, Any]:
    course = (SHORT_COURSES if arguments.http else COURSES)[kind]
    shards, tell = arguments.shards or SHARDS, not arguments.json
    told = [_engine(kind, course, count, tell) for count in shards]
    found: dict[str, Any] = {
        "table": kind,
        "scale": course.scale,
        "split_heat_seconds": course.heat_seconds,
        "rates": course.rates,
        "engine": [each.to_json() for each in told],
        "faults": _rises(kind, told),
    }
    if arguments.http:
        # What needs sockets is imported only where one is opened.
        from dynarig.workloads.experiments.sharding_served import over_http

        served, late = over_http(kind, course, shards)
        found |= {"http": [each.to_json() for each in served], "latest_seconds": late}
        found["faults"] += _differ(kind, told, served) if late <= _LATE_SECONDS else [_too_late(kind, late)]
        if tell:
            print("\n".join([*(_line(f"{kind} http", each) for each in served), _lateness(late)]))
    return found


def _engine(kind: str, course: Course, count: int, tell: bool) -> Taken:
    taken = in_virtual_time(kind, course, count)
    if tell:
        print(_line(kind, taken), flush=True)
    return taken


def _line(kind: str, taken: Taken) -> str:
    before, after = taken.partitions
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in taken.throttled.items()) or "nothing"
    rates = f"{taken.most(BEFORE):,.0f}/s", before, f"{taken.most(AFTER):,.0f}/s", after
    return _LINE.format(kind, taken.shards, *rates, reasons)


def _lateness(seconds: float) -> str:
    return f"{'':16} the latest write was sent {seconds:.2f} s late"


def _too_late(kind: str, seconds: float) -> str:
    return f"{kind}: not judged, for a write was sent {seconds:.1f} s late; a quieter machine can tell"


def _rises(kind: str, told: Sequence[Taken]) -> list[str]:
    """Before splits it is the hashes of the shards that decide: sixteen may lie less evenly than eight did."""
    return [
        f"{kind}: {more.shards} shards take less than {fewer.shards} after splits"
        for fewer, more in pairwise(told)
        if more.most(AFTER) < (1 - _DRAWS) * fewer.most(AFTER)
    ]


def _differ(kind: str, told: Sequence[Taken], served: Sequence[Taken]) -> list[str]:
    return [
        f"{kind}, {ours.shards} shards {phase} splits: {ours.most(phase):,.0f}/s on the engine, "
        f"{theirs.most(phase):,.0f}/s over HTTP"
        for ours, theirs in zip(told, served, strict=True)
        for phase in (BEFORE, AFTER)
        if abs(ours.most(phase) - theirs.most(phase)) > _DRAWS * ours.most(phase)
    ]


def _curves(sets: Sequence[dict[str, Any]]) -> dict[str, Points]:
    curves: dict[str, Points] = {}
    for each in sets:
        for source in ("engine", "http"):
            for phase in (BEFORE, AFTER) if source in each else ():
                name = f"{each['table']}{' http' * (source == 'http')}, {phase}"
                curves[name] = [(run["shards"], run["most_per_second"][phase]) for run in each[source]]
    return curves
