"""Recovery of the one table: how far back, how much is lost, and the backup made by command."""

from __future__ import annotations

from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.miyabi.traffic import SYSTEM
from dynarig.workloads.claims.point_in_time import VersionLog, recover, restore
from dynarig.workloads.claims.register import checks

_REGION = "ap-northeast-1"
_PRODUCTION = "production"
_NAME_OF_COMMAND = "miyabi-lambda-data-production"
_NAME_OF_EXAMPLES = "miyabi-lambda-data"
_SECONDS = 50
_WRITTEN_SECONDS = 900


def _production(bench: Bench) -> TableDefinition:
    return next(iter(bench.definitions(SYSTEM, _PRODUCTION).values()))


@checks("MYB-13")
def kept_for_35_days(claim: Claim, bench: Bench) -> Finding:
    """Seconds of the window, restored."""
    found = recover(bench, _REGION, _production(bench), _SECONDS)
    return Finding(
        HOLDS if found.is_right and found.window_days == claim.number("window") else FAILS,
        f"the window is {found.window_days:g} days; of {found.restored} of its seconds {len(found.differ)} came back "
        "unlike the log of writes",
        "It is the longest that can be set. A second before it is refused.",
        value=found.window_days,
        unit="days",
        evidence=found.to_json(),
    )


@checks("MYB-14")
def lost_seconds(claim: Claim, bench: Bench) -> Finding:
    """An item each second; how many of the last are missing after a restore to the latest time."""
    emulator, definition = bench.virtual(_REGION), _production(bench)
    emulator.create(definition)
    log = VersionLog(emulator, definition)
    for number in range(_WRITTEN_SECONDS):
        emulator.clock.advance(1)
        log.write(number, number)
    restore(emulator, definition.name, "restored", None)
    lost = _WRITTEN_SECONDS - len(log.shown("restored"))
    return Finding(
        HOLDS if lost <= claim.number("RPO") * 60 else FAILS,
        f"the last {lost} of {_WRITTEN_SECONDS} seconds are lost, {lost / 60:g} minutes",
        "The emulator's latest time lies its setting behind, as AWS says of the service: typically five minutes, which "
        "no contract guarantees.",
        value=lost / 60,
        unit="min",
        evidence={"written_seconds": _WRITTEN_SECONDS, "lost_seconds": lost},
    )


@checks("MYB-41")
def backup_by_command(claim: Claim, bench: Bench) -> Finding:
    """CreateBackup with the name of the command, and a restore; and with the name of the query examples."""
    emulator, definition = bench.virtual(_REGION), _production(bench)
    emulator.create(definition)
    log = VersionLog(emulator, definition)
    for number in range(100):
        log.write(number, number)
    made = emulator.call("CreateBackup", {"TableName": _NAME_OF_COMMAND, "BackupName": "by-hand"})["BackupDetails"]
    log.write(0, 1)
    emulator.call("RestoreTableFromBackup", {"TargetTableName": "restored", "BackupArn": made["BackupArn"]})
    restored = log.shown("restored")
    whole = restored == {number: number for number in range(100)}
    other = refusal(emulator, "CreateBackup", {"TableName": _NAME_OF_EXAMPLES, "BackupName": "by-hand"})
    return Finding(
        HOLDS if whole else FAILS,
        f"{made['BackupType']} backup of {definition.name}, {len(restored)} of 100 items restored from it as they were",
        f"The command's name is the production environment's; there is no table of the query examples' name, "
        f"{_NAME_OF_EXAMPLES}.",
        value=len(restored),
        unit="items",
        evidence={"backup": made, "name_of_the_examples": other},
    )
