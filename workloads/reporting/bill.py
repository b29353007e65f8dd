"""What the run, and a month like it, cost: from the server's bill before the run and after it.

Rule: what is billed by request goes on at the rate of the load, without what was written to prepare it and without the
seconds in which nothing was sent; what is billed by time stays as it is at the end. A month has 730 hours, as in the
price table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_MONTH_SECONDS = 730 * 3600.0
_SHORTEST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, in USD."""

    target: str
    usage: str
    run: float
    month: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Bill:
    """seconds: that requests were sent for."""

    lines: list[Line]
    seconds: float
    prices_read_on: str

    @property
    def run(self) -> float:
        """USD of the run."""
        return sum(line.run for line in self.lines)

    @property
    def month(self) -> float:
        """USD of a month like the run."""
        return sum(line.month for line in self.lines)


def bill_of(server: dict[str, Any], seconds: float) -> Bill | None:
    """The bill of a run that sent for so many seconds; None where the server told none, or for less than a second."""
    end = server.get("cost")
    if not end or seconds < _SHORTEST_SECONDS:
        return None
    start = server.get("cost_at_start") or {"elapsed_seconds": 0.0, "lines": []}
    before = {_key(line): line["run_usd"] for line in start["lines"]}
    lines = []
    for line in end["lines"]:
        run = max(line["run_usd"] - before.get(_key(line), 0.0), 0.0)
        by_request = line["operation"] is not None
        month = run / seconds * _MONTH_SECONDS if by_request else line["month_usd"] or 0.0
        target = f"{line['table']} / {line['index']}" if line["index"] else line["table"]
        usage = ", ".join(filter(None, (line["operation"], line["usage_type"])))
        if run or month:
            lines.append(Line(target, usage, run, month, line["explanation"]))
    lines.sort(key=lambda line: -line.month)
    return Bill(lines, seconds, end["prices_read_on"])


def _key(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line[name] for name in ("usage_type", "account", "region", "table", "index", "operation"))
