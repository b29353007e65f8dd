"""A scan beside traffic: single reads alone in the first half of the run, and beside a scan in the second.

Rule: the scan reads consistently, as the traffic does, and goes round and round by pages; a page that was throttled is
asked for again. The keys never change, so each round must find every item once. A run without an end takes turns.
"""

from __future__ import annotations

from typing import Any

from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.ceilings import CeilingScenario, Force, listed, reasons
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE = "dynarig-scanned"
ALONE, BESIDE, SCAN = "read alone", "read beside the scan", "scan"
TABLE_READ_UNITS = 12_000  # Developer Guide, on-demand: what a new table takes at once
_ROUNDS, _UNITS, _TURN_SECONDS = "rounds", "units of rounds", 10.0
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


class ScanBesideTraffic(CeilingScenario):
    """Reads, and a scan that takes their capacity."""

    name = "scan-beside-traffic"
    question = "What does a scan of the whole table do to the reads beside it?"
    tags = ("capacity",)
    parameters = (
        Parameter("items", 3_000, "in the table", minimum=1),
        Parameter("item_bytes", 400, "of an item", minimum=60),
        Parameter("page_items", 0, "of the scan's pages; 0 for pages of 1 MB, as without Limit", minimum=0),
        Parameter("scan", 0.1, "share of the requests that scan, in the second half", minimum=0.0),
        Parameter("times", 0.5, "of the table's capacity that the reads take alone, on our own emulator", minimum=0.01),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """The table, filled."""
        body = {"S": "x" * (self.param["item_bytes"] - 20)}
        if target.make_table(create_table(TABLE, "id")):
            target.load(TABLE, ({"id": {"S": _id(number)}, "body": body} for number in range(self.param["items"])))
        return self.reach(target, (TABLE,), self.setting.rate / self.param["times"] / TABLE_READ_UNITS)

    def begin(self, prepared: dict[str, Any]) -> None:
        """No scan is under way."""
        self._began: float | None = None
        self._page_under_way = False
        self._start: dict[str, Any] | None = None
        self._seen: set[str] = set()
        self._units = 0.0

    def next(self, now: float) -> Step:
        """A read; or a page of the scan, in its part of the run."""
        scanning = self._scanning(now)
        if scanning and not self._page_under_way and self.draw.random() < self.param["scan"]:
            return self._page(now)
        key = {"id": {"S": _id(int(self.draw.random() * self.param["items"]))}}
        request = {"TableName": TABLE, "Key": key, "ConsistentRead": True, **_MORE}

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return None if response.get("Item", {}).get("id") == key["id"] else f"not the item {key['id']['S']}"

        return Step(BESIDE if scanning else ALONE, "GetItem", request, now, check)

    def verify(self, run: Run) -> ScenarioVerdict:
        """The reads of both halves, and what a round of the scan took."""
        force = Force(run.prepared["mode"], run.prepared["scale"])
        alone, beside, scan = (run.patterns.get(name, Tally()) for name in (ALONE, BESIDE, SCAN))
        p99 = [each.from_actual.percentile(99.0) * 1e3 if each.succeeded else 0.0 for each in (alone, beside)]
        rounds = int(run.notes.counts.get(_ROUNDS, 0))
        per_round = run.notes.counts.get(_UNITS, 0.0) / rounds if rounds else 0.0
        why = reasons(run, "read beside")
        found = Finding(
            f"{alone.throttled:,} of {alone.requests:,} reads were throttled alone, {beside.throttled:,} of "
            f"{beside.requests:,} beside the scan ({listed(why)}; {force.words_of_reads}); p99 {p99[0]:.1f} ms and "
            f"{p99[1]:.1f} ms; a scan of {self.param['items']:,} items takes {per_round:,.0f} read units, "
            f"{rounds:,} were completed, {scan.throttled:,} of {scan.requests:,} pages throttled",
            {
                "alone_throttled": alone.throttled,
                "beside_throttled": beside.throttled,
                "alone_p99_ms": p99[0],
                "beside_p99_ms": p99[1],
                "units_per_scan": per_round,
                "scans": rounds,
                "reasons": why,
                "scale": force.scale,
            },
        )
        doubts = [*force.doubts(beside.throttled + scan.throttled)]
        if not rounds:
            doubts.append("no scan was completed within the run: raise -t or page_items")
        return ScenarioVerdict((found,), self.faults(run), tuple(doubts), force.cannot)

    def _scanning(self, now: float) -> bool:
        if self._began is None:
            self._began = now
        elapsed = now - self._began
        if self.setting.run_seconds:
            return elapsed >= self.setting.run_seconds / 2
        return int(elapsed / _TURN_SECONDS) % 2 == 1

    def _page(self, now: float) -> Step:
        request: dict[str, Any] = {
            "TableName": TABLE,
            "ConsistentRead": True,
            **_MORE,
        }
        if self.param["page_items"]:
            request["Limit"] = self.param["page_items"]
        if self._start:
            request["ExclusiveStartKey"] = self._start
        self._page_under_way = True

        def done(success: bool) -> None:
            self._page_under_way = False

        return Step(SCAN, "Scan", request, now, self._judge, done=done)

    def _judge(self, response: dict[str, Any], began: float, ended: float) -> str | None:
        """Each item once in a round, and all of them by its end."""
        found = [item["id"]["S"] for item in response.get("Items", ())]
        self._units += (response.get("ConsumedCapacity") or {}).get("CapacityUnits", 0.0)
        twice = len(set(found)) < len(found) or not self._seen.isdisjoint(found)
        self._seen.update(found)
        self._start = response.get("LastEvaluatedKey")
        if twice:
            return "a scan found an item twice"
        if self._start:
            return None
        seen, self._seen = len(self._seen), set()
        self.notes.count(_UNITS, self._units)
        self._units = 0.0
        self.notes.count(_ROUNDS)
        if seen != self.param["items"]:
            return f"a scan found {seen:,} of {self.param['items']:,} items"
        return None


def _id(number: int) -> str:
    return f"item-{number:08d}"
