"""A parsed statement and its parameters: what it asks, ready to be planned against a table.

Rule: everything that needs no table is decided here, in the service's order (recorded 2026): count of parameters, what
no statement may say, literals; then, kept as `fault` for the planner to tell, what operands are refused for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.emulator.expressions.parse.ast import Action, Condition
from dynarig.emulator.expressions.run.condition import compile_node
from dynarig.emulator.expressions.run.paths import Steps
from dynarig.emulator.expressions.run.update import BoundUpdate, bind_actions
from dynarig.emulator.model import errors
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.values import Item
from dynarig.emulator.model.walk import walk_attributes
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.conditions import ConditionReader, path_of
from dynarig.emulator.partiql.literals import EMPTY_COMPONENT, MISMATCH, ROOT, Parameters, members_of
from dynarig.emulator.partiql.terms import Delete, Exists, Insert, OrderTerm, Refused, Select, Source, Statement, Update
from dynarig.emulator.partiql.updates import UpdateReader, meeting_later_first

NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
ONLY_TABLE = "FROM clause may only contain a single table name in data manipulation statements"
ON_INDEX = "This operation is not supported on an index"
TOO_MANY_COMPONENTS = "A path may contain at most 2 components in the FROM clause"
ITEM_FORM = (
    "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement."
)


@dataclass(slots=True)
class Reading:
    """SELECT, prepared. index: its name or None. projection: paths, None for everything. exists: EXISTS(SELECT …)."""

    table: str
    index: str | None
    projection: tuple[Steps, ...] | None
    condition: Condition | None
    order: tuple[OrderTerm, ...]
    fault: str | None
    exists: bool = False


@dataclass(slots=True)
class Inserting:
    """INSERT, prepared. depth: the most maps and lists around a leaf. size: bytes of names and values."""

    table: str
    item: Item
    size: int
    depth: int
    if_not_exists: bool
    fault: str | None = None


@dataclass(slots=True)
class Writing:
    """UPDATE or DELETE, prepared. update: None for DELETE. returning: such as ``MODIFIED OLD``, or None."""

    table: str
    condition: Condition | None
    update: BoundUpdate | None
    actions: tuple[Action, ...]
    returning: str | None
    fault: str | None


Prepared = Reading | Inserting | Writing


def prepare(statement: Statement, parameters: Parameters) -> Prepared:
    """Put the parameters into a statement. Raises ValidationException."""
    if statement.parameters > len(parameters):
        raise errors.validation(MISMATCH)
    if isinstance(statement, Refused):
        raise errors.validation(statement.fault)
    if isinstance(statement, Insert):
        return _inserting(statement, parameters)
    if isinstance(statement, Select):
        return _reading(statement, parameters)
    if isinstance(statement, Exists):
        reading = _reading(statement.select, parameters)
        reading.exists = True
        return reading
    return _writing(statement, parameters)


def _names(source: Source) -> tuple[str, str | None]:
    if len(source.components) > 2:
        raise errors.validation(TOO_MANY_COMPONENTS)
    if "" in source.components:
        raise errors.validation(EMPTY_COMPONENT)
    return source.components[0], source.components[1] if len(source.components) == 2 else None


def _reading(select: Select, parameters: Parameters) -> Reading:
    if select.fault is not None:
        raise errors.validation(select.fault)
    table, index = _names(select.source)
    projection: tuple[Steps, ...] | None = None
    if select.projection is not None:
        projection = tuple([path_of(term).steps for term in select.projection])  # type: ignore[misc]
    condition, fault = _condition(select.where, parameters)
    if fault is None and projection is not None and len(projection) > 1:
        fault = meeting_later_first(projection)  # as DynamoDB Local gives it
    return Reading(table, index, projection, condition, select.order, fault)


def _condition(where: terms.Term | None, parameters: Parameters) -> tuple[Condition | None, str | None]:
    if where is None:
        return None, None
    reader = ConditionReader(parameters)
    node = reader.read(where)
    return node, reader.faults[0] if reader.faults else None


def _inserting(statement: Insert, parameters: Parameters) -> Inserting:
    if len(statement.source.components) > 1:
        raise errors.validation(f"{ONLY_TABLE} at {statement.source.at}")
    table, _ = _names(statement.source)
    value = statement.value
    if value.kind != terms.STRUCT:
        raise errors.validation(f"{ITEM_FORM} at {value.at}")
    item = members_of(value, parameters, ROOT, 0, of_item=True)
    walk = ValueFindings()
    item, size = walk_attributes(item, walk)
    return Inserting(table, item, size, walk.depth, statement.if_not_exists)


def _writing(statement: Update | Delete, parameters: Parameters) -> Writing:
    table, index = _names(statement.source)
    if index is not None:
        raise errors.validation(ON_INDEX)
    condition, fault = _condition(statement.where, parameters)
    update: BoundUpdate | None = None
    actions: tuple[Action, ...] = ()
    if isinstance(statement, Update):
        reader = UpdateReader(parameters)
        actions = reader.read(statement.clauses)
        if fault is None and reader.faults:
            fault = reader.faults[0]
        if fault is None:
            update = bind_actions(actions)
    elif statement.returning not in (None, "ALL OLD"):
        fault = fault or (
            f"Invalid returning clause: RETURNING {statement.returning} *. "
            "Only RETURNING ALL OLD * is allowed in DELETE statements."
        )
    if condition is None:
        fault = fault or NO_KEY
    return Writing(table, condition, update, actions, statement.returning, fault)


def matcher(condition: Condition | None) -> Any:
    """The predicate of a condition; everything meets none."""
    return (lambda item: True) if condition is None else compile_node(condition)
