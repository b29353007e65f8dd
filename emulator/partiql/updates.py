"""SET and REMOVE clauses: terms to the update actions that every front shares.

Rule: refusals as of conditions: what none may say is raised while the terms are read, operand types are noted. set_add
and set_delete are the ADD and DELETE of update expressions. Of paths that meet the later one is named first
(recorded 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynarig.emulator.expressions.check.operand_checks import first_fault
from dynarig.emulator.expressions.check.update_checks import update_checks
from dynarig.emulator.expressions.parse.ast import Action, Arithmetic, Call, Literal, Operand, Path
from dynarig.emulator.expressions.parse.signatures import (
    CONDITION_ROLE,
    OPERAND_ROLE,
    SIGNATURES,
    needs_path,
    wrong_count,
)
from dynarig.emulator.expressions.run.paths import Steps, meeting
from dynarig.emulator.model import errors
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.conditions import path_of
from dynarig.emulator.partiql.literals import MISSING_MISUSED, Parameters, is_constant, value_of
from dynarig.emulator.partiql.terms import Clause, Term

_SETS = {"set_add": "ADD", "set_delete": "DELETE"}
_SET_TYPES = ("SS", "NS", "BS")


class UpdateReader:
    """Reads the clauses of one statement. faults: what their operands are refused for."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self.faults: list[str] = []

    def read(self, clauses: Sequence[Clause]) -> tuple[Action, ...]:
        """The clauses as actions, in written order. Raises ValidationException."""
        actions = tuple([self._action(clause) for clause in clauses])
        fault = first_fault(update_checks(actions), {}, {})
        if fault is not None:
            self.faults.append(fault)
        if len(actions) > 1:
            overlap = meeting_later_first([action.path.steps for action in actions])  # type: ignore[misc]
            if overlap is not None:
                self.faults.append(overlap)
        return actions

    def _action(self, clause: Clause) -> Action:
        path = path_of(clause.path)
        if clause.value is None:
            return Action("REMOVE", path)
        value = clause.value
        if value.kind == terms.CALL and value.content in _SETS:
            return self._set_action(path, value)
        return Action("SET", path, self._operand(value))

    def _set_action(self, path: Path, term: Term) -> Action:
        name = term.content.upper()
        if len(term.parts) != 2:
            raise errors.validation(f"{name} must have exactly two arguments at {term.at}")
        first, second = term.parts
        if first.kind not in (terms.ID, terms.PATH) or path_of(first) != path:
            raise errors.validation(f"The first argument to {name} must equal the assignment value at {term.at}")
        value = value_of(second, self._parameters) if is_constant(second) else {}
        if not any(tag in value for tag in _SET_TYPES):
            raise errors.validation(f"The second argument to {name} must be a value with type SET at {first.at}")
        return Action(_SETS[term.content], path, Literal(value))

    def _operand(self, term: Term) -> Operand:
        kind = term.kind
        if is_constant(term):
            return Literal(value_of(term, self._parameters))
        if kind in (terms.ID, terms.PATH):
            return path_of(term)
        if kind == terms.INFIX and term.content in ("+", "-"):
            return Arithmetic(term.content, self._operand(term.parts[0]), self._operand(term.parts[1]))
        if kind == terms.CALL:
            return self._call(term)
        if kind == terms.SIGN:
            self.faults.append(wrong_count(term.content, 1))
            return Literal({"N": "0"})
        if kind == terms.MISSING:
            raise errors.validation(MISSING_MISUSED)
        if kind == terms.SUBQUERY:
            raise errors.validation(f"Unsupported token in expression: SELECT at {term.at}")
        if kind == terms.CASE:
            raise errors.validation(f"Unsupported token in expression: CASE at {term.at}")
        operator = term.content if kind == terms.INFIX else kind.lower()
        self.faults.append(f"Unsupported operator in Update Expression. Operator: {operator}")
        return Literal({"N": "0"})

    def _call(self, term: Term) -> Operand:
        function = term.content
        signature = SIGNATURES.get(function)
        if signature is None:
            raise errors.validation(f"Unrecognized function: {function} at {term.at}")
        operands = tuple([self._operand(part) for part in term.parts])
        fault = None
        if signature.role in (CONDITION_ROLE, OPERAND_ROLE):
            fault = f"The function is not allowed in an update expression; function: {function}"
        elif len(operands) != signature.operand_count:
            fault = wrong_count(function, len(operands))
        elif signature.needs_path and not isinstance(operands[0], Path):
            fault = needs_path(function)
        if fault is not None:
            self.faults.append(fault)
            return Literal({"N": "0"})
        return Call(function, operands)


def meeting_later_first(paths: Sequence[Steps]) -> str | None:
    """The refusal of the first path that meets an earlier one, the later one named first; None if none does."""
    seen = 0

    def counted() -> Iterator[Steps]:
        nonlocal seen
        for path in paths:
            seen += 1
            yield path

    if meeting(counted()) is None:
        return None
    later = paths[seen - 1]
    return next((fault for earlier in paths[: seen - 1] if (fault := meeting((later, earlier))) is not None), None)
