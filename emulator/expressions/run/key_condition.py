"""Key conditions: the clauses of a KeyConditionExpression, as far as no table is needed.

Rule: the text is a condition by the general grammar; here it is taken apart into clauses on attributes.
Whether the clauses fit a key schema is decided where the table is known. Texts as recorded on the service
in 2026; those of operators and operands that no key condition takes, as DynamoDB Local 3.1 gives them.
"""

from __future__ import annotations

from typing import NamedTuple

from dynarig.emulator.expressions.parse.ast import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Or,
    Path,
)
from dynarig.emulator.expressions.run.comparison import FLIPPED
from dynarig.emulator.expressions.run.operands import constant_of
from dynarig.emulator.expressions.run.paths import Names, Values
from dynarig.emulator.model import errors
from dynarig.emulator.model.values import Value

NESTED = "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"
REPEATED = "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
_CONDITION = "Invalid condition in KeyConditionExpression: "


class KeyClause(NamedTuple):
    """One condition on one attribute.

    operator: ``= < <= > >= BETWEEN begins_with``, turned about where the value was written first. operands: the values,
    None for one whose placeholder is undefined.
    """

    attribute: str
    operator: str
    operands: tuple[Value | None, ...]


class _Clause(NamedTuple):
    path: Path
    operator: str
    operands: tuple[Operand, ...]


class KeyCondition:
    """A key condition without a request's names and values. fault: why it can be none, or None."""

    def __init__(self, node: Condition) -> None:
        self.fault: str | None = None
        self._clauses: list[_Clause] = []
        pending: list[Condition] = [node]
        while pending and self.fault is None:
            condition = pending.pop()
            if isinstance(condition, And):
                pending.extend(reversed(condition.conditions))
            else:
                clause = _clause(condition)
                if isinstance(clause, str):
                    self.fault = clause
                else:
                    self._clauses.append(clause)

    def check(self, names: Names) -> str | None:
        """The refusal that needs no table, after the operands' own: nested paths, then an attribute named twice."""
        if self.fault is not None:
            return self.fault
        seen: set[object] = set()
        for clause in self._clauses:
            step = clause.path.steps[0]
            attribute = step if isinstance(step, str) else names.get(getattr(step, "text", ""), step)
            if attribute in seen:
                return REPEATED
            seen.add(attribute)
        return None

    def bind(self, values: Values) -> BoundKeyCondition:
        """The clauses with the request's values, None where one is undefined; KeyError for a name that is left open."""
        if self.fault is not None:
            raise errors.validation(self.fault)
        return BoundKeyCondition(tuple([_bound(clause, values) for clause in self._clauses]))


def _bound(clause: _Clause, values: Values) -> KeyClause:
    attribute = clause.path.steps[0]
    if not isinstance(attribute, str):
        raise KeyError(attribute)
    return KeyClause(attribute, clause.operator, tuple([constant_of(operand, values) for operand in clause.operands]))


class BoundKeyCondition:
    """clauses: the conditions in written order."""

    __slots__ = ("clauses",)

    def __init__(self, clauses: tuple[KeyClause, ...]) -> None:
        self.clauses = clauses


def _clause(node: Condition) -> _Clause | str:
    """The clause that a condition is, or why it can be none."""
    if isinstance(node, Or | Not | In):
        return _operator_fault(type(node).__name__.upper())
    if isinstance(node, Call):
        if node.function != "begins_with":
            return _operator_fault(node.function)
        return _ranged("begins_with", node.operands)
    if isinstance(node, Between):
        return _ranged("BETWEEN", (node.operand, node.low, node.high))
    assert isinstance(node, Comparison)
    if node.operator == "<>":
        return _operator_fault("<>")
    fault = _operands_fault((node.left, node.right))
    if fault is not None:
        return fault
    if isinstance(node.left, Path):
        return _on(node.left, node.operator, (node.right,))
    assert isinstance(node.right, Path)
    return _on(node.right, FLIPPED[node.operator], (node.left,))


def _ranged(operator: str, operands: tuple[Operand, ...]) -> _Clause | str:
    fault = _operands_fault(operands)
    if fault is not None:
        return fault
    first = operands[0]
    if not isinstance(first, Path):
        return f"{_CONDITION}{operator} operator must have the key attribute as its first operand"
    return _on(first, operator, operands[1:])


def _on(path: Path, operator: str, operands: tuple[Operand, ...]) -> _Clause | str:
    return NESTED if len(path.steps) > 1 else _Clause(path, operator, operands)


def _operator_fault(operator: str) -> str:
    return f"Invalid operator used in KeyConditionExpression: {operator}"


def _operands_fault(operands: tuple[Operand, ...]) -> str | None:
    if any(isinstance(operand, Call) for operand in operands):
        return "KeyConditionExpressions cannot contain nested operations"
    path_count = sum(isinstance(operand, Path) for operand in operands)
    if path_count == 1:
        return None
    if path_count:
        return f"{_CONDITION}Multiple attribute names used in one condition"
    return f"{_CONDITION}No key attribute specified"
