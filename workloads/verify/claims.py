"""`dynarig verify [--claims]`: each statement of the documents, claimed against measured, with its verdict.

Rule: exit status 0 where every chosen claim got its verdict and each disagreement its reason; a statement that fails is
a finding about a document, not a failure of the run. Must not know how any claim is checked.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dynarig.emulator.command_line import Parser, whole
from dynarig.workloads.backends.base import BackendError, BackendUnreachable
from dynarig.workloads.backends.open import BACKEND_NAMES
from dynarig.workloads.claims import report
from dynarig.workloads.claims.bench import DEFAULT_SCALE, EMBEDDED, Bench, Options
from dynarig.workloads.claims.claim import SYSTEMS
from dynarig.workloads.claims.run import UnknownClaim, choose, run
from dynarig.workloads.results import check_folder, write

_LARGEST_SCALE = 1.0  # the documented counts; the estates are held in memory


def main(argv: Sequence[str] | None = None) -> int:
    """0 if every chosen claim got its verdict, 1 if a disagreement lacks its reason, 2 if it could not run."""
    arguments = _parser().parse_args(argv)
    try:
        return _verify(arguments)
    except BrokenPipeError:
        raise
    except BackendUnreachable as error:
        print(f"dynarig verify: {error}. Start a server with `dynarig serve`, or drop --backend.", file=sys.stderr)
    except (UnknownClaim, BackendError, OSError) as error:
        print(f"dynarig verify: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig verify", description="Check the documents' statements.")
    parser.add_argument("--system", action="append", default=[], choices=SYSTEMS, help="only this one; repeatable")
    parser.add_argument("--claim", action="append", default=[], metavar="ID", help="only this claim; repeatable")
    parser.add_argument(
        "--backend",
        default=EMBEDDED,
        metavar="NAME|URL",
        help=f"what the estates are seeded into: a URL or {', '.join(BACKEND_NAMES)} (default {EMBEDDED}); what needs "
        "virtual time or capacity runs on the emulator all the same",
    )
    parser.add_argument("--scale", type=_scale, default=DEFAULT_SCALE, help=f"of the items (default {DEFAULT_SCALE})")
    parser.add_argument("--seed", type=whole(0), default=1, help="of the items (default 1)")
    parser.add_argument("--load-seconds", type=_seconds, default=30.0, help="how long a load lasts (default 30)")
    parser.add_argument("--json", action="store_true", help="print the list as JSON and nothing else")
    parser.add_argument("--out", type=Path, default=Path("results/claims"), help="folder (default results/claims)")
    return parser


def _scale(text: str) -> float:
    if not 0 < (scale := _number(text)) <= _LARGEST_SCALE:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and at most {_LARGEST_SCALE:g}")
    return scale


def _seconds(text: str) -> float:
    if not 1 <= (seconds := _number(text)) < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds, 1 at least")
    return seconds


def _number(text: str) -> float:
    """What a text says, NaN where that is no number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _verify(arguments: argparse.Namespace) -> int:
    claims = choose(arguments.system, arguments.claim)
    check_folder(arguments.out)
    options = Options(arguments.backend, arguments.scale, arguments.seed, arguments.load_seconds)
    lines = []
    with Bench(options) as bench:
        for outcome in run(claims, bench):
            line = outcome.to_json()
            lines.append(line)
            if not arguments.json:
                print(report.line_text(line), flush=True)
    _save(lines, arguments.out, whole=not (arguments.system or arguments.claim))
    if arguments.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
    else:
        print(f"\n{report.summary(lines)}. Tables and evidence: {arguments.out}/")
    return int(any(not line["agrees"] and not line["disagreement"] for line in lines))


def _save(lines: list[dict[str, Any]], folder: Path, *, whole: bool) -> None:
    """The evidence of each; of a whole run the tables too, so that a partial one does not replace them."""
    for line in lines:
        write(folder / report.evidence_path(line["id"]), line)
    if whole:
        rows: Any = [{**line, "evidence": report.evidence_path(line["id"])} for line in lines]
        write(folder / "claims.json", rows)
        (folder / "claims.md").write_text(report.markdown(lines), encoding="utf-8")
        (folder / "claims.html").write_text(report.html(lines), encoding="utf-8")
