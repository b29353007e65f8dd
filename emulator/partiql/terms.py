"""What a parsed statement is made of.

Rule: terms hold what was written, with its place, and decide nothing; parameters are still numbers. A term knows how
deep it is, so whoever walks it knows that it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.emulator.model import errors

DEPTH_MAX = 120  # ours: far above what any accepted statement needs, far below what a walk could not stand
TOO_DEEP = "Nesting Levels have exceeded supported limits"

# Kinds of terms.
ID = "Id"
PATH = "Path"
NUMBER = "Number"
STRING = "String"
BOOLEAN = "Boolean"
NULL = "Null"
MISSING = "Missing"
ION = "Ion"
PARAMETER = "Parameter"
LIST = "List"
BAG = "Bag"
STRUCT = "Struct"
CALL = "Call"
INFIX = "Infix"
NOT = "Not"
SIGN = "Sign"
BETWEEN = "Between"
IN = "In"
IS = "IsType"
SUBQUERY = "Select"
CASE = "Case"


@dataclass(frozen=True, slots=True)
class Term:
    """One piece of a statement.

    kind: of those above. at: ``line:column:length``. content: a name, a text, a parameter's number, an operator.
    parts: the terms inside; of a STRUCT, names and values in turn; of a PATH, its root and its steps.
    """

    kind: str
    at: str
    content: Any = None
    parts: tuple[Term, ...] = ()
    depth: int = 0


def term(kind: str, at: str, content: Any = None, parts: tuple[Term, ...] = ()) -> Term:
    """A term; raises ValidationException where it would be too deep."""
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > DEPTH_MAX:
        raise errors.validation(TOO_DEEP)
    return Term(kind, at, content, parts, depth)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement reads or writes. components: table name, index name, and whatever else was written."""

    components: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One term of ORDER BY."""

    term: Term
    descending: bool


@dataclass(frozen=True, slots=True)
class Select:
    """SELECT. projection: None for ``*``. fault: what the select list or a clause is refused for, or None."""

    projection: tuple[Term, ...] | None
    source: Source
    where: Term | None
    order: tuple[OrderTerm, ...]
    parameters: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """INSERT of one item."""

    source: Source
    value: Term
    if_not_exists: bool
    parameters: int


@dataclass(frozen=True, slots=True)
class Clause:
    """SET (value is the right side) or REMOVE (value is None) of one path."""

    path: Term
    value: Term | None


@dataclass(frozen=True, slots=True)
class Update:
    """UPDATE, or FROM with SET and REMOVE. returning: such as ``MODIFIED OLD``, or None."""

    source: Source
    clauses: tuple[Clause, ...]
    where: Term | None
    returning: str | None
    parameters: int


@dataclass(frozen=True, slots=True)
class Delete:
    """DELETE. returning: as of Update."""

    source: Source
    where: Term | None
    returning: str | None
    parameters: int


@dataclass(frozen=True, slots=True)
class Exists:
    """``EXISTS(SELECT …)`` alone: a condition check."""

    select: Select
    parameters: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that parses but is no statement. fault: its refusal."""

    fault: str
    parameters: int


Statement = Select | Insert | Update | Delete | Exists | Refused
