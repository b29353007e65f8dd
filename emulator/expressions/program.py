"""Compiled expressions: what does not depend on a request, ready to take one request's names and values after
another.

Rule: a program is immutable and shared by every request with its text. Its checks raise ``Invalid <kind>:
…``; the caller adds what its operation puts around a refusal, and asks for each check when the operation's
order has come to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from emulator.expressions import condition, sections
from emulator.expressions.ast import Action, Condition, NameRef, Path, Projection, Update
from emulator.expressions.charge import Charge
from emulator.expressions.condition import BoundCondition
from emulator.expressions.key_condition import BoundKeyCondition, KeyCondition
from emulator.expressions.lexer import CONDITION, FILTER, KEY_CONDITION, PROJECTION, UPDATE, invalid
from emulator.expressions.operand_checks import Check, clause_checks, condition_checks, first_fault
from emulator.expressions.parser import Reader
from emulator.expressions.paths import Names, Values, has_placeholder, meeting, resolve, resolve_defined
from emulator.expressions.projection import BoundProjection
from emulator.expressions.update import BoundAction, BoundUpdate, Layout, UpdateBuilder
from emulator.expressions.update_checks import meeting_checks, update_checks
from emulator.model import errors

BoundT = TypeVar("BoundT")
_REMEMBERED_MAX = 64  # meanings of one program's names; more only come from someone who permutes them


class Program(Generic[BoundT]):
    """One compiled expression. kind: its constant. names, values: its placeholders, in written order, each once."""

    def __init__(self, reader: Reader) -> None:
        self.kind = reader.kind
        self._order: tuple[str, ...] = tuple(reader.placeholders)
        self.names = tuple(text for text in self._order if text[0] == "#")
        self.values = tuple(text for text in self._order if text[0] == ":")
        self.placeholders = frozenset(self._order)
        self._checks: list[Check] = []
        self._path_checks: list[Check] = []
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
            return self._bind(names or {}, values or {})
        except KeyError:
            self.check_defined(names, values)
            raise

    def _bind(self, names: Names, values: Values) -> BoundT:
        raise NotImplementedError


class ConditionProgram(Program[BoundCondition]):
    """A ConditionExpression or FilterExpression."""

    def __init__(self, reader: Reader) -> None:
        node = sections.read_condition(reader)
        super().__init__(reader)
        self.node = node
        self._checks = condition_checks(node)
        self._build = condition.builder(node)
        self._paths = condition.paths_of(node)

    def _bind(self, names: Names, values: Values) -> BoundCondition:
        return BoundCondition(self._build(names, values), self._paths, names)


class KeyConditionProgram(Program[BoundKeyCondition]):
    """A KeyConditionExpression. Its bound form has None for an undefined value, which is told only later."""

    def __init__(self, reader: Reader) -> None:
        node: Condition = sections.read_condition(reader)
        super().__init__(reader)
        self._clause_checks = clause_checks(node)
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

    def _bind(self, names: Names, values: Values) -> BoundKeyCondition:
        return self._condition.bind(names, values)


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

    def _bind(self, names: Names, values: Values) -> BoundProjection:
        if self._bound is not None:
            return self._bound
        return BoundProjection(tuple([resolve(path, names) for path in self._paths]))


class ChargedUpdate(BoundUpdate):
    """A bound UpdateExpression, which also knows what its text and values are charged."""

    __slots__ = ("_charge", "_names", "_values")

    def __init__(self, parts: tuple[list[BoundAction], Layout], charge: Charge, names: Names, values: Values) -> None:
        super().__init__(*parts)
        self._charge = charge
        self._names = names
        self._values = values

    def request_charge(self) -> int:
        """Bytes that the statement counts for, before the item is read (see charge)."""
        return self._charge.total(self._names, self._values)


class UpdateProgram(Program[ChargedUpdate]):
    """An UpdateExpression. actions: its nodes, in written order."""

    def __init__(self, reader: Reader) -> None:
        self.actions: Update = sections.read_update(reader)
        super().__init__(reader)
        self._order = _targets_first(self.actions, self._order)
        self._checks = update_checks(self.actions)
        self._path_checks = meeting_checks(self.actions)
        self._builder = UpdateBuilder(self.actions)
        self._charge = Charge(self.actions)
        self._layouts: dict[tuple[str | None, ...], Layout] = {}

    def _bind(self, names: Names, values: Values) -> ChargedUpdate:
        meant = self._meant(names)
        layout = self._layouts.get(meant)
        parts = self._builder.parts(names, values, layout)
        if layout is None and len(self._layouts) < _REMEMBERED_MAX:
            self._layouts[meant] = parts[1]
        return ChargedUpdate(parts, self._charge, names, values)


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
