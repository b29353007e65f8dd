"""`dynarig verify --patterns --judge`: are the patterns good judges? Each is tried against each kind of wrong answer.

Rule: an emulator of its own in this process, filled at a clock that stands still, so that a run can be told again. Exit
code 1 where a wrong answer was missed, or a kind changes none and the pattern's data does not say why. Must not know:
how answers are corrupted, how patterns are checked.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.settings import Settings as EmulatorSettings
from dynarig.fixtures.access_patterns.library import Library
from dynarig.fixtures.access_patterns.pattern import Pattern, read_patterns
from dynarig.fixtures.corruption.kinds import KINDS
from dynarig.fixtures.corruption.trial import CANNOT, MISSED, NOTICED, Cell, Court, NotInOrder, trials
from dynarig.fixtures.estate import Settings
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.workloads.backends.embedded import EmbeddedBackend

TTL_DELAY_SECONDS = 172_800.0  # "typically within a few days": what has expired waits as it does at AWS
STATES = (NOTICED, CANNOT, MISSED)
_NAME_WIDTH, _WIDTH = 14, 13


def court(jobs: Sequence[Job], settings: Settings, every_place: bool = False) -> Court:
    """A filled emulator, whose clock stands at the settings' time."""
    client = EmbeddedClient(
        clock=ManualClock(float(settings.now)), settings=EmulatorSettings(ttl_delete_seconds=TTL_DELAY_SECONDS)
    )
    backend, library = EmbeddedBackend(client=client), Library(jobs, settings)
    Seeding(backend.in_region, settings, Manifest(None, "judge"), workers=1).run(jobs)
    tables = {
        definition.name: library.table(job.system.name, definition.logical_id, job.stage.name)
        for job in jobs
        for definition in job.definitions()
    }
    known = {pattern.id: pattern for pattern in read_patterns()}
    return Court(library, backend.in_region, tables, float(settings.now), known, every_place)


def judge(
    patterns: Sequence[Pattern], jobs: Sequence[Job], settings: Settings, as_json: bool, every_place: bool
) -> int:
    """Try the patterns, print what came of it, and answer with the exit code."""
    start = time.perf_counter()
    rows = trials(court(jobs, settings, every_place), patterns)
    try:
        cells = _collected(rows) if as_json else _printed(rows)
    except NotInOrder as reason:
        print(f"dynarig verify: {reason}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(_report(cells, settings), indent=2, ensure_ascii=False))
    else:
        _print_totals(cells, time.perf_counter() - start)
    return 1 if any(cell.state == MISSED for cell in cells) else 0


def _collected(rows: Iterator[list[Cell]]) -> list[Cell]:
    return [cell for row in rows for cell in row]


def _printed(rows: Iterator[list[Cell]]) -> list[Cell]:
    """A line for each pattern as it is done: how many wrong answers were noticed, or - where none can be."""
    heads = [kind.rpartition(" ") for kind in KINDS]
    for part in (0, 2):
        print(" " * _NAME_WIDTH + "".join(f"{head[part]:>{_WIDTH}}" for head in heads))
    cells: list[Cell] = []
    for row in rows:
        marks = (f"{_mark(cell):>{_WIDTH}}" for cell in row)
        print(f"{row[0].pattern:<{_NAME_WIDTH}}" + "".join(marks), flush=True)
        cells += row
    return cells


def _mark(cell: Cell) -> str:
    return {NOTICED: str(cell.places), CANNOT: "-"}.get(cell.state, cell.state)


def _print_totals(cells: Sequence[Cell], elapsed_seconds: float) -> None:
    print()
    for state, count in _by_kind(cells).items():
        print(f"{state:<{_NAME_WIDTH}}" + "".join(f"{count[kind]:>{_WIDTH}}" for kind in KINDS))
    print()
    for cell in cells:
        if cell.state == MISSED:
            print(f"MISSED {cell.pattern}, {cell.kind}: {cell.why}")
        elif cell.excused and cell.state == NOTICED:
            print(f"note: {cell.pattern}'s data says that {cell.kind} cannot apply; here it does, and is noticed")
    totals = {state: sum(cell.state == state for cell in cells) for state in STATES}
    wrong = sum(cell.places for cell in cells)
    print(
        f"{len({cell.pattern for cell in cells})} patterns × {len(KINDS)} kinds: {totals[NOTICED]} noticed "
        f"({wrong} wrong answers), {totals[CANNOT]} cannot apply, {totals[MISSED]} MISSED ({elapsed_seconds:.0f} s)"
    )


def _by_kind(cells: Sequence[Cell]) -> dict[str, dict[str, int]]:
    return {
        state: {kind: sum(cell.kind == kind and cell.state == state for cell in cells) for kind in KINDS}
        for state in STATES
    }


def _report(cells: Sequence[Cell], settings: Settings) -> dict[str, object]:
    patterns: dict[str, list[dict[str, object]]] = {}
    for cell in cells:
        patterns.setdefault(cell.pattern, []).append(cell.to_json())
    return {
        "seed": settings.seed,
        "scale": settings.scale,
        "skew": settings.skew,
        "now": settings.now,
        "totals": {state: sum(cell.state == state for cell in cells) for state in STATES},
        "by_kind": _by_kind(cells),
        "patterns": patterns,
    }
