"""`dynarig cost`: the bill of a running emulator, in a real bill's usage types, each figure down to units × price.

    dynarig cost                                  # what the run has cost, and a month like it
    dynarig cost --region eu-west-2 --date 2024-10-31
    dynarig cost --explain WriteRequestUnits      # or a table, an index, an operation

Rule: the emulator computes, this shows; amounts are rounded here alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dynarig.emulator.command_line import ENDPOINT, Parser
from dynarig.emulator.cost.prices import is_day
from dynarig.workloads import admin
from dynarig.workloads.backends.base import BackendError

DEFAULT_URL = "http://127.0.0.1:8000"
_NAMES = ("usage_type", "table", "index", "operation")
_HEAD = ("usage type", "table", "index", "operation", "units", "price", "this run", "a month")


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the bill; 1 where no emulator answers, 2 for bad flags."""
    parser = Parser(prog="dynarig cost", description="Show the bill of a running emulator.")
    parser.add_argument(*ENDPOINT, dest="url", metavar="URL", default=DEFAULT_URL, help="default %(default)s")
    parser.add_argument("--region", help="price everything as in this region (default: each table's own)")
    parser.add_argument("--date", help="prices of this day, as 2024-10-31 (default: the latest)")
    parser.add_argument("--explain", metavar="LINE", help="one usage type, table, index or operation, down to prices")
    parser.add_argument("--json", action="store_true", help="print what the emulator answers")
    arguments = parser.parse_args(argv)
    if arguments.date is not None and not is_day(arguments.date):
        parser.error(f"--date takes a day such as 2024-10-31, not {arguments.date!r}")
    try:
        bill = fetch(arguments.url, arguments.region, arguments.date)
    except BackendError as fault:
        print(f"dynarig cost: {fault}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(bill, indent=2))
        return 0
    if arguments.explain is None:
        print(table(bill))
        return 0
    explanation = explained(bill, arguments.explain)
    if not explanation:
        known = ", ".join(sorted({line["usage_type"] for line in bill["lines"]})) or "nothing yet"
        print(f"dynarig cost: no line is of {arguments.explain!r}; the bill has {known}", file=sys.stderr)
        return 1
    print("\n".join(explanation))
    return 0


def fetch(url: str, region: str | None, day: str | None) -> dict[str, Any]:
    """The bill as the emulator tells it; BackendError where there is none."""
    admin.reach(url)
    query = urlencode({name: value for name, value in (("region", region), ("date", day)) if value is not None})
    bill = admin.ask(url, f"/_dynarig/cost?{query}" if query else "/_dynarig/cost")
    if bill is None:
        raise BackendError(f"{url} tells no cost: it is no dynarig server, or an older one")
    return bill


def table(bill: dict[str, Any]) -> str:
    """The lines, dearest first, and the sums."""
    rows = [
        (
            line["usage_type"],
            line["table"],
            line["index"] or "",
            line["operation"] or "",
            f"{line['quantity']:,.6g}",
            f"{line['price_usd']:g} per {line['per']:,}" + ("" if _is_certain(line) else " ?"),
            _usd(line["run_usd"]),
            _usd(line["month_usd"]),
        )
        for line in bill["lines"]
    ]
    rows.append(("", "", "", "", "", "sum", _usd(bill["run_usd"]), _usd(bill["month_usd"])))
    rows.append(("", "", "", "", "", "after the free tier", "", _usd(bill["month_usd_after_free_tier"])))
    widths = [max(len(row[place]) for row in (_HEAD, *rows)) for place in range(len(_HEAD))]
    lines = [_row(row, widths) for row in (_HEAD, *rows)]
    notes = [f"USD; prices read on {bill['prices_read_on']}; {bill['elapsed_seconds']:,.1f} s of the emulator's clock."]
    if any(not _is_certain(line) for line in bill["lines"]):
        notes.append("? a price that is derived, recalled or assumed: --explain says how.")
    if bill["month_usd"] is None:
        notes.append("The clock has hardly moved, so no month can be made of the run.")
    return "\n".join([*lines, "", *notes])


def explained(bill: dict[str, Any], wanted: str) -> list[str]:
    """Each line that is of this usage type, with or without its region's prefix, or of this table or operation."""
    found = []
    for line in bill["lines"]:
        names = {line[name] for name in _NAMES} | {line["usage_type"].partition("-")[2]}
        if wanted in names:
            what = " ".join(str(line[name]) for name in _NAMES if line[name])
            found.append(f"{what}: {line['explanation']}")
    return found


def _is_certain(line: dict[str, Any]) -> bool:
    return line["certainty"] in ("published", "quoted")


def _usd(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:,.6f}" if abs(amount) < 1 else f"{amount:,.2f}"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    texts = [cell.ljust(width) for cell, width in zip(cells[:4], widths[:4], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[4:], widths[4:], strict=True)]
    return "  ".join([*texts, *numbers]).rstrip()
