"""The documents' loads with capacity enforced, in virtual time: what throttles, from which rate on, and what mends it.

Rule: the load's own scenario makes the requests; a change is the table's settings or a suffix on one attribute's values
(write sharding), and the first of a list, least first, with which next to nothing is throttled. Rates and ceilings are
scaled alike. Answers are not judged: reads of a sharded key would have to ask each shard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from dynarig.emulator.capacity.capacity_settings import ENFORCE
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.driving import reasons_of
from dynarig.workloads.scenarios.base import Scenario, Setting
from dynarig.workloads.scenarios.callytics import Callytics
from dynarig.workloads.scenarios.miyabi import MiyabiScenario
from dynarig.workloads.target import Seeded

SCALE = 0.01
SECONDS = 600  # an index may fall behind for minutes before its buffer is full
PASSES = 0.001  # share of requests throttled up to which a load passes
RATES = (1_500, 2_000, 4_000, 6_000, 8_000)
_LIVE = "load"

Request = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """words: what to do. warm: write units a second that the table is warm for. attribute, shards: whose values get a
    suffix.
    """

    words: str
    warm: int = 0
    attribute: str = ""
    shards: int = 1


NONE = Change("none")


@dataclass
class Enforced:
    """One run: requests sent and throttled, by reason and resource."""

    rate: int
    change: Change
    sent: int = 0
    throttled: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of the requests that were throttled."""
        return self.throttled / max(self.sent, 1)

    @property
    def passes(self) -> bool:
        """Whether next to nothing was throttled."""
        return self.share <= PASSES

    def to_json(self) -> dict[str, Any]:
        """As data."""
        return {
            "rate": self.rate,
            "change": self.change.words,
            "sent": self.sent,
            "throttled": self.throttled,
            "reasons": dict(self.reasons),
            "passes": self.passes,
        }


class Sending:
    """An emulator that enforces, and requests at their due times. changed: what the change makes of a request."""

    def __init__(self, emulator: VirtualEmulator, rate: int, change: Change, table: str) -> None:
        self.emulator = emulator
        self.run = Enforced(rate, change)
        self.gap = 1 / (rate * SCALE)
        self.count = round(rate * SCALE * SECONDS)
        self._draw = Random(1)
        if change.warm:
            warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": change.warm}
            emulator.call("UpdateTable", {"TableName": table, "WarmThroughput": warm})
        emulator.client.engine.admission.set_mode(ENFORCE)
        emulator.clock.advance(1)

    def send(self, operation: str, request: dict[str, Any]) -> DynamoDBError | dict[str, Any]:
        """One request, and on to the next one's time. The answer, or what refused it."""
        self.run.sent += 1
        answer: DynamoDBError | dict[str, Any]
        try:
            answer = self.emulator.call(operation, self._changed(request))
        except DynamoDBError as error:
            answer = error
            told = _throttles(error)
            self.run.throttled += bool(told)
            self.run.reasons.update(told)
        self.emulator.clock.advance(self.gap)
        return answer

    def _changed(self, request: dict[str, Any]) -> dict[str, Any]:
        name, item = self.run.change.attribute, request.get("Item", {})
        if not name or "S" not in item.get(name, {}):
            return request
        shard = self._draw.randrange(self.run.change.shards)
        return {**request, "Item": {**item, name: {"S": f"{item[name]['S']}#{shard}"}}}


def _throttles(error: DynamoDBError) -> list[str]:
    """Reasons of a throttle, each with its table or index; none where it is another refusal."""
    members = error.members or {}
    told = members.get("ThrottlingReasons") or members.get("throttlingReasons") or ()
    if told:
        return [f"{each['reason']} of {each['resource'].partition('/')[2]}" for each in told]
    return [reason for reason in reasons_of(error) if "Throttl" in reason or "Throughput" in reason]


def _scenario(bench: Bench, kind: type[Scenario], rate: int, change: Change, table: str) -> Enforced:
    """A documented mix, its estate seeded before capacity counts."""
    system = SYSTEMS[kind.estate]
    stage = system.stage(_LIVE) if kind is MiyabiScenario else system.stages[0]
    emulator = bench.virtual(region=stage.region, capacity_scale=SCALE)
    Seeding(lambda region: emulator, bench.estate_settings(), Manifest(None, "virtual"), workers=1).run(
        [Job(system, stage)]
    )
    sending = Sending(emulator, rate, change, table)
    setting = Setting(
        seed=bench.options.seed,
        scale=bench.options.scale,
        now=bench.now,
        environment=_LIVE,
        clock_offset_seconds=emulator.clock.now(),
        rate=rate * SCALE,
    )
    scenario = kind(setting)
    scenario.begin(asdict(Seeded(bench.now, seeded=True, fresh=True)))
    for number in range(sending.count):
        now = number * sending.gap
        step = scenario.next(now)
        answer = sending.send(step.operation, step.request)
        if isinstance(answer, DynamoDBError):
            scenario.failed(step, answer, now)
        else:
            scenario.answered(step, answer, now)
    return sending.run


def miyabi(bench: Bench, rate: int, change: Change) -> Enforced:
    """The main job."""
    return _scenario(bench, MiyabiScenario, rate, change, "miyabi-lambda-data-load")


def callytics(bench: Bench, rate: int, change: Change) -> Enforced:
    """The mix of the production stage, of which the table of analyses has most writes."""
    return _scenario(bench, Callytics, rate, change, "call-analytics-prod-call-analysis-us-east-1")


def listbackup(bench: Bench, rate: int, change: Change) -> Enforced:
    """New jobs, all pending: the table of jobs has most writes, and its index by status one busy key."""
    emulator = bench.virtual(capacity_scale=SCALE)
    table = emulator.create(bench.definitions("listbackup")["listbackup-dev-jobs"])
    sending, draw = Sending(emulator, rate, change, table), Random(bench.options.seed)
    for number in range(sending.count):
        item = {
            "jobId": {"S": str(UUID(int=draw.getrandbits(128)))},
            "status": {"S": "pending"},
            "createdAt": {"S": f"2025-11-29T10:00:{number % 60:02d}.{number:06d}Z"},
        }
        sending.send("PutItem", {"TableName": table, "Item": item})
    return sending.run


@dataclass(frozen=True, slots=True)
class Load:
    """A documented load. changes: to try, least first."""

    name: str
    run: Callable[[Bench, int, Change], Enforced]
    changes: Sequence[Change]


def _sharded(attribute: str, *counts: int) -> list[Change]:
    return [Change(f"{count} shards of {attribute}", attribute=attribute, shards=count) for count in counts]


def _warm(*units: int) -> list[Change]:
    return [Change(f"WarmThroughput of {each:,} write units on the table", warm=each) for each in units]


LOADS = (
    Load("miyabi", miyabi, [*_warm(5_000, 6_000, 8_000, 12_000), *_sharded("GSI1PK", 2, 4)]),
    Load("callytics", callytics, [*_sharded("franchise", 2, 4), *_warm(8_000)]),
    Load("listbackup jobs", listbackup, [*_sharded("status", 2, 4, 10), *_warm(8_000)]),
)


@dataclass
class Found:
    """asked: at the rate asked for. throttles: the first run, at a higher rate, that does not pass; mended: the same
    rate with the least change that passes. None where there is none. runs: all, as they were made.
    """

    load: str
    asked: Enforced
    throttles: Enforced | None = None
    mended: Enforced | None = None
    runs: list[Enforced] = field(default_factory=list)


def found(load: Load, bench: Bench, asked_rate: int) -> Found:
    """Raise the rate from the one asked for until something throttles, then try the changes."""
    run = load.run(bench, asked_rate, NONE)
    told = Found(load.name, run, runs=[run])
    for rate in (rate for rate in RATES if rate > asked_rate):
        if not run.passes:
            break
        run = load.run(bench, rate, NONE)
        told.runs.append(run)
    if run.passes:
        return told
    told.throttles = run
    for change in load.changes:
        changed = load.run(bench, run.rate, change)
        told.runs.append(changed)
        if changed.passes:
            told.mended = changed
            break
    return told
