"""The statements of requests that passed their checks; a request with a known statement need not be checked again.

Rule: a statement is all that a request says but for what its keys, items and values hold and what its figures (Limit,
Segment) count: its members' names, its texts and switches, what its names stand for, and the keys and types of its
expression values. Of a clean request most checks look at nothing else, so their outcome belongs to the statement; a
check that looks at more says so (`each_time`) and is asked of every request. Requests with lists or legacy members, of
the older validation layer, or refused, are not kept.

Applications send few statements, over and over; where they do not, this costs next to nothing: a statement is kept on
its second sight, looked for by its texts first, and seldom looked for where none has been known for long. It is a memo,
bounded by bytes; the oldest goes first, and once it is full only a few get in, so that traffic with more statements
than it holds keeps some of them, not each for a moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from dynarig.emulator.model.values import Item
from dynarig.emulator.operations.requests.request import Attributes, CheckedStatement, Request

NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
EXPRESSIONS = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
BYTES_MAX = 4_194_304  # of one operation: a thousand usual statements
_LARGEST_BYTES = BYTES_MAX // 16  # one that is larger is rare, and would drive many out
_STATEMENT_BYTES = 1_000  # what one holds on to beside its texts and programs, at most
_LAYOUTS_MAX = 256  # names of members in their order; those with statements stay, and are bounded by them
_SEEN_MAX = 8_192  # statements that were seen once are remembered as a number each
_MISSES_MAX = 2_048  # in a row: two rounds of a thousand statements; then statements hardly repeat,
_LOOKED_AT_WHEN_MISSING = 17  # and one request in so many is looked at, until a statement is known again
_ADMITTED_WHEN_FULL = 13  # one in so many; a prime, so that traffic in rounds does not always offer the same one
_FIGURES_BELOW = 2**31  # figures of 32 bits; others are not what they seem

Texts = str | tuple[str, ...]
Meaning = tuple[Any, ...]


class _Place(NamedTuple):
    """Where a statement is kept, and how many bytes are held on to there."""

    layout: Layout
    texts: Texts
    meaning: Meaning
    size_bytes: int


class Layout:
    """Where the statement lies in requests with the same members.

    texts_of: takes the texts out of members; None where such requests are not remembered. known: what passed, by texts.
    """

    __slots__ = (
        "_has_names",
        "_has_values",
        "_means_more",
        "_switches",
        "figures",
        "known",
        "maps",
        "names",
        "texts_of",
    )

    def __init__(self, members: dict[str, Any]) -> None:
        """members: read ones."""
        kinds: dict[type, list[str]] = {str: [], bool: [], int: [], Attributes: []}
        others: list[str] = []
        for name, content in members.items():
            if name != NAMES:
                kinds.get(type(content), others).append(name)
        self.names = tuple(members)
        self.texts_of = itemgetter(*kinds[str]) if kinds[str] and not others else None
        self.maps = tuple(kinds[Attributes])
        self.figures = tuple(kinds[int])
        self._switches = tuple(kinds[bool])
        self._has_names = NAMES in members
        self._has_values = VALUES in members
        self._means_more = self._has_names or self._has_values or bool(self._switches)
        self.known: dict[Texts, _Kept] = {}

    def find(self, members: dict[str, Any], values: Any) -> CheckedStatement | None:
        """What is known of members, read ones or as sent. values: those for expressions, or None.

        What is known was made of members of the right types, and no other content equals it; TypeError or
        AttributeError for some.
        """
        kept = self.known.get(self.texts_of(members)) if self.texts_of is not None else None
        if kept is None:
            return None
        if not self._means_more or (not self._switches and _is_meant(kept.usual, members.get(NAMES), values)):
            return kept.usual
        return kept.by_meaning.get(self.meaning(members, values))

    def meaning(self, members: dict[str, Any], values: Any) -> Meaning:
        """What stands beside the texts."""
        meant: Meaning = ()
        if self._has_names:
            names = members[NAMES]
            meant = (len(names), *names, *names.values())  # the count tells where the names end
        if self._has_values:
            meant += (*values, *chain.from_iterable(values.values()))
        if self._switches:
            switches = [members[name] for name in self._switches]
            meant += (*switches, *map(type, switches))  # as true equals one
        return meant


class _Kept:
    """The statements with the same texts. usual: one of them, which is likely meant again. by_meaning: all."""

    __slots__ = ("by_meaning", "usual")

    def __init__(self, usual: CheckedStatement) -> None:
        self.usual = usual
        self.by_meaning: dict[Meaning, CheckedStatement] = {}


def _is_meant(statement: CheckedStatement, names: Any, values: Any) -> bool:
    """Whether names stand for the same as in this statement, and values, where given, are of the same types: told by
    comparison, which takes a third of making a meaning and looking for it."""
    if names != statement.names:
        return False
    types = statement.types
    if values is None:
        return not types
    if len(values) != len(types):
        return False
    for name, tag in types:  # noqa: SIM110  a generator would take twice as long for the two or three there are
        if tag not in values.get(name, ()):
            return False
    return True


class CheckedStatements:
    """The statements that passed one operation's checks. held_bytes: what they hold on to."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self.bytes_max = bytes_max
        self.held_bytes = 0
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._kept: deque[_Place] = deque()  # the oldest first
        self._seen: set[int] = set()
        self._turned_away = 0
        self._misses = 0  # in a row

    def recall(self, request: Request) -> CheckedStatement | None:
        """What is known of a read request's statement."""
        if self._misses > _MISSES_MAX and self._misses % _LOOKED_AT_WHEN_MISSING:
            return None
        members = request.members
        layout = self._layouts.get(tuple(members))
        found = None if layout is None else layout.find(members, _values(members))
        if found is not None:
            self._misses = 0
        return found

    def recognise(self, body: Any) -> CheckedStatement | None:
        """What is known of a body as sent; its attribute maps have not been looked at."""
        if self._misses > _MISSES_MAX and self._misses % _LOOKED_AT_WHEN_MISSING:
            return None
        try:
            layout = self._layouts.get(tuple(body))
            if layout is None:
                return None
            found = layout.find(body, body.get(VALUES))
        except (TypeError, AttributeError):  # something has not the type that its place asks for
            return None
        if found is None:
            return None
        self._misses = 0
        for name in layout.figures:
            figure = body[name]
            if type(figure) is not int or not -_FIGURES_BELOW <= figure < _FIGURES_BELOW:
                return None
        return found

    def keep(self, request: Request, choose_each_time: Callable[[Request], tuple[Any, ...]]) -> None:
        """Note the statement of a clean request that passed, and keep it if it was seen before.

        choose_each_time: chooses the checks that must be asked of every request like it.
        """
        missed, self._misses = self._misses, self._misses + 1
        if missed > _MISSES_MAX and missed % _LOOKED_AT_WHEN_MISSING:
            return
        members = request.members
        names = tuple(members)
        layout = self._layouts.get(names)
        if layout is None:
            layout = self._add_layout(members)
        if layout.texts_of is None:
            return
        texts = layout.texts_of(members)
        seen = hash((names, texts))
        if seen in self._seen:
            self._admit(layout, texts, request, choose_each_time)
            return
        if len(self._seen) >= _SEEN_MAX:
            self._seen.clear()
        self._seen.add(seen)

    def _add_layout(self, members: dict[str, Any]) -> Layout:
        """The layout of these members, for the time being; one under which nothing is kept may go again."""
        if len(self._layouts) >= _LAYOUTS_MAX:
            self._layouts = {names: layout for names, layout in self._layouts.items() if layout.known}
        layout = self._layouts[tuple(members)] = Layout(members)
        return layout

    def _admit(
        self, layout: Layout, texts: Texts, request: Request, choose_each_time: Callable[[Request], tuple[Any, ...]]
    ) -> None:
        if self.held_bytes >= self.bytes_max - _LARGEST_BYTES:
            self._turned_away += 1
            if self._turned_away % _ADMITTED_WHEN_FULL:
                return
        members, programs = request.members, request.programs
        names = members.get(NAMES)
        meaning = layout.meaning(members, _values(members))
        size_bytes = _STATEMENT_BYTES + 4 * (_length(texts) + _length(meaning))
        size_bytes += 2 * sum(program.size_bytes for program in programs.values())  # a program and its binder
        if size_bytes > _LARGEST_BYTES:
            return
        defines_what_it_uses = fits(request)
        binders = {kind: program.binder(names) for kind, program in programs.items()} if defines_what_it_uses else {}
        self._layouts[layout.names] = layout
        each_time = choose_each_time(request)
        types = tuple([(name, tag) for name, value in (_values(members) or {}).items() for tag in value])
        statement = CheckedStatement(programs, binders, defines_what_it_uses, each_time, layout.maps, names, types)
        kept = layout.known.get(texts)
        if kept is None:
            kept = layout.known[texts] = _Kept(statement)
        if meaning not in kept.by_meaning:
            self._kept.append(_Place(layout, texts, meaning, size_bytes))
            self.held_bytes += size_bytes
        kept.by_meaning[meaning] = kept.usual = statement
        while self.held_bytes > self.bytes_max:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        layout, texts, meaning, size_bytes = self._kept.popleft()
        self.held_bytes -= size_bytes
        kept = layout.known[texts]
        del kept.by_meaning[meaning]
        if kept.by_meaning:
            kept.usual = next(iter(kept.by_meaning.values()))
        else:
            del layout.known[texts]
        if not layout.known:
            self._layouts.pop(layout.names, None)

    def __len__(self) -> int:
        return len(self._kept)


def fits(request: Request) -> bool:
    """Whether the request defines just what its expressions use; the usual case, told by one comparison of sets."""
    members, programs = request.members, request.programs
    used = frozenset().union(*[programs[kind].placeholders for kind in EXPRESSIONS if kind in programs])
    values = members.get(VALUES)
    defined = {*(members.get(NAMES) or ()), *(() if values is None else values.attributes)}
    return used == defined


def _values(members: dict[str, Any]) -> Item | None:
    holder = members.get(VALUES)
    return None if holder is None else holder.attributes


def _length(parts: Any) -> int:
    """Characters of the texts in it."""
    return len(parts) if type(parts) is str else sum(len(part) for part in parts if type(part) is str)
