"""A request as read: what stands where JSON stood.

Rule: values, without behaviour. `reading` makes them, checks and plans look at them.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from dynarig.emulator.model.values import Item, Value
from dynarig.emulator.model.walk import ValueFindings


class Attributes(Struct):
    """An attribute map (Item, Key, ExpressionAttributeValues, ExclusiveStartKey), walked.

    attributes: normalised. size: bytes of names and values. findings: of its walk; where nothing was found in the
    whole request, all maps share one. findings_by_key: for ExpressionAttributeValues with a finding, one a key, else
    None.
    """

    attributes: Item
    size: int
    findings: ValueFindings
    findings_by_key: dict[str, ValueFindings] | None = None


class Conditions(Struct):
    """A legacy map (Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter) with its values normalised.

    entries: name → structure, such as ``{"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}``.
    """

    entries: dict[str, Any]
    findings: ValueFindings


class Values(Struct):
    """A list of attribute values (PartiQL's Parameters), normalised."""

    values: list[Value]
    findings: ValueFindings


class Request(Struct):
    """One request, read.

    members: what the service model knows and the request sets, in the order sent; attribute maps are `Attributes`,
    legacy maps `Conditions`. body: as sent, for echoes. older: whether the older validation layer words its faults.
    clean: whether no walk found anything, so that checks of values may be skipped. programs: what checks compiled for
    the plan, by member name, such as ``{"ConditionExpression": …}``; shared, so replaced, where `fits` is known. fits:
    whether it is known to define just the placeholders that its expressions use.
    """

    operation: str
    members: dict[str, Any]
    body: dict[str, Any]
    older: bool
    clean: bool
    programs: dict[str, Any] = field(default_factory=dict)
    fits: bool = False
