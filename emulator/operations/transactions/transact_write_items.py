"""TransactWriteItems: up to 100 puts, updates, deletes and checks, all or none. The checks' order is recorded (2026).

A request is refused whole for what it says; for what its items are, it is cancelled with a reason an action.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.expressions import CONDITION, UPDATE
from dynarig.emulator.model import limits
from dynarig.emulator.model.java_order import holds_number_set, order_number_sets
from dynarig.emulator.operations.checks import constraints, expressions, values
from dynarig.emulator.operations.checks.stages import Faults, bare, gathered, looks_at, runner
from dynarig.emulator.operations.checks.table_names import find_table, name_faults
from dynarig.emulator.operations.items.item_answer import collection_metrics, reported_capacity
from dynarig.emulator.operations.operation import TRANSACTION_WRITE, Context, Operation
from dynarig.emulator.operations.requests import java_echo
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.transactions import transaction_actions
from dynarig.emulator.operations.transactions.transaction_actions import Action, actions_of
from dynarig.emulator.operations.transactions.transaction_tokens import remember, replayed
from dynarig.emulator.planning.conflicts import outcome_of_held
from dynarig.emulator.planning.key_checks import check_empty_keys, check_item_keys, check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.transactions import Outcome, conclude, outcome_of_write, refuse_repeats
from dynarig.emulator.planning.writes import ItemWrite, plan_check, plan_delete, plan_put, plan_update
from dynarig.emulator.storage.table import Table


@looks_at("TransactItems")
def _on_condition_failure(request: Request) -> Faults:
    faults = []
    for number, item in enumerate(request.members["TransactItems"], 1):
        for name, action in item.items():
            value = action.get("ReturnValuesOnConditionCheckFailure")
            if value is not None and value not in constraints.ON_CONDITION_FAILURE_VALUES:
                path = f"transactItems.{number}.member.{constraints.path_of(name)}.returnValuesOnConditionCheckFailure"
                faults.append(
                    constraints.older_form(value, path, constraints.one_of(constraints.ON_CONDITION_FAILURE_VALUES))
                )
    return faults or None


@looks_at("TransactItems")
def _one_action(request: Request) -> Faults:
    for item in request.members["TransactItems"]:
        if not item:
            return "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
        if len(item) > 1:
            return "TransactItems can only contain one of Check, Put, Update or Delete"
    return None


@looks_at("TransactItems")
def _members(request: Request) -> Faults:
    """Members that every action needs, then table names: all of them."""
    missing, names = [], []
    for number, (name, action) in enumerate(transaction_actions.raw_actions(request), 1):
        path = f"transactItems.{number}.member.{constraints.path_of(name)}"
        missing += [
            constraints.null(f"{path}.{constraints.path_of(member)}")
            for member in transaction_actions.REQUIRED[name]
            if member not in action
        ]
        if "TableName" in action:
            names += name_faults(action["TableName"], f"{path}.tableName")
    return missing or names or None


STAGES = (
    gathered(constraints.required("TransactItems")),
    gathered(constraints.counted("TransactItems", limits.TRANSACTION_ACTIONS_MAX, java_echo.transact_write_items)),
    gathered(
        _on_condition_failure,
        transaction_actions.CLIENT_REQUEST_TOKEN,
        constraints.RETURN_CONSUMED_CAPACITY,
        constraints.RETURN_ITEM_COLLECTION_METRICS,
    ),
    bare(_one_action),
    gathered(_members),
)
STAGES_OF_CONTENT = (
    bare(values.DEEP_NESTING),
    bare(transaction_actions.EMPTY_NAMES),
    bare(transaction_actions.each_action),
    bare(transaction_actions.KEY_NESTING),
)
_check = runner(STAGES)
_check_content = runner(STAGES_OF_CONTENT)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request is refused whole."""
    request = read_request("TransactWriteItems", body)
    _check(request)
    replay = replayed("TransactWriteItems", request, context)
    if replay is not None:
        return replay
    _check_content(request)
    actions = actions_of(request)
    tables = [find_table(context.catalog, action.table_name) for action in actions]
    for action, table in zip(actions, tables, strict=True):
        check_empty_keys(table, action.item.attributes)
    planned = [_outcome(action, table, context.now) for action, table in zip(actions, tables, strict=True)]
    refuse_repeats([(table, place) for table, (place, _, _) in zip(tables, planned, strict=True) if place is not None])
    writes = [write for _, write, _ in planned if write is not None]
    transaction_actions.check_payload(sum(map(transaction_actions.payload_size, actions)))
    concluded = conclude(
        [outcome for _, _, outcome in planned], _response(request, actions, writes), reported_capacity(request.members)
    )
    return remember("TransactWriteItems", request, context, concluded, writes)


def _outcome(action: Action, table: Table, now: float) -> tuple[Any, ItemWrite | None, Outcome]:
    """(place, planned write or None, outcome) of one action; a place is None where the key does not fit."""
    planned: list[ItemWrite] = []

    def write() -> ItemWrite:
        if action.name == "Put":
            check_item_keys(table, action.item.attributes)
        else:
            check_key(table, action.item.attributes)
        planned.append(_WRITES[action.name](action, table))
        return planned[0]

    outcome = outcome_of_write(write, lambda refused: _shown(action, refused))
    if not planned:
        return transaction_actions.place_of(action, table), None, outcome
    place = planned[0].place
    return place, planned[0], outcome_of_held(table, place, now) or outcome


def _put(action: Action, table: Table) -> ItemWrite:
    item = action.item
    return plan_put(table, item.attributes, item.size, condition=action.condition(), transactional=True)


def _delete(action: Action, table: Table) -> ItemWrite:
    return plan_delete(table, action.item.attributes, condition=action.condition(), transactional=True)


def _update(action: Action, table: Table) -> ItemWrite:
    update = expressions.update_of(action.request)
    return plan_update(table, action.item.attributes, update, condition=action.condition(), transactional=True)


def _condition_check(action: Action, table: Table) -> ItemWrite:
    condition = action.condition()
    assert condition is not None, "a ConditionCheck that was not checked"
    return plan_check(table, action.item.attributes, condition)


_WRITES: dict[str, Callable[[Action, Table], ItemWrite]] = {
    "Put": _put,
    "Delete": _delete,
    "Update": _update,
    "ConditionCheck": _condition_check,
}
assert CONDITION in transaction_actions.REQUIRED["ConditionCheck"]
assert UPDATE in transaction_actions.REQUIRED["Update"]


def _shown(action: Action, write: ItemWrite) -> Any | None:
    """The stored item, where a failed condition shows it; number sets come in hash order."""
    if action.members.get("ReturnValuesOnConditionCheckFailure") != "ALL_OLD" or write.before is None:
        return None
    if holds_number_set(write.before.raw):
        return order_number_sets(write.before.attributes)
    return write.before.fragment


def _response(request: Request, actions: list[Action], writes: list[ItemWrite]) -> dict[str, Any]:
    if request.members.get("ReturnItemCollectionMetrics") != "SIZE" or len(writes) != len(actions):
        return {}
    metrics: dict[str, dict[Any, Any]] = {}
    for action, write in zip(actions, writes, strict=True):
        if write.table.collection_sizes is not None:
            shown = metrics.setdefault(write.table.name, {})
            shown[write.place[0]] = collection_metrics(write, action.item.attributes)
    return {"ItemCollectionMetrics": {name: list(each.values()) for name, each in metrics.items()}} if metrics else {}


TRANSACT_WRITE_ITEMS = Operation("TransactWriteItems", plan, TRANSACTION_WRITE)
