"""What the server says of a run's tables: the hottest partition, and the bill of a month like the run.

Rule: the server counts from its start and so counts seeding, too; `noted` keeps what it said before the first request,
and the findings are of the difference. Pure; where the server tells nothing, there is no finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.verdict import Finding

# What one partition serves in a second (developer guide, "Burst and adaptive capacity").
_READ_UNITS, _WRITE_UNITS = 3_000, 1_000
_MONTH_SECONDS = 730 * 3_600
_SEP = "|"
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A partition over a run: units that it served a second, its share of its table's or index's, throttles."""

    owner: str
    partition: str
    read_units: float
    write_units: float
    share: float
    throttled: int
    key: str
    key_share: float

    @property
    def heat(self) -> float:
        """The share of what a partition can serve."""
        return self.read_units / _READ_UNITS + self.write_units / _WRITE_UNITS


def noted(heat: Told | None, bill: Told | None, tables: Collection[str]) -> Told:
    """What is to be known of the time before the run, as plain data."""
    return {
        "partitions": {name: list(figures) for name, _, _, figures in _partitions(heat, tables)},
        "lines": {_line(line): line["run_usd"] for line in _lines(bill, tables)},
    }


def hottest(heat: Told | None, before: Told, tables: Collection[str], seconds: float) -> list[Finding]:
    """The hottest partition by throttles, then by how near it came to its limit."""
    parts = list(_parts(heat, before, tables, max(seconds, 1e-9)))
    if not parts:
        return []
    part = max(parts, key=lambda each: (each.throttled, each.heat))
    if not part.heat and not part.throttled:
        return []
    key = f", of which key {part.key} {part.key_share:.0%}" if part.key else ""
    throttled = f", {part.throttled:,} requests throttled" if part.throttled else ", nothing throttled"
    text = (
        f"the hot partition is {part.partition} of {part.owner}: {part.share:.0%} of its units{key}; "
        f"{part.read_units:,.0f} of {_READ_UNITS:,} read and {part.write_units:,.0f} of {_WRITE_UNITS:,} write units/s"
        f"{throttled}"
    )
    figures = {
        "of": part.owner,
        "partition": part.partition,
        "share": part.share,
        "key": part.key,
        "key_share": part.key_share,
        "read_units_per_second": part.read_units,
        "write_units_per_second": part.write_units,
        "throttled": part.throttled,
    }
    return [Finding(text, figures)]


def month(bill: Told | None, before: Told, tables: Collection[str], sent: float, rate: float) -> list[Finding]:
    """USD of a month at the run's rate. sent: requests that the bill is of."""
    if bill is None or not sent:
        return []
    sums: dict[str, float] = {}
    for line in _lines(bill, tables):
        owner = line["table"] + (f"/{line['index']}" if line["index"] else "")
        sums[f"{owner} {line['usage_type']}"] = sums.get(f"{owner} {line['usage_type']}", 0.0) + _month_usd(
            line, before, rate / sent
        )
    total = sum(sums.values())
    name, usd = max(sums.items(), key=lambda pair: pair[1], default=("", 0.0))
    dearest = f", {usd / total:.0%} of it {name}" if total else ""
    text = f"a month like this run, at {rate:,.0f} requests/s: {total:,.2f} USD{dearest}"
    figures = {"month_usd": total, "lines": dict(sorted(sums.items(), key=lambda pair: -pair[1]))}
    return [Finding(text, {**figures, "prices_read_on": bill.get("prices_read_on")})]


def _month_usd(line: Told, before: Told, per_second: float) -> float:
    """Of what is billed by request: the run's, at its rate; of what is billed by time: as the server tells it."""
    if line["operation"] is None:
        return float(line["month_usd"] or 0.0)
    run_usd = line["run_usd"] - before["lines"].get(_line(line), 0.0)
    return float(max(0.0, run_usd) * per_second * _MONTH_SECONDS)


def _lines(bill: Told | None, tables: Collection[str]) -> list[Told]:
    return [line for line in (bill or {}).get("lines", ()) if line["table"] in tables]


def _line(line: Told) -> str:
    return _SEP.join(str(line[name] or "") for name in ("usage_type", "region", "table", "index", "operation"))


def _partitions(
    heat: Told | None, tables: Collection[str]
) -> Iterator[tuple[str, str, Told, tuple[float, float, int]]]:
    """(name, owner, what is told, (read units, write units, throttles)) of each partition so far."""
    for entry in (heat or {}).get("tables", ()):
        if entry["table"] not in tables:
            continue
        owner = entry["table"] + (f"/{entry['index']}" if entry["index"] else "")
        for part in entry["partitions"]:
            units = (part.get("read_units_total", 0.0), part.get("write_units_total", 0.0))
            throttled = sum((part.get("throttled") or {}).values())
            yield f"{entry['region']}{_SEP}{owner}{_SEP}{part['id']}", owner, part, (*units, throttled)


def _parts(heat: Told | None, before: Told, tables: Collection[str], seconds: float) -> Iterator[Part]:
    found = []
    totals: dict[str, float] = {}
    for name, owner, told, figures in _partitions(heat, tables):
        old = before["partitions"].get(name, (0.0, 0.0, 0))
        read, write, throttled = (max(0, new - past) for new, past in zip(figures, old, strict=True))
        totals[owner] = totals.get(owner, 0.0) + read + write
        found.append((owner, told, read, write, throttled))
    for owner, told, read, write, throttled in found:
        hot = (told.get("hottest") or [{}])[0]
        share = (read + write) / totals[owner] if totals[owner] else 0.0
        key, key_share = str(hot.get("key", "")), float(hot.get("share", 0.0))
        yield Part(owner, told["id"], read / seconds, write / seconds, share, int(throttled), key, key_share)
