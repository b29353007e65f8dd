"""Point-in-time recovery of production, and what the test tables go without."""

from __future__ import annotations

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import describe, refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.point_in_time import recover
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_SECONDS = 100


@checks("CAL-29")
def any_point(claim: Claim, bench: Bench) -> Finding:
    """A production table with recovery, restored to seconds of its window and beside it."""
    definitions = bench.definitions(_SYSTEM, "prod")
    protected = [definition for definition in definitions.values() if definition.recovery_period_days]
    found = recover(bench, "us-east-1", protected[0], _SECONDS)
    holds = found.is_right and found.window_days == claim.number("window")
    return Finding(
        HOLDS if holds else FAILS,
        f"{found.restored} of {found.restored} seconds restored, {len(found.differ)} unlike the log of writes; "
        f"the window is {found.window_days:g} days; a second outside it is refused",
        f"Seconds, not instants, and only where it is on: {len(protected)} of {len(definitions)} production tables. "
        "A restore makes a new table, without the time to live, the stream, the tags and the alarms of the old.",
        value=found.window_days,
        unit="days",
        evidence={**found.to_json(), "table": protected[0].name, "tables_with_recovery": len(protected)},
    )


@checks("CAL-33")
def test_tables_are_unprotected(claim: Claim, bench: Bench) -> Finding:
    """Every test table: its settings, a restore of it, and its deletion."""
    emulator = bench.virtual("us-west-2")
    protected, restored, kept, retained = [], [], [], []  # type: list[str], list[str], list[str], list[str]
    definitions = bench.definitions(_SYSTEM, "test")
    for name, definition in definitions.items():
        emulator.create(definition)
        if describe(emulator, name)["DeletionProtectionEnabled"]:
            protected.append(name)
        latest = {"SourceTableName": name, "TargetTableName": "restored", "UseLatestRestorableTime": True}
        told = refusal(emulator, "RestoreTableToPointInTime", latest)
        if not told.startswith("PointInTimeRecoveryUnavailableException"):
            restored.append(name)
        if refusal(emulator, "DeleteTable", {"TableName": name}):
            kept.append(name)
        if definition.removal_policy == "Retain":
            retained.append(name)
    return Finding(
        FAILS if protected or restored or kept or retained else HOLDS,
        f"of {len(definitions)} test tables {len(protected)} are protected, {len(restored)} can be restored, "
        f"{len(kept)} refuse to be deleted and {len(retained)} outlive their stack",
        "DeleteTable takes each at once, and RestoreTableToPointInTime is refused for each.",
        value=len(definitions),
        unit="tables unprotected",
        evidence={"protected": protected, "restored": restored, "kept": kept, "retained": retained},
    )
