"""Which tables there are, how they bill and encrypt, which indexes are worth their writes."""

from __future__ import annotations

import re
from decimal import Decimal

from dynarig.emulator.cost.prices import price_table
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import describe
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.table_settings import encrypted_by_kms

SYSTEM = "listbackup"
PREFIX = "listbackup-dev-"
_REGION = "us-east-1"
_STEADY_WRITES = 100  # units a second
_UTILISATION = Decimal("0.7")  # the target that the console proposes
_NAME = re.compile(r"listbackup-[a-z0-9]+-[a-z]+(-[a-z]+)*")
# The document's list of on-demand tables, as it stands there.
_LISTED = (
    *("users", "accounts", "user-accounts", "activities", "notifications", "sources", "source-groups", "oauth-states"),
    *("platform-connections", "platform-sources", "jobs", "job-logs", "teams", "team-members", "tags", "billing"),
    "billing-usage",
)
_FORMER = (
    *("oauth_states", "oauth_tokens", "refresh_tokens", "sync_schedules", "sync_history", "api_keys", "webhooks"),
    *("usage_metrics", "billing_plans"),
)


@checks("LBK-01")
def tables(claim: Claim, bench: Bench) -> Finding:
    """ListTables of one stage."""
    names = bench.tables(SYSTEM)
    return Finding(
        HOLDS if len(names) == claim.number("per stage") else FAILS,
        f"{len(names)} tables",
        "ListTables of one seeded stage.",
        value=len(names),
        unit="tables",
        evidence={"tables": names},
    )


@checks("LBK-02")
def names(claim: Claim, bench: Bench) -> Finding:
    """Every name against the pattern."""
    found = list(bench.definitions(SYSTEM))
    strays = [name for name in found if not _NAME.fullmatch(name)]
    return Finding(
        HOLDS if not strays else FAILS,
        f"{len(found) - len(strays)} of {len(found)} names match",
        "All names follow it; the text calls listbackup-{stage}-activity “activities” elsewhere.",
        value=len(strays),
        unit="names that do not match",
        evidence={"strays": strays},
    )


@checks("LBK-03")
def on_demand_list(claim: Claim, bench: Bench) -> Finding:
    """The list of on-demand tables against the tables and how they bill."""
    backend = bench.estate(SYSTEM)
    modes = {
        name.removeprefix(PREFIX): describe(backend, name)["BillingModeSummary"]["BillingMode"]
        for name in bench.tables(SYSTEM)
    }
    missing, strange = sorted(modes.keys() - set(_LISTED)), sorted(set(_LISTED) - modes.keys())
    on_demand = sum(mode == "PAY_PER_REQUEST" for mode in modes.values())
    return Finding(
        CONTRADICTED if missing or strange else HOLDS if on_demand == len(modes) else FAILS,
        f"{on_demand} of {len(modes)} tables are on-demand; the list of {len(_LISTED)} lacks {', '.join(missing)} and "
        f"has {', '.join(strange)}",
        "Every table bills on demand, but the list names a legacy table, leaves one out and spells another "
        "differently.",
        value=on_demand,
        unit="tables",
        evidence={"modes": modes, "listed": list(_LISTED)},
    )


@checks("LBK-13")
def encrypted(claim: Claim, bench: Bench) -> Finding:
    """SSEDescription of every table."""
    return encrypted_by_kms(bench, SYSTEM)


@checks("LBK-20")
def auto_scaling(claim: Claim, bench: Bench) -> Finding:
    """Whether any table has capacity to scale, and what a steady load costs either way."""
    modes = {name: str(each.create.get("BillingMode")) for name, each in bench.definitions(SYSTEM).items()}
    provisioned = [name for name, mode in modes.items() if mode != "PAY_PER_REQUEST"]
    table = price_table()
    prices = table.region(_REGION)
    hours = table.month_hours
    on_demand = float(_STEADY_WRITES * hours * 3_600 * prices.write_million / 1_000_000)
    scaled = float(_STEADY_WRITES / _UTILISATION * hours * prices.write_unit_hour)
    is_cheaper = scaled < on_demand
    return Finding(
        HOLDS if is_cheaper and provisioned else PARTLY if is_cheaper else FAILS,
        f"a steady {_STEADY_WRITES} writes a second cost {on_demand:.2f} USD a month on demand, {scaled:.2f} "
        f"provisioned at {_UTILISATION:.0%} utilisation; {len(provisioned)} of {len(modes)} tables are provisioned",
        "Auto scaling adjusts provisioned capacity, which is the cheaper for a steady load; but every table of the "
        "same document is on-demand, so there is nothing to scale.",
        value=scaled / on_demand,
        unit="of the on-demand cost",
        evidence={"modes": modes, "on_demand_usd": on_demand, "provisioned_usd": scaled},
        disagreement="as advice it can be computed, and it is right; only the document's own tables do not follow it.",
    )


@checks("LBK-25")
def needed_indexes(claim: Claim, bench: Bench) -> Finding:
    """Indexes whose hash key another index of the table has too, with a sort key besides."""
    counts: dict[str, int] = {}
    redundant = []
    for name, definition in bench.definitions(SYSTEM).items():
        keys = {
            index["IndexName"]: [element["AttributeName"] for element in index["KeySchema"]]
            for index in definition.create.get("GlobalSecondaryIndexes", ())
        }
        counts[name.removeprefix(PREFIX)] = len(keys)
        redundant += [
            f"{name.removeprefix(PREFIX)}.{index}"
            for index, key in keys.items()
            if len(key) == 1 and any(len(other) == 2 and other[0] == key[0] for other in keys.values())
        ]
    total = sum(counts.values())
    most = max(counts.values())
    return Finding(
        CONTRADICTED if redundant else HOLDS,
        f"{total} indexes on {len(counts)} tables, {len(redundant)} of them redundant: {', '.join(redundant)}; up to "
        f"{1 + most} write units for 1 KB",
        "The same document defines indexes that another one with the same hash key and a sort key makes unnecessary.",
        value=len(redundant),
        unit="redundant indexes",
        evidence={"indexes_by_table": counts, "redundant": redundant},
    )


@checks("LBK-26")
def former_tables(claim: Claim, bench: Bench) -> Finding:
    """Whether any of the nine former names is a table still."""
    there = [name for name in _FORMER if f"{PREFIX}{name.replace('_', '-')}" in bench.definitions(SYSTEM)]
    return Finding(
        HOLDS if not there and len(_FORMER) == claim.number("legacy mapping") else FAILS,
        f"{len(there)} of {len(_FORMER)} former names are tables",
        "None is left; three of the nine are only planned elsewhere (api_keys, webhooks, billing_plans).",
        value=len(there),
        unit="former names in use",
        evidence={"there": there},
    )
