"""Expressions as stages: each is compiled and checked in its turn, and its program left for the plan.

Rule: what is refused, and its text, is the expression room's; when, and in what envelope, is the operation's.
Programs are kept in ``request.programs`` by member name and bound once the plan asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dynarig.emulator.expressions import (
    CONDITION,
    FILTER,
    KEY_CONDITION,
    PROJECTION,
    UPDATE,
    BoundCondition,
    BoundKeyCondition,
    BoundProjection,
    BoundUpdate,
    ChargedUpdate,
    check_not_empty,
    check_size,
    compile_expression,
    compile_node,
    unused,
)
from dynarig.emulator.expressions.parse.ast import Condition
from dynarig.emulator.expressions.run.condition import paths_of
from dynarig.emulator.model.errors import DynamoDBError, validation
from dynarig.emulator.model.values import Item
from dynarig.emulator.operations.checks.stages import Check, Faults, each_time, looks_at
from dynarig.emulator.operations.requests.checked_statements import fits
from dynarig.emulator.operations.requests.request import Request

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
_KINDS = (UPDATE, CONDITION, KEY_CONDITION, FILTER, PROJECTION)


def names_of(request: Request) -> Mapping[str, str] | None:
    """ExpressionAttributeNames, or None."""
    return request.members.get(_NAMES)


def values_of(request: Request) -> Item | None:
    """ExpressionAttributeValues as attributes, or None."""
    holder = request.members.get(_VALUES)
    return None if holder is None else holder.attributes


def fault_raised_by(look: Callable[[Request], None]) -> Callable[[Request], Faults]:
    """A look from a function that raises: the text of what it raises."""

    def told_look(request: Request) -> Faults:
        try:
            look(request)
        except DynamoDBError as error:
            return error.message
        return None

    return told_look


def not_empty(kind: str) -> Check:
    """An expression without text, which some operations look at ahead of all parsing."""
    return looks_at(kind)(fault_raised_by(lambda request: check_not_empty(kind, request.members[kind])))


def sized(kind: str, *, with_figure: bool = False) -> Check:
    """The size of an expression's text, which transactions look at ahead of all parsing."""
    return looks_at(kind)(fault_raised_by(lambda request: check_size(kind, request.members[kind], with_figure)))


def parsed(kind: str, *, with_figure: bool = False) -> Check:
    """Compiles an expression: size, syntax, names, functions."""

    def look(request: Request) -> None:
        text: Any = request.members[kind]
        request.programs[kind] = compile_expression(kind, text, with_figure)  # type: ignore[call-overload]

    return looks_at(kind)(fault_raised_by(look))


def operands(kind: str) -> Check:
    """The operand types and paths of an expression that was compiled."""
    check = looks_at(kind)(
        fault_raised_by(lambda request: request.programs[kind].check_operands(names_of(request), values_of(request)))
    )
    return each_time(check, _judges_contents(kind))


def static(kind: str, *, with_figure: bool = False) -> Check:
    """Compiles an expression and checks its operands, at once."""

    def look(request: Request) -> Faults:
        members = request.members
        values = members.get(_VALUES)
        program: Any = request.programs.get(kind)  # there, where the statement was recognised
        try:
            if program is None:
                program = compile_expression(kind, members[kind], with_figure)  # type: ignore[call-overload]
                request.programs[kind] = program
            program.check_operands(members.get(_NAMES), None if values is None else values.attributes)
        except DynamoDBError as error:
            return error.message
        return None

    return each_time(looks_at(kind)(look), _judges_contents(kind))


def _judges_contents(kind: str) -> Callable[[Request], bool]:
    """Whether the expression's operands have to be judged in every request: more than their types is looked at."""
    return lambda request: bool(request.programs[kind].judges_contents)


def check_defined(request: Request) -> None:
    """Every placeholder of every compiled expression must be defined; raises ValidationException."""
    if request.statement is not None and request.statement.fits:
        return
    names, values = names_of(request), values_of(request)
    for kind in _KINDS:
        program = request.programs.get(kind)
        if program is not None:
            try:
                program.check_defined(names, values)
            except DynamoDBError as error:
                # Of a key condition it is told without the kind (recorded 2026).
                text = error.message or ""
                raise validation(text.removeprefix(f"Invalid {KEY_CONDITION}: ")) from None


def check_used(request: Request) -> None:
    """Every placeholder that the request defines must be used; raises ValidationException."""
    if request.statement is not None and request.statement.fits:
        return
    programs = [request.programs[kind] for kind in _KINDS if kind in request.programs]
    refusal = unused(names_of(request), values_of(request), programs)
    if refusal is not None:
        raise refusal


@fault_raised_by
def _defined_and_used(request: Request) -> None:
    if fits(request):
        return
    check_defined(request)
    check_used(request)


DEFINED_AND_USED: Check = looks_at(*_KINDS)(_defined_and_used)


# ---- what the plan takes: expressions bound, or what legacy members were converted to


def bound_nodes(node: Condition | None) -> BoundCondition | None:
    """A condition that was converted from legacy parameters, ready to run."""
    return None if node is None else BoundCondition(compile_node(node), paths_of(node))


def condition_of(request: Request) -> BoundCondition | None:
    """The bound ConditionExpression, or the conditions of Expected, or None."""
    return _bound(request, CONDITION, ("Expected",))  # type: ignore[no-any-return]


def filter_of(request: Request) -> BoundCondition | None:
    """The bound FilterExpression, or the conditions of QueryFilter or ScanFilter, or None."""
    return _bound(request, FILTER, ("QueryFilter", "ScanFilter"))  # type: ignore[no-any-return]


def update_of(request: Request) -> BoundUpdate | ChargedUpdate | None:
    """The bound UpdateExpression, which knows its charge, or AttributeUpdates, or None."""
    return _bound(request, UPDATE, ("AttributeUpdates",))  # type: ignore[no-any-return]


def key_condition_of(request: Request) -> BoundKeyCondition:
    """The bound KeyConditionExpression, or KeyConditions; one of them must be there."""
    bound = _bound(request, KEY_CONDITION, ("KeyConditions",))
    assert bound is not None
    return bound  # type: ignore[no-any-return]


def projection_of(request: Request) -> BoundProjection | None:
    """The bound ProjectionExpression, or AttributesToGet as one, or None for the whole item."""
    wanted = request.members.get("AttributesToGet")
    if wanted is not None:
        return BoundProjection(tuple((name,) for name in wanted))
    return _bound(request, PROJECTION)  # type: ignore[no-any-return]


def _bound(request: Request, kind: str, legacy: tuple[str, ...] = ()) -> Any:
    statement = request.statement
    if statement is not None and statement.fits:  # it has no legacy members
        bind = statement.binders.get(kind)
        if bind is None:
            return None
        holder = request.members.get(_VALUES)
        return bind({} if holder is None else holder.attributes)
    programs = request.programs
    program = programs.get(kind)
    if program is None:
        return next((programs[name] for name in legacy if name in programs), None) if programs else None
    return program.bind(names_of(request), values_of(request) or {})


@looks_at("AttributesToGet")
def _duplicates(request: Request) -> Faults:
    return duplicate_to_get(request.members["AttributesToGet"])


def duplicate_to_get(names: list[str]) -> str | None:
    """The refusal of a name that AttributesToGet holds twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return f"One or more parameter values were invalid: Duplicate value in attribute name: {name}"
        seen.add(name)
    return None


DUPLICATES_TO_GET: Check = _duplicates
