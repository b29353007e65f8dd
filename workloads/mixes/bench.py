"""What the values of one process's requests are made with: tables, pools, seeded draws, counters.

Rule: equal seeds and processes give equal values; values that are to be unlike carry the process and the time of the
data, so that neither two processes nor two runs meet. Must not know: the mix's grammar.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dynarig.fixtures.estate import Contents
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.mixes.choosing import Item, Pick, Pool, Way
from dynarig.workloads.mixes.errors import MixError, one_of

SAMPLES_MAX = 500
_MILLION = 1_000_000


@dataclass(slots=True)
class Moment:
    """One request while it is made. now: epoch seconds. drawn: the pattern's own draws. taken: entries it names."""

    now: float
    drawn: dict[str, Any] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)


class Bench:
    """The state that values are drawn from."""

    def __init__(
        self, tables: Mapping[str, TableDefinition], seed: int = 1, process: int = 0, processes: int = 1, now: int = 0
    ) -> None:
        self.tables = tables
        self.seed = seed
        self.process = process
        self.processes = processes
        self.now = now
        self.draw = random.Random(seed * 1_000 + process)
        self.pools: dict[tuple[str, tuple[str, ...]], Pool] = {}
        self._made = 0
        self._numbered = 0

    # while a mix is read

    def definition(self, name: Any) -> TableDefinition:
        """The table of that name. MixError."""
        return self.tables[one_of(name, "table", self.tables)]

    def keys(self, table: str, index: str | None = None) -> list[str]:
        """The key attributes of a table or an index. MixError."""
        create = self.definition(table).create
        if index is not None:
            found = {each["IndexName"]: each for each in indexes_of(create)}
            if not found:
                raise MixError(f"table {table} has no index")
            create = found[one_of(index, f"index of {table}", found)]
        return [entry["AttributeName"] for entry in create["KeySchema"]]

    def pick(self, table: str, attributes: Iterable[str], way: Way) -> Pick:
        """A way through what the items of a table hold in some attributes; through the items without any."""
        place = (table, tuple(attributes))
        pool = self.pools.get(place)
        if pool is None:
            pool = self.pools[place] = Pool(*place)
        seed, start = self.next_seed()
        return Pick(pool, way, seed, start)

    def next_seed(self) -> tuple[int, int]:
        """A seed of its own for each draw of each process, and where a process begins that goes in order."""
        self._made += 1
        return self.seed * _MILLION + self._made * 1_000 + self.process, self.process * 7_919

    # before the first request

    def fill(self, contents: Contents) -> None:
        """Let the pools of a table see its items."""
        pools = [pool for pool in self.pools.values() if pool.table == contents.table_name]
        wholes = [pool for pool in pools if not pool.attributes]
        if not pools:
            return
        for item in contents.items():
            for pool in pools:
                if pool.attributes or len(pool.entries) < SAMPLES_MAX:
                    pool.take(item)
            if len(wholes) == len(pools) and all(len(pool.entries) >= SAMPLES_MAX for pool in wholes):
                return

    # while requests are made

    def number(self) -> int:
        """A number that no other request of this run has."""
        self._numbered += 1
        return (self._numbered - 1) * self.processes + self.process

    def fresh(self, kind: str, name: str) -> Item:
        """A value of a type that no item of this run or an earlier one has."""
        number = self.number()
        if kind == "N":
            return {"N": str(self.now * _MILLION + number)}
        if kind == "B":
            return {"B": base64.b64encode(self.now.to_bytes(8, "big") + number.to_bytes(8, "big")).decode()}
        return {"S": f"{name}-new-{self.now}-{number:08d}"}


def indexes_of(create: dict[str, Any]) -> list[dict[str, Any]]:
    """Every secondary index of a CreateTable request."""
    return [*(create.get("GlobalSecondaryIndexes") or ()), *(create.get("LocalSecondaryIndexes") or ())]


def types_of(create: dict[str, Any]) -> dict[str, str]:
    """The type of each key attribute."""
    return {entry["AttributeName"]: entry["AttributeType"] for entry in create["AttributeDefinitions"]}
