"""A request as read: what stands where JSON stood.

Rule: values, without behaviour. `reading` makes them, checks and plans look at them.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.values import Item, Value


class Attributes(Struct, gc=False):
    """An attribute map (Item, Key, ExpressionAttributeValues, ExclusiveStartKey), walked.

    attributes: normalised. size: bytes of names and values. findings: of its walk; where nothing was found in the
    whole request, all maps share one. findings_by_key: for ExpressionAttributeValues with a finding, one a key, else
    None.
    """

    attributes: Item
    size: int
    findings: ValueFindings
    findings_by_key: dict[str, ValueFindings] | None = None


class Conditions(Struct, gc=False):
    """A legacy map (Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter) with its values normalised.

    entries: name → structure, such as ``{"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}``.
    """

    entries: dict[str, Any]
    findings: ValueFindings


class Values(Struct, gc=False):
    """A list of attribute values (PartiQL's Parameters), normalised."""

    values: list[Value]
    findings: ValueFindings


class CheckedStatement(Struct, frozen=True):
    """What is known of a statement that passed (see checked_statements).

    programs: its programs by member name. binders: of each, where `fits`, its binder for what its names stand for.
    fits: whether it defines just the placeholders that its programs use. each_time: the checks that must be asked of
    every request, as the runner of stages chose them. maps: its requests' members that are attribute maps. names: what
    its placeholders of names stand for, None without them. types: of each expression value the placeholder and type.
    """

    programs: dict[str, Any]
    binders: dict[str, Any]
    fits: bool
    each_time: tuple[Any, ...]
    maps: tuple[str, ...]
    names: dict[str, str] | None = None
    types: tuple[tuple[str, str], ...] = ()


class Request(Struct, gc=False):
    """One request, read.

    members: what the service model knows and the request sets, in the order sent; attribute maps are `Attributes`,
    legacy maps `Conditions`. body: as sent, for echoes. older: whether the older validation layer words its faults.
    clean: whether no walk found anything, so that checks of values may be skipped. programs: what checks compiled for
    the plan, by member name, such as ``{"ConditionExpression": …}``. statement: the one that was recognised, whose
    programs are shared and so not added to, or None.
    """

    operation: str
    members: dict[str, Any]
    body: dict[str, Any]
    older: bool
    clean: bool
    programs: dict[str, Any] = field(default_factory=dict)
    statement: CheckedStatement | None = None
