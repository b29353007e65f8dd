"""How long items live: the documented days against the attribute, and deletion against both."""

from __future__ import annotations

from datetime import datetime

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import put_all, read_all, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.listbackup.tables import PREFIX, SYSTEM
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.retention import (
    DAY_SECONDS,
    HOUR_SECONDS,
    expiring,
    lag_of,
    lags,
    slow_emulator,
)


@checks("LBK-07", "LBK-08")
def retention(claim: Claim, bench: Bench) -> Finding:
    """The seeded items' ttl against their time, and the lag of deletion."""
    table, written = {"LBK-07": ("activity", "timestamp"), "LBK-08": ("notifications", "createdAt")}[claim.id]
    days, seconds = claim.number("retention", "days"), claim.number("retention", "s")
    items = list(bench.items(SYSTEM, PREFIX + table))
    spans = {round(float(item["ttl"]["N"]) - _epoch(item[written])) for item in items}
    readable, hours = lag_of(bench, bench.definitions(SYSTEM)[PREFIX + table])
    exact = days * DAY_SECONDS == seconds and spans == {round(seconds)}
    return Finding(
        HOLDS if exact and readable else FAILS,
        f"{seconds:,.0f} s are {seconds / DAY_SECONDS:g} days; {len(items):,} items carry it; deletion came "
        f"{hours[0]:.0f} to {hours[-1]:.0f} h later",
        "The arithmetic is right and every item obeys it; deletion, as modelled after the documentation, is late.",
        value=seconds / DAY_SECONDS,
        unit="days",
        evidence={"items": len(items), "spans_seconds": sorted(spans), "lag_hours": [hours[0], hours[-1]]},
    )


def _epoch(value: dict[str, str]) -> float:
    if "N" in value:
        number = float(value["N"])
        return number / 1000 if number > 1e11 else number
    return datetime.fromisoformat(value["S"].replace("Z", "+00:00")).timestamp()


@checks("LBK-09")
def two_policies(claim: Claim, bench: Bench) -> Finding:
    """Logs of 7 and of 365 days in one table; then a policy of 30 days for new ones."""
    definition = bench.definitions(SYSTEM)[PREFIX + "job-logs"]
    emulator = bench.virtual()
    emulator.create(definition)
    for days in (7, 365):
        put_all(
            emulator, definition.name, [_log(f"{days}-{number}", emulator.clock.now(), days) for number in range(50)]
        )
    emulator.clock.advance(8 * DAY_SECONDS)
    after_a_week = scan(emulator, definition.name, Select="COUNT").count
    put_all(emulator, definition.name, [_log(f"new-{number}", emulator.clock.now(), 30) for number in range(50)])
    emulator.clock.advance(31 * DAY_SECONDS)
    after_a_month = scan(emulator, definition.name, Select="COUNT").count
    return Finding(
        HOLDS if (after_a_week, after_a_month) == (50, 50) else FAILS,
        f"{after_a_week} of 100 logs left after 8 days, {after_a_month} of 100 after 31 more",
        "Each item obeys its own ttl; another policy holds for new items, old ones keep theirs until rewritten.",
        value=after_a_week,
        unit="logs",
        evidence={"after_8_days": after_a_week, "after_39_days": after_a_month},
    )


def _log(name: str, now: float, days: int) -> dict[str, dict[str, str]]:
    return {"logId": {"S": name}, "ttl": {"N": str(int(now) + days * DAY_SECONDS)}}


@checks("LBK-10")
def oauth_states(claim: Claim, bench: Bench) -> Finding:
    """A state of fifteen minutes, put into a table with time to live: when it goes."""
    definition = bench.definitions(SYSTEM)[PREFIX + "activity"]
    lifetime = claim.number("retention", "s")
    emulator = slow_emulator(bench, definition)
    expires_at = emulator.clock.now() + lifetime
    states = [{"eventId": {"S": f"state-{number}"}, "ttl": {"N": str(int(expires_at))}} for number in range(200)]
    put_all(emulator, definition.name, states)
    emulator.clock.advance(lifetime + 1)
    readable = scan(emulator, definition.name, Select="COUNT").count
    live = read_all(
        emulator,
        "Scan",
        {
            "TableName": definition.name,
            "FilterExpression": "#t > :now",
            "ExpressionAttributeNames": {"#t": "ttl"},
            "ExpressionAttributeValues": {":now": {"N": str(int(emulator.clock.now()))}},
        },
    ).count
    hours = sorted(lags(emulator, definition.name, expires_at))
    return Finding(
        FAILS if readable and not live else HOLDS,
        f"{readable} of 200 states readable after 15 minutes, gone after {hours[0]:.0f} to {hours[-1]:.0f} h; a check "
        "on read hides all at once",
        "Time to live deletes within days; fifteen minutes can only be kept by who reads.",
        value=hours[len(hours) // 2] * HOUR_SECONDS / 60,
        unit="minutes until deleted (median)",
        evidence={"readable_after": readable, "shown_by_filter": live, "lag_hours": [hours[0], hours[-1]]},
    )


@checks("LBK-11")
def with_ttl(claim: Claim, bench: Bench) -> Finding:
    """Tables with time to live."""
    enabled = expiring(bench.estate(SYSTEM), list(bench.definitions(SYSTEM)))
    names = sorted(name.removeprefix(PREFIX) for name in enabled)
    right = names == ["activity", "job-logs", "notifications"] and set(enabled.values()) == {"ttl"}
    return Finding(
        HOLDS if right and len(names) == claim.number("with TTL") else FAILS,
        f"{len(names)} of {len(bench.definitions(SYSTEM))} tables: {', '.join(names)}",
        "DescribeTimeToLive of every table.",
        value=len(names),
        unit="tables",
        evidence={"tables": enabled},
    )
