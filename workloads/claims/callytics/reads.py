"""The week's read units of tables that are to go: what reads of their documented sizes consume.

Each table is rebuilt with its documented items and bytes and read once; 16 units of a table whose scan takes 15 are a
scan, not business. Units are DynamoDB's: half a unit for 4 KB, eventually consistent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import Read, put_all, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding, within
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_DAY_SECONDS = 86_400
_WEEK_SECONDS = 7 * _DAY_SECONDS
_SCAN_TOLERANCE = 0.1  # a week holds a describe or a look besides the scan
_SUM_TOLERANCE = 0.01
_PAD = "pad"


def _documented(bench: Bench, table: str) -> dict[str, Any]:
    size: dict[str, Any] = bench.definitions(_SYSTEM, "prod")[table].metadata["DocumentedSize"]
    return size


def _keys(bench: Bench, table: str) -> list[str]:
    return [element["AttributeName"] for element in bench.definitions(_SYSTEM, "prod")[table].create["KeySchema"]]


def _items(keys: list[str], count: int, total_bytes: int) -> Iterator[dict[str, Any]]:
    """`count` items of `total_bytes` together, by DynamoDB's sizes."""
    for number in range(count):
        size = total_bytes * (number + 1) // count - total_bytes * number // count
        item = {name: {"S": f"{number:08d}"} for name in keys}
        used = sum(len(name) + 8 for name in keys) + len(_PAD)
        yield {**item, _PAD: {"S": "x" * max(0, size - used)}}


def _rebuilt(bench: Bench, table: str, count: int, total_bytes: int) -> tuple[VirtualEmulator, Read]:
    """A fresh table of this size, and one eventually consistent scan of it."""

    def build() -> tuple[VirtualEmulator, Read]:
        emulator = bench.virtual()
        emulator.create(bench.definitions(_SYSTEM, "prod")[table])
        put_all(emulator, table, _items(_keys(bench, table), count, total_bytes))
        return emulator, scan(emulator, table, Select="COUNT")

    return bench.once(f"rebuilt {table} {count} {total_bytes}", build)


def _scan_of(bench: Bench, table: str, bytes_each: int = 400) -> Read:
    size = _documented(bench, table)
    count = int(size["Items"])
    return _rebuilt(bench, table, count, int(size.get("Bytes", count * bytes_each)))[1]


def _dead_units(bench: Bench) -> dict[str, float]:
    """The documented week's read units of each table marked dead."""
    return {
        name: float(definition.metadata["DocumentedSize"]["ReadUnitsSevenDays"])
        for name, definition in bench.definitions(_SYSTEM, "prod").items()
        if definition.metadata.get("Status") == "dead"
    }


@checks("CAL-14")
def dead_rule(claim: Claim, bench: Bench) -> Finding:
    """The rule, applied to every table whose week is documented."""
    limit = claim.number("upper limit")
    weeks = {
        name: float(definition.metadata["DocumentedSize"]["ReadUnitsSevenDays"])
        for name, definition in bench.definitions(_SYSTEM, "prod").items()
        if "ReadUnitsSevenDays" in definition.metadata.get("DocumentedSize", {})
    }
    dead = sorted(name for name, units in weeks.items() if units <= limit)
    marked = sorted(_dead_units(bench))
    return Finding(
        HOLDS if dead == marked else FAILS,
        f"{len(dead)} of {len(weeks)} tables with a documented week are at {limit:g} units or fewer, "
        f"{len(marked)} are marked dead",
        "The rule, limit included, picks the tables that the document marks.",
        value=len(dead),
        unit="tables",
        evidence={"read_units_in_seven_days": weeks},
    )


@checks("CAL-15")
def dead_but_read(claim: Claim, bench: Bench) -> Finding:
    """The dead tables' week in scans."""
    weeks = _dead_units(bench)
    scans = {name: weeks[name] / _scan_of(bench, name).units for name in weeks}
    low, high = min(weeks.values()), max(weeks.values())
    holds = low > 0 and (low, high) == (claim.number("minimum"), claim.number("maximum"))
    words = ", ".join(f"{name} {count:.1f}" for name, count in scans.items())
    return Finding(
        HOLDS if holds else FAILS,
        f"{low:g} to {high:g} read units; in whole scans: {words}",
        "None is zero, and each is a few scans' worth: an audit or an export reads like that, business does not.",
        value=low,
        unit="read units",
        evidence={"weeks": weeks, "scans": scans},
    )


@checks("CAL-16", "CAL-21", "CAL-22")
def one_scan_a_week(claim: Claim, bench: Bench) -> Finding:
    """Whether the week's units are those of one whole scan."""
    table = {"CAL-16": "CallAnalysisMetadata", "CAL-21": "call-analysis", "CAL-22": "call-events"}[claim.id]
    week = claim.number("reads")
    read = _scan_of(bench, table)
    is_scan = within(read.units, week, _SCAN_TOLERANCE)
    return Finding(
        HOLDS if is_scan and read.count == claim.number("count") else PARTLY,
        f"one scan of {read.count:,} items: {read.units:,.1f} read units in {read.pages} pages, "
        f"the week had {week:,.0f} ({read.units / week:.1%})",
        "The week's reads are one whole eventually consistent scan: an audit or an export, not a caller.",
        value=read.units,
        unit="read units",
        evidence={"pages": read.pages, "items": read.count, "week": week},
        tolerance=_SCAN_TOLERANCE,
    )


@checks("CAL-17", "CAL-18", "CAL-19")
def a_few_reads(claim: Claim, bench: Bench) -> Finding:
    """How many reads of the small tables make the week's units."""
    table = {
        "CAL-17": "client-configurations",
        "CAL-18": "ConnectionService-UserOrganizations-prod",
        "CAL-19": "ConnectionService-SubAccountLinks-prod",
    }[claim.id]
    week = claim.number("reads")
    read = _scan_of(bench, table)
    emulator, _ = _rebuilt(bench, table, read.count, int(_documented(bench, table).get("Bytes", read.count * 400)))
    key = {name: {"S": f"{0:08d}"} for name in _keys(bench, table)}
    get = {"TableName": table, "Key": key, "ReturnConsumedCapacity": "TOTAL"}
    one = emulator.call("GetItem", get)["ConsumedCapacity"]["CapacityUnits"]
    whole = week / one == int(week / one)
    return Finding(
        HOLDS if whole and read.count == claim.number("count") else PARTLY,
        f"one read of an item {one:g} units, one scan {read.units:g}: the week's {week:g} are "
        f"{week / one:g} reads or {week / read.units:.2f} scans",
        "The sum is a whole number of small eventually consistent reads, and few of them.",
        value=week / one,
        unit="reads",
        evidence={"get_units": one, "scan_units": read.units, "week": week, "items": read.count},
    )


@checks("CAL-20")
def a_refresher(claim: Claim, bench: Bench) -> Finding:
    """Reads of one configuration at a fixed period, in virtual time, for a week."""
    table = "ConnectionService-CallAnalysisConfigurations-prod"
    week = claim.number("reads, approximate")
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[table])
    put_all(emulator, table, _items(["client_id"], 10, 9_000))
    get = {"TableName": table, "Key": {"client_id": {"S": f"{0:08d}"}}, "ReturnConsumedCapacity": "TOTAL"}
    unit = emulator.call("GetItem", get)["ConsumedCapacity"]["CapacityUnits"]
    period_seconds = _WEEK_SECONDS / (week / unit)
    consumed = 0.0
    for _ in range(round(week / unit)):
        consumed += emulator.call("GetItem", get)["ConsumedCapacity"]["CapacityUnits"]
        emulator.clock.advance(period_seconds)
    return Finding(
        HOLDS if within(consumed, week, _SUM_TOLERANCE) else FAILS,
        f"{week / unit:,.0f} reads, one every {period_seconds / 60:.1f} minutes, consume {consumed:g} units",
        "A caller with a fixed period of some ten minutes makes this sum, as a token refresher does.",
        value=period_seconds / 60,
        unit="minutes between reads",
        evidence={"consumed": consumed, "units_a_read": unit},
        tolerance=_SUM_TOLERANCE,
    )


@checks("CAL-23")
def scan_or_callers(claim: Claim, bench: Bench) -> Finding:
    """The same week's sum by one scan and by reads spread over the week: what a one-minute period shows."""
    table, week = "call-events", claim.number("call-events")
    size = _documented(bench, table)
    scanned, read = _rebuilt(bench, table, int(size["Items"]), int(size["Bytes"]))
    scanned.clock.advance(120)
    at_once = _minutes(scanned, table)
    spread, reads = bench.virtual(metrics_minutes=8 * _DAY_SECONDS // 60), round(week / 0.5)
    spread.create(bench.definitions(_SYSTEM, "prod")[table])
    (item,) = _items(_keys(bench, table), 1, 400)
    spread.call("PutItem", {"TableName": table, "Item": item})
    get = {"TableName": table, "Key": {name: item[name] for name in _keys(bench, table)}}
    for _ in range(reads):
        spread.call("GetItem", get)
        spread.clock.advance(_WEEK_SECONDS / reads)
    apart = _minutes(spread, table)
    same_sum = within(sum(at_once), sum(apart), _SCAN_TOLERANCE)
    tells = max(at_once) > 100 * max(apart)
    return Finding(
        PARTLY if same_sum and tells else FAILS,
        f"{sum(at_once):,.0f} read units of one scan fall into {len(at_once)} minute{'s' * (len(at_once) > 1)}, "
        f"{sum(apart):,.0f} of {reads:,} single reads into {len(apart):,}, {max(apart):g} at most in one",
        "The sum of seven days cannot tell an export from callers, a one-minute period can; both tables' sums are one "
        "scan's, so whether any caller is left is for the trace to say.",
        value=max(at_once) / max(apart),
        unit="times as much in its busiest minute",
        evidence={
            "scan_units": read.units,
            "scan_by_minute": at_once,
            "spread": {"units": sum(apart), "minutes": len(apart), "busiest": max(apart)},
        },
        tolerance=_SCAN_TOLERANCE,
    )


def _minutes(emulator: VirtualEmulator, table: str) -> list[float]:
    """Read units of each minute of the last eight days that has any, as CloudWatch tells them."""
    found: list[float] = []
    end = (emulator.clock.now() // 60 + 1) * 60
    for day in range(8):  # a day of minutes is as much as one answer holds
        request = {
            "Namespace": "AWS/DynamoDB",
            "MetricName": "ConsumedReadCapacityUnits",
            "Dimensions": [{"Name": "TableName", "Value": table}],
            "StartTime": end - (day + 1) * _DAY_SECONDS,
            "EndTime": end - day * _DAY_SECONDS,
            "Period": 60,
            "Statistics": ["Sum"],
        }
        points = emulator.cloudwatch("GetMetricStatistics", request)["Datapoints"]
        found += [point["Sum"] for point in points if point["Sum"]]
    return found


@checks("CAL-24")
def configurations(claim: Claim, bench: Bench) -> Finding:
    """The items of the configuration table at full scale."""
    table = "call-analytics-prod-call-analysis-config-us-east-1"
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[table])
    put_all(emulator, table, bench.items(_SYSTEM, table, "prod", scale=1.0))
    read = scan(emulator, table)
    return Finding(
        HOLDS if read.count == claim.number("count") else FAILS,
        f"{read.count} items, one scan {read.units:g} read units",
        "Seeded at full scale and scanned.",
        value=read.count,
        unit="items",
        evidence={"scan_units": read.units},
    )


@checks("CAL-36")
def gate_before_deletion(claim: Claim, bench: Bench) -> Finding:
    """Which dead tables pass a gate of zero units."""
    weeks = _dead_units(bench)
    passing = [name for name, units in weeks.items() if units <= claim.number("gate")]
    return Finding(
        PARTLY if not passing else HOLDS,
        f"{len(passing)} of {len(weeks)} dead tables pass",
        "The gate is sound and stops all four today; a look at the table in a console is a read as well, so the audit "
        "itself can keep the sum above zero.",
        value=len(passing),
        unit="tables",
        evidence={"weeks": weeks},
    )


@checks("CAL-38")
def first_phase(claim: Claim, bench: Bench) -> Finding:
    """The four tables of phase 1 against their own measured week."""
    weeks = _dead_units(bench)
    read = {name: units for name, units in weeks.items() if units > 0}
    return Finding(
        CONTRADICTED if read else HOLDS,
        f"“zero reads and writes”; measured in the same document {min(weeks.values()):g} to {max(weeks.values()):g} "
        f"read units on {len(read)} of {len(weeks)} tables",
        "The measured week contradicts the zero traffic, and a running function names client-configurations.",
        value=len(read),
        unit="tables with reads",
        evidence={"weeks": weeks},
    )
