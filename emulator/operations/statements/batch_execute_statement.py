"""BatchExecuteStatement: up to 25 PartiQL statements on one item each, all reads or all writes; each fails by itself.

Rule: a member that is refused before its item is known takes no part in the checks on the whole batch. Which errors
name their table, and what a failed member adds to the capacity reported, is recorded (2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from dynarig.emulator.model import errors
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import Item
from dynarig.emulator.operations.checks import constraints
from dynarig.emulator.operations.checks.stages import Faults, gathered, looks_at, runner
from dynarig.emulator.operations.checks.table_names import find_table
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import LIST, Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.statements import statement_requests
from dynarig.emulator.partiql import key_reads, selects, writes
from dynarig.emulator.partiql.parser import ONLY_IN_TRANSACTION
from dynarig.emulator.partiql.prepare import Inserting, Prepared, Reading, Writing
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import BatchPlan, Charge, Plan
from dynarig.emulator.planning.reads import plan_get
from dynarig.emulator.planning.writes import ItemWrite
from dynarig.emulator.storage.table import Table

STATEMENTS_MAX = 25  # API reference, BatchExecuteStatement
MIXED = "Read and write requests together in the same batch is not supported."
DUPLICATES = "Provided list of item keys contains duplicates"
KEY_OF_SELECT = "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
# Failures that name their table although they are plain validation errors (recorded 2026).
_NAMING = (
    errors.ONE_OR_MORE + "Size of hashkey",
    errors.ONE_OR_MORE + "Aggregated size of all range keys",
    errors.ONE_OR_MORE + "Cannot update attribute",
)


@looks_at("Statements")
def _statements(request: Request) -> Faults:
    return statement_requests.list_faults(request, "Statements", STATEMENTS_MAX, "BatchStatementRequest") or None


STAGES = (
    gathered(constraints.required("Statements")),
    gathered(constraints.RETURN_CONSUMED_CAPACITY, _statements),
)
_check = runner(STAGES)


class _Member:
    """One statement of the batch: what it asks, of which item, and what came of it."""

    def __init__(self, members: dict[str, Any]) -> None:
        self.members = members
        self.statement: Prepared | None = None
        self.table: Table | None = None
        self.key: Item = {}
        self.plan = Plan()
        self.answer: dict[str, Any] = {}
        self.failed = False

    def fail(self, error: DynamoDBError, *, named: bool = False, item: Any = None) -> None:
        """Answer an error. named: it tells its table, as some texts do anyway."""
        self.failed = True
        told: dict[str, Any] = {"Code": error.short_code, "Message": error.message}
        if item is not None:
            told["Item"] = item
        self.answer = {"Error": told}
        if self.table is not None and (named or (error.message or "").startswith(_NAMING)):
            self.answer["TableName"] = self.table.name

    def find(self, context: Context) -> None:
        """Parse, prepare, find the table and the item. Raises DynamoDBError."""
        statement = statement_requests.prepared(self.members)
        if isinstance(statement, Reading):
            if statement.exists:
                raise errors.validation(ONLY_IN_TRANSACTION)
            self._find_read(statement, context)
        elif isinstance(statement, Inserting):
            self.table = find_table(context.catalog, statement.table)
            writes.check_insert(statement, self.table)
            self.key = {name: statement.item[name] for name in self.table.schema.keys.names}
        else:
            if statement.fault is not None:
                raise errors.validation(statement.fault)
            self.table = find_table(context.catalog, statement.table)
            self.key = writes.write_key(statement, self.table)
            writes.check_key_types(self.key, self.table)
            check_key(self.table, self.key)
        self.statement = statement

    def _find_read(self, reading: Reading, context: Context) -> None:
        if reading.fault is not None:
            raise errors.validation(reading.fault)
        self.table = find_table(context.catalog, reading.table)
        keys = self.table.schema.keys
        branches = key_reads.branches_of(reading.condition, keys)
        if reading.index is None:
            key_reads.key_read(branches, keys, of_index=False)
        key = key_reads.key_of_read(reading.condition, keys)
        if reading.index is not None or key is None:
            raise errors.validation(KEY_OF_SELECT)
        check_key(self.table, key)
        self.key = key

    def run(self, now: float) -> None:
        """Plan what the statement asks of its item."""
        table, statement = self.table, self.statement
        assert table is not None
        self.answer = {"TableName": table.name}
        try:
            if isinstance(statement, Reading):
                self._read(statement, table)
                return
            refuse_held(table, self.key, now)
            if isinstance(statement, Inserting):
                write = writes.plan_insert(statement, table)
                self._written(write, errors.duplicate_item(), ignored=statement.if_not_exists)
            else:
                assert isinstance(statement, Writing)
                write = writes.plan_change(statement, table, self.key)
                self._written(write, errors.condition_failed())
                if not self.failed:
                    for item in writes.returned(statement, write):
                        self.answer["Item"] = item
        except DynamoDBError as error:
            self.fail(error)

    def _read(self, reading: Reading, table: Table) -> None:
        read = plan_get(table, self.key, consistent=self.members.get("ConsistentRead", False))
        self.plan = Plan(read.charges)
        item = selects.shown(reading, read.stored)
        if item is not None:
            self.answer["Item"] = item

    def _written(self, write: ItemWrite, refusal: DynamoDBError, *, ignored: bool = False) -> None:
        if write.refused and not ignored:
            wants_item = statement_requests.shows_item(self.members) and isinstance(self.statement, Writing)
            self.plan = Plan([replace(charge, target=write.table.failed_target) for charge in write.charges])
            self.fail(refusal, named=True, item=writes.shown_item(write) if wants_item else None)
            return
        self.plan = Plan(write.charges, write.changes)


def plan(body: dict[str, Any], context: Context) -> BatchPlan:
    """One plan a statement; raises DynamoDBError where the request is refused whole."""
    request = read_request("BatchExecuteStatement", body)
    _check(request)
    batch = [_Member(members) for members in request.members["Statements"]]
    for member in batch:
        try:
            member.find(context)
        except DynamoDBError as error:
            member.fail(error)
    _check_together([member for member in batch if not member.failed])
    for member in batch:
        if not member.failed:
            member.run(context.now)
    _drop_unreported(batch)
    succeeds = any(not member.failed for member in batch)
    capacity = reported_capacity(request.members) if succeeds else None
    return BatchPlan([member.plan for member in batch], _Answer(batch), capacity)


def _check_together(batch: Sequence[_Member]) -> None:
    """All reads or all writes, of an item each. Raises ValidationException."""
    if len({isinstance(member.statement, Reading) for member in batch}) > 1:
        raise errors.validation(MIXED)
    places = {(member.table.name, member.table.place_of(member.key)) for member in batch if member.table is not None}
    if len(places) != len(batch):
        raise errors.validation(DUPLICATES)


def _drop_unreported(batch: Sequence[_Member]) -> None:
    """A table whose statements all failed reports nothing (recorded 2026)."""
    done = {charge.target.table for member in batch if not member.failed for charge in member.plan.charges}
    for member in batch:
        charges: Sequence[Charge] = member.plan.charges
        if member.failed and charges and charges[0].target.table not in done:
            member.plan = Plan()


class _Answer:
    """Responses, once it is known which members were admitted."""

    def __init__(self, batch: Sequence[_Member]) -> None:
        self._batch = batch

    def __call__(self, outcomes: Sequence[DynamoDBError | None]) -> dict[str, Any]:
        for member, throttle in zip(self._batch, outcomes, strict=True):
            if throttle is not None and not member.failed:
                member.fail(throttle, named=True)
        return {"Responses": [member.answer for member in self._batch]}


BATCH_EXECUTE_STATEMENT = Operation("BatchExecuteStatement", plan, LIST)
