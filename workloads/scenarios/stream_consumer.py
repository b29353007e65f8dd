"""A consumer of a table's stream: each change arrives once, in order for its key, and how late.

Rule: each process writes keys of its own, one change of a key at a time, and every change counts the key's version up.
The first process consumes: it asks what shards there are, reads each from its beginning, a parent before its children,
and no shard more often than it is polled. At the end the whole stream is read once more, against the writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.counted import CountedScenario, held, patient
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE = "dynarig-streamed"
WRITE, SHARDS, ITERATOR, RECORDS = "write", "list shards", "get iterator", "get records"
_LATE, _READ = "late", "records read"
_LIST_SECONDS = 2.0


@dataclass(slots=True)
class Shard:
    """One shard as the consumer knows it. iterator: where to read on. at: when it may be asked next."""

    id: str
    parent: str | None
    iterator: str | None = None
    at: float = 0.0
    busy: bool = False
    ended: bool = False


class StreamConsumer(CountedScenario):
    """Writes, and the records that they make."""

    name = "stream-consumer"
    question = "Does each change reach a stream's consumer once and in order for its key, and how late?"
    tags = ("streams",)
    rate = 500.0
    parameters = (
        Parameter("keys", 100, "that each process changes", minimum=1),
        Parameter("poll_seconds", 0.25, "between two reads of a shard; the service allows five a second", minimum=0.01),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """The table, with a stream."""
        target.make_table(create_table(TABLE, "id", stream="NEW_AND_OLD_IMAGES"))
        arn = patient(target, "DescribeTable", {"TableName": TABLE})["Table"].get("LatestStreamArn")
        if not arn:
            raise ValueError(f"this target gives {TABLE} no stream")
        return {"stream": arn, "run": f"{self.setting.now}"}

    def begin(self, prepared: dict[str, Any]) -> None:
        """The first process consumes, all write."""
        self._stream, self._run = prepared["stream"], prepared["run"]
        self._free = [f"{self._run}-{self.setting.process:03d}-{number:05d}" for number in range(self.param["keys"])]
        self._consumes = self.setting.process == 0
        self._shards: dict[str, Shard] = {}
        self._list_at = 0.0
        self._order = Order(self._run)

    def next(self, now: float) -> Step:
        """What the consumer is due to ask, else a write; a read of the shards where every key is being written."""
        if self._consumes:
            step = self._consume(now)
            if step is not None:
                return step
        if not self._free:
            return self._list(now)
        self._free[0], self._free[-1] = self._free[-1], self._free[0]
        key = self._free.pop(int(self.draw.random() * len(self._free)))
        written_at = int((now + self.setting.clock_offset_seconds) * 1e3)
        request = {
            "TableName": TABLE,
            "Key": {"id": {"S": key}},
            "UpdateExpression": "SET written_at = :at ADD version :one",
            "ExpressionAttributeValues": {":at": {"N": str(written_at)}, ":one": {"N": "1"}},
            "ReturnConsumedCapacity": "TOTAL",
        }

        def done(success: bool) -> None:
            self._free.append(key)

        return Step(WRITE, "UpdateItem", request, now, done=done)

    def verify(self, run: Run) -> ScenarioVerdict:
        """How late records were, and the whole stream against the writes."""
        late = run.notes.duration(_LATE)
        read = int(run.notes.counts.get(_READ, 0))
        order, total, faults = Order(run.prepared["run"]), 0, []
        for record in records(run.target, run.prepared["stream"]):
            fault = order.take(record)
            if order.is_ours(record):
                total += 1
            if fault:
                faults.append(fault)
        p50, p99 = (seconds * 1e3 for seconds in late.percentiles((50.0, 99.0)))
        failures = [*self.faults(run), *faults[:3]]
        lost = held(run, WRITE, total, "records in the stream")
        if lost:
            failures.append(lost)
        state = "each once and in order of its key" if not (faults or lost) else "but not as they were written"
        found = Finding(
            f"{total:,} records of {run.notes.counts.get(f'done {WRITE}', 0):,.0f} writes are in the stream, {state}; "
            f"the consumer saw {read:,} within the run, half of them within {p50:,.0f} ms of the write and 99 % within "
            f"{p99:,.0f} ms, polling each shard every {self.param['poll_seconds'] * 1e3:,.0f} ms",
            {"records": total, "seen": read, "late_p50_ms": p50, "late_p99_ms": p99},
        )
        doubts = () if read else ("the consumer read no record within the run: raise -t",)
        return ScenarioVerdict((found,), tuple(failures), doubts)

    # the consumer

    def _consume(self, now: float) -> Step | None:
        if now >= self._list_at:
            self._list_at = now + _LIST_SECONDS
            return self._list(now)
        for shard in self._shards.values():
            if shard.busy or shard.ended or shard.at > now or not self._parent_is_read(shard):
                continue
            shard.busy = True
            return self._read(shard, now) if shard.iterator else self._iterator(shard, now)
        return None

    def _parent_is_read(self, shard: Shard) -> bool:
        parent = self._shards.get(shard.parent or "")
        return parent is None or parent.ended

    def _list(self, now: float) -> Step:
        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            for each in response["StreamDescription"]["Shards"]:
                name = each["ShardId"]
                self._shards.setdefault(name, Shard(name, each.get("ParentShardId")))
            return None

        return Step(SHARDS, "DescribeStream", {"StreamArn": self._stream}, now, check)

    def _iterator(self, shard: Shard, now: float) -> Step:
        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            shard.iterator = response["ShardIterator"]
            return None

        request = {"StreamArn": self._stream, "ShardId": shard.id, "ShardIteratorType": "TRIM_HORIZON"}
        return Step(ITERATOR, "GetShardIterator", request, now, check, done=_freeing(shard))

    def _read(self, shard: Shard, now: float) -> Step:
        shard.at = now + self.param["poll_seconds"]

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            shard.iterator = response.get("NextShardIterator")
            shard.ended = shard.iterator is None
            faults = [self._taken(record, ended) for record in response["Records"]]
            return next(filter(None, faults), None)

        return Step(RECORDS, "GetRecords", {"ShardIterator": shard.iterator}, now, check, done=_freeing(shard))

    def _taken(self, record: dict[str, Any], ended: float) -> str | None:
        if self._order.is_ours(record):
            written_at = _new(record, "written_at") / 1e3
            self.notes.count(_READ)
            if written_at:
                self.notes.record(_LATE, max(0.0, ended + self.setting.clock_offset_seconds - written_at))
        return self._order.take(record)


class Order:
    """The version of each key that was seen last, of the records of one run."""

    def __init__(self, run: str) -> None:
        self._start = f"{run}-"
        self._seen: dict[str, int] = {}

    def is_ours(self, record: dict[str, Any]) -> bool:
        """Whether a record is of this run."""
        return str(record["dynamodb"]["Keys"]["id"]["S"]).startswith(self._start)

    def take(self, record: dict[str, Any]) -> str | None:
        """None where it is the next one of its key, else one line."""
        if not self.is_ours(record):
            return None
        key, version = record["dynamodb"]["Keys"]["id"]["S"], int(_new(record, "version"))
        before = self._seen.get(key, 0)
        if not version:
            return f"{key}: a record without the version that was written"
        self._seen[key] = max(version, before)
        if version == before + 1:
            return None
        return f"{key}: version {version} came after {before}, {'again' if version <= before else 'one is missing'}"


def _new(record: dict[str, Any], name: str) -> float:
    """A number of the record's new image, 0 where it has none."""
    return float(record["dynamodb"].get("NewImage", {}).get(name, {}).get("N", 0))


def records(target: Target, stream: str) -> Iterator[dict[str, Any]]:
    """Everything in a stream, each shard from its beginning to what is there now, parents first."""
    for shard in _parents_first(_shards_of(target, stream)):
        request = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = patient(target, "GetShardIterator", request)["ShardIterator"]
        while iterator:
            page = patient(target, "GetRecords", {"ShardIterator": iterator})
            yield from page["Records"]
            iterator = page.get("NextShardIterator") if page["Records"] else None


def _shards_of(target: Target, stream: str) -> list[dict[str, Any]]:
    shards: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        described = patient(target, "DescribeStream", {"StreamArn": stream, **start})["StreamDescription"]
        shards += described["Shards"]
        last = described.get("LastEvaluatedShardId")
        if not last:
            return shards
        start = {"ExclusiveStartShardId": last}


def _parents_first(shards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {shard["ShardId"] for shard in shards}
    placed: set[str] = set()
    ordered: list[dict[str, Any]] = []
    while len(ordered) < len(shards):
        for shard in shards:
            parent = shard.get("ParentShardId")
            if shard["ShardId"] not in placed and (parent not in names or parent in placed):
                placed.add(shard["ShardId"])
                ordered.append(shard)
    return ordered


def _freeing(shard: Shard) -> Any:
    def done(success: bool) -> None:
        shard.busy = False

    return done
