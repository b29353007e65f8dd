"""`dynarig verify --patterns`: every documented access pattern, run against a backend.

Rule: one line per pattern and a summary; exit code 0 only if every outcome is DynamoDB's. The estates are seeded first
(small, and removed again from a backend that outlives the run) unless `--seeded` says that `dynarig seed` has done so.
Must not know: how a pattern is checked.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from dynarig.emulator.command_line import Parser, whole
from dynarig.emulator.settings import Settings as EmulatorSettings
from dynarig.fixtures.access_patterns.coverage import coverage
from dynarig.fixtures.access_patterns.library import Library
from dynarig.fixtures.access_patterns.pattern import Pattern, read_patterns
from dynarig.fixtures.access_patterns.runner import Verdict, run_all
from dynarig.fixtures.estate import Settings
from dynarig.fixtures.seeding.clock import clock_of
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.load import LoadInterrupted
from dynarig.fixtures.seeding.manifest import Manifest, ManifestError, default_path, read
from dynarig.fixtures.seeding.tables import LoadError, Target, describe, remove
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.backends.base import Backend, BackendError, BackendUnreachable
from dynarig.workloads.backends.open import BACKEND_NAMES, open_backend
from dynarig.workloads.verify.judge import TTL_DELAY_SECONDS, judge

_DEFAULT_SCALE = 0.05


class VerifyError(Exception):
    """Verification cannot start; the text is one line."""


def main(argv: Sequence[str] | None = None) -> int:
    """`dynarig verify …`: 0 if everything agrees, 1 on a disagreement, 2 if it could not run."""
    arguments = _parser().parse_args(argv)
    try:
        return _verify(arguments)
    except BackendUnreachable as error:
        print(f"dynarig verify: {error}. Start a server with `dynarig serve`, or drop --backend.", file=sys.stderr)
    except (VerifyError, BackendError, ManifestError, LoadError, LoadInterrupted) as error:
        print(f"dynarig verify: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("dynarig verify: interrupted", file=sys.stderr)
        return 130
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig verify --patterns", description="Run the documented access patterns.")
    parser.add_argument("--system", action="append", choices=list(SYSTEMS), help="only this system; repeatable")
    parser.add_argument("--id", action="append", help="only this pattern; repeatable")
    parser.add_argument(
        "--backend",
        default="embedded",
        metavar="NAME|URL",
        help=f"a URL or {', '.join(BACKEND_NAMES)} (default embedded)",
    )
    parser.add_argument("--scale", type=float, default=_DEFAULT_SCALE, help=f"default {_DEFAULT_SCALE}")
    parser.add_argument("--seed", type=whole(0), default=1)
    parser.add_argument("--skew", type=float, default=1.0)
    parser.add_argument("--seeded", action="store_true", help="the backend holds what `dynarig seed` loaded")
    parser.add_argument(
        "--strict-texts", action="store_true", help="fail on a right error code with another text than DynamoDB's, too"
    )
    parser.add_argument(
        "--judge",
        action="store_true",
        help="try each pattern against each kind of wrong answer instead: items dropped or doubled, …",
    )
    parser.add_argument("--every-place", action="store_true", help="with --judge: each answer in turn, not three")
    parser.add_argument("--json", action="store_true", help="with --judge: every cell with its reason, as JSON")
    parser.add_argument("--keep", action="store_true", help="leave the tables there")
    return parser


def _verify(arguments: argparse.Namespace) -> int:
    patterns = _chosen(arguments)
    if not 0 < arguments.scale <= 10:
        raise VerifyError("--scale is above 0 and at most 10")
    if not 0 <= arguments.skew <= 3:
        raise VerifyError("--skew is between 0 and 3")
    jobs = [
        Job(SYSTEMS[name], stage)
        for name in dict.fromkeys(pattern.system for pattern in patterns)
        for stage in SYSTEMS[name].stages
    ]
    if arguments.judge:
        return _judge(arguments, patterns, jobs)
    if arguments.json or arguments.every_place:
        raise VerifyError("--json and --every-place go with --judge")
    with contextlib.ExitStack() as stack:
        backend = stack.enter_context(_opened(arguments.backend))
        regions = _regions(backend, stack)
        settings = _filled(arguments, backend, regions, jobs, stack)
        verdicts = run_all(patterns, Library(jobs, settings), regions, lambda: _clock(arguments, backend))
        return _report(verdicts, jobs, arguments.strict_texts, bool(arguments.id))


def _judge(arguments: argparse.Namespace, patterns: Sequence[Pattern], jobs: Sequence[Job]) -> int:
    """The patterns before an emulator that answers wrong."""
    if arguments.backend != "embedded" or arguments.seeded:
        raise VerifyError("--judge makes an emulator of its own: it goes with neither --backend nor --seeded")
    settings = Settings(arguments.seed, arguments.scale, int(time.time()), arguments.skew)
    return judge(patterns, jobs, settings, arguments.json, arguments.every_place)


def _opened(name: str) -> Backend:
    """The backend; in an emulator of our own, what has expired waits as it does at AWS, so that filters matter."""
    if name != "embedded":
        return open_backend(name)
    return open_backend(name, settings=EmulatorSettings(ttl_delete_seconds=TTL_DELAY_SECONDS))


def _chosen(arguments: argparse.Namespace) -> list[Pattern]:
    patterns = read_patterns()
    unknown = set(arguments.id or ()) - {pattern.id for pattern in patterns}
    if unknown:
        raise VerifyError(f"no pattern {', '.join(sorted(unknown))}")
    chosen = [
        pattern
        for pattern in patterns
        if (not arguments.system or pattern.system in arguments.system)
        and (not arguments.id or pattern.id in arguments.id)
    ]
    if not chosen:
        raise VerifyError("no pattern fits both --system and --id")
    return chosen


def _regions(backend: Backend, stack: contextlib.ExitStack) -> Callable[[str], Target]:
    opened: dict[str, Backend] = {backend.region: backend}

    def region_of(name: str) -> Target:
        if name not in opened:
            opened[name] = backend.in_region(name)
            stack.callback(opened[name].close)
        return opened[name]

    return region_of


def _clock(arguments: argparse.Namespace, backend: Backend) -> float:
    """The time at the backend: its own where it has a clock that may have been moved."""
    return clock_of(getattr(backend, "url", None) or arguments.backend)


def _filled(
    arguments: argparse.Namespace,
    backend: Backend,
    regions: Callable[[str], Target],
    jobs: Sequence[Job],
    stack: contextlib.ExitStack,
) -> Settings:
    """Fill the backend, or take over what is there; answers with the settings that its items were made by."""
    now = int(_clock(arguments, backend))
    settings = Settings(arguments.seed, arguments.scale, now, arguments.skew)
    if arguments.seeded:
        return _seeded(settings, getattr(backend, "url", arguments.backend))
    tables = [(job.stage.region, definition.name) for job in jobs for definition in job.system.definitions(job.stage)]
    there = [name for region, name in tables if describe(regions(region), name)]
    if there:
        raise VerifyError(
            f"{there[0]} and {len(there) - 1} more tables exist already: `dynarig unseed` them, or use --seeded"
        )
    if not arguments.keep:
        stack.callback(_remove_all, regions, tables)
    Seeding(regions, settings, Manifest(None, arguments.backend)).run(jobs)
    return settings


def _seeded(settings: Settings, target: str) -> Settings:
    """The settings with the clock that the manifest of the target holds."""
    entries = read(default_path(target), target).entries.values()
    clocks = {
        entry.now
        for entry in entries
        if (entry.seed, entry.scale, entry.skew) == (settings.seed, settings.scale, settings.skew) and entry.complete
    }
    if len(clocks) != 1:
        raise VerifyError(f"{default_path(target)} holds no single complete load with these --seed, --scale, --skew")
    return Settings(settings.seed, settings.scale, clocks.pop(), settings.skew)


def _remove_all(regions: Callable[[str], Target], tables: Sequence[tuple[str, str]]) -> None:
    for region, name in tables:
        with contextlib.suppress(LoadError, BackendError):  # what ended the run is what the user must read
            remove(regions(region), name, force=True)


def _report(verdicts: Iterator[Verdict], jobs: Sequence[Job], strict_texts: bool, picked: bool) -> int:
    """One line a pattern, and the sums. picked: these are some patterns of a system, so what they leave unread is
    no news."""
    start = time.perf_counter()
    done: list[Verdict] = []
    for verdict in verdicts:
        mark = ("ok*" if verdict.rewordings else "ok ") if verdict.agrees else "BAD"
        print(f"{mark} {verdict.pattern.id:<9} {verdict.pattern.title} — {verdict.outcome}", flush=True)
        for rewording in verdict.rewordings:
            print(f"    {verdict.pattern.id:<9} * the code is DynamoDB's, the text is not: {rewording}", flush=True)
        done.append(verdict)
    bad = [verdict.pattern.id for verdict in done if not verdict.agrees]
    reworded = [verdict.pattern.id for verdict in done if verdict.agrees and verdict.rewordings]
    working = sum(verdict.pattern.works for verdict in done)
    print(
        f"{len(done)} patterns: {working} documented to work, {len(done) - working} not; "
        f"{len(done) - len(bad) - len(reworded)} as DynamoDB answers, {_named(reworded)} in other words (ok*), "
        f"{_named(bad)} not ({time.perf_counter() - start:.1f} s)"
    )
    if not picked:
        print(coverage(jobs, frozenset().union(*(verdict.touched for verdict in done))))
    return 1 if bad or (strict_texts and reworded) else 0


def _named(identities: Sequence[str]) -> str:
    return f"{len(identities)} ({', '.join(identities)})" if identities else "0"
