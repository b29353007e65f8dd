"""A simulated run as it is shown: JSON, and the same as a table of a few lines. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from dynarig.emulator.capacity.supply import Split
from dynarig.workloads.simulation.bill import bill
from dynarig.workloads.simulation.table import Design, Minute, Simulated

_ROWS_MAX = 480
_SPLITS_SHOWN = 6


def shown(run: Simulated, design: Design, stored_bytes: int, region: str) -> dict[str, Any]:
    """All of it as plain data."""
    lines = bill(design, run, stored_bytes, region)
    return {
        "seconds": run.seconds,
        "offered": run.offered,
        "accepted": {"reads": run.reads, "writes": run.writes},
        "accepted_per_second": {"reads": run.reads / run.seconds, "writes": run.writes / run.seconds},
        "throttled": run.throttled,
        "throttled_share": sum(run.throttled.values()) / max(run.offered, 1),
        "units": {"read": run.half_units[0] / 2, "write": run.half_units[1] / 2},
        "partitions": run.partitions,
        "splits": [_split(each) for each in run.splits],
        "bill": [
            {
                "usage_type": line.price.usage_type,
                "quantity": float(line.quantity),
                "unit": line.price.unit,
                "usd_per": [float(line.price.usd), line.price.per],
                "certainty": line.price.certainty,
                "cost": float(line.cost),
                "month_cost": float(line.month_cost),
            }
            for line in lines
        ],
        "course": _course(run.minutes, run.seconds),
    }


def _split(split: Split) -> dict[str, Any]:
    return {"at": split.at, "cause": split.cause, "partitions": list(split.parts), "withheld": split.withheld}


def _course(minutes: Iterable[Minute], seconds: int) -> list[dict[str, float]]:
    """What happened when, per second, in a few hundred rows at most."""
    width = max(-(-seconds // _ROWS_MAX), 60)
    rows = []
    for row, grouped in groupby(minutes, key=lambda minute: minute.at // width):
        members = list(grouped)
        length = sum(each.seconds for each in members)
        rows.append(
            {
                "at": row * width,
                "reads": round(sum(each.reads for each in members) / length, 3),
                "writes": round(sum(each.writes for each in members) / length, 3),
                "throttled": round(sum(each.throttled for each in members) / length, 3),
                "partitions": members[-1].partitions,
            }
        )
    return rows


def text(told: dict[str, Any], elapsed_seconds: float) -> str:
    """For who reads a terminal."""
    seconds, offered, rates = told["seconds"], told["offered"], told["accepted_per_second"]
    lines = [
        f"offered     {offered:,} requests in {seconds:,} s, {offered / seconds:,.2f} a second",
        f"accepted    {rates['reads']:,.2f} reads and {rates['writes']:,.2f} writes a second "
        f"({told['units']['read']:,.1f} read and {told['units']['write']:,.1f} write units in all)",
        f"throttled   {told['throttled_share']:.2%}",
        *(f"            {count:,} {reason}" for reason, count in told["throttled"].items()),
        f"partitions  {told['partitions']:,}",
        *_splits(told["splits"]),
    ]
    for line in told["bill"]:
        usd, per = line["usd_per"]
        lines.append(
            f"bill        {line['usage_type']}: {line['quantity']:,.3f} × {usd} USD per {per:,} = {line['cost']:,.4f} "
            f"USD; a month like this {line['month_cost']:,.2f}"
        )
    total, month = (sum(line[name] for line in told["bill"]) for name in ("cost", "month_cost"))
    lines.append(f"            together {total:,.4f} USD; a month like this {month:,.2f}")
    lines.append(f"            in {elapsed_seconds:.1f} s of this machine")
    return "\n".join(lines)


def _splits(splits: list[dict[str, Any]]) -> list[str]:
    lines = []
    for split in splits[:_SPLITS_SHOWN]:
        at = time.strftime("%d %H:%M:%S", time.gmtime(split["at"]))
        before, after = split["partitions"]
        what = f"withheld: {split['withheld']}" if split["withheld"] else f"{before:,} → {after:,} partitions"
        lines.append(f"            day {at} {split['cause']}, {what}")
    if len(splits) > _SPLITS_SHOWN:
        lines.append(f"            and {len(splits) - _SPLITS_SHOWN:,} more")
    return lines
