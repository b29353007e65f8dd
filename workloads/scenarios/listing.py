"""`dynarig scenarios`: what can be loaded, one line each: name, question, defaults; and what `--param` sets.

Rule: everything shown is the scenario's own data.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from dynarig.emulator.command_line import Parser
from dynarig.workloads.scenarios import known_scenarios
from dynarig.workloads.scenarios.base import Scenario
from dynarig.workloads.selection import meant, tags_of

_WIDTH = 160


def main(argv: Sequence[str] | None = None) -> int:
    """`dynarig scenarios [NAME…] [--json]`: 0, or 2 where there is no such scenario."""
    parser = Parser(
        prog="dynarig scenarios",
        description="What a load can consist of. `locust -f locustfile.py --headless --scenario NAME` runs one.",
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="show these with their parameters, one a line")
    parser.add_argument("--json", action="store_true", help="as JSON")
    arguments = parser.parse_args(argv)
    known = known_scenarios()
    for name in arguments.names:
        if name not in known:
            print(
                f"dynarig scenarios: no scenario {name!r}{meant(name, known)}; one of {', '.join(sorted(known))}",
                file=sys.stderr,
            )
            return 2
    chosen = [known[name] for name in arguments.names or known]
    if arguments.json:
        print(json.dumps([described(scenario) for scenario in chosen], indent=1, ensure_ascii=False))
        return 0
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(_parameters(chosen) if arguments.names else _overview(chosen))
    return 0


def described(scenario: type[Scenario]) -> dict[str, Any]:
    """A scenario as plain data."""
    return {
        "name": scenario.name,
        "question": scenario.question,
        "rate": scenario.rate,
        "run_seconds": scenario.run_seconds,
        "capacity": scenario.capacity,
        "tags": sorted(tags_of(scenario)),
        "parameters": [
            {"name": each.name, "default": each.default, "text": each.text, "choices": list(each.choices)}
            for each in scenario.parameters
        ],
    }


def _overview(scenarios: Sequence[type[Scenario]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("scenario", "question", "defaults"):
        table.add_column(column, no_wrap=column == "scenario")
    for scenario in scenarios:
        given = [f"{scenario.rate:g}/s", f"{scenario.run_seconds} s", f"capacity {scenario.capacity}"]
        given += [f"{each.name}={each.default}" for each in scenario.parameters]
        table.add_row(scenario.name, scenario.question, ", ".join(given))
    return table


def _parameters(scenarios: Sequence[type[Scenario]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("scenario", "parameter", "default", "what it is"):
        table.add_column(column)
    for scenario in scenarios:
        table.add_row(scenario.name, "", f"{scenario.rate:g}/s for {scenario.run_seconds} s", scenario.question)
        for each in scenario.parameters:
            choices = f" ({', '.join(each.choices)})" if each.choices else ""
            table.add_row("", each.name, str(each.default), each.text + choices)
    return table
