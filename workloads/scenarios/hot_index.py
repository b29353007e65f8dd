"""A hot index: writes whose partition key is spread well, and whose index key is not, against the same one sharded.

ListBackup's StatusTimeIndex (all new jobs are `pending`) or ACS's associated_account-index (one busy account). Rule:
two tables get the same writes, one with the documented index key and one with `<key>#<shard>`; a dashboard reads the
newest entries of either. An index that falls behind by more than its buffer holds up its table's writes (Developer
Guide, "GSI write throttling"); on our own emulator the buffer is a second's worth, so that a short run fills it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.ceilings import CeilingScenario, Force, hottest_partition, listed, reasons
from dynarig.workloads.scenarios.counted import held, lift, pages
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

NEWEST = 20
_MORE = {"ReturnConsumedCapacity": "INDEXES"}
_BUFFER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """A documented index. key, sort: of the index. hot: the value that most items have. what: of the items."""

    table: str
    partition: str
    index: str
    key: str
    sort: str
    hot: str
    what: str


CASES = {
    "listbackup": Case("dynarig-jobs", "jobId", "StatusTimeIndex", "status", "createdAt", "pending", "jobs"),
    "acs": Case(
        "dynarig-conversations",
        "conversation_id",
        "associated_account-index",
        "associated_account",
        "timestamp",
        "account-busy",
        "messages",
    ),
}


class HotIndex(CeilingScenario):
    """Writes through a hot index."""

    name = "hot-index"
    question = "What does an index on status, or on one busy account, do to its table's writes, and do shards help?"
    tags = ("capacity",)
    emulator_flags = ("--index-buffer-seconds", f"{_BUFFER_SECONDS:g}")
    parameters = (
        Parameter("case", "listbackup", "the estate whose index it is", choices=tuple(CASES)),
        Parameter("shards", 20, "of the sharded index key", minimum=1),
        Parameter("hot", 1.0, "share of the items that have the busy index key", minimum=0.0),
        Parameter("reads", 0.05, "share of the requests that ask an index for the newest", minimum=0.0),
        Parameter("times", 2.5, "its ceiling that the index key is asked for, on our own emulator", minimum=0.1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Both tables, empty."""
        case = self._case
        for table in self._tables:
            target.make_table(create_table(table, case.partition, {case.index: f"{case.key} {case.sort}"}))
        written = self.setting.rate * (1 - self.param["reads"]) * self.param["hot"] / 2
        return self.reach(target, self._tables, written / self.param["times"] / 1_000)

    def begin(self, prepared: dict[str, Any]) -> None:
        """Nothing is written yet."""
        self._counter = 0

    def next(self, now: float) -> Step:
        """An item for either table, or the newest entries of either index."""
        table, sharded = self._tables[0], self.draw.random() < 0.5
        if sharded:
            table = self._tables[1]
        word = "sharded" if sharded else "plain"
        if self.draw.random() < self.param["reads"]:
            return Step(f"read {word}", "Query", self._newest(table, sharded), now, self._judge)
        self._counter += 1
        case, number = self._case, f"{self.setting.now}-{self.setting.process:03d}-{self._counter:08d}"
        millis = int((now + self.setting.clock_offset_seconds) * 1e3)
        item = {
            case.partition: {"S": f"{case.what}-{number}"},
            case.key: {"S": self._key(sharded, self.draw.random() < self.param["hot"])},
            case.sort: {"S": f"{millis:014d}"},
        }
        return Step(f"write {word}", "PutItem", {"TableName": table, "Item": item, **_MORE}, now)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Accepted writes of either table with the reasons, and what each index holds of what its table holds."""
        force = Force(run.prepared["mode"], run.prepared["scale"])
        seconds = run.elapsed_seconds or 1.0
        plain, sharded = (run.patterns.get(f"write {word}", Tally()) for word in ("plain", "sharded"))
        case, why = self._case, reasons(run, "write plain")
        table = hottest_partition(run.target, self._tables[0])
        index = hottest_partition(run.target, self._tables[0], case.index)
        lift(run.target, *self._tables)
        failures = [*self.faults(run), *filter(None, map(self._differing, (run, run), self._tables))]
        where = ""
        if index and table:
            where = (
                f"; {index['share']:.0%} of {case.index} falls on {index['key']}, while no key of the table has more "
                f"than {table['share']:.1%}"
            )
        found = Finding(
            f"{case.what} by {case.key}: {plain.succeeded / seconds:,.1f} writes/s accepted of "
            f"{plain.requests / seconds:,.1f}/s; over {self.param['shards']} shards of the index key "
            f"{sharded.succeeded / seconds:,.1f}/s of {sharded.requests / seconds:,.1f}/s ({force.words}); throttled "
            f"{listed(why)}, sharded {listed(reasons(run, 'write sharded'))}{where}",
            {
                "plain_per_second": plain.succeeded / seconds,
                "asked_per_second": plain.requests / seconds,
                "sharded_per_second": sharded.succeeded / seconds,
                "reasons": why,
                "sharded_throttled": sharded.throttled,
                "scale": force.scale,
                "index": index,
            },
        )
        doubts = [*force.doubts(plain.throttled)]
        if plain.throttled and not any(reason.startswith("Index") for reason in why):
            doubts.append("the table's own ceiling was met before the index's buffer was full: run longer")
        return ScenarioVerdict((found,), tuple(failures), tuple(doubts), force.cannot)

    # one table or the other

    @property
    def _case(self) -> Case:
        return CASES[self.param["case"]]

    @property
    def _tables(self) -> tuple[str, str]:
        return self._case.table, f"{self._case.table}-sharded"

    def _key(self, sharded: bool, hot: bool) -> str:
        if not hot:
            return f"other-{int(self.draw.random() * 1e6):06d}"
        if not sharded:
            return self._case.hot
        return f"{self._case.hot}#{int(self.draw.random() * self.param['shards'])}"

    def _newest(self, table: str, sharded: bool) -> dict[str, Any]:
        return {
            "TableName": table,
            "IndexName": self._case.index,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": self._case.key},
            "ExpressionAttributeValues": {":key": {"S": self._key(sharded, hot=True)}},
            "ScanIndexForward": False,
            "Limit": NEWEST,
            **_MORE,
        }

    def _judge(self, response: dict[str, Any], began: float, ended: float) -> str | None:
        sorts = [item[self._case.sort]["S"] for item in response.get("Items", ())]
        return None if sorts == sorted(sorts, reverse=True) else "entries of the index are out of order"

    def _differing(self, run: Run, table: str) -> str | None:
        """Each write is in the table, and in its index."""
        start = f"{self._case.what}-{self.setting.now}-"
        request = {
            "TableName": table,
            "Select": "COUNT",
            "FilterExpression": "begins_with(#id, :start)",
            "ExpressionAttributeNames": {"#id": self._case.partition},
            "ExpressionAttributeValues": {":start": {"S": start}},
        }
        counts = [
            sum(page["Count"] for page in pages(run.target, "Scan", {**request, **more}))
            for more in ({}, {"IndexName": self._case.index})
        ]
        if counts[0] != counts[1]:
            return f"{table} holds {counts[0]:,} {self._case.what}, its index {counts[1]:,}"
        word = "sharded" if table == self._tables[1] else "plain"
        return held(run, f"write {word}", counts[0], f"{self._case.what} in {table}")
