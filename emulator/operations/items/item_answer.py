"""From one item's planned write to the plan of its operation: the refusal, or what is answered.

Rule: Put, Update and Delete answer alike; what an update returns beside is its own. Capacity is the engine's to write.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.values import Item
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import ItemWrite

_GIGABYTE = 1_073_741_824


def reported_capacity(members: dict[str, Any]) -> str | None:
    """What ReturnConsumedCapacity asks for, None where nothing is to be reported."""
    detail = members.get("ReturnConsumedCapacity")
    return None if detail == "NONE" else detail


def plan_of(write: ItemWrite, members: dict[str, Any], key: Item, returned: Any = None) -> Plan:
    """The plan of a single write. key: the item or its key. returned: Attributes of the answer, None for none."""
    if write.refused:
        with_item = members.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and write.before is not None
        item = write.before.fragment if with_item and write.before is not None else None
        return Plan(write.charges, refusal=errors.condition_failed(item))
    response: dict[str, Any] = {}
    if returned is not None:
        response["Attributes"] = returned
    if write.table.collection_sizes is not None and members.get("ReturnItemCollectionMetrics") == "SIZE":
        response["ItemCollectionMetrics"] = collection_metrics(write, key)
    return Plan(write.charges, write.changes, response, capacity=reported_capacity(members))


def collection_metrics(write: ItemWrite, key: Item, *, applied: bool = False) -> dict[str, Any]:
    """ItemCollectionMetrics after this write, on a table with a local index; gigabytes rounded down, and one more.

    applied: the write has taken place, so the collection already has its new size.
    """
    growth = 0 if write.change is None or applied else write.change.collection_growth
    lower = float((write.table.collection_size(write.place[0]) + growth) // _GIGABYTE)
    name = write.table.schema.keys.partition[0].name
    return {"ItemCollectionKey": {name: key[name]}, "SizeEstimateRangeGB": [lower, lower + 1.0]}


def old_image(write: ItemWrite, members: dict[str, Any]) -> Any:
    """The whole old item where ReturnValues asks for it and there was one."""
    if members.get("ReturnValues") == "ALL_OLD" and write.before is not None:
        return write.before.fragment
    return None
