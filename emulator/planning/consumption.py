"""ConsumedCapacity: a plan's charges in the shapes that the API gives them.

Shapes: API reference, ConsumedCapacity; which members appear where was recorded in 2026. An index that nobody touched
is absent; a page of an index names its table with 0 units; transactions name the axis at every level.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dynarig.emulator.capacity.target import NONE, TABLE
from dynarig.emulator.model.schema import LOCAL
from dynarig.emulator.planning.plan import Charge

INDEXES = "INDEXES"
READ_AXIS = "ReadCapacityUnits"
WRITE_AXIS = "WriteCapacityUnits"


def by_table(charges: Iterable[Charge], detail: str, *, names_axis: bool = False) -> list[dict[str, Any]]:
    """One ConsumedCapacity a table, tables in name order. detail: TOTAL or INDEXES. names_axis: a transaction's does.

    The axis is that of the charges: the replay of a writing transaction is a read (recorded 2026).
    """
    tables: dict[str, list[Charge]] = {}
    axis = None
    for charge in charges:
        tables.setdefault(charge.target.table, []).append(charge)
        if names_axis:
            axis = READ_AXIS if charge.read_half_units else WRITE_AXIS
    return [of_table(name, tables[name], detail, axis) for name in sorted(tables)]


def of_table(name: str, charges: Iterable[Charge], detail: str, axis: str | None = None) -> dict[str, Any]:
    """One table's ConsumedCapacity."""
    total = table = 0
    indexes: dict[str, dict[str, int]] = {}
    for charge in charges:
        half_units = charge.read_half_units + charge.write_half_units
        total += half_units
        kind, index_name = charge.target.kind, charge.target.index_name
        if kind == TABLE:
            table += half_units
        elif kind != NONE:
            family = "LocalSecondaryIndexes" if kind == LOCAL else "GlobalSecondaryIndexes"
            units_of_indexes = indexes.setdefault(family, {})
            units_of_indexes[index_name or ""] = units_of_indexes.get(index_name or "", 0) + half_units
    consumed = {"TableName": name, **_units(total, axis)}
    if detail == INDEXES:
        consumed["Table"] = _units(table, axis)
        for family, units_of_indexes in indexes.items():
            consumed[family] = {index: _units(half_units, axis) for index, half_units in units_of_indexes.items()}
    return consumed


def _units(half_units: int, axis: str | None) -> dict[str, Any]:
    units = half_units / 2
    return {"CapacityUnits": units} if axis is None else {"CapacityUnits": units, axis: units}
