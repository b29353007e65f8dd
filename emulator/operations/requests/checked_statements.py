"""What a request states, apart from what its values hold; what passed once need not be looked at again.

Rule: a statement is the names of a request's members, its texts, figures and switches, what its names stand for, and
the keys and types of its expression values. Of a clean request most checks look at nothing else, so their outcome
belongs to the statement. A check that looks at what values hold says so (see stages) and is asked every time; a
statement whose programs do (`judges_contents`) is not remembered, nor one with lists or legacy members.

Applications send few statements, with other keys and values each time. This is a memo, not state: bounded by count and
by length, and what it holds is decided by the statement alone. Refusals are not kept.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import Any

from msgspec import Struct

from dynarig.emulator.model.values import Item
from dynarig.emulator.operations.requests.request import Attributes, Request

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


class Layout:
    """Where the statement lies in requests with the same members. known: what passed, by statement."""

    __slots__ = ("_has_names", "_has_values", "_is_bare", "_switches", "_texts", "known", "maps")

    def __init__(self, texts: list[str], switches: list[str], maps: list[str], has_names: bool) -> None:
        """texts, switches, maps: names of members. has_names: whether ExpressionAttributeNames is one."""
        self._texts = itemgetter(*texts)
        self._switches = switches  # figures too
        self._has_names = has_names
        self._has_values = VALUES in maps
        self._is_bare = not (switches or has_names or self._has_values)
        self.maps = tuple(maps)
        self.known: dict[Statement, Known] = {}

    def statement(self, members: dict[str, Any], values: Any) -> Statement:
        """What members state, read ones or as sent. values: those for expressions, if there are any.

        A statement that is known is made of members of the right types, as no other content equals it; TypeError or
        AttributeError for some others.
        """
        texts = self._texts(members)
        if self._is_bare:
            return (texts,)
        names = members[NAMES] if self._has_names else {}
        values = values if self._has_values else {}
        # The count tells where the names end.
        stated = (texts, len(names), *names, *names.values(), *values, *chain.from_iterable(values.values()))
        if self._switches:
            switches = [members[name] for name in self._switches]
            stated += (*switches, *map(type, switches))  # as true equals one
        return stated


def _layout_of(members: dict[str, Any]) -> Layout | None:
    """The layout of read members; None where they are not remembered."""
    texts, switches, maps = [], [], []
    for name, content in members.items():
        kind = type(content)
        if kind is str:
            texts.append(name)
        elif kind is Attributes:
            maps.append(name)
        elif kind is bool or kind is int:
            switches.append(name)
        elif name != NAMES:
            return None
    return Layout(texts, switches, maps, NAMES in members) if texts else None


def fits(request: Request) -> bool:
    """Whether the request defines just what its expressions use; the usual case, told by one comparison of sets."""
    members, programs = request.members, request.programs
    used = frozenset().union(*[programs[kind].placeholders for kind in EXPRESSIONS if kind in programs])
    values = members.get(VALUES)
    defined = {*(members.get(NAMES) or ()), *(() if values is None else values.attributes)}
    return used == defined


class Known(Struct, frozen=True):
    """What is known of a statement that passed.

    programs: its programs, with names in them. fits: whether it `fits`. remaining: which looks must still be taken each
    time, as the runner chose them. maps: its requests' members that are attribute maps.
    """

    programs: dict[str, Any]
    fits: bool
    remaining: tuple[Any, ...]
    maps: tuple[str, ...]


class Statements:
    """The statements that passed one operation's stages, by layer and members of their requests."""

    __slots__ = ("_count", "_layouts")

    def __init__(self) -> None:
        self._layouts: tuple[dict[tuple[str, ...], Layout], ...] = ({}, {})
        self._count = 0

    def recall(self, request: Request) -> Known | None:
        """What is known of a clean request's statement."""
        members = request.members
        layout = self._layouts[request.older].get(tuple(members))
        return None if layout is None else layout.known.get(layout.statement(members, _values(members)))

    def recognise(self, body: Any) -> Known | None:
        """What is known of a body as sent, of an operation whose usual requests the newer layer checks; its attribute
        maps have not been looked at."""
        try:
            layout = self._layouts[False].get(tuple(body))
            return None if layout is None else layout.known.get(layout.statement(body, body.get(VALUES)))
        except (TypeError, AttributeError):  # something has not the type that its place asks for
            return None

    def keep(self, request: Request, remaining: tuple[Any, ...]) -> None:
        """Remember the statement of a clean request that passed. remaining: as in `Known`."""
        members, programs = request.members, request.programs
        layouts, names_of_members = self._layouts[request.older], tuple(members)
        layout = layouts.get(names_of_members) or _layout_of(members)
        if layout is None or any(program.judges_contents for program in programs.values()):
            return
        statement = layout.statement(members, _values(members))
        if _length(statement) > _LENGTH_MAX:
            return
        if self._count >= _STATEMENTS_MAX:
            for each in self._layouts:
                each.clear()
            self._count = 0
            layout.known.clear()
        layouts[names_of_members] = layout
        self._count += 1
        names = members.get(NAMES)
        named = {kind: program.named(names) for kind, program in programs.items()}
        layout.known[statement] = Known(named, fits(request), remaining, layout.maps)


def _values(members: dict[str, Any]) -> Item | None:
    holder = members.get(VALUES)
    return None if holder is None else holder.attributes


def _length(parts: Statement) -> int:
    return sum(_length(part) if type(part) is tuple else len(str(part)) for part in parts)
