"""The mixes of items and statements that are measured, by name: `plain` and `varied`. Pure.

Rule: a mix is a table, its items, and a request by operation, number and turn; every write changes something, every
read finds what it asks for. `plain` has one statement an operation; `varied` has several, and items as real ones are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.bench import calls, varied

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mix:
    """create_table: its table. item: item `number`. request: of an operation, by number and turn, which says how often
    the keys have come round. fault: what is wrong with the answer to a request, if anything."""

    create_table: Json
    item: Callable[[int], Json]
    request: Callable[[str, int, int], Json]
    fault: Callable[[str, int, Json], str | None]

    @property
    def table(self) -> str:
        """Its table's name."""
        return str(self.create_table["TableName"])


PLAIN = "plain"
VARIED = "varied"
MIXES = {
    PLAIN: Mix(calls.CREATE_TABLE, calls.item, calls.request, calls.fault),
    VARIED: Mix(varied.CREATE_TABLE, varied.item, varied.request, varied.fault),
}
