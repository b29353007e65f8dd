"""Hot keys: one key, a Zipf distribution, or a hot set that moves; what such a key gets, and what the others feel.

Rule: reads and writes go to tables of their own, so that neither heats the other's partitions. A write counts in its
item, which takes one unit; a read is consistent and takes three, so that both meet the ceiling at the same rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynarig.workloads import keys
from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.ceilings import CeilingScenario, Force, hottest_partition, listed, reasons
from dynarig.workloads.scenarios.counted import held, items, lift
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

READS, WRITES = "dynarig-hot-key-reads", "dynarig-hot-key-writes"
_READ_UNITS, _READ_BYTES = 3, 11_000
_SLACK = 1.25  # a second's worth may be saved up, and seconds are counted on two clocks
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


class HotKey(CeilingScenario):
    """Requests to few of many keys."""

    name = "hot-key"
    question = "What does one busy key get, however large the table, and what do the others feel?"
    tags = ("capacity",)
    parameters = (
        Parameter("shape", "one", "how keys are drawn", choices=("one", "zipf", "moving")),
        Parameter("share", 0.9, "of the requests that fall on hot keys; of shapes one and moving", minimum=0.0),
        Parameter("exponent", 1.2, "of shape zipf", minimum=0.0),
        Parameter("moves_seconds", 2.0, "after which other keys are hot; of shape moving", minimum=0.01),
        Parameter("hot_keys", 4, "that are hot at a time; of shape moving", minimum=1),
        Parameter("keys", 200, "in each table", minimum=2),
        Parameter("reads", 0.5, "share of the requests that read", minimum=0.0),
        Parameter("times", 2.0, "its ceiling that the hottest key is asked for, on our own emulator", minimum=0.1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Two tables; what the counters hold already, where they were there before."""
        target.make_table(create_table(WRITES, "id"))
        if target.make_table(create_table(READS, "id")):
            body = {"S": "x" * _READ_BYTES}
            target.load(READS, ({"id": {"S": _id(number)}, "body": body} for number in range(self.param["keys"])))
        busiest = max(self.param["reads"], 1 - self.param["reads"])
        asked = self.setting.rate * busiest * self._hottest_share()
        before = _counted(target)
        return {"before": before, **self.reach(target, (WRITES, READS), asked / self.param["times"] / 1_000)}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Draws keys from here on."""
        if not self.param["reads"] <= 1 or not self.param["share"] <= 1:
            raise ValueError("--param reads and share are between 0 and 1")
        count, seed = self.param["keys"], self.setting.seed * 1_000 + self.setting.process
        self._hot_count = min(self.param["hot_keys"], count) if self.param["shape"] == "moving" else 1
        self._drawn: Iterator[int] = (
            keys.zipf(count, seed, self.param["exponent"])
            if self.param["shape"] == "zipf"
            else keys.hot(count, seed, self.param["share"], self._hot_count)
        )

    def next(self, now: float) -> Step:
        """A read or a write of the key that is drawn."""
        drawn = next(self._drawn)
        which = "hot" if drawn < self._hot_count else "other"
        key = {"id": {"S": _id((drawn + self._moved(now)) % self.param["keys"])}}
        if self.draw.random() < self.param["reads"]:
            request = {"TableName": READS, "Key": key, "ConsistentRead": True, **_MORE}
            return Step(f"read {which}", "GetItem", request, now, _checked(key))
        request = {
            "TableName": WRITES,
            "Key": key,
            "UpdateExpression": "ADD hits :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            **_MORE,
        }
        return Step(f"write {which}", "UpdateItem", request, now)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Accepted per second of the hot keys against their ceiling; every write that was accepted is there."""
        force = Force(run.prepared["mode"], run.prepared["scale"])
        findings, failures = [], [*self.faults(run)]
        for kind, table, ceiling in (
            ("write", WRITES, force.write_units),
            ("read", READS, force.read_units / _READ_UNITS),
        ):
            hot, other = (run.patterns.get(f"{kind} {which}", Tally()) for which in ("hot", "other"))
            if hot.requests:
                findings.append(self._finding(run, kind, table, (hot, other), ceiling if force.mode else None))
            most = ceiling * self._hot_at_once() * (run.elapsed_seconds + 1) * _SLACK
            if force.mode == "enforce" and hot.succeeded > most:
                failures.append(f"{hot.succeeded:,} {kind}s of the hot keys were accepted, above {most:,.0f}")
        lift(run.target, WRITES)
        written = _counted(run.target) - run.prepared["before"]
        lost, unlike = force.blame([_held_in_all(run, written)])
        doubts = force.doubts(run.total().throttled)
        return ScenarioVerdict(tuple(findings), (*failures, *lost), doubts, (*force.cannot, *unlike))

    def _finding(self, run: Run, kind: str, table: str, tallies: tuple[Tally, Tally], ceiling: float | None) -> Finding:
        hot, other = tallies
        seconds = run.elapsed_seconds or 1.0
        accepted, asked = hot.succeeded / seconds, hot.requests / seconds
        why = reasons(run, f"{kind} ")
        limit = "this target has no ceiling" if ceiling is None else f"ceiling of one key {ceiling:,.1f}/s"
        text = (
            f"hot {self._what()}, {kind}s: {accepted:,.1f}/s accepted of {asked:,.1f}/s asked, {limit}; throttled "
            f"{hot.throttled:,} hot, {other.throttled:,} other: {listed(why)}"
        )
        partition = hottest_partition(run.target, table)
        if partition:
            text += (
                f"; hottest partition {partition['id']} of {partition['of']}, {partition['share']:.0%} of the load on "
                f"{partition['key']}"
            )
        figures = {"accepted_per_second": accepted, "asked_per_second": asked, "ceiling_per_second": ceiling}
        return Finding(text, {**figures, "scale": run.prepared["scale"], "reasons": why, "partition": partition})

    def _what(self) -> str:
        shape = self.param["shape"]
        return {"one": "key", "zipf": f"key of a Zipf distribution of {self.param['exponent']:g}"}.get(
            shape, f"set of {self.param['hot_keys']} that moves every {self.param['moves_seconds']:g} s"
        )

    def _hot_at_once(self) -> int:
        """Keys that count as hot within a run, each with a ceiling of its own."""
        if self.param["shape"] != "moving":
            return 1
        return int(self.param["hot_keys"]) * 2  # a set that leaves has still what it saved

    def _hottest_share(self) -> float:
        if self.param["shape"] == "zipf":
            return 1.0 / sum(float((number + 1) ** -self.param["exponent"]) for number in range(self.param["keys"]))
        return float(self.param["share"] / (self.param["hot_keys"] if self.param["shape"] == "moving" else 1))

    def _moved(self, now: float) -> int:
        if self.param["shape"] != "moving":
            return 0
        return int((now + self.setting.clock_offset_seconds) / self.param["moves_seconds"]) * self._hot_count


def _id(number: int) -> str:
    return f"key-{number:06d}"


def _checked(key: dict[str, Any]) -> Any:
    def check(response: dict[str, Any], began: float, ended: float) -> str | None:
        return None if response.get("Item", {}).get("id") == key["id"] else f"not the item {key['id']['S']}"

    return check


def _counted(target: Target) -> float:
    """The sum of all counters."""
    scanned = items(target, "Scan", {"TableName": WRITES, "ProjectionExpression": "hits"})
    return sum(float(item["hits"]["N"]) for item in scanned if "hits" in item)


def _held_in_all(run: Run, written: float) -> str | None:
    """Whether the counters hold the writes of both kinds."""
    both = {"done write": 0.0, "unknown write": 0.0}
    for name, count in run.notes.counts.items():
        for start in both:
            if name.startswith(f"{start} "):
                both[start] += count
    run.notes.counts.update(both)
    return held(run, "write", written, "the counters of all keys")
