"""Compiled expressions: what does not depend on a request, ready to take one request's names and values after
another.

Rule: a program is immutable and shared by every request with its text. Its checks raise ``Invalid <kind>:
…``; the caller adds what its operation puts around a refusal, and asks for each check when the operation's
order has come to it.

A text means the same whenever its names stand for the same attributes, so what follows from them (that no paths meet,
and the binder, which only needs values) is worked out once for a text and what its names stand for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dynarig.emulator.expressions.check.charge import Charge
from dynarig.emulator.expressions.check.operand_checks import (
    Check,
    clause_checks,
    condition_checks,
    first_fault,
    judges_contents,
)
from dynarig.emulator.expressions.check.update_checks import meeting_checks, update_checks
from dynarig.emulator.expressions.parse import sections
from dynarig.emulator.expressions.parse.ast import Action, Condition, NameRef, Path, Projection, Update
from dynarig.emulator.expressions.parse.lexer import CONDITION, FILTER, KEY_CONDITION, PROJECTION, UPDATE, invalid
from dynarig.emulator.expressions.parse.parser import Reader
from dynarig.emulator.expressions.run import condition
from dynarig.emulator.expressions.run.condition import BoundCondition
from dynarig.emulator.expressions.run.key_condition import BoundKeyCondition, KeyCondition
from dynarig.emulator.expressions.run.naming import with_names
from dynarig.emulator.expressions.run.paths import Names, Values, has_placeholder, meeting, resolve, resolve_defined
from dynarig.emulator.expressions.run.projection import BoundProjection
from dynarig.emulator.expressions.run.update import Actions, BoundUpdate
from dynarig.emulator.model import errors
from dynarig.emulator.model.memo import Memo

BoundT = TypeVar("BoundT")
Binder = Callable[[Values], BoundT]
_Meaning = tuple["Program[Any]", tuple[str | None, ...]]  # a text, and what its names stand for

# What a program or a binder of a text holds on to, at most; measured on texts of 7 to 2,200 characters.
_BYTES = 2_000
_BYTES_PER_CHARACTER = {CONDITION: 75, FILTER: 75, KEY_CONDITION: 75, PROJECTION: 60, UPDATE: 130}
# Room for thousands of usual expressions, and no more than a client that sends new ones for ever can make us hold.
_BINDERS: Memo[_Meaning, Binder[Any]] = Memo(bytes_max=16_777_216)
_PARTED: Memo[_Meaning, bool] = Memo(bytes_max=4_194_304)  # where no paths meet


class Program(Generic[BoundT]):
    """One compiled expression. kind: its constant. names, values: its placeholders, in written order, each once.

    judges_contents: whether a check of its operands looks at more of a value than its type. size_bytes: what it holds
    on to, at most.
    """

    def __init__(self, reader: Reader) -> None:
        self.kind = reader.kind
        self._order: tuple[str, ...] = tuple(reader.placeholders)
        self.names = tuple(text for text in self._order if text[0] == "#")
        self.values = tuple(text for text in self._order if text[0] == ":")
        self.placeholders = frozenset(self._order)
        self.size_bytes = _BYTES + _BYTES_PER_CHARACTER[reader.kind] * len(reader.text)
        self.judges_contents = False
        self._checks: list[Check] = []
        self._path_checks: list[Check] = []
        self._binder: Binder[BoundT] | None = None  # of an expression without names

    def check_defined(self, names: Names | None, values: Values | None) -> None:
        """Raises ValidationException for the first placeholder that the request does not define."""
        if all(map((names or {}).__contains__, self.names)) and all(map((values or {}).__contains__, self.values)):
            return
        for text in self._order:
            if text[0] == "#":
                if names is None or text not in names:
                    raise invalid(
                        self.kind,
                        "An expression attribute name used in the document path is not defined; "
                        f"attribute name: {text}",
                    )
            elif values is None or text not in values:
                raise invalid(
                    self.kind,
                    f"An expression attribute value used in expression is not defined; attribute value: {text}",
                )

    def check_operands(self, names: Names | None, values: Values | None) -> None:
        """Raises ValidationException for operands or paths that cannot be, passing over undefined placeholders."""
        self.check_paths(names)
        if self._checks:
            self._run(self._checks, names, values)

    def check_types(self, names: Names | None, values: Values | None) -> None:
        """check_operands without the paths that meet, for surfaces that tell those later."""
        if self._checks:
            self._run(self._checks, names, values)

    def check_paths(self, names: Names | None) -> None:
        """Only the part of check_operands about paths that meet."""
        if not self._path_checks:
            return
        meaning = self._meaning(names)
        if _PARTED.get(meaning) is None:
            self._run(self._path_checks, names, None)
            _PARTED.put(meaning, True, self._meaning_bytes(meaning))

    def _meaning(self, names: Names | None) -> _Meaning:
        """What a request's names make of this text; the same names mean the same paths."""
        return self, tuple(map((names or {}).get, self.names))

    def _meaning_bytes(self, meaning: _Meaning) -> int:
        """What a memo of it holds on to: the program, and the names with up to four bytes a character."""
        return self.size_bytes + sum(4 * len(name or "") for name in meaning[1])

    def _run(self, checks: list[Check], names: Names | None, values: Values | None) -> None:
        fault = first_fault(checks, names or {}, values or {})
        if fault is not None:
            raise invalid(self.kind, fault)

    def bind(self, names: Names | None, values: Values | None) -> BoundT:
        """The expression with a request's names and values in it. Raises as check_defined."""
        try:
            return self.binder(names)(values or {})
        except KeyError:
            self.check_defined(names, values)
            raise

    def binder(self, names: Names | None) -> Binder[BoundT]:
        """The function from values to the bound expression, for requests whose names stand for the same.

        KeyError for a name that is not defined; the binder raises it for a value that is not.
        """
        if not self.names:
            if self._binder is None:
                self._binder = self._make_binder({})
            return self._binder
        meaning = self._meaning(names)
        found = _BINDERS.get(meaning)
        if found is None:
            found = self._make_binder(names or {})
            _BINDERS.put(meaning, found, self.size_bytes + self._meaning_bytes(meaning))
        return found

    def _make_binder(self, names: Names) -> Binder[BoundT]:
        raise NotImplementedError


class ConditionProgram(Program[BoundCondition]):
    """A ConditionExpression or FilterExpression."""

    def __init__(self, reader: Reader) -> None:
        node = sections.read_condition(reader)
        super().__init__(reader)
        self._checks = condition_checks(node)
        self.judges_contents = judges_contents(node)
        self._node: Condition = node

    def _make_binder(self, names: Names) -> Binder[BoundCondition]:
        node = with_names(self._node, names)
        build, paths = condition.builder(node), condition.paths_of(node)
        if not self.values:
            bound = BoundCondition(build({}), paths)
            return lambda values: bound
        return lambda values: BoundCondition(build(values), paths)


class KeyConditionProgram(Program[BoundKeyCondition]):
    """A KeyConditionExpression. Its bound form has None for an undefined value, which is told only later."""

    def __init__(self, reader: Reader) -> None:
        node: Condition = sections.read_condition(reader)
        super().__init__(reader)
        self._node = node
        self._clause_checks = clause_checks(node)
        self.judges_contents = judges_contents(node)
        self._condition = KeyCondition(node)

    def check_operands(self, names: Names | None, values: Values | None) -> None:
        """As every program's; but an undefined value stops the check of operands (recorded 2026)."""
        known = values or {}
        for needed, checks in self._clause_checks:
            if any(text not in known for text in needed):
                break
            if checks:
                self._run(checks, names, known)
        fault = self._condition.check(names or {})
        if fault is not None:
            raise errors.validation(fault)

    def _make_binder(self, names: Names) -> Binder[BoundKeyCondition]:
        return KeyCondition(with_names(self._node, names)).bind


class ProjectionProgram(Program[BoundProjection]):
    """A ProjectionExpression."""

    def __init__(self, reader: Reader) -> None:
        self._paths: Projection = sections.read_projection(reader)
        super().__init__(reader)
        if any(has_placeholder(path) for path in self._paths):
            self._path_checks = [self._meeting]
        else:
            fault = meeting(resolve(path, {}) for path in self._paths)
            self._path_checks = [] if fault is None else [lambda names, values: fault]

    def _meeting(self, names: Names, values: Values) -> str | None:
        resolved = (resolve_defined(path, names) for path in self._paths)
        return meeting(steps for steps in resolved if steps is not None)

    def _make_binder(self, names: Names) -> Binder[BoundProjection]:
        bound = BoundProjection(tuple(resolve(path, names) for path in self._paths))
        return lambda values: bound


class ChargedUpdate(BoundUpdate):
    """A bound UpdateExpression, which also knows what its text and values are charged."""

    charge: Charge

    def request_charge(self) -> int:
        """Bytes that the statement counts for, before the item is read (see charge)."""
        return self.charge.total({}, self.values)

    def charges_over(self, size_bytes: int, values_size_bytes: int) -> bool:
        """Whether `request_charge` is over so many bytes. values_size_bytes: of all the request's values together,
        which usually decides it."""
        return self.charge.at_most(values_size_bytes) > size_bytes and self.request_charge() > size_bytes


class UpdateProgram(Program[ChargedUpdate]):
    """An UpdateExpression. actions: its nodes, in written order."""

    def __init__(self, reader: Reader) -> None:
        self.actions: Update = sections.read_update(reader)
        super().__init__(reader)
        self._order = _targets_first(self.actions, self._order)
        self._checks = update_checks(self.actions)
        self._path_checks = meeting_checks(self.actions)
        self._used = frozenset(self.values)

    def _make_binder(self, names: Names) -> Binder[ChargedUpdate]:
        nodes = tuple(with_names(action, names) for action in self.actions)
        actions, charge, used = Actions(nodes), Charge(nodes), self._used

        def bind(values: Values) -> ChargedUpdate:
            if not used <= values.keys():
                raise KeyError("a value that is not defined")
            return ChargedUpdate(actions, values, charge)

        return bind


def _targets_first(actions: tuple[Action, ...], placeholders: tuple[str, ...]) -> tuple[str, ...]:
    """The service resolves every target before it looks at an operand."""
    paths: list[Path] = [action.path for action in actions]
    names = [step.text for path in paths for step in path.steps if isinstance(step, NameRef)]
    return tuple(dict.fromkeys([*names, *placeholders]))


_PROGRAMS: dict[str, Callable[[Reader], Program[Any]]] = {
    CONDITION: ConditionProgram,
    FILTER: ConditionProgram,
    KEY_CONDITION: KeyConditionProgram,
    UPDATE: UpdateProgram,
    PROJECTION: ProjectionProgram,
}


def program(kind: str, text: str) -> Program[Any]:
    """Parse and compile, without the cache. Raises ValidationException."""
    return _PROGRAMS[kind](Reader(kind, text))
