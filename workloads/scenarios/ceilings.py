"""Scenarios that run into a ceiling of throughput: how the ceiling is brought within reach, and what it did.

Rule: on the emulator that a load starts by itself the ceilings are scaled, so that the rate reaches them; of another
dynarig server only the scenario's own tables are told to enforce, and its scale is taken as it is. A target that knows
neither (moto, DynamoDB Local) cannot throttle: that is said, and fails nothing; nor does what such a target loses of
its writes. On AWS the ceilings are what they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.outcomes import throttle_code
from dynarig.workloads.scenarios.counted import CountedScenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target

# Developer Guide, burst-adaptive-capacity: what one partition takes a second.
PARTITION_WRITE_UNITS, PARTITION_READ_UNITS = 1_000, 3_000
_LEAST_SCALE = 0.001
_REASON = "throttled by "
_ENFORCE, _SERVICE = "enforce", "service"
_NO_CEILING = "this target has no ceiling"
_THROTTLE = (
    "throttle: ceilings, reasons and what others feel are not shown; dynarig's emulator, the default, shows them"
)


@dataclass(frozen=True, slots=True)
class Force:
    """What is in force on a target. mode: of capacity, `service` on AWS, empty where the target has no ceilings.

    scale: of all ceilings.
    """

    mode: str = ""
    scale: float = 1.0

    @property
    def write_units(self) -> float:
        """That one partition takes a second."""
        return PARTITION_WRITE_UNITS * self.scale

    @property
    def read_units(self) -> float:
        """That one partition serves a second, read consistently."""
        return PARTITION_READ_UNITS * self.scale

    @property
    def words(self) -> str:
        """The ceilings, for a finding."""
        if not self.mode:
            return _NO_CEILING
        return f"a partition takes {self.write_units:,.0f} write units/s at capacity scale {self.scale:g}"

    @property
    def words_of_reads(self) -> str:
        """The ceiling of consistent reads, for a finding."""
        if not self.mode:
            return _NO_CEILING
        return f"a partition serves {self.read_units:,.0f} read units/s at capacity scale {self.scale:g}"

    def doubts(self, throttled: int) -> tuple[str, ...]:
        """Why a run without throttles shows less."""
        if throttled or not self.mode:
            return ()
        if self.mode in (_ENFORCE, _SERVICE):
            return ("nothing was throttled: the rate did not reach a ceiling, raise --rate",)
        return (f"nothing is refused, because capacity is in mode {self.mode}: leave --capacity out, or enforce",)

    @property
    def cannot(self) -> tuple[str, ...]:
        """What a target without ceilings cannot do."""
        return () if self.mode else (_THROTTLE,)

    def blame(self, faults: Iterable[str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What tables hold too much or too little: (failures, what the target cannot), the one or the other."""
        found = tuple(fault for fault in faults if fault)
        return (found, ()) if self.mode else ((), tuple(f"keep what it acknowledged: {fault}" for fault in found))


class CeilingScenario(CountedScenario):
    """A scenario whose throttles are its findings."""

    capacity = "enforce"

    def reach(self, target: Target, tables: Iterable[str], scale: float) -> dict[str, Any]:
        """Bring the ceilings within reach, once the tables are filled; what is in force, as plain data."""
        names = tuple(tables)
        if target.ours:
            target.set_capacity(scale=min(1.0, max(_LEAST_SCALE, float(f"{scale:.3g}"))))
        else:
            for table in names:
                target.set_capacity(mode="enforce", table=table)
        told = target.admin("/_dynarig/capacity") or {}
        other = _SERVICE if target.is_like_the_service else ""
        mode = (told.get("tables") or {}).get(names[0], told.get("mode", other))
        return asdict(Force(mode, told.get("scale", 1.0)))

    def failed(self, step: Any, error: Exception, ended: float) -> None:
        """Count a throttle by the reasons that it names, too."""
        super().failed(step, error, ended)
        for reason in reasons_of(error):
            self.notes.count(f"{_REASON}{step.pattern}: {reason}")


def reasons_of(error: Exception) -> tuple[str, ...]:
    """Why the service throttled, in its own words; its error code where it gives none; empty for other errors."""
    code = throttle_code(error)
    if code is None or not isinstance(error, DynamoDBError):
        return ()
    given = [each for member in (error.members or {}).values() if isinstance(member, list) for each in member]
    reasons = tuple(each["reason"] for each in given if isinstance(each, dict) and "reason" in each)
    return reasons or (code,)


def reasons(run: Run, pattern: str = "") -> dict[str, int]:
    """Throttles by reason, of the patterns whose names begin so."""
    found: dict[str, int] = {}
    for name, count in run.notes.counts.items():
        if name.startswith(_REASON + pattern):
            reason = name.rpartition(": ")[2]
            found[reason] = found.get(reason, 0) + int(count)
    return found


def listed(counts: dict[str, int]) -> str:
    """`this 3, that 1`, or `none`."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) or "none"


def hottest_partition(target: Target, table: str, index: str | None = None) -> dict[str, Any] | None:
    """The partition that refused most, then consumed most: id, key, share, throttled; None where nobody tells."""
    heat = target.admin(f"/_dynarig/heat?table={table}") or {}
    partitions = [
        each for one in heat.get("tables", ()) if one["index"] == index for each in one["partitions"] if each["hottest"]
    ]
    if not partitions:
        return None
    hot = max(partitions, key=lambda each: (sum(each["throttled"].values()), each["hottest"][0]["share"]))
    first = hot["hottest"][0]
    return {
        "id": hot["id"],
        "of": sum(1 for one in heat["tables"] if one["index"] == index for _ in one["partitions"]),
        "key": first["key"],
        "share": first["share"],
        "throttled": sum(hot["throttled"].values()),
    }
