"""Write sharding: the same events of one busy user in a table without and in one with shards, in one run.

The Miyabi document, "Hot Key": `USER#<userId>#<shard>`. Rule: both tables are asked for the same number of events; a
read of the newest ones is one Query here and one for each shard there, merged. The user is a new one in each run, so
that the end can count all that was written.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import Check, Parameter, Step
from dynarig.workloads.scenarios.ceilings import CeilingScenario, Force, hottest_partition, listed, reasons
from dynarig.workloads.scenarios.counted import held, lift, pages
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

PLAIN, SHARDED = "dynarig-user-events", "dynarig-user-events-sharded"
NEWEST = 20
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


class Gather:
    """One read over all shards. missing: answers that are still to come; None once one of them failed."""

    __slots__ = ("missing", "slowest_seconds")

    def __init__(self, shards: int) -> None:
        self.missing: int | None = shards
        self.slowest_seconds = 0.0


class WriteSharding(CeilingScenario):
    """One user's events, with and without shards."""

    name = "write-sharding"
    question = "How many writes of one busy key do shards let through, and what do they make of its reads?"
    tags = ("capacity",)
    parameters = (
        Parameter("shards", 10, "that a key's writes are spread over", minimum=1),
        Parameter("reads", 0.05, "share of the newest events being asked for, among writes and reads", minimum=0.0),
        Parameter("times", 2.0, "its ceiling that the plain key is asked for, on our own emulator", minimum=0.1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Both tables, empty."""
        for table in (PLAIN, SHARDED):
            target.make_table(create_table(table, "PK SK"))
        reads, shards = self.param["reads"], self.param["shards"]
        requests = (1 - reads) + reads / 2 * (1 + shards)  # for each event or read
        written = self.setting.rate * (1 - reads) / requests / 2  # in each table
        user = f"USER#{self.setting.now}"
        return {"user": user, **self.reach(target, (PLAIN, SHARDED), written / self.param["times"] / 1_000)}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Nothing is written yet."""
        if not self.param["reads"] <= 1:
            raise ValueError("--param reads is a share between 0 and 1")
        self._user = prepared["user"]
        self._counter = 0
        self._next: deque[Step] = deque()

    def next(self, now: float) -> Step:
        """A shard of a read that is under way, else an event, else a read; of either table in turn."""
        if self._next:
            step = self._next.popleft()
            step.began = now
            return step
        table = PLAIN if self.draw.random() < 0.5 else SHARDED
        if self.draw.random() >= self.param["reads"]:
            return self._write(table, now)
        keys = self._keys(table)
        gather = Gather(len(keys)) if table == SHARDED else None
        self._next.extend(self._read(table, key, gather, now) for key in keys)
        return self._next.popleft()

    def verify(self, run: Run) -> ScenarioVerdict:
        """Accepted writes of either table, what a read costs in either, and all that was accepted is there."""
        force = Force(run.prepared["mode"], run.prepared["scale"])
        seconds = run.elapsed_seconds or 1.0
        writes = {table: run.patterns.get(f"write {_words(table)}", Tally()) for table in (PLAIN, SHARDED)}
        partition = hottest_partition(run.target, PLAIN)
        lift(run.target, PLAIN, SHARDED)
        lost, unlike = force.blame(self._lost(run, table) for table in (PLAIN, SHARDED))
        plain, sharded = (writes[table].succeeded / seconds for table in (PLAIN, SHARDED))
        asked = writes[PLAIN].requests / seconds
        why = reasons(run, "write plain")
        hot = f"; hottest partition {partition['id']} of {partition['of']}" if partition else ""
        shards = self.param["shards"]
        found = Finding(
            f"of {asked:,.1f} writes/s to one user {plain:,.1f}/s were accepted unsharded and {sharded:,.1f}/s over "
            f"{shards} shards ({force.words}); throttled unsharded {listed(why)}, sharded "
            f"{listed(reasons(run, 'write sharded'))}{hot}",
            {
                "asked_per_second": asked,
                "plain_per_second": plain,
                "sharded_per_second": sharded,
                "shards": shards,
                "scale": force.scale,
                "reasons": why,
                "partition": partition,
            },
        )
        cost = self._cost_of_reads(run)
        doubts, cannot = force.doubts(writes[PLAIN].throttled), (*force.cannot, *unlike)
        return ScenarioVerdict((found, *([cost] if cost else [])), (*self.faults(run), *lost), doubts, cannot)

    def _cost_of_reads(self, run: Run) -> Finding | None:
        plain, sharded = (run.patterns.get(f"read {word}") for word in ("plain", "sharded"))
        gathered = run.notes.duration("gathered")
        if plain is None or sharded is None or not plain.succeeded or not gathered.total:
            return None
        shards = self.param["shards"]
        per_read = plain.read_units / plain.succeeded, sharded.read_units / sharded.succeeded * shards
        ms = plain.from_actual.percentile(50.0) * 1e3, gathered.percentile(50.0) * 1e3
        return Finding(
            f"the newest {NEWEST} events take 1 query, {per_read[0]:.1f} read units and {ms[0]:.1f} ms unsharded, "
            f"{shards} queries, {per_read[1]:.1f} read units and {ms[1]:.1f} ms, of the slowest, sharded (p50)",
            {
                "plain_read_units": per_read[0],
                "sharded_read_units": per_read[1],
                "plain_ms": ms[0],
                "sharded_ms": ms[1],
            },
        )

    # one table or the other

    def _keys(self, table: str) -> list[str]:
        if table == PLAIN:
            return [self._user]
        return [f"{self._user}#{shard}" for shard in range(self.param["shards"])]

    def _write(self, table: str, now: float) -> Step:
        self._counter += 1
        keys = self._keys(table)
        millis = int((now + self.setting.clock_offset_seconds) * 1e3)
        item = {
            "PK": {"S": keys[int(self.draw.random() * len(keys))]},
            "SK": {"S": f"EVENT#{millis:014d}#{self.setting.process:03d}#{self._counter:08d}"},
            "kind": {"S": "execution.finished"},
        }
        return Step(f"write {_words(table)}", "PutItem", {"TableName": table, "Item": item, **_MORE}, now)

    def _read(self, table: str, key: str, gather: Gather | None, now: float) -> Step:
        request = {
            "TableName": table,
            "KeyConditionExpression": "PK = :key",
            "ExpressionAttributeValues": {":key": {"S": key}},
            "ScanIndexForward": False,
            "Limit": NEWEST,
            **_MORE,
        }
        check: Check = partial(_judge, self, key, gather)

        def done(success: bool) -> None:
            if not success and gather is not None:
                gather.missing = None

        return Step(f"read {_words(table)}", "Query", request, now, check, done=done)

    def gathered(self, gather: Gather, seconds: float) -> None:
        """One shard's answer. With the last one the newest of all are known: a client that asks all shards at once
        waits for the slowest."""
        if gather.missing is None:
            return
        gather.slowest_seconds = max(gather.slowest_seconds, seconds)
        gather.missing -= 1
        if not gather.missing:
            self.notes.record("gathered", gather.slowest_seconds)

    def _lost(self, run: Run, table: str) -> str | None:
        keys = [run.prepared["user"]]
        if table == SHARDED:
            keys = [f"{keys[0]}#{shard}" for shard in range(self.param["shards"])]
        found = 0
        for key in keys:
            request = {
                "TableName": table,
                "Select": "COUNT",
                "KeyConditionExpression": "PK = :key",
                "ExpressionAttributeValues": {":key": {"S": key}},
            }
            found += sum(page["Count"] for page in pages(run.target, "Query", request))
        return held(run, f"write {_words(table)}", found, f"events in {table}")


def _words(table: str) -> str:
    return "plain" if table == PLAIN else "sharded"


def _judge(
    scenario: WriteSharding, key: str, gather: Gather | None, response: dict[str, Any], began: float, ended: float
) -> str | None:
    """A page of one shard: only that shard's, newest first."""
    found = response.get("Items", [])
    sorts = [item["SK"]["S"] for item in found]
    if any(item["PK"]["S"] != key for item in found):
        return f"an item of another shard than {key}"
    if sorts != sorted(sorts, reverse=True) or len(sorts) > NEWEST:
        return f"not the newest of {key}, in order"
    if gather is not None:
        scenario.gathered(gather, ended - began)
    return None
