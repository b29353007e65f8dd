"""ReplicaUpdates of UpdateTable: what the service refuses of any, and that there are no other Regions here.

Texts: recorded in October 2026; the last is ours.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context

Structure = dict[str, Any]
_ACTIONS = ("Create", "Update", "Delete")
_LOCAL = (
    "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
    "UpdateTable as required."
)
_MISSING = (
    "Update global table operation failed because one or more replicas were not part of the global table. Please retry "
    "the request without these replicas: [{regions}]."
)
_NO_OTHERS = "ReplicaUpdates cannot be applied: this endpoint has no other Regions"


def check_replicas(updates: list[Structure], context: Context) -> None:
    """Refuse the replicas of a table that has none; raises ValidationException."""
    actions = [(kind, update[kind].get("RegionName")) for update in updates for kind in _ACTIONS if update.get(kind)]
    if len(actions) < len(updates):
        raise errors.validation("There are no actions specified in the Replica Update Action of the request.")
    kinds = {kind for kind, _ in actions}
    if len(kinds) > 1:
        raise errors.validation("Update table operation with more than one type of replica actions not allowed.")
    if len(actions) > 1 and kinds <= {"Create", "Delete"}:
        raise errors.validation(
            "Update table operation with more than one create or delete replica actions not allowed"
        )
    regions = [region for _, region in actions]
    if context.catalog.region in regions:
        raise errors.validation(_LOCAL)
    if "Create" not in kinds:
        raise errors.validation(_MISSING.format(regions=", ".join(map(str, regions))))
    raise errors.validation(_NO_OTHERS)
