"""Compiled expressions: what does not depend on a request, ready to take one request's names and values after
another.

Rule: a program is immutable and shared by every request with its text. Its checks raise ``Invalid <kind>:
…``; the caller adds what its operation puts around a refusal, and asks for each check when the operation's
order has come to it.

A text means the same paths whenever its names stand for the same attributes, so a program is specialised once for what
they stand for (`named`), and binding only puts values in.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, Self, TypeVar

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
from dynarig.emulator.expressions.run.paths import (
    Names,
    Steps,
    Values,
    has_placeholder,
    meeting,
    resolve,
    resolve_defined,
)
from dynarig.emulator.expressions.run.projection import BoundProjection
from dynarig.emulator.expressions.run.update import Actions, BoundUpdate
from dynarig.emulator.model import errors

BoundT = TypeVar("BoundT")
_REMEMBERED_MAX = 64  # meanings of one program's names; more only come from someone who permutes them
_NAMED_MAX = 1_024  # programs remembered with names in them, of all texts together
_MEANING_LENGTH_MAX = 4_096  # of the names in one of them, so that no request fills the memory
_NAMED: dict[tuple[Any, tuple[str | None, ...]], Any] = {}  # a memo: (program, what its names stand for) → program


class Program(Generic[BoundT]):
    """One compiled expression. kind: its constant. names, values: its placeholders, in written order, each once.

    judges_contents: whether a check of its operands looks at more of a value than its type.
    """

    def __init__(self, reader: Reader) -> None:
        self.kind = reader.kind
        self._order: tuple[str, ...] = tuple(reader.placeholders)
        self.names = tuple(text for text in self._order if text[0] == "#")
        self.values = tuple(text for text in self._order if text[0] == ":")
        self.placeholders = frozenset(self._order)
        self._checks: list[Check] = []
        self._path_checks: list[Check] = []
        self.judges_contents = False
        self._is_named = not self.names
        self._parted: set[tuple[str | None, ...]] = set()  # what names stood for where no paths met

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
        meant = self._meant(names)
        if meant not in self._parted:
            self._run(self._path_checks, names, None)
            if len(self._parted) < _REMEMBERED_MAX:
                self._parted.add(meant)

    def _meant(self, names: Names | None) -> tuple[str | None, ...]:
        """What a request's names stand for here; the same names mean the same paths."""
        return tuple(map((names or {}).get, self.names))

    def _run(self, checks: list[Check], names: Names | None, values: Values | None) -> None:
        fault = first_fault(checks, names or {}, values or {})
        if fault is not None:
            raise invalid(self.kind, fault)

    def bind(self, names: Names | None, values: Values | None) -> BoundT:
        """The expression with a request's names and values in it. Raises as check_defined."""
        try:
            return (self if self._is_named else self.named(names))._bind(values or {})
        except KeyError:
            self.check_defined(names, values)
            raise

    def named(self, names: Names | None) -> Self:
        """This program for requests whose names stand for the same; what they stand for is put in once."""
        if self._is_named:
            return self
        place = self, self._meant(names)
        found: Self | None = _NAMED.get(place)
        if found is None:
            found = copy(self)
            found._is_named = True
            found._resolve(names or {})
            if sum(len(name or "") for name in place[1]) <= _MEANING_LENGTH_MAX:
                if len(_NAMED) >= _NAMED_MAX:
                    _NAMED.clear()
                _NAMED[place] = found
        return found

    def _resolve(self, names: Names) -> None:
        """Put names into a copy of this program; one that is not defined stays open."""
        raise NotImplementedError

    def _bind(self, values: Values) -> BoundT:
        """KeyError for a placeholder that is not defined, name or value."""
        raise NotImplementedError


class ConditionProgram(Program[BoundCondition]):
    """A ConditionExpression or FilterExpression."""

    def __init__(self, reader: Reader) -> None:
        node = sections.read_condition(reader)
        super().__init__(reader)
        self._checks = condition_checks(node)
        self.judges_contents = judges_contents(node)
        self._node: Condition = node
        self._ready: tuple[condition.Builder, tuple[Steps, ...]] | None = None

    def _resolve(self, names: Names) -> None:
        self._node = with_names(self._node, names)

    def _bind(self, values: Values) -> BoundCondition:
        if self._ready is None:
            self._ready = condition.builder(self._node), condition.paths_of(self._node)
        build, paths = self._ready
        return BoundCondition(build(values), paths)


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

    def _resolve(self, names: Names) -> None:
        self._condition = KeyCondition(with_names(self._node, names))

    def _bind(self, values: Values) -> BoundKeyCondition:
        return self._condition.bind({}, values)


class ProjectionProgram(Program[BoundProjection]):
    """A ProjectionExpression."""

    def __init__(self, reader: Reader) -> None:
        self._paths: Projection = sections.read_projection(reader)
        super().__init__(reader)
        self._bound: BoundProjection | None = None
        if any(has_placeholder(path) for path in self._paths):
            self._path_checks = [self._meeting]
        else:
            self._bound = BoundProjection(tuple(resolve(path, {}) for path in self._paths))
            fault = meeting(self._bound.paths)
            self._path_checks = [] if fault is None else [lambda names, values: fault]

    def _meeting(self, names: Names, values: Values) -> str | None:
        resolved = (resolve_defined(path, names) for path in self._paths)
        return meeting(steps for steps in resolved if steps is not None)

    def _resolve(self, names: Names) -> None:
        paths = tuple(with_names(path, names) for path in self._paths)
        if not any(map(has_placeholder, paths)):
            self._bound = BoundProjection(tuple(resolve(path, {}) for path in paths))

    def _bind(self, values: Values) -> BoundProjection:
        if self._bound is None:
            raise KeyError("a name that is not defined")
        return self._bound


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
        self._ready: tuple[Actions, Charge] | None = None

    def _resolve(self, names: Names) -> None:
        self.actions = tuple(with_names(action, names) for action in self.actions)

    def _bind(self, values: Values) -> ChargedUpdate:
        if not self._used <= values.keys():
            raise KeyError("a value that is not defined")
        if self._ready is None:
            self._ready = Actions(self.actions), Charge(self.actions)
        actions, charge = self._ready
        return ChargedUpdate(actions, values, charge)


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
