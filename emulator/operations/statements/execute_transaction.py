"""ExecuteTransaction: up to 100 PartiQL statements on one item each, all reads or all writes, all or none.

Rule: what a statement says refuses the request whole and names the statement; what its item is cancels the transaction,
a reason each (recorded 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import Item, text_size, type_of, value_size
from dynarig.emulator.operations.checks import constraints
from dynarig.emulator.operations.checks.stages import Faults, gathered, looks_at, runner
from dynarig.emulator.operations.checks.table_names import find_table
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import TRANSACTION_WRITE, Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.statements import statement_requests
from dynarig.emulator.operations.transactions import transaction_actions
from dynarig.emulator.operations.transactions.transaction_tokens import remember, replayed
from dynarig.emulator.partiql import key_reads, selects, writes
from dynarig.emulator.partiql.parser import parse
from dynarig.emulator.partiql.prepare import Inserting, Prepared, Reading, Writing, prepare
from dynarig.emulator.planning.conflicts import outcome_of_held
from dynarig.emulator.planning.key_checks import check_empty_keys, check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.reads import plan_get
from dynarig.emulator.planning.transactions import (
    Outcome,
    check_read_size,
    conclude,
    outcome_of_write,
    reason_of,
    refuse_repeats,
)
from dynarig.emulator.planning.writes import ItemWrite
from dynarig.emulator.storage.table import Table

MIXED = "ExecuteTransaction API does not support both read and write operations in the same request."
RETURNING = "RETURNING clause is not supported in ExecuteTransaction."
ON_INDEX = "Reads on indices are not supported within transactions."
EXISTS_ALONE = "EXISTS can only be used in ExecuteTransaction write requests."
_NAME = "ExecuteTransaction"
_FAILED = {"Code": "ConditionalCheckFailed", "Message": errors.CONDITION_FAILED}


@looks_at("TransactStatements")
def _statements(request: Request) -> Faults:
    most = limits.TRANSACTION_ACTIONS_MAX
    return statement_requests.list_faults(request, "TransactStatements", most, "ParameterizedStatement") or None


STAGES = (
    gathered(constraints.required("TransactStatements")),
    gathered(transaction_actions.CLIENT_REQUEST_TOKEN, _statements, constraints.RETURN_CONSUMED_CAPACITY),
)
_check = runner(STAGES)


class _Action:
    """One statement: what it asks, and of which item. table: None where there is no such table."""

    def __init__(self, number: int, members: dict[str, Any], statement: Prepared) -> None:
        self.number = number
        self.members = members
        self.statement = statement
        self.table: Table | None = None
        self.key: Item = {}
        self.write: ItemWrite | None = None

    @property
    def is_read(self) -> bool:
        """Whether it reads; EXISTS counts as a write."""
        return isinstance(self.statement, Reading) and not self.statement.exists

    def refuse(self, text: str | None) -> DynamoDBError:
        """A refusal that names the statement."""
        return errors.validation(f"Validation failed in TransactStatements[{self.number}]: {text}")

    def check(self) -> None:
        """What the statement says. Raises ValidationException."""
        statement = self.statement
        if isinstance(statement, Reading) and statement.index is not None:
            raise self.refuse(ON_INDEX)
        if statement.fault is not None:
            raise self.refuse(statement.fault)
        if isinstance(statement, Writing) and statement.returning is not None:
            raise self.refuse(RETURNING)

    def find(self, context: Context) -> None:
        """Find the table and the item. Raises ValidationException."""
        statement = self.statement
        try:
            self.table = table = find_table(context.catalog, statement.table)
        except DynamoDBError:
            return
        try:
            if isinstance(statement, Inserting):
                self.key = statement.item
            elif isinstance(statement, Writing):
                self.key = writes.write_key(statement, table)
                writes.check_scalar_keys(self.key, table)
            else:
                key = key_reads.key_of_read(statement.condition, table.schema.keys, alone=not statement.exists)
                if key is None:
                    raise errors.validation(writes.EXISTS_KEY)
                self.key = key
        except DynamoDBError as error:
            raise self.refuse(error.message) from None
        check_empty_keys(table, self.key)
        if isinstance(statement, Inserting) and statement.size > limits.ITEM_SIZE_BYTES_MAX:
            raise errors.validation(writes.TOO_LARGE)  # as of a Put: the whole request (recorded 2026)

    @property
    def mismatched(self) -> bool:
        """Whether the key of anything but INSERT is of the wrong type: that is told alone."""
        if self.table is None or isinstance(self.statement, Inserting):
            return False
        return any(type_of(self.key[each.name]) != each.type for each in self.table.schema.keys.attributes)

    @property
    def place(self) -> Any:
        """The item's place, None where the key does not fit."""
        if self.table is None:
            return None
        try:
            key = {name: self.key[name] for name in self.table.schema.keys.names}
            check_key(self.table, key)
        except (KeyError, DynamoDBError):
            return None
        return self.table.place_of(key)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request is refused whole."""
    request = read_request(_NAME, body)
    _check(request)
    identity = _identity(request)
    replay = replayed(_NAME, identity, context)
    if replay is not None:
        return replay
    actions = _actions(request)
    for action in actions:
        action.check()
    reads = [action.is_read for action in actions]
    if any(reads) and not all(reads):
        raise errors.validation(_mixed_text(actions))
    for action in actions:
        action.find(context)
    refuse_repeats(
        [(action.table, place) for action in actions if action.table and (place := action.place) is not None]
    )
    if any(action.mismatched for action in actions):
        mismatch = reason_of(errors.validation(errors.KEY_MISMATCH))
        outcomes = [Outcome(reason=mismatch) if action.mismatched else Outcome() for action in actions]
        return conclude(outcomes, {}, None)
    capacity = reported_capacity(request.members)
    if all(reads):
        return _plan_reads(actions, context.now, capacity)
    return remember(_NAME, identity, context, _plan_writes(actions, context.now, capacity), _written(actions))


def _mixed_text(actions: Sequence[_Action]) -> str:
    """EXISTS among reads has a text of its own."""
    if any(isinstance(action.statement, Reading) and action.statement.exists for action in actions) and all(
        isinstance(action.statement, Reading) for action in actions
    ):
        return EXISTS_ALONE
    return MIXED


def _identity(request: Request) -> Request:
    """The request as tokens compare it: the mode for failed conditions is NONE where it is not said."""
    statements = [
        {name: value for name, value in each.items() if value is not None and value != "NONE"}
        for each in request.body["TransactStatements"]
    ]
    return Request(_NAME, request.members, {"TransactStatements": statements}, request.older, request.clean)


def _actions(request: Request) -> list[_Action]:
    """Every statement, prepared. Raises ValidationException."""
    members = request.members["TransactStatements"]
    parameters = [statement_requests.values_of(each) for each in members]
    actions = []
    for number, (each, values) in enumerate(zip(members, parameters, strict=True)):
        try:
            statement = prepare(parse(each["Statement"]), values)
        except DynamoDBError as error:
            raise errors.validation(f"Validation failed in TransactStatements[{number}]: {error.message}") from None
        actions.append(_Action(number, each, statement))
    return actions


def _written(actions: Sequence[_Action]) -> list[ItemWrite]:
    return [action.write for action in actions if action.write is not None]


def _plan_reads(actions: Sequence[_Action], now: float, capacity: str | None) -> Plan:
    outcomes, responses, sizes = [], [], []
    for action in actions:
        statement, table = action.statement, action.table
        assert isinstance(statement, Reading)
        if table is None:
            outcomes.append(Outcome(reason=reason_of(errors.resource_not_found())))
            continue
        try:
            check_key(table, action.key)
        except DynamoDBError as error:
            outcomes.append(Outcome(reason=reason_of(error)))
            continue
        read = plan_get(table, action.key, consistent=True, transactional=True)
        outcomes.append(outcome_of_held(table, table.place_of(action.key), now) or Outcome(read.charges))
        sizes.append(0 if read.stored is None else read.stored.size)
        item = selects.shown(statement, read.stored)
        responses.append({} if item is None or item == {} else {"Item": item})
    check_read_size(sizes)
    return conclude(outcomes, {"Responses": responses}, capacity)


def _plan_writes(actions: Sequence[_Action], now: float, capacity: str | None) -> Plan:
    transaction_actions.check_payload(sum(map(_payload_size, actions)))
    outcomes = [_outcome(action, now) for action in actions]
    if any(outcome.fails for outcome in outcomes):
        for position, action in enumerate(actions):
            if _misses(action) and not outcomes[position].fails:
                outcomes[position] = Outcome(reason=_FAILED)
    return conclude(outcomes, {"Responses": []}, capacity)


def _payload_size(action: _Action) -> int:
    """Bytes that a statement brings: its text and its parameters."""
    values = statement_requests.values_of(action.members)
    return text_size(action.members["Statement"]) + sum(map(value_size, values))


def _misses(action: _Action) -> bool:
    """A DELETE with a condition of an item that is not there fails only where the transaction does (recorded 2026)."""
    statement, write = action.statement, action.write
    if not isinstance(statement, Writing) or statement.update is not None or write is None or write.before is not None:
        return False
    return writes.has_condition(statement, write.table)


def _outcome(action: _Action, now: float) -> Outcome:
    table = action.table
    if table is None:
        return Outcome(reason=reason_of(errors.resource_not_found()))

    def write() -> ItemWrite:
        statement = action.statement
        if isinstance(statement, Inserting):
            writes.check_insert(statement, table, transactional=True)
            planned = writes.plan_insert(statement, table, transactional=True)
            if planned.refused and statement.if_not_exists:
                planned.refused = False
            elif planned.refused:
                raise errors.duplicate_item()
        elif isinstance(statement, Writing):
            planned = writes.plan_change(statement, table, action.key, transactional=True)
        else:
            check_key(table, action.key)
            planned = writes.plan_exists(statement, table, action.key)
        action.write = planned
        return planned

    def shown(refused: ItemWrite) -> Any | None:
        return writes.shown_item(refused) if statement_requests.shows_item(action.members) else None

    outcome = outcome_of_write(write, shown)
    if action.write is None:
        return outcome
    return outcome_of_held(table, action.write.place, now) or outcome


EXECUTE_TRANSACTION = Operation("ExecuteTransaction", plan, TRANSACTION_WRITE)
