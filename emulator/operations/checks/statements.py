"""What a request states, apart from what its values hold; what passed once need not be looked at again.

Rule: a statement is the names of a request's members, its texts, figures and switches, what its names stand for, and
the keys and types of its expression values. Of a clean request most checks look at nothing else, so their outcome
belongs to the statement. A check that looks at what values hold says so (see stages) and is asked every time; a
statement whose programs do (`judges_contents`) is not remembered, nor one with lists or legacy members.

Applications send few statements, with other keys and values each time. This is a memo, not state: bounded by count and
by length, and what it holds is decided by the statement alone. Refusals are not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

from emulator.operations.request import Attributes, Request

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
EXPRESSIONS = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
_STATEMENTS_MAX = 512
_LENGTH_MAX = 8_192  # characters of a statement's texts

Statement = tuple[Any, ...]


def statement_of(request: Request) -> Statement | None:
    """What a clean request states; None where that is not remembered."""
    members = request.members
    parts: list[Any] = [request.older, *members]
    for name, content in members.items():
        kind = type(content)
        if kind is str:
            parts.append(content)
        elif kind is Attributes:
            if name == VALUES:
                values = content.attributes
                parts.append((*values, *chain.from_iterable(values.values())))
        elif name == NAMES:
            parts.append((*content, *content.values()))
        elif kind is bool or kind is int:
            parts.append(content)
        else:
            return None
    return tuple(parts)


def fits(request: Request) -> bool:
    """Whether the request defines just what its expressions use; the usual case, told by one comparison of sets."""
    members, programs = request.members, request.programs
    used = frozenset().union(*[programs[kind].placeholders for kind in EXPRESSIONS if kind in programs])
    values = members.get(VALUES)
    defined = {*(members.get(NAMES) or ()), *(() if values is None else values.attributes)}
    return used == defined


class Known(NamedTuple):
    """What is known of a statement that passed: its programs with names in them, whether it `fits`, and which looks
    must still be taken each time, as the runner chose them."""

    programs: dict[str, Any]
    fits: bool
    remaining: tuple[Any, ...]


class Statements:
    """The statements that passed one operation's stages."""

    __slots__ = ("_known", "recall")

    def __init__(self) -> None:
        self._known: dict[Statement, Known] = {}
        self.recall: Callable[[Statement], Known | None] = self._known.get

    def keep(self, statement: Statement, request: Request, remaining: tuple[Any, ...]) -> None:
        """Remember the statement of a request that passed."""
        programs = request.programs
        if any(program.judges_contents for program in programs.values()) or _length(statement) > _LENGTH_MAX:
            return
        if len(self._known) >= _STATEMENTS_MAX:
            self._known.clear()
        names = request.members.get(NAMES)
        named = {kind: program.named(names) for kind, program in programs.items()}
        self._known[statement] = Known(named, fits(request), remaining)


def _length(parts: Statement) -> int:
    return sum(_length(part) if type(part) is tuple else len(str(part)) for part in parts)
