"""Loading a table by BatchWriteItem, 25 items at a time, faster than it takes them.

Rule: what comes back unprocessed, or throttled as a whole, is sent again after a pause that doubles, before anything
new. At the end each item that was taken is in the table. The rate is of batches.
"""

from __future__ import annotations

import heapq
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.measure import Tally
from dynarig.workloads.outcomes import PARTLY, throttle_code
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.ceilings import CeilingScenario, Force
from dynarig.workloads.scenarios.counted import held, lift, pages
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE, BATCH, AGAIN = "dynarig-batch-load", "batch", "batch again"
TABLE_WRITE_UNITS = 4_000  # Developer Guide, on-demand: what a new table takes at once
_ITEMS, _SENT_AGAIN = "items", "items sent again"
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 3.2


class BatchLoad(CeilingScenario):
    """Batches of writes."""

    name = "batch-load"
    question = "How many items a second do batches load, and how much of it comes back to be sent again?"
    tags = ("capacity",)
    rate = 100.0
    parameters = (
        Parameter("items", 25, "in a batch, at most 25", minimum=1),
        Parameter("item_bytes", 200, "of an item", minimum=60),
        Parameter("times", 1.3, "what the table takes that is sent to it, on our own emulator", minimum=0.1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """The table, and how much is in it."""
        if self.param["items"] > 25:
            raise ValueError("--param items is at most 25, as many as a BatchWriteItem takes")
        target.make_table(create_table(TABLE, "id"))
        units = self.setting.rate * self.param["items"] * -(-self.param["item_bytes"] // 1024)
        before = _count(target)
        return {"before": before, **self.reach(target, (TABLE,), units / self.param["times"] / TABLE_WRITE_UNITS)}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Nothing waits to be sent again."""
        self._counter = 0
        # (when, order, pause, put requests), by when.
        self._waiting: list[tuple[float, int, float, list[dict[str, Any]]]] = []
        self._pauses: dict[int, float] = {}

    def next(self, now: float) -> Step:
        """What came back and has waited; else new items."""
        pause, pattern = 0.0, BATCH
        if self._waiting and self._waiting[0][0] <= now:
            _, _, pause, puts = heapq.heappop(self._waiting)
            pattern = AGAIN
            self.notes.count(_SENT_AGAIN, len(puts))
        else:
            puts = [self._new() for _ in range(self.param["items"])]
        request = {"RequestItems": {TABLE: puts}, "ReturnConsumedCapacity": "TOTAL"}
        step = Step(pattern, "BatchWriteItem", request, now)
        self._pauses[id(step)] = pause
        return step

    def answered(self, step: Step, response: dict[str, Any], ended: float) -> str | None:
        """Count what was taken; the rest waits."""
        super().answered(step, response, ended)
        puts = step.request["RequestItems"][TABLE]
        left = (response.get("UnprocessedItems") or {}).get(TABLE, [])
        self.notes.count(f"done {_ITEMS}", len(puts) - len(left))
        self._wait(step, left, ended)
        return "more came back than was sent" if len(left) > len(puts) else None

    def failed(self, step: Step, error: Exception, ended: float) -> None:
        """A throttle of the whole batch: all of it waits. Without an answer nobody knows."""
        super().failed(step, error, ended)
        puts = step.request["RequestItems"][TABLE]
        throttled = throttle_code(error) is not None
        if not throttled and not (isinstance(error, DynamoDBError) and error.status < 500):
            self.notes.count(f"unknown {_ITEMS}", len(puts))
        self._wait(step, puts if throttled else [], ended)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Items a second, what came back, and that all that was taken is there."""
        force = Force(run.prepared["mode"], run.prepared["scale"])
        lift(run.target, TABLE)
        found = _count(run.target) - run.prepared["before"]
        lost = held(run, _ITEMS, found, f"items in {TABLE}")
        seconds, total = run.elapsed_seconds or 1.0, run.total()
        first = run.patterns.get(BATCH, Tally())
        again = int(run.notes.counts.get(_SENT_AGAIN, 0))
        partly, whole = total.throttles.get(PARTLY, 0), total.throttled - total.throttles.get(PARTLY, 0)
        done = run.notes.counts.get(f"done {_ITEMS}", 0.0)
        takes = (
            f"the table takes {TABLE_WRITE_UNITS * force.scale:,.0f} write units/s at capacity scale {force.scale:g}"
        )
        ceiling = takes if force.mode else force.words
        text = (
            f"{done / seconds:,.0f} items/s were loaded by {total.requests / seconds:,.0f} batches/s ({ceiling}); "
            f"{partly:,} batches came back in part and {whole:,} whole, {again:,} items were sent again; "
            f"{found:,} of {done:,.0f} that were taken are there"
        )
        finding = Finding(
            text,
            {
                "items_per_second": done / seconds,
                "batches": total.requests,
                "new_batches": first.requests,
                "in_part": partly,
                "whole": whole,
                "sent_again": again,
                "scale": force.scale,
            },
        )
        failures, unlike = force.blame([lost])
        doubts, cannot = force.doubts(total.throttled), (*force.cannot, *unlike)
        return ScenarioVerdict((finding,), (*self.faults(run), *failures), doubts, cannot)

    def _new(self) -> dict[str, Any]:
        self._counter += 1
        number = f"{self.setting.now}-{self.setting.process:03d}-{self._counter:09d}"
        body = "x" * max(0, self.param["item_bytes"] - len(number) - len("idbody"))
        return {"PutRequest": {"Item": {"id": {"S": number}, "body": {"S": body}}}}

    def _wait(self, step: Step, puts: list[dict[str, Any]], ended: float) -> None:
        pause = min(max(_FIRST_PAUSE_SECONDS, 2 * self._pauses.pop(id(step), 0.0)), _LONGEST_PAUSE_SECONDS)
        if puts:
            # Full jitter, so that what was throttled together does not come back together.
            at = ended + pause * self.draw.random()
            heapq.heappush(self._waiting, (at, self._counter, pause, puts))
            self._counter += 1


def _count(target: Target) -> int:
    return sum(page["Count"] for page in pages(target, "Scan", {"TableName": TABLE, "Select": "COUNT"}))
