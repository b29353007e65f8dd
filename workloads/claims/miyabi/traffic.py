"""The real mix of the Miyabi load, sent in virtual time: what a read and a write consume, of the table and each index.

Rule: the load's own scenario makes the requests and judges the answers; units are the service's answers. Nothing of a
price is known here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.driving import reasons_of
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.scenarios.miyabi import READ_MIX, MiyabiScenario
from dynarig.workloads.target import Seeded

SYSTEM = "miyabi"
STAGE = "load"
_TABLE = "table"


@dataclass
class Traffic:
    """requests: of each kind ("read", "write"). units: (kind, table or index) → units. entry_count: of all indexes."""

    requests: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    throttles: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    table_bytes: int = 0
    index_bytes: dict[str, int] = field(default_factory=dict)
    item_count: int = 0
    entry_count: int = 0

    def units_per_request(self, kind: str, part: str | None = None) -> float:
        """Units that one request takes on the average, of a part or of all."""
        total = sum(units for (of, where), units in self.units.items() if of == kind and part in (None, where))
        return total / self.requests[kind]

    def to_json(self) -> dict[str, Any]:
        """As evidence."""
        return {
            "requests": dict(self.requests),
            "operations": dict(self.operations),
            "units": {f"{kind} {part}": units for (kind, part), units in sorted(self.units.items())},
            "throttles": dict(self.throttles),
            "wrong_answers": len(self.wrong),
            "table_bytes": self.table_bytes,
            "index_bytes": self.index_bytes,
        }


def seeded(bench: Bench, **settings: Any) -> VirtualEmulator:
    """A fresh emulator in virtual time that holds the estate's table, seeded at the bench's scale."""
    system = SYSTEMS[SYSTEM]
    stage = system.stage(STAGE)
    emulator = bench.virtual(region=stage.region, **settings)
    job = Job(system, stage)
    Seeding(lambda region: emulator, bench.estate_settings(), Manifest(None, "virtual"), workers=1).run([job])
    return emulator


def send(bench: Bench, count: int, per_second: float, **settings: Any) -> Traffic:
    """`count` requests of the mix at their due times, on an emulator of its own."""
    emulator = seeded(bench, **settings)
    scenario = MiyabiScenario(
        Setting(
            seed=bench.options.seed,
            scale=bench.options.scale,
            now=bench.now,
            environment=STAGE,
            clock_offset_seconds=emulator.clock.now(),
            rate=per_second,
        )
    )
    scenario.begin(asdict(Seeded(bench.now, seeded=True, fresh=True)))
    traffic = Traffic()
    for number in range(count):
        _one(emulator, scenario, traffic, number / per_second, 1 / per_second)
    _measure(emulator, traffic)
    return traffic


def _one(emulator: VirtualEmulator, scenario: MiyabiScenario, traffic: Traffic, now: float, gap: float) -> None:
    step = scenario.next(now)
    kind = "read" if step.pattern in READ_MIX else "write"
    traffic.requests[kind] += 1
    traffic.operations[step.operation] += 1
    try:
        answer = emulator.call(step.operation, {**step.request, "ReturnConsumedCapacity": "INDEXES"})
    except DynamoDBError as error:
        scenario.failed(step, error, now)
        traffic.throttles.update(reasons_of(error))
    else:
        _count(traffic, kind, answer)
        fault = scenario.answered(step, answer, now)
        if fault:
            traffic.wrong.append(fault)
    emulator.clock.advance(gap)


def _count(traffic: Traffic, kind: str, answer: dict[str, Any]) -> None:
    consumed = answer.get("ConsumedCapacity", ())
    for each in consumed if isinstance(consumed, list) else [consumed]:
        traffic.units[kind, _TABLE] += each.get("Table", {}).get("CapacityUnits", 0)
        for name, index in each.get("GlobalSecondaryIndexes", {}).items():
            traffic.units[kind, name] += index["CapacityUnits"]


def _measure(emulator: VirtualEmulator, traffic: Traffic) -> None:
    """Bytes and entries of the table and its indexes as they stand."""
    name = emulator.call("ListTables", {})["TableNames"][0]
    found = emulator.call("DescribeTable", {"TableName": name})["Table"]
    traffic.table_bytes, traffic.item_count = found["TableSizeBytes"], found["ItemCount"]
    for index in found["GlobalSecondaryIndexes"]:
        traffic.index_bytes[index["IndexName"]] = index["IndexSizeBytes"]
        traffic.entry_count += index["ItemCount"]


def of_bench(bench: Bench) -> Traffic:
    """Six thousand requests of the mix at a hundred a second; taken once a run."""
    return bench.once("miyabi traffic", lambda: send(bench, 6_000, 100.0))
