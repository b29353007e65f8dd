"""`dynarig report RUN…`: a run's page again from its summary, or several runs on one page; --text prints tables.

Rule: the only module here that touches files.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from dynarig.emulator.command_line import Parser
from dynarig.workloads import report
from dynarig.workloads.reporting.comparison import comparison_page
from dynarig.workloads.reporting.figures import RunFigures
from dynarig.workloads.reporting.page import run_page

PAGE = "report.html"
COMPARISON = "comparison.html"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError)


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the page and prints where; 2 where a run cannot be read or the page not be written."""
    parser = Parser(
        prog="dynarig report",
        description="Make a run's report.html again from its summary; of several runs, one page that compares them.",
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a folder results/run-…, or its summary.json")
    parser.add_argument("--text", action="store_true", help="print tables instead; exits 1 where a run did not pass")
    parser.add_argument(
        "-o",
        "--out",
        "--output",
        dest="output",
        metavar="FILE",
        help="where to write the page (default: beside the first run)",
    )
    asked = parser.parse_args(argv)
    if asked.text:
        return report.main(asked.runs)
    figures = []
    for word in asked.runs:
        try:
            figures.append(RunFigures(_name(Path(word)), report.read(Path(word))))
        except _UNREADABLE as fault:
            print(f"dynarig report: {word} is not a run's summary: {fault}", file=sys.stderr)
            return 2
    first = Path(asked.runs[0])
    folder = first if first.is_dir() else first.parent
    try:
        page = run_page(figures[0]) if len(figures) == 1 else comparison_page(_told_apart(figures))
    except _UNREADABLE as fault:
        print(f"dynarig report: {', '.join(asked.runs)}: a summary lacks figures: {fault!r}", file=sys.stderr)
        return 2
    place = Path(asked.output) if asked.output else folder / (PAGE if len(figures) == 1 else COMPARISON)
    try:
        place.write_text(page, encoding="utf-8")
    except OSError as fault:
        print(f"dynarig report: {place} cannot be written: {fault.strerror}", file=sys.stderr)
        return 2
    print(place)
    return 0


def write_report(folder: Path, summary: dict[str, Any]) -> Path:
    """Write the page of a run into its folder; where."""
    place = folder / PAGE
    place.write_text(run_page(RunFigures(folder.name, summary)), encoding="utf-8")
    return place


def _name(path: Path) -> str:
    return (path if path.suffix != ".json" else path.parent).resolve().name


def _told_apart(figures: list[RunFigures]) -> list[RunFigures]:
    """Runs named by a letter and their scenario."""
    for at, run in enumerate(figures):
        run.name = f"{ascii_uppercase[at % len(ascii_uppercase)]}: {run.settings['scenario']}"
    return figures
