"""A migration by dual writes: an old table, a new one with another key, and second writes that fail.

Rule: every write goes to the old table and then to the new one; some of the second ones are left out, as if their
process had died between the two. What was there before is copied beside the traffic, under a condition that no newer
write is overwritten. Each process has keys of its own and one write of a key at a time, so it knows which keys differ;
at the end both tables are compared, the drift is counted against that, repaired, and compared again.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.counted import CountedScenario, items
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

OLD, NEW = "dynarig-users-old", "dynarig-users-new"
WRITE_OLD, WRITE_NEW, READ_OLD, COPY, READ_NEW = "write old", "write new", "read to copy", "copy", "read new"
_TENANTS = 20
_BEHIND, _INJECTED, _STALE = "keys behind", "second writes left out", "stale reads"
_FAILED = "ConditionalCheckFailedException"
_MORE = {"ReturnConsumedCapacity": "TOTAL"}
Item = dict[str, Any]


class Migration(CountedScenario):
    """Dual writes and a copy."""

    name = "migration"
    question = "How far do two tables drift apart by dual writes of which some fail, and does a repair find it all?"
    tags = ("migration",)
    rate = 500.0
    parameters = (
        Parameter("items", 400, "that are there before", minimum=1),
        Parameter("failures", 0.05, "share of the second writes that are left out", minimum=0.0),
        Parameter("writes", 0.5, "share of the requests that begin a dual write, where none is under way", minimum=0.0),
        Parameter("copies", 0.3, "share of the requests that begin a copy", minimum=0.0),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """The old table filled, the new one empty."""
        target.make_table(create_table(OLD, "id"))
        target.make_table(create_table(NEW, "tenant id"))
        run = f"{self.setting.now}"
        target.load(OLD, (_item(run, number, 0) for number in range(self.param["items"])))
        return {"run": run}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Every key of this process is still to be copied."""
        self._run = prepared["run"]
        self._keys = range(self.setting.process, self.param["items"], self.setting.processes)
        if not self._keys:
            raise ValueError(f"process {self.setting.process + 1} has no items: raise --param items")
        self._versions = dict.fromkeys(self._keys, 0)
        self._behind = set(self._keys)
        self.notes.count(_BEHIND, len(self._behind))
        self._busy: set[int] = set()
        self._to_copy = deque(self._keys)
        self._second: deque[tuple[str, Item, int]] = deque()  # pattern, item, number

    def next(self, now: float) -> Step:
        """A second write that is due, a dual write, a copy, or a read of the new table."""
        if self._second:
            return self._write_new(now, *self._second.popleft())
        drawn = self.draw.random()
        number = self._keys[int(self.draw.random() * len(self._keys))]
        if drawn < self.param["writes"] and number not in self._busy:
            return self._write_old(now, number)
        if drawn < self.param["writes"] + self.param["copies"] and self._to_copy:
            number = self._to_copy.popleft()
            if number not in self._busy:
                return self._read_old(now, number)
            self._to_copy.append(number)
        return self._read_new(now, number)

    def verify(self, run: Run) -> ScenarioVerdict:
        """The drift, against what is known of it; the repair, and what is left after it."""
        start = run.prepared["run"]
        old, drift = _compared(run.target, start)
        behind, injected = (int(run.notes.counts.get(name, 0)) for name in (_BEHIND, _INJECTED))
        unknown = sum(count for name, count in run.notes.counts.items() if name.startswith("unknown "))
        repaired = run.target.load(NEW, (old[key] for key in sorted(drift)))
        _, left = _compared(run.target, start)
        failures = [*self.faults(run)]
        if abs(len(drift) - behind) > unknown:
            failures.append(f"{len(drift):,} keys differ, where {behind:,} are known to")
        if left:
            failures.append(f"{len(left):,} keys differ after the repair")
        absent = sum(missing for missing in drift.values())
        stale = int(run.notes.counts.get(_STALE, 0))
        found = Finding(
            f"{injected:,} second writes were left out; at the end {len(drift):,} of {len(old):,} keys differed "
            f"({absent:,} of them not there yet), {stale:,} reads of the new table were stale; {repaired:,} were "
            f"repaired, {len(left):,} differ after that",
            {
                "left_out": injected,
                "drift": len(drift),
                "absent": absent,
                "stale_reads": stale,
                "repaired": repaired,
                "left": len(left),
            },
        )
        doubts = () if injected else ("no second write was left out: raise -t, --rate or failures",)
        return ScenarioVerdict((found,), tuple(failures), doubts)

    # writes

    def _write_old(self, now: float, number: int) -> Step:
        self._busy.add(number)
        version = self._versions[number] + 1
        item = _item(self._run, number, version)

        def done(success: bool) -> None:
            if not success:
                self._busy.discard(number)
                return
            self._versions[number] = version
            self._differs(number, True)
            if self.draw.random() < self.param["failures"]:
                self.notes.count(_INJECTED)
                self._busy.discard(number)
            else:
                self._second.append((WRITE_NEW, item, number))

        return Step(WRITE_OLD, "PutItem", {"TableName": OLD, "Item": item, **_MORE}, now, done=done)

    def _write_new(self, now: float, pattern: str, item: Item, number: int) -> Step:
        """A dual write's second half; or a copy, which gives way to what is there already."""
        request = {"TableName": NEW, "Item": item, **_MORE}
        if pattern == COPY:
            request["ConditionExpression"] = "attribute_not_exists(id)"

        def done(success: bool) -> None:
            self._busy.discard(number)
            if success:
                self._differs(number, False)

        return Step(pattern, "PutItem", request, now, expected=frozenset({_FAILED}), done=done)

    def _read_old(self, now: float, number: int) -> Step:
        """The first half of a copy."""
        self._busy.add(number)

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            item = response.get("Item")
            if item != _item(self._run, number, self._versions[number]):
                self._busy.discard(number)
                return f"user {number} is not as it was written to the old table"
            self._second.append((COPY, item, number))
            return None

        def done(success: bool) -> None:
            if not success:
                self._busy.discard(number)
                self._to_copy.append(number)

        request = {"TableName": OLD, "Key": {"id": {"S": _id(self._run, number)}}, "ConsistentRead": True, **_MORE}
        return Step(READ_OLD, "GetItem", request, now, check, done=done)

    def _read_new(self, now: float, number: int) -> Step:
        """How a reader of the new table would fare: stale where the key is behind."""
        known = number not in self._busy and number not in self._behind
        version = self._versions[number]
        key = {name: _item(self._run, number, 0)[name] for name in ("tenant", "id")}

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            item = response.get("Item")
            fresh = item is not None and int(item["version"]["N"]) >= version
            if not fresh:
                self.notes.count(_STALE)
            return f"user {number} is not in the new table as it was written" if known and not fresh else None

        request = {"TableName": NEW, "Key": key, "ConsistentRead": True, **_MORE}
        return Step(READ_NEW, "GetItem", request, now, check)

    def _differs(self, number: int, differs: bool) -> None:
        if differs != (number in self._behind):
            self.notes.count(_BEHIND, 1 if differs else -1)
            (self._behind.add if differs else self._behind.discard)(number)


def _id(run: str, number: int) -> str:
    return f"user-{run}-{number:06d}"


def _item(run: str, number: int, version: int) -> Item:
    return {
        "id": {"S": _id(run, number)},
        "tenant": {"S": f"tenant-{number % _TENANTS}"},
        "version": {"N": str(version)},
    }


def _compared(target: Target, run: str) -> tuple[dict[str, Item], dict[str, bool]]:
    """The old table's items, and those keys that the new one has otherwise: whether it has none at all."""
    tables: list[dict[str, Item]] = []
    for table in (OLD, NEW):
        found = items(target, "Scan", {"TableName": table})
        tables.append({item["id"]["S"]: item for item in found if item["id"]["S"].startswith(f"user-{run}-")})
    old, new = tables
    return old, {key: key not in new for key, item in old.items() if new.get(key) != item}
