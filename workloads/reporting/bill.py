"""What the run, and a month like it, cost: from the server's bill before the run and after it.

Rule: what is billed by request goes on as it did during the run alone, without what was written to prepare it; what is
billed by time stays as it is at the end. A month has 730 hours, as in the price table.
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
    """seconds: that the run's requests were counted for."""

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


def bill_of(server: dict[str, Any]) -> Bill | None:
    """The run's bill; None where the server told none."""
    end = server.get("cost")
    if not end:
        return None
    start = server.get("cost_at_start") or {"elapsed_seconds": 0.0, "lines": []}
    before = {_key(line): line["run_usd"] for line in start["lines"]}
    seconds = end["elapsed_seconds"] - start["elapsed_seconds"]
    if seconds < _SHORTEST_SECONDS:
        return None
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
