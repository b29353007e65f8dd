"""`dynarig bench`: `http`, `engine`, `pages`, `statements`, `pauses`, `soak`, and `show` for results that are there."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from dynarig.emulator.capacity.capacity_settings import MODES, OFF
from dynarig.emulator.command_line import Parser, whole
from dynarig.workloads import results
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.bench import engine, http, pages, pauses, soak, statements, tables
from dynarig.workloads.bench.mixes import MIXES
from dynarig.workloads.bench.servers import CONSTANT, DYNOXIDE, EMULATOR, MOTO, address_of

_OUT = ("--out", "--output")
_SERVERS = (CONSTANT, EMULATOR, MOTO, DYNOXIDE)


def main(argv: Sequence[str] | None = None) -> int:
    """0 if every bar was reached, 1 if not or if it could not be measured, 2 for bad flags."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (BackendError, OSError, ValueError, KeyError) as fault:
        print(f"dynarig bench: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dynarig bench: interrupted, nothing kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig bench", description="Measure, keep raw results, judge by the bars.")
    kinds = parser.add_subparsers(required=True, metavar="http|engine|pages|statements|pauses|soak|show")
    served = kinds.add_parser("http", help="servers side by side, 8 connections, one core")
    served.add_argument(
        "--servers", type=_server, nargs="+", default=list(_SERVERS), help="or name=http://127.0.0.1:port"
    )
    served.add_argument(
        "--capacity", nargs="+", choices=MODES, default=[], help="the emulator in these modes of capacity beside off"
    )
    served.add_argument("--rounds", type=_count, default=11, help="many short ones tell best on a shared machine")
    served.add_argument("--seconds", type=_seconds, default=0.5, help="of each measurement (default 0.5)")
    served.add_argument("--connections", type=_count, default=8)
    served.add_argument("--items", type=_count, default=1_000)
    served.add_argument("--mixes", nargs="+", choices=list(MIXES), default=list(MIXES), help="items and statements")
    served.add_argument("--answers", type=_count, default=200, help="that a slow server gives at least, each time")
    served.add_argument("--dynoxide", help="its binary; without it the path and ~/.cargo/bin are searched")
    served.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/http.json")
    served.set_defaults(run=_http)
    alone = kinds.add_parser("engine", help="the engine without HTTP, at growing sizes")
    alone.add_argument("--sizes", type=_count, nargs="+", default=list(engine.SIZES))
    alone.add_argument("--samples", type=_count, default=300, help="of 100 calls each")
    alone.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/engine.json")
    alone.set_defaults(run=_engine)
    paged = kinds.add_parser("pages", help="what whole pages take the server, by size, projection and filter")
    paged.add_argument("--servers", type=_server, nargs="+", default=[EMULATOR], help="or name=http://127.0.0.1:port")
    paged.add_argument("--rounds", type=_count, default=7)
    paged.add_argument("--pages", type=_count, default=100, help="of each sample")
    paged.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/pages.json")
    paged.set_defaults(run=_pages)
    paused = kinds.add_parser("pauses", help="how long other calls wait while something long is done")
    paused.add_argument("--items", type=_count, default=1_000_000, help="in the table that is scanned and deleted")
    paused.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/pauses.json")
    paused.set_defaults(run=_pauses)
    soaked = kinds.add_parser("soak", help="memory after many mixed requests against that after the first 100,000")
    soaked.add_argument("--requests", type=_count, default=10_000_000)
    soaked.add_argument("--seed", type=whole(0), default=0)
    soaked.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/soak.json")
    soaked.set_defaults(run=_soak)
    memory = kinds.add_parser("statements", help="what remembering statements is worth, and that it never costs")
    memory.add_argument("--pairs", type=_count, default=31, help="of samples with and without it, for each traffic")
    memory.add_argument(*_OUT, dest="output", metavar="FILE", default="results/bench/statements.json")
    memory.set_defaults(run=_statements)
    show = kinds.add_parser("show", help="render raw results again")
    show.add_argument("files", nargs="+", type=Path)
    show.set_defaults(run=_show)
    return parser


def _http(arguments: argparse.Namespace) -> int:
    plan = http.Plan(
        servers=(*arguments.servers, *(f"{EMULATOR}-{mode}" for mode in arguments.capacity if mode != OFF)),
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        connections=arguments.connections,
        items=max(arguments.items, 20),
        dynoxide=arguments.dynoxide,
        mixes=tuple(dict.fromkeys(arguments.mixes)),
        answers=arguments.answers,
    )
    return _measured(arguments.output, lambda progress: http.measure(plan, progress))


def _engine(arguments: argparse.Namespace) -> int:
    return _measured(
        arguments.output, lambda progress: engine.measure(sorted(arguments.sizes), arguments.samples, progress)
    )


def _pages(arguments: argparse.Namespace) -> int:
    plan = pages.Plan(tuple(dict.fromkeys(arguments.servers)), arguments.rounds, arguments.pages)
    return _measured(arguments.output, lambda progress: pages.measure(plan, progress))


def _pauses(arguments: argparse.Namespace) -> int:
    return _measured(arguments.output, lambda progress: pauses.measure(pauses.Plan(arguments.items), progress))


def _soak(arguments: argparse.Namespace) -> int:
    return _measured(arguments.output, lambda progress: soak.measure(arguments.requests, arguments.seed, progress))


def _statements(arguments: argparse.Namespace) -> int:
    return _measured(arguments.output, lambda progress: statements.measure(arguments.pairs, progress))


def _measured(output: str, measure: Callable[[Progress], dict[str, Any]]) -> int:
    results.check_folder(Path(output).parent)
    with Progress(console=Console(stderr=True)) as progress:
        raw = measure(progress)
    results.write(Path(output), raw, indent=None)
    return _render([raw])


def _show(arguments: argparse.Namespace) -> int:
    return max([_shown(file) for file in arguments.files])


def _shown(file: Path) -> int:
    try:
        return _render([json.loads(file.read_text(encoding="utf-8"))])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        fault = f"{file} is no result of a bench; `dynarig bench http` and its sisters write them"
        raise ValueError(fault) from None


def _render(raws: list[dict[str, Any]]) -> int:
    console = Console()
    if not console.is_terminal:
        console.width = 120
    reached = [tables.render(raw, console) for raw in raws]
    return 0 if all(reached) else 1


def _server(text: str) -> str:
    try:
        address_of(text)
    except BackendError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) < 3_600:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0 and below 3600")


if __name__ == "__main__":
    sys.exit(main())
