"""Deletion protection, point-in-time recovery, encryption, and how tables go: intended, live, and as they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dynarig.emulator.cost.prices import price_table
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import Caller, describe, refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.table_settings import encryption_of

_SYSTEM = "callytics"
_PERSONAL = re.compile(r"\+\d{8,15}|[^@\s]+@[^@\s]+\.\w+")  # a phone number, an e-mail address
_TRANSIENT = ("OAuthStates", "Cache", "idempotency")


def _persistent(bench: Bench) -> list[str]:
    """Production's tables that are neither transient, nor orphans, nor older than CDK."""
    return [
        name
        for name, definition in bench.definitions(_SYSTEM, "prod").items()
        if definition.time_to_live is None
        and not name.startswith("ConnectionService-")
        and definition.metadata.get("Owner") != "not documented"
    ]


def _drift(target: Caller, names: list[str]) -> dict[str, list[str]]:
    """Which tables lack which protection, as they answer."""
    return {
        "deletion protection": [name for name in names if not describe(target, name)["DeletionProtectionEnabled"]],
        "PITR": [name for name in names if _recovery(target, name) != "ENABLED"],
    }


def _recovery(target: Caller, name: str) -> str:
    found = target.call("DescribeContinuousBackups", {"TableName": name})["ContinuousBackupsDescription"]
    return str(found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])


def _words(drift: dict[str, list[str]]) -> str:
    return ", ".join(f"{len(names)} without {what}" for what, names in drift.items())


@checks("CAL-30")
def three_layers(claim: Claim, bench: Bench) -> Finding:
    """The three layers over every persistent table, as the live settings are documented."""
    names = _persistent(bench)
    drift = _drift(bench.estate(_SYSTEM, "prod"), names)
    removed = [name for name in names if bench.definitions(_SYSTEM, "prod")[name].removal_policy != "Retain"]
    whole = not removed and not any(drift.values())
    return Finding(
        HOLDS if whole else CONTRADICTED,
        f"of {len(names)} persistent tables: {_words(drift)}, {len(removed)} without RETAIN",
        "The next paragraph of the same document lists the tables that lack two of the three layers.",
        value=len(set(drift["deletion protection"]) | set(drift["PITR"])),
        unit="tables not fully protected",
        evidence={"drift": drift, "tables": names},
    )


@checks("CAL-31")
def drift(claim: Claim, bench: Bench) -> Finding:
    """The drift report before and after both settings are switched on."""
    emulator = bench.virtual()
    names = _persistent(bench)
    for name in names:
        emulator.create(bench.definitions(_SYSTEM, "prod")[name])
    before = _drift(emulator, names)
    for name in before["deletion protection"]:
        emulator.call("UpdateTable", {"TableName": name, "DeletionProtectionEnabled": True})
    for name in before["PITR"]:
        on = {"PointInTimeRecoveryEnabled": True}
        emulator.call("UpdateContinuousBackups", {"TableName": name, "PointInTimeRecoverySpecification": on})
    after = _drift(emulator, names)
    left = len(set(after["deletion protection"]) | set(after["PITR"]))
    counted = len(before["deletion protection"]), len(before["PITR"])
    claimed = claim.number("deletion protection off"), claim.number("PITR off")
    return Finding(
        HOLDS if counted == claimed and not left else FAILS,
        f"{_words(before)}; after two calls a table: {left or 'none'}",
        "Both settings are switched on while the tables serve.",
        value=counted[0],
        unit="tables without deletion protection",
        evidence={"before": before, "after": after},
    )


@checks("CAL-32")
def risk_window(claim: Claim, bench: Bench) -> Finding:
    """Days between the dates that the document gives."""
    updated, committed, audited = date(2026, 2, 4), date(2026, 3, 2), date(2026, 4, 23)
    days = (audited - committed).days
    return Finding(
        HOLDS if days == claim.number("risk window") else FAILS,
        f"{days} days from the commit to the audit, {(audited - updated).days} from the stack's last update",
        "Counted from the commit; the tables had stood unprotected since the stack's last update.",
        value=days,
        unit="days",
        evidence={"committed": str(committed), "audited": str(audited), "stack_updated": str(updated)},
    )


@checks("CAL-35")
def order_of_deletion(claim: Claim, bench: Bench) -> Finding:
    """DeleteTable before and after the protection is switched off."""
    emulator = bench.virtual(table_delete_seconds=5.0)
    name = emulator.create(bench.definitions(_SYSTEM, "prod")["ConnectionService-UserOrganizations-prod"])
    refused = refusal(emulator, "DeleteTable", {"TableName": name})
    status = describe(emulator, name)["TableStatus"]
    emulator.call("UpdateTable", {"TableName": name, "DeletionProtectionEnabled": False})
    deleting = emulator.call("DeleteTable", {"TableName": name})["TableDescription"]["TableStatus"]
    emulator.clock.advance(10)
    gone = refusal(emulator, "DescribeTable", {"TableName": name})
    holds = refused.startswith("ValidationException") and (status, deleting) == ("ACTIVE", "DELETING")
    return Finding(
        HOLDS if holds and gone.startswith("ResourceNotFoundException") else FAILS,
        f"protected: {refused.split(':')[0]}, table {status}; unprotected: {deleting}, then "
        f"{gone.split(':')[0] or 'still there'}",
        "The order is required. The document's commands name us-east-1, while its fifth phase is in us-west-2.",
        value=1,
        unit="refusal",
        evidence={"refusal": refused, "after": gone},
    )


@checks("CAL-37")
def rehearsal(claim: Claim, bench: Bench) -> Finding:
    """Which of the tables to be archived have a twin in test."""
    candidates = [
        name
        for name, definition in bench.definitions(_SYSTEM, "prod").items()
        if name.startswith("ConnectionService-") or definition.metadata.get("Owner") == "not documented"
    ]
    there = bench.definitions(_SYSTEM, "test")
    duplicates = [name for name, each in there.items() if each.metadata["Status"] == "legacy"]
    twins = [name for name in candidates if name.replace("-prod", "-test") in there]
    return Finding(
        FAILS if not twins else PARTLY,
        f"{len(twins)} of {len(candidates)} production candidates have a twin in test ({len(duplicates)} are test's)",
        "The orphans and the tables older than CDK never stood in test, so their deletion cannot be rehearsed.",
        value=len(twins),
        unit="candidates with a twin",
        evidence={"candidates": candidates, "of_test_itself": duplicates},
    )


@checks("CAL-39")
def encryption(claim: Claim, bench: Bench) -> Finding:
    """Which tables show a KMS key."""
    found = encryption_of(bench, _SYSTEM, "prod")
    keys = {name: each.get("KMSMasterKeyArn", "") for name, each in found.items() if each.get("SSEType") == "KMS"}
    orphans = [name for name in keys if name.startswith("ConnectionService-")]
    others = [name for name in keys if name not in orphans]
    claimed = claim.number("KMS")
    return Finding(
        CONTRADICTED if others else HOLDS if len(orphans) == claimed else FAILS,
        f"{len(orphans)} ConnectionService tables with {len({keys[name] for name in orphans})} key; and "
        f"{len(others)} more by another row: {', '.join(others) or 'none'}",
        "The summary says six, the row of UserConnections says that it is encrypted with KMS as well.",
        value=len(keys),
        unit="tables",
        evidence={"keys": keys},
    )


@checks("CAL-40")
def personal_data(claim: Claim, bench: Bench) -> Finding:
    """Tables of which any item holds a phone number or an e-mail address, at any depth, and their key."""
    personal = [
        name
        for name in bench.tables(_SYSTEM, "prod")
        if any(_PERSONAL.fullmatch(text) for item in bench.items(_SYSTEM, name, "prod") for text in _texts(item))
    ]
    kinds = encryption_of(bench, _SYSTEM, "prod")
    encrypted = [name for name in personal if kinds[name].get("SSEType") == "KMS"]
    return Finding(
        PARTLY if len(encrypted) < len(personal) else HOLDS,
        f"{len(encrypted)} of {len(personal)} tables with phone numbers or addresses have a customer key",
        "All are encrypted at rest; a customer key adds control and cost, and a dependency: disabled, it takes the "
        "table with it.",
        value=len(encrypted),
        unit="tables",
        evidence={"personal": personal, "with_key": encrypted},
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text within an item or a part of one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@checks("CAL-04")
def on_demand(claim: Claim, bench: Bench) -> Finding:
    """The billing mode of every table; what the documented reads cost, against the least that could be provisioned."""
    modes = []
    for stage in ("prod", "test"):
        backend = bench.estate(_SYSTEM, stage)
        described = (describe(backend, name) for name in bench.tables(_SYSTEM, stage))
        modes += [found.get("BillingModeSummary", {}).get("BillingMode") for found in described]
    definitions = bench.definitions(_SYSTEM, "prod").values()
    weeks = sum(float(each.metadata.get("DocumentedSize", {}).get("ReadUnitsSevenDays", 0)) for each in definitions)
    resources = sum(1 + len(each.create.get("GlobalSecondaryIndexes", ())) for each in definitions)
    prices = price_table().region("us-east-1")
    hours = 7 * 24
    read = weeks * float(prices.read_million) / 1e6
    least = resources * hours * float(prices.read_unit_hour + prices.write_unit_hour)
    all_on_demand = set(modes) == {"PAY_PER_REQUEST"} and len(modes) == claim.number("both environments")
    return Finding(
        HOLDS if all_on_demand and read < least else FAILS,
        f"{len(modes)} tables, all on-demand; the documented week's reads cost {read:.4f} USD, one unit each of "
        f"{resources} tables and indexes provisioned {least:.2f} USD",
        "At this traffic the smallest provisioned setting costs more than on-demand reads.",
        value=read,
        unit="USD a week",
        evidence={"read_units": weeks, "tables_and_indexes": resources, "provisioned_usd": least},
    )
