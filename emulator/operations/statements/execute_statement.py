"""ExecuteStatement: one PartiQL statement, a page of items or one write. The order of its checks is recorded (2026)."""

from __future__ import annotations

from functools import partial
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks import constraints
from dynarig.emulator.operations.checks.stages import gathered, runner
from dynarig.emulator.operations.checks.table_names import find_table
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import SINGLE, Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.statements import statement_requests
from dynarig.emulator.partiql import writes
from dynarig.emulator.partiql.next_token import Position, seal, unseal
from dynarig.emulator.partiql.parser import ONLY_IN_TRANSACTION
from dynarig.emulator.partiql.prepare import Inserting, Reading, Writing
from dynarig.emulator.partiql.selects import plan_select
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.writes import ItemWrite

STAGES = (
    gathered(
        constraints.RETURN_VALUES_ON_CONDITION_CHECK_FAILURE,
        constraints.bounds_old("Limit", 1),
        statement_requests.STATEMENT,
        constraints.RETURN_CONSUMED_CAPACITY,
        statement_requests.PARAMETERS,
    ),
)
_check = runner(STAGES)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request or its statement is refused."""
    request = read_request("ExecuteStatement", body)
    _check(request)
    statement = statement_requests.prepared(request.members)
    if isinstance(statement, Reading):
        if statement.exists:
            raise errors.validation(ONLY_IN_TRANSACTION)
        return _select(statement, request, context)
    if isinstance(statement, Inserting):
        return _insert(statement, request, context)
    return _change(statement, request, context)


def _select(reading: Reading, request: Request, context: Context) -> Plan:
    members = request.members
    sent = request.body.get("Parameters") or []
    text = members["Statement"]

    def resume() -> Position | None:
        token = members.get("NextToken")
        return None if token is None else unseal(token, text, sent)

    selection = plan_select(
        reading,
        partial(find_table, context.catalog),
        limit=members.get("Limit"),
        consistent=members.get("ConsistentRead", False),
        resume=resume,
    )
    response: dict[str, Any] = {"Items": selection.items}
    if selection.position is not None:
        response["NextToken"] = seal(selection.position, text, sent)
    return Plan(selection.charges, response=response, capacity=reported_capacity(members))


def _insert(inserting: Inserting, request: Request, context: Context) -> Plan:
    table = find_table(context.catalog, inserting.table)
    writes.check_insert(inserting, table)
    refuse_held(table, inserting.item, context.now)
    write = writes.plan_insert(inserting, table)
    if write.refused and not inserting.if_not_exists:
        return Plan(write.charges, refusal=errors.duplicate_item())
    return _done(write, [], request)


def _change(writing: Writing, request: Request, context: Context) -> Plan:
    if writing.fault is not None:
        raise errors.validation(writing.fault)
    table = find_table(context.catalog, writing.table)
    key = writes.write_key(writing, table)
    writes.check_key_types(key, table)
    refuse_held(table, key, context.now)
    write = writes.plan_change(writing, table, key)
    if write.refused:
        item = writes.shown_item(write) if statement_requests.shows_item(request.members) else None
        return Plan(write.charges, refusal=statement_requests.condition_failed(item))
    return _done(write, writes.returned(writing, write), request)


def _done(write: ItemWrite, items: list[Any], request: Request) -> Plan:
    return Plan(write.charges, write.changes, {"Items": items}, capacity=reported_capacity(request.members))


EXECUTE_STATEMENT = Operation("ExecuteStatement", plan, SINGLE)
