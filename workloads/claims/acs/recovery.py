"""Recovery as it is set and as it answers: the window of every table, seconds restored, backups under load."""

from __future__ import annotations

from statistics import median
from time import perf_counter_ns
from typing import Any

from dynarig.workloads.claims.acs.settings import PREFIX, SYSTEM
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.point_in_time import Recovered, VersionLog, recover
from dynarig.workloads.claims.register import checks

_REGION = "us-east-1"
_SECONDS = 100
_WRITES = 1_000
_BACKUP_EVERY = 100


def _recovered(bench: Bench) -> Recovered:
    """Seconds of one table's window, restored; two claims are about them."""
    definition = bench.definitions(SYSTEM)[f"{PREFIX}Organizations"]
    return bench.once("acs recovered", lambda: recover(bench, _REGION, definition, _SECONDS))


def _descriptions(bench: Bench) -> dict[str, dict[str, Any]]:
    backend = bench.estate(SYSTEM)
    return {
        name: backend.call("DescribeContinuousBackups", {"TableName": name})["ContinuousBackupsDescription"]
        for name in bench.tables(SYSTEM)
    }


@checks("ACS-03")
def on_all_tables(claim: Claim, bench: Bench) -> Finding:
    """The window of every seeded table, and what is restored within it."""
    told = {name: each["PointInTimeRecoveryDescription"] for name, each in _descriptions(bench).items()}
    days = {name: each.get("RecoveryPeriodInDays", 0) for name, each in told.items()}
    right = [name for name, each in days.items() if each == claim.number("window")]
    found = _recovered(bench)
    return Finding(
        HOLDS if len(right) == len(days) and found.is_right else FAILS,
        f"{len(right)} of {len(days)} tables with a window of {claim.number('window'):g} days; {found.restored} "
        f"seconds restored, {len(found.differ)} unlike the log of writes",
        "DescribeContinuousBackups of one seeded stage, and restores of one of its tables.",
        value=len(right),
        unit="tables",
        evidence={"days": days, **found.to_json()},
    )


@checks("ACS-04")
def to_any_moment(claim: Claim, bench: Bench) -> Finding:
    """Random seconds of the window."""
    found = _recovered(bench)
    return Finding(
        HOLDS if found.is_right and found.window_days == claim.number("window") else FAILS,
        f"{found.restored} random seconds within {found.window_days:g} days restored, {len(found.differ)} unlike the "
        "log of writes",
        "Moments are seconds, the last five minutes are refused, and the table is a new one: "
        + ("its time to live and its stream do not come along." if not found.carried else "not all is left behind."),
        value=len(found.differ),
        unit="seconds that differ",
        evidence=found.to_json(),
    )


@checks("ACS-34")
def by_hand(claim: Claim, bench: Bench) -> Finding:
    """Backups in the midst of writes: what they consume, what is in them, and how long the writes take beside."""
    continuous = {name: each["ContinuousBackupsStatus"] for name, each in _descriptions(bench).items()}
    emulator = bench.virtual(_REGION)
    definition = bench.definitions(SYSTEM)[f"{PREFIX}Organizations"]
    emulator.create(definition)
    log = VersionLog(emulator, definition)
    alone, _ = _written(emulator, log, definition.name, 0)
    units = _write_units(emulator, definition.name)
    beside, backups = _written(emulator, log, definition.name, _BACKUP_EVERY)
    used = _write_units(emulator, definition.name) - units
    wrong = 0
    for arn, state in backups.items():
        emulator.call("RestoreTableFromBackup", {"TargetTableName": "restored", "BackupArn": arn})
        wrong += log.shown("restored") != state
        emulator.call("DeleteTable", {"TableName": "restored"})
    free = used == _WRITES == units
    enabled = set(continuous.values()) == {"ENABLED"}
    return Finding(
        HOLDS if enabled and free and not wrong else FAILS,
        f"continuous backups on for {len(continuous)} tables; {len(backups)} backups among {_WRITES:,} writes: "
        f"{used - units:g} write units more than without, {wrong} of them restored wrong",
        "A backup shares what is stored and asks for no capacity; the evidence tells the time of the writes.",
        value=used - units,
        unit="write units",
        evidence={
            "continuous": continuous,
            "write_units": [units, used],
            "backups": len(backups),
            "median_microseconds_of_a_write": {"alone": median(alone), "with_backups": median(beside)},
        },
    )


def _written(
    emulator: VirtualEmulator, log: VersionLog, table: str, backup_every: int
) -> tuple[list[float], dict[str, dict[int, int]]]:
    """Microseconds of each write, and the backups made among them with what each must hold."""
    took, backups = [], {}
    for number in range(_WRITES):
        emulator.clock.advance(0.1)
        began = perf_counter_ns()
        log.write(number % 50, number)
        took.append((perf_counter_ns() - began) / 1_000)
        if backup_every and number % backup_every == 0:
            request = {"TableName": table, "BackupName": f"by-hand-{number}"}
            made = emulator.call("CreateBackup", request)["BackupDetails"]
            backups[made["BackupArn"]] = log.state(emulator.clock.now())
    return took, backups


def _write_units(emulator: VirtualEmulator, table: str) -> float:
    """All write units that were metered for a table and its indexes."""
    lines = emulator.bill()["lines"]
    return sum(
        float(line["quantity"])
        for line in lines
        if line["table"] == table and line["index"] is None and line["usage_type"].endswith("WriteRequestUnits")
    )
