"""What capacity is drawn from: a table, or one of its indexes.

Rule: made once, with the table or the index, and told apart by identity, so that a request makes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from dynarig.emulator.model.schema import LOCAL

TABLE = "table"
NONE = "none"  # part of its table's total alone: a failed statement of a batch


class Declared(Protocol):
    """What is set for a table: the settings that its storage keeps."""

    arn: str
    created_at: float
    billing_mode: str
    throughput: Any
    index_throughput: Any
    on_demand_throughput: dict[str, int]
    index_on_demand_throughput: Any
    warm_throughput: Any
    index_warm_throughput: Any


@dataclass(slots=True, eq=False)
class CapacityTarget:
    """table: its name. kind: TABLE, an index's (see model.schema; a local one draws on its table's capacity) or NONE.

    index_name: of a secondary index, or None. owner: the table's target, None for its own. declared: what is set for
    the table. supply: what admission knows of it, which alone sets it. contributors: what Contributor Insights counts
    of it, None where it is off.
    """

    table: str
    kind: str = TABLE
    index_name: str | None = None
    owner: CapacityTarget | None = None
    declared: Declared | None = None
    has_local_index: bool = False
    supply: Any = None
    contributors: Any = None


def drawn_on(target: CapacityTarget) -> CapacityTarget:
    """Whose throughput a target uses: a local index and a failed statement use their table's, others their own."""
    return target.owner if target.kind in (LOCAL, NONE) and target.owner is not None else target
