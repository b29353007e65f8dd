"""What UpdateTable is refused while a table or an index goes through an earlier change.

Rule: it is decided member by member, not by the table's status: deletion protection is always admitted, throughput
hardly ever (recorded 2026). Texts are the service's where it was heard; elsewhere the general one.
"""

from __future__ import annotations

from dynarig.emulator.model import errors
from dynarig.emulator.storage.lifecycle import (
    OF_CLASS,
    OF_ENCRYPTION,
    OF_INDEX,
    OF_STREAM,
    OF_THROUGHPUT,
    changes_of,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import ACTIVE, CREATING, DELETING

IN_USE = "Attempt to change a resource which is still in use: "
OF_ON_DEMAND = "on-demand throughput"  # a member that changes at once, and only waits for others

_INDEX_CREATED = "index creation"
_INDEX_DELETED = "index deletion"
_OTHERWISE = "Table is being updated: {table}"

# (what is asked for, what is under way) → the refusal
_REFUSALS = {
    (OF_THROUGHPUT, OF_THROUGHPUT): "Table IOPS are currently being updated. Table: {table}",
    (OF_THROUGHPUT, _INDEX_CREATED): (
        "Can't change table IOPS when an index is being created. Table: {table} Indexes: [{indexes}]"
    ),
    (OF_THROUGHPUT, _INDEX_DELETED): (
        "Can't change table IOPS when an index is being deleted. Table: {table} Indexes: [{indexes}]"
    ),
    (OF_THROUGHPUT, OF_STREAM): _OTHERWISE,
    (OF_THROUGHPUT, OF_CLASS): _OTHERWISE,
    (OF_INDEX, OF_THROUGHPUT): "Can't create or delete indexes while table IOPS are being updated. Table: {table}",
    (OF_INDEX, OF_STREAM): "Can't create or delete an index when stream status is being updated.",
    (OF_INDEX, OF_CLASS): "Can't create or delete an index when a table class update is in progress.",
    (OF_STREAM, _INDEX_CREATED): "Can't change stream status when an index is being created",
    (OF_STREAM, _INDEX_DELETED): "Can't change stream status when an index is being deleted",
    (OF_STREAM, OF_STREAM): _OTHERWISE,
    (OF_STREAM, OF_THROUGHPUT): _OTHERWISE,
    (OF_STREAM, OF_CLASS): _OTHERWISE,
    (OF_CLASS, OF_STREAM): "Can't update table class when stream status is being updated. Table: {table}",
    (OF_CLASS, OF_CLASS): _OTHERWISE,
    (OF_CLASS, OF_THROUGHPUT): _OTHERWISE,
    (OF_CLASS, _INDEX_CREATED): _OTHERWISE,
    (OF_CLASS, _INDEX_DELETED): _OTHERWISE,
    (OF_ON_DEMAND, OF_STREAM): "OnDemandThroughput cannot be updated while stream status update is in progress",
    (OF_ON_DEMAND, OF_THROUGHPUT): "Table IOPS are currently being updated. Table: {table}",
    (OF_ON_DEMAND, _INDEX_CREATED): (
        "OnDemandThroughput cannot be updated while index creation is in progress for indexes: [{indexes}]"
    ),
    (OF_ON_DEMAND, _INDEX_DELETED): (
        "OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [{indexes}]"
    ),
    (OF_ENCRYPTION, OF_ENCRYPTION): "Server-Side Encryption is still being updated",
}


def check_status(table: Table) -> None:
    """Refuse any change of a table that is being created or deleted."""
    status = table.settings.status
    if status in (CREATING, DELETING):
        verb = "created" if status == CREATING else "deleted"
        raise errors.resource_in_use(f"{IN_USE}Table is being {verb}: {table.name}")


def check_free(table: Table, requested: str) -> None:
    """Refuse a change of this kind (one of the life cycle's, or OF_ON_DEMAND) where an earlier one is in its way."""
    for under_way, indexes in _under_way(table).items():
        text = _REFUSALS.get((requested, under_way))
        if text is not None:
            raise errors.resource_in_use(IN_USE + text.format(table=table.name, indexes=", ".join(indexes)))


def _under_way(table: Table) -> dict[str, list[str]]:
    """Kinds of change under way, with the indexes that they are about."""
    found: dict[str, list[str]] = {
        _INDEX_DELETED: [name for name, index in table.indexes.items() if index.status == DELETING],
        _INDEX_CREATED: [name for name, index in table.indexes.items() if index.backfilling is False],
    }
    found = {kind: names for kind, names in found.items() if names}
    return found | {kind: [] for kind in sorted(changes_of(table))}


def check_index_free(table: Table, name: str) -> None:
    """Refuse a change of an index that is not ACTIVE."""
    status = table.indexes[name].status
    if status != ACTIVE:
        verb = {CREATING: "created", DELETING: "deleted"}.get(status, "updated")
        raise errors.resource_in_use(f"{IN_USE}Index is being {verb}. Table: {table.name} Index: {name}")
