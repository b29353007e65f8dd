"""The actions of a transaction, each as a request of its own that the checks of single items can look at.

Rule: what an action says is judged before any table is looked up and refuses the whole request, in the order recorded
(2026): sets, deep expression values, sizes, expressions, placeholders.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynarig.emulator.expressions import CONDITION, UPDATE, BoundCondition
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import EMPTY_NAME, NESTING
from dynarig.emulator.model.keys import Place
from dynarig.emulator.operations.checks import constraints, expressions, placeholders, values
from dynarig.emulator.operations.checks.stages import (
    Check,
    Faults,
    bare,
    each_time,
    looks_at,
    remembering_runner,
    where_unclean,
)
from dynarig.emulator.operations.items.put_item import TOO_LARGE
from dynarig.emulator.operations.requests.request import Attributes, Request
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.storage.table import Table

REQUIRED = {
    "ConditionCheck": ("Key", "TableName", CONDITION),
    "Put": ("Item", "TableName"),
    "Delete": ("Key", "TableName"),
    "Update": ("Key", UPDATE, "TableName"),
}
_TOKEN_LENGTH_MAX = 36


class Action:
    """One action: its name, its members, and the request that checks see."""

    __slots__ = ("item", "members", "name", "request", "table_name")

    def __init__(self, name: str, members: dict[str, Any], request: Request) -> None:
        self.name = name
        self.members = members
        self.request = request
        self.table_name: str = members["TableName"]
        self.item: Attributes = members["Item" if name == "Put" else "Key"]

    def condition(self) -> BoundCondition | None:
        """The bound condition, or None."""
        return expressions.condition_of(self.request)


def raw_actions(request: Request) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, members) of every action; each item of the request holds one."""
    for item in request.members["TransactItems"]:
        yield from item.items()


def actions_of(request: Request) -> list[Action]:
    """Every action; made once a request, so that what checks compile is kept."""
    actions: list[Action] | None = request.programs.get("actions")
    if actions is None:
        actions = request.programs["actions"] = [
            Action(name, members, Request(request.operation, members, members, request.older, request.clean))
            for name, members in raw_actions(request)
        ]
    return actions


def place_of(action: Action, table: Table) -> Place | None:
    """The place that the action's key names, None where the key does not fit the table."""
    names = table.schema.keys.names
    try:
        key = {name: action.item.attributes[name] for name in names}
        check_key(table, key)
    except (KeyError, DynamoDBError):
        return None
    return table.place_of(key)


@looks_at("ClientRequestToken")
def _token(request: Request) -> Faults:
    token = request.members["ClientRequestToken"]
    if not token:
        return constraints.older_form(token, "clientRequestToken", constraints.length_at_least(1))
    if len(token) > _TOKEN_LENGTH_MAX:
        return constraints.older_form(token, "clientRequestToken", constraints.length_at_most(_TOKEN_LENGTH_MAX))
    return None


CLIENT_REQUEST_TOKEN: Check = _token


@looks_at("TransactItems")
def _empty_names(request: Request) -> Faults:
    for action in actions_of(request):
        if action.item.findings.empty_name:
            return EMPTY_NAME
        holder = action.members.get("ExpressionAttributeValues")
        if holder is not None and holder.findings.empty_name:
            return values.for_key(EMPTY_NAME, values.key_of_fault(holder, lambda findings: findings.empty_name) or "")
    return None


EMPTY_NAMES: Check = where_unclean(_empty_names)


@looks_at("Item", "Key")
def _item_values(request: Request) -> Faults:
    holder = request.members.get("Item") or request.members.get("Key")
    return None if holder is None else values.fault_text(holder.findings, request.older)


@looks_at("ExpressionAttributeValues")
def _deep_values(request: Request) -> Faults:
    """A value that is only compared may have 32 levels; from 33 it is refused, used or not."""
    holder = request.members["ExpressionAttributeValues"]

    def is_too_deep(findings: Any) -> bool:
        return bool(findings.depth > limits.NESTING_LEVELS_MAX + 1)

    if not is_too_deep(holder.findings):
        return None
    return values.for_key(NESTING, values.key_of_fault(holder, is_too_deep) or "")


@looks_at("ExpressionAttributeValues")
def _expression_values(request: Request) -> Faults:
    holder = request.members["ExpressionAttributeValues"]
    fault = holder.findings.fault
    if fault is None:
        return None
    key = values.key_of_fault(holder, lambda findings: findings.fault is not None)
    return values.for_key(fault.text(request.older), key or "")


@looks_at("Item")
def _item_depth(request: Request) -> Faults:
    return NESTING if request.members["Item"].findings.depth > limits.NESTING_LEVELS_MAX else None


@looks_at("Item")
def _item_size(request: Request) -> Faults:
    return TOO_LARGE if request.members["Item"].size > limits.ITEM_SIZE_BYTES_MAX else None


@looks_at(UPDATE)
@expressions.fault_raised_by
def _update_types(request: Request) -> None:
    request.programs[UPDATE].check_types(expressions.names_of(request), expressions.values_of(request))


@looks_at(UPDATE)
@expressions.fault_raised_by
def _update_paths(request: Request) -> None:
    request.programs[UPDATE].check_paths(expressions.names_of(request))


def payload_size(action: Action) -> int:
    """Bytes that an action brings: its item or key, and the values of its expressions."""
    values = action.members.get("ExpressionAttributeValues")
    return action.item.size + (0 if values is None else values.size)


def check_payload(size_bytes: int) -> None:
    """Refuse a transaction that brings too much; what is stored does not count (seen on the service)."""
    if size_bytes > limits.TRANSACTION_SIZE_BYTES_MAX:
        raise errors.validation(f"Transaction payload size cannot exceed 4MB. Payload Size: {size_bytes}")


_check_action = remembering_runner(
    (
        bare(where_unclean(_item_values)),
        bare(where_unclean(_expression_values)),
        bare(where_unclean(_deep_values)),
        bare(where_unclean(_item_depth)),
        bare(placeholders.PLACEHOLDERS),
        bare(placeholders.LARGE_VALUES),
        bare(expressions.parsed(UPDATE)),
        bare(expressions.sized(CONDITION, with_figure=True)),
        bare(each_time(_item_size)),
        bare(expressions.static(CONDITION, with_figure=True)),
        bare(_update_types),
        bare(expressions.DEFINED_AND_USED),
        bare(_update_paths),
    )
)


@looks_at("TransactItems")
def _each_action(request: Request) -> Faults:
    for action in actions_of(request):
        _check_action(action.request)
    return None


each_action: Check = _each_action


@looks_at("TransactItems")
def _key_nesting(request: Request) -> Faults:
    deep = any(action.item.findings.depth > limits.NESTING_LEVELS_MAX for action in actions_of(request))
    return NESTING if deep else None


KEY_NESTING: Check = where_unclean(_key_nesting)
