"""What a write costs with indexes: Callytics' call-analysis with none to all of its 11 indexes holding the item.

Rule: each item lives through the same five writes, one after the other: new, an attribute that is no key, another
callStartTime, the very same item again, deleted. What each should take follows from the item before and after
(Developer Guide, "Write units consumed for indexes"), and is held against what the answers report. Items are smaller
than 1 KB, so that an entry is one unit.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.scenarios.base import Scenario, Step
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

ALL, KEYS_ONLY = "ALL", "KEYS_ONLY"
TABLES = {ALL: "dynarig-call-analysis", KEYS_ONLY: "dynarig-call-analysis-keys-only"}
NEW, ATTRIBUTE, START, SAME, GONE = "new item", "attribute", "callStartTime", "same item again", "delete"
STAGES = (NEW, ATTRIBUTE, START, SAME, GONE)
CLAIM = 12
# In the order in which items get them; the last one is the key of two indexes.
ATTRIBUTES = (
    "callStartTime",
    "transcriptionJobName",
    "fromPhoneNumber",
    "toPhoneNumber",
    "callDirection",
    "staff_name",
    "classification",
    "follow_up_type",
    "outcome_category",
    "siteId",
    "franchise",
)
_KEY = "telephonySessionId"
_FIRST, _SECOND = "2025-11-29T10:00:00.000Z", "2025-11-29T10:05:00.000Z"
_MORE = {"ReturnConsumedCapacity": "INDEXES"}
_COLUMNS = ("projection", "attributes", "write", "indexes", "units", "should_be")
Item = dict[str, Any]
Index = tuple[str, ...]  # its key attributes


@dataclass(slots=True)
class Life:
    """An item of which `present` index key attributes are there. stage: the number of its next write."""

    projection: str
    present: int
    number: str
    stage: int = 0

    def item(self, stage: int) -> Item | None:
        """What is there after a stage; None where nothing is."""
        if stage < 0 or STAGES[stage] == GONE:
            return None
        item: Item = {_KEY: {"S": self.number}, "summary": {"S": "booked" if stage else "called"}}
        for name in ATTRIBUTES[: self.present]:
            item[name] = {"S": f"{name}-{self.number}"}
        if self.present:
            item["callStartTime"] = {"S": _SECOND if stage >= STAGES.index(START) else _FIRST}
        return item


class IndexFanOut(Scenario):
    """Writes of items that more and more indexes hold."""

    name = "index-fan-out"
    question = "What does a write cost when none to 11 indexes hold the item, and what does KEYS_ONLY save?"
    tags = ("cost",)

    def prepare(self, target: Target) -> dict[str, Any]:
        """The production table twice: its indexes with all attributes, and with their keys alone."""
        for projection in TABLES:
            target.make_table(_create(projection))
        return {"told": target.admin("/_dynarig/capacity") is not None}

    def begin(self, prepared: dict[str, Any]) -> None:
        """No item lives yet."""
        self._ready: deque[Life] = deque()
        self._turns = 0

    def next(self, now: float) -> Step:
        """The next write of an item whose last one is done; else a new item."""
        life = self._ready.popleft() if self._ready else self._new()
        item, table = life.item(life.stage), TABLES[life.projection]
        if item is None:
            request = {"TableName": table, "Key": {_KEY: {"S": life.number}}, **_MORE}
            operation = "DeleteItem"
        elif STAGES[life.stage] in (ATTRIBUTE, START):
            operation, request = "UpdateItem", _update(table, life, item)
        else:
            operation, request = "PutItem", {"TableName": table, "Item": item, **_MORE}

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            units = (response.get("ConsumedCapacity") or {}).get("CapacityUnits", 0.0)
            place = _place(life.projection, life.present, STAGES[life.stage])
            self.notes.count(f"units {place}", units)
            self.notes.count(f"writes {place}")
            life.stage += 1
            if life.stage < len(STAGES):
                self._ready.append(life)
            return None

        return Step(f"{STAGES[life.stage]} ({life.projection})", operation, request, now, check)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Units per write by indexes that hold the item, against what they should be and against the claim."""
        rows, failures = [], [*self.faults(run)]
        for projection in TABLES:
            for present in range(len(ATTRIBUTES) + 1):
                for stage, kind in enumerate(STAGES):
                    writes = run.notes.counts.get(f"writes {_place(projection, present, kind)}", 0)
                    if writes:
                        units = run.notes.counts[f"units {_place(projection, present, kind)}"] / writes
                        should = expected_units(Life(projection, present, "x"), stage)
                        rows.append((projection, present, kind, holding(present), units, should))
        wrong = [row for row in rows if row[4] != row[5]]
        for projection, _, kind, indexes, units, should in sorted(wrong, key=lambda row: -row[1])[:3]:
            text = f"{kind} with {indexes} indexes ({projection}) took {units:g} write units, not {should:g}"
            failures.append(text)
        if not run.prepared["told"]:  # a target that counts in its own way is a finding, not a fault
            failures = [*self.faults(run)]
        every = {(row[0], row[2]): row[4] for row in rows if row[3] == _indexes_count()}
        doubts = [] if run.prepared["told"] or not wrong else ["this target counts write units in its own way"]
        if len(every) < len(TABLES) * len(STAGES):
            doubts.append("too few requests for every item to live through its five writes")
        figures = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        findings = (Finding(_claim(every), {"rows": figures}), Finding(_told(every)))
        return ScenarioVerdict(findings, tuple(failures), tuple(doubts))

    def _new(self) -> Life:
        turn = self._turns
        self._turns += 1
        projection = (ALL, KEYS_ONLY)[turn % 2]
        # All and none first, so that a short run has both ends.
        present = (len(ATTRIBUTES) - turn // 2) % (len(ATTRIBUTES) + 1)
        return Life(projection, present, f"s-{self.setting.now}-{self.setting.process}-{turn}")


def expected_units(life: Life, stage: int) -> float:
    """The write units of a stage: one of the table, and of each index one for each entry that it removes or writes."""
    before, after = life.item(stage - 1), life.item(stage)
    units = 1
    for keys in _indexes():
        old, new = (_entry(item, keys, life.projection) for item in (before, after))
        if old == new:
            continue
        moved = old is not None and new is not None and any(old[name] != new[name] for name in keys)
        units += 2 if moved else 1
    return units


def holding(present: int) -> int:
    """How many indexes hold an item with so many of the attributes."""
    item = Life(ALL, present, "x").item(0)
    return sum(_entry(item, keys, ALL) is not None for keys in _indexes())


def _entry(item: Item | None, keys: Index, projection: str) -> Item | None:
    if item is None or any(name not in item for name in keys):
        return None
    return item if projection == ALL else {name: item[name] for name in (*keys, _KEY)}


def _indexes() -> list[Index]:
    create = _definition()
    return [tuple(key["AttributeName"] for key in each["KeySchema"]) for each in create["GlobalSecondaryIndexes"]]


def _indexes_count() -> int:
    return len(_definition()["GlobalSecondaryIndexes"])


def _definition() -> dict[str, Any]:
    system = SYSTEMS["callytics"]
    return next(each.create for each in system.definitions(system.stages[0]) if each.logical_id == "CallAnalysis")


def _create(projection: str) -> dict[str, Any]:
    create = deepcopy(_definition())
    for surplus in ("Tags", "DeletionProtectionEnabled"):
        create.pop(surplus, None)
    create["TableName"] = TABLES[projection]
    for index in create["GlobalSecondaryIndexes"]:
        index["Projection"] = {"ProjectionType": projection}
    return create


def _update(table: str, life: Life, item: Item) -> dict[str, Any]:
    """An attribute that is no key, or callStartTime where the item has one (else the attribute again)."""
    name = "callStartTime" if STAGES[life.stage] == START and life.present else "summary"
    return {
        "TableName": table,
        "Key": {_KEY: item[_KEY]},
        "UpdateExpression": "SET #name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":value": item[name]},
        **_MORE,
    }


def _place(projection: str, present: int, kind: str) -> str:
    return f"{projection} {present:02d} {kind}"


def _claim(every: dict[tuple[str, str], float]) -> str:
    if (ALL, NEW) not in every:
        return "no item with all index keys was written"
    units, start = every[(ALL, NEW)], every.get((ALL, START), 0.0)
    word = "as claimed" if units == CLAIM else f"not the {CLAIM} that are claimed"
    return (
        f"a new item that all {_indexes_count()} indexes hold takes {units:g} write units, {word}; "
        f"another callStartTime takes {start:g}{', more than the claim' if start > CLAIM else ''}"
    )


def _told(every: dict[tuple[str, str], float]) -> str:
    parts = []
    for kind in STAGES:
        units = [f"{every[(each, kind)]:g}" for each in TABLES if (each, kind) in every]
        if units:
            parts.append(f"{kind} {' and '.join(units)}")
    return f"write units with {ALL} and with {KEYS_ONLY}, all index keys present: {', '.join(parts) or 'none seen'}"
