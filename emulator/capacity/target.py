"""What capacity is drawn from: a table, or one of its indexes.

Rule: made once, with the table or the index, and told apart by identity, so that a request makes none.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE = "table"
NONE = "none"  # part of its table's total alone: a failed statement of a batch


@dataclass(frozen=True, slots=True, eq=False)
class CapacityTarget:
    """table: its name. kind: TABLE, an index's (see model.schema; a local one draws on its table's capacity) or NONE.

    index_name: of a secondary index, or None.
    """

    table: str
    kind: str = TABLE
    index_name: str | None = None
