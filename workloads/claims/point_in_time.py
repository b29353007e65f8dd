"""What point-in-time recovery brings back: a versioned item each second, restored to seconds, beside the log of writes.

Rule: virtual time, so that a window of weeks takes no week. Bursts of writes lie days apart, the first of them beyond
the window; half of the seconds that are restored lie within bursts. Must not know any claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import refusal, scan

DAY_SECONDS = 86_400
_BURSTS = 9
_BURST_SECONDS = 150
_BURST_DAYS = 5
_KEYS = 20
_TARGET = "restored-to-a-second"


@dataclass
class Recovered:
    """window_days: as told. restored: seconds that were restored to, and those of them that differ from the log.

    before, after: how a second before the window and one behind it are refused. carried: members of the description
    that are documented not to come along, and did.
    """

    window_days: float = 0.0
    restored: int = 0
    differ: list[int] = field(default_factory=list)
    before: str = ""
    after: str = ""
    carried: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether every second came back, and those outside the window are refused."""
        refused = all(told.startswith("InvalidRestoreTimeException") for told in (self.before, self.after))
        return self.restored > 0 and not self.differ and refused

    def to_json(self) -> dict[str, Any]:
        """As evidence."""
        return {
            "window_days": self.window_days,
            "restored_seconds": self.restored,
            "differing": self.differ,
            "before_the_window": self.before,
            "behind_the_window": self.after,
            "carried_over": self.carried,
        }


class VersionLog:
    """Mutable. Versioned items of one table, and what was written when: second → key number → version or None."""

    def __init__(self, emulator: VirtualEmulator, definition: TableDefinition) -> None:
        self._emulator = emulator
        self._table = definition.name
        types = {each["AttributeName"]: each["AttributeType"] for each in definition.create["AttributeDefinitions"]}
        self._keys = {each["AttributeName"]: types[each["AttributeName"]] for each in definition.create["KeySchema"]}
        self.writes: list[tuple[float, int, int | None]] = []

    def key(self, number: int) -> dict[str, Any]:
        """The key of an item."""
        return {name: {kind: str(number)} for name, kind in self._keys.items()}

    def write(self, number: int, version: int | None) -> None:
        """Put a version of an item now, or delete it."""
        if version is None:
            self._emulator.call("DeleteItem", {"TableName": self._table, "Key": self.key(number)})
        else:
            item = {**self.key(number), "version": {"N": str(version)}}
            self._emulator.call("PutItem", {"TableName": self._table, "Item": item})
        self.writes.append((self._emulator.clock.now(), number, version))

    def state(self, at: float) -> dict[int, int]:
        """The version of each item at an instant."""
        state: dict[int, int] = {}
        for written_at, number, version in self.writes:
            if written_at > at:
                break
            if version is None:
                state.pop(number, None)
            else:
                state[number] = version
        return state

    def shown(self, table: str) -> dict[int, int]:
        """The version of each item that a table holds."""
        name, kind = next(iter(self._keys.items()))
        return {int(item[name][kind]): int(item["version"]["N"]) for item in scan(self._emulator, table).items}


def recover(bench: Bench, region: str, definition: TableDefinition, seconds: int) -> Recovered:
    """Write through more than the window of a table, then restore so many of its seconds."""
    random = Random(bench.options.seed)
    emulator = bench.virtual(region)
    emulator.create(definition)
    log = VersionLog(emulator, definition)
    bursts = []
    for _ in range(_BURSTS):
        bursts.append(int(emulator.clock.now()))
        for _ in range(_BURST_SECONDS):
            deleted = random.random() < 0.2
            log.write(random.randrange(_KEYS), None if deleted else len(log.writes))
            emulator.clock.advance(1)
        emulator.clock.advance(_BURST_DAYS * DAY_SECONDS)
    earliest, latest = window(emulator, definition.name)
    found = Recovered((emulator.clock.now() - earliest) / DAY_SECONDS)
    inside = [at for at in bursts if at > earliest]
    within = [random.choice(inside) + random.randrange(_BURST_SECONDS) for _ in range(seconds // 2)]
    anywhere = [random.randint(int(earliest), int(latest)) for _ in range(seconds - len(within))]
    for second in (*within, *anywhere):
        description = restore(emulator, definition.name, _TARGET, second)
        if log.shown(_TARGET) != log.state(second):
            found.differ.append(second)
        found.restored += 1
        found.carried = _carried(emulator, description)
        emulator.call("DeleteTable", {"TableName": _TARGET})
    outside = {"SourceTableName": definition.name, "TargetTableName": _TARGET}
    found.before = refusal(emulator, "RestoreTableToPointInTime", {**outside, "RestoreDateTime": int(earliest) - 1})
    found.after = refusal(emulator, "RestoreTableToPointInTime", {**outside, "RestoreDateTime": int(latest) + 1})
    return found


def _carried(emulator: VirtualEmulator, description: dict[str, Any]) -> list[str]:
    carried = [name for name in ("StreamSpecification",) if name in description]
    told = emulator.call("DescribeTimeToLive", {"TableName": _TARGET})["TimeToLiveDescription"]
    return carried + (["TimeToLive"] if told["TimeToLiveStatus"] != "DISABLED" else [])


def window(emulator: VirtualEmulator, table: str) -> tuple[float, float]:
    """The earliest and latest time that a table can be restored to, as it is told."""
    told = emulator.call("DescribeContinuousBackups", {"TableName": table})["ContinuousBackupsDescription"]
    recovery = told["PointInTimeRecoveryDescription"]
    return recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]


def restore(emulator: VirtualEmulator, source: str, target: str, at: int | None) -> dict[str, Any]:
    """Restore to a second, or to the latest time where None; the new table's description."""
    when: dict[str, Any] = {"UseLatestRestorableTime": True} if at is None else {"RestoreDateTime": at}
    request = {"SourceTableName": source, "TargetTableName": target, **when}
    emulator.call("RestoreTableToPointInTime", request)
    found: dict[str, Any] = emulator.call("DescribeTable", {"TableName": target})["Table"]
    return found
