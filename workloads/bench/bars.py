"""The bars: what a measurement has to reach, as data, and the verdicts. Pure.

The figures are ratios within one run on one machine, since absolute ones drift from machine to machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynarig.workloads.bench.servers import CONSTANT, DYNOXIDE, EMULATOR_ENFORCE, EMULATOR_OBSERVE, MOTO


@dataclass(frozen=True, slots=True)
class Bar:
    """`measured` of `against` must be at least (or, if `most`, at most) `limit`."""

    title: str
    limit: float
    most: bool = False

    def holds(self, figure: float) -> bool:
        """Whether `figure` reaches the bar."""
        return figure <= self.limit if self.most else figure >= self.limit


HTTP: dict[tuple[str, str], Bar] = {
    ("GetItem", CONSTANT): Bar("of the constant-answer server", 0.40),
    **{(name, CONSTANT): Bar("of the constant-answer server", 0.25) for name in ("PutItem", "UpdateItem", "Query")},
    **{
        (name, server): Bar(f"with capacity off, times {server}", limit, most=True)
        for name in ("GetItem", "PutItem")
        for server, limit in ((EMULATOR_OBSERVE, 1 / 0.90), (EMULATOR_ENFORCE, 1 / 0.85))
    },
    **{(name, MOTO): Bar("times moto server", 40) for name in ("GetItem", "PutItem", "UpdateItem", "Query")},
    **{(name, DYNOXIDE): Bar("times dynoxide", 2) for name in ("GetItem", "PutItem", "UpdateItem", "Query")},
}
ENGINE: dict[str, Bar] = {
    "GetItem": Bar("orjson round trips of the item", 3, most=True),
    "PutItem": Bar("orjson round trips of the item", 8, most=True),
}
STATEMENTS = Bar("times as fast with the memory", 0.97)
STATEMENTS_REPEATED = Bar("times as fast with the memory", 1.1)
GROWTH = Bar("times the figure of the smallest table", 1.5, most=True)
GROWTH_OPERATIONS = ("GetItem", "PutItem", "Query")
MEMORY = Bar("bytes per item", 4_096, most=True)
PAUSE = Bar("longest wait in ms", 50, most=True)
SOAK = Bar("memory times that after the first 100,000", 1.10, most=True)
