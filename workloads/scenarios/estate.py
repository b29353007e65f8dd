"""The mix of a documented system: its access patterns as reads, beside what its writers do.

Rule: a subclass names the patterns (fixtures/access_patterns/<system>.yaml) with their weights, and makes the writes;
conditions, tables and keys come from the pattern's data. Only the tables that the patterns name are made and filled.
What is in them is learnt from the generators that filled them, never read back. A read draws one of the items of this
process, asks for its partition a page at a time, and the ledger of its table judges the answer. Each process owns the
items whose key falls to it and judges those alone. Must not know: single systems.
"""

from __future__ import annotations

import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import Any, ClassVar

from dynarig.fixtures.access_patterns.library import Table
from dynarig.fixtures.access_patterns.pattern import Pattern, patterns_of
from dynarig.fixtures.estate import Contents, Settings
from dynarig.fixtures.seeding.jobs import Job
from dynarig.fixtures.systems import SYSTEMS
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.judge import Page, judge_item, judge_page
from dynarig.workloads.ledger import Item, Ledger, text_of
from dynarig.workloads.scenarios.base import Scenario, Setting, Step
from dynarig.workloads.scenarios.recent import Recent
from dynarig.workloads.target import Seeded, Target

PAGE_ITEMS = 20
SAMPLES = 200
_TRIES = 4
_CHUNK = 1024
_DAY_OF_TEXT, _DAY_SECONDS = 10, 86_400
Maker = Callable[[float], Step | None]


@dataclass
class Shelf:
    """One table as this process knows it. samples: a few whole items, from which new ones are made."""

    table: Table
    ledger: Ledger
    samples: list[Item] = field(default_factory=list)
    made: Recent = field(default_factory=lambda: Recent(()))

    def remember(self, item: Item) -> None:
        """Know an item that the run has made; the oldest of those is forgotten in its stead."""
        for key in self.made.add((), (self.ledger.key_of(item),)):
            self.ledger.forget(key)


class Read:
    """A pattern that is run. pool: for each item that it could find, the texts of the attributes in its condition."""

    def __init__(self, pattern: Pattern, shelf: Shelf) -> None:
        self.pattern = pattern
        self.shelf = shelf
        self.keys = shelf.table.index_keys(pattern.index)
        self.pool: list[tuple[str, ...]] = []
        self._tests = tuple(
            (name, self.keys.types[name], test.get("like") or test.get("begins_with") or "")
            for name in self.keys.names
            for test in (pattern.condition.get(name, {}),)
        )

    @property
    def label(self) -> str:
        """How it is shown."""
        return f"{self.pattern.id} {self.pattern.title}"

    def take(self, item: Item) -> None:
        """Know the item if the pattern could find it."""
        drawn = []
        for name, kind, start in self._tests:
            text = item[name].get(kind) if name in item else None
            if text is None or not text.startswith(start):
                return
            drawn.append(text)
        self.pool.append(tuple(drawn))


@dataclass(frozen=True)
class Part:
    """Some tables of a job, as work to be seeded. tables: by logical id."""

    job: Job
    tables: frozenset[str]

    @property
    def name(self) -> str:
        """The system's name."""
        return self.job.name

    @property
    def stage_name(self) -> str:
        """The stage's name."""
        return self.job.stage_name

    def definitions(self) -> Sequence[TableDefinition]:
        """The tables."""
        return [each for each in self.job.definitions() if each.logical_id in self.tables]

    def contents(self, settings: Settings) -> Iterable[Contents]:
        """Theirs; those of the others are not made."""
        names = {each.name for each in self.definitions()}
        return (each for each in self.job.contents(settings) if each.table_name in names)


class EstateScenario(Scenario):
    """A system's mix as one process sees it. reads: pattern → weight."""

    tags = ("estate",)
    reads: ClassVar[dict[str, int]] = {}

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        patterns = {each.id: each for each in patterns_of(self.estate)}
        self._patterns = [patterns[name] for name in self.reads]
        job = Job(SYSTEMS[self.estate], SYSTEMS[self.estate].stages[0])
        self._part = Part(job, frozenset(each.table for each in self._patterns))
        self.region = job.stage.region

    def prepare(self, target: Target) -> dict[str, Any]:
        """The tables that the patterns name, filled."""
        if self.setting.no_seed:
            return asdict(Seeded(self.setting.now, seeded=False, fresh=False))
        return asdict(target.seed_work(self._part, self._settings(int(target.now()))))

    def begin(self, prepared: dict[str, Any]) -> None:
        """Makes the tables' items once more: into the ledgers, and into the pools of those patterns that find them."""
        self.seeded = Seeded(**prepared)
        self.shelves = {each.logical_id: self._shelf(each) for each in self._part.definitions()}
        reads = [Read(pattern, self.shelves[pattern.table]) for pattern in self._patterns]
        self._fill(reads)
        self._second, self._stamp = -1, ""
        self._counter = 0
        makers: list[tuple[int, Maker]] = [
            (self.reads[read.pattern.id], self._maker(read)) for read in reads if read.pool
        ]
        if not makers:
            raise ValueError(
                f"process {self.setting.process + 1} of {self.setting.processes} has no items: raise --scale"
            )
        makers += self.writes()
        self._makers = [maker for _, maker in makers]
        self._sure = self._makers[0]
        self._weights = list(accumulate(weight for weight, _ in makers))
        self._chosen: list[Maker] = []

    def writes(self) -> list[tuple[int, Maker]]:
        """What the system's writers do: (weight, maker) of each; a maker gives None where it cannot just now."""
        return []

    def next(self, now: float) -> Step:
        """The next request at `now` (monotonic seconds)."""
        if not self._chosen:
            self._chosen = self.draw.choices(self._makers, cum_weights=self._weights, k=_CHUNK)
        maker = self._chosen.pop()
        for _ in range(_TRIES):
            step = maker(now)
            if step is not None:
                return step
        step = self._sure(now)
        assert step is not None  # a read is always possible
        return step

    # for writers

    def put(self, pattern: str, shelf: Shelf, item: Item, now: float, done: Callable[[bool], None]) -> Step | None:
        """A PutItem of a new item."""
        request = {"TableName": shelf.table.name, "Item": item, "ReturnConsumedCapacity": "TOTAL"}
        return self.writing(pattern, shelf, "PutItem", request, item, (now, done))

    def writing(
        self,
        pattern: str,
        shelf: Shelf,
        operation: str,
        request: dict[str, Any],
        item: Item,
        when: tuple[float, Callable[[bool], None]],
    ) -> Step | None:
        """A write after which `item` is in the table; None where another write on it is under way."""
        now, done = when
        write = shelf.ledger.claim({shelf.ledger.key_of(item): item}, now)
        if write is None:
            return None
        return self._watched(Step(pattern, operation, request, now, write=write, done=done), shelf.ledger)

    def remembering(self, shelf: Shelf, item: Item, newest: deque[Item] | None = None) -> Callable[[bool], None]:
        """For `put`: know the item once it is written, among the newest of its kind, too, if it is to change again."""

        def done(success: bool) -> None:
            if success:
                shelf.remember(item)
                if newest is not None:
                    newest.append(item)

        return done

    def change(
        self, pattern: str, shelf: Shelf, newest: deque[Item], changes: Callable[[Item], Item | None], now: float
    ) -> Step | None:
        """An UpdateItem of one of the newest items; None where there is none, or nothing to change in it any more.

        changes: from an item to the attributes that become others; none of them of the table's key.
        """
        if not newest:
            return None
        before = newest.popleft()
        changed = changes(before)
        if not changed:
            return None
        item = {**before, **changed}
        names, values = {f"#{place}": name for place, name in enumerate(changed)}, changed.values()
        request = {
            "TableName": shelf.table.name,
            "Key": {name: item[name] for name in shelf.table.keys.names},
            "UpdateExpression": "SET " + ", ".join(f"#{place} = :{place}" for place in range(len(changed))),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {f":{place}": value for place, value in enumerate(values)},
            "ReturnConsumedCapacity": "TOTAL",
        }

        def done(success: bool) -> None:
            newest.append(item if success else before)

        return self.writing(pattern, shelf, "UpdateItem", request, item, (now, done))

    def sample(self, shelf: Shelf) -> Item:
        """One of the items that were there, to make another one of."""
        return shelf.samples[int(self.draw.random() * len(shelf.samples))]

    def new_number(self) -> str:
        """Digits that no other item of any run has."""
        self._counter += 1
        return f"{self.seeded.now:010d}{self.setting.process:03d}{self._counter:08d}"

    def stamp(self, now: float) -> str:
        """ISO 8601 text of `now` (monotonic seconds)."""
        second = int(now + self.setting.clock_offset_seconds)
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
        return self._stamp

    # reads

    def _settings(self, now: int) -> Settings:
        return Settings(self.setting.seed, self.setting.scale, now)

    def _shelf(self, definition: TableDefinition) -> Shelf:
        table = Table(definition, ())
        names = [index["IndexName"] for index in definition.create.get("GlobalSecondaryIndexes") or ()]
        indexes = {name: (table.index_keys(name).hash_name, table.index_keys(name).range_name) for name in names}
        ledger = Ledger(table.keys.hash_name, table.keys.range_name, indexes, self.setting.settle_seconds)
        return Shelf(table, ledger)

    def _fill(self, reads: list[Read]) -> None:
        shelves = {shelf.table.name: shelf for shelf in self.shelves.values()}
        for contents in self._part.contents(self._settings(self.seeded.now)):
            shelf = shelves[contents.table_name]
            ours = self._taken(contents, shelf, [read for read in reads if read.shelf is shelf])
            if self.seeded.seeded:
                shelf.ledger.load(ours)
            else:
                deque(ours, maxlen=0)

    def _taken(self, contents: Contents, shelf: Shelf, reads: list[Read]) -> Iterator[Item]:
        """The items of this process that live through the run, each shown to the reads of its table."""
        for item in contents.items():
            if not self._is_mine(shelf, item) or shelf.table.expired(item, self.seeded.now + _DAY_SECONDS):
                continue
            if len(shelf.samples) < SAMPLES:
                shelf.samples.append(item)
            for read in reads:
                read.take(item)
            yield item

    def _is_mine(self, shelf: Shelf, item: Item) -> bool:
        processes = self.setting.processes
        return processes == 1 or zlib.crc32(shelf.ledger.key_of(item).encode()) % processes == self.setting.process

    @property
    def _alone(self) -> bool:
        """Whether nobody else writes to the tables."""
        return self.seeded.seeded and self.seeded.fresh and self.setting.processes == 1

    def _maker(self, read: Read) -> Maker:
        make = self._get if read.pattern.operation == "GetItem" else self._query
        return lambda now: make(read, now)

    def _get(self, read: Read, now: float) -> Step:
        ledger, settle_seconds = read.shelf.ledger, self.setting.settle_seconds
        key = self._values(read)
        request = {"TableName": read.shelf.table.name, "Key": key, "ReturnConsumedCapacity": "TOTAL"}
        place = ledger.key_of(key)

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return judge_item(ledger, place, response, began - settle_seconds, ended)

        return self._watched(Step(read.label, "GetItem", request, now, check), ledger)

    def _query(self, read: Read, now: float) -> Step:
        pattern, ledger, table = read.pattern, read.shelf.ledger, read.shelf.table
        values = self._values(read)
        names = read.keys.names
        clauses, words = ["#p = :p"], {":p": values[names[0]]}
        between = None
        if len(names) == 2 and set(pattern.condition.get(names[1], ())) & {"between", "from"}:
            low, high = values[names[1]], _end_of_day(values[names[1]])
            clauses.append("#s BETWEEN :low AND :high")
            words |= {":low": low, ":high": high}
            between = (text_of(low), text_of(high))
        request: dict[str, Any] = {
            "TableName": table.name,
            "KeyConditionExpression": " AND ".join(clauses),
            "ExpressionAttributeNames": {"#p": names[0], **({"#s": names[1]} if between else {})},
            "ExpressionAttributeValues": words,
            "Limit": pattern.first or PAGE_ITEMS,
            "ReturnConsumedCapacity": "TOTAL",
        }
        if pattern.index:
            request["IndexName"] = pattern.index
        if pattern.descending:
            request["ScanIndexForward"] = False
        page = Page(
            names=(read.keys.hash_name, read.keys.range_name),
            partition=text_of(values[names[0]]),
            between=between,
            index=pattern.index,
            newest_first=pattern.descending,
            limit=request["Limit"],
            closed=self._alone,
            settle_seconds=self.setting.settle_seconds,
        )

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return judge_page(ledger, page, response, began, ended)

        return self._watched(Step(read.label, "Query", request, now, check), ledger)

    def _values(self, read: Read) -> Item:
        drawn = read.pool[int(self.draw.random() * len(read.pool))]
        return {name: {read.keys.types[name]: text} for name, text in zip(read.keys.names, drawn, strict=True)}

    @staticmethod
    def _watched(step: Step, ledger: Ledger) -> Step:
        step.ledger = ledger
        ledger.reading(id(step), step.began)
        return step


def _end_of_day(value: dict[str, str]) -> dict[str, str]:
    """The last sort key of the day: of a text that begins with a date, of a number of seconds."""
    if "N" in value:
        return {"N": str(int(float(value["N"])) + _DAY_SECONDS)}
    return {"S": f"{value['S'][:_DAY_OF_TEXT]}~"}
