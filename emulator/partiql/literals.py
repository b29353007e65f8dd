"""Terms to attribute values: literals, and the parameters put in.

Rule: what a literal is refused for names the place in the value, from ``root``; bags are sets of strings or numbers.
Texts recorded 2026; those of odd maps and bags as DynamoDB Local gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dynarig.emulator.model import errors, limits, numbers
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import Item, Value
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.terms import Term

ROOT = "root"
EMPTY_COMPONENT = "Path component cannot be an empty string"
MISMATCH = "Number of parameters in request and statement don't match."
MISSING_MISUSED = "MISSING must be compared using IS operator"
_MIXED_BAG = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
_CONSTANTS = frozenset(
    {
        terms.NUMBER,
        terms.STRING,
        terms.BOOLEAN,
        terms.NULL,
        terms.ION,
        terms.LIST,
        terms.BAG,
        terms.STRUCT,
        terms.PARAMETER,
    }
)

Parameters = Sequence[Value]


def is_constant(term: Term) -> bool:
    """Whether the term is a value by itself, rightly formed or not."""
    return term.kind in _CONSTANTS


def value_of(term: Term, parameters: Parameters, path: str = ROOT, depth: int = 0) -> Value:
    """The normalised value of a literal or parameter. Raises ValidationException."""
    kind = term.kind
    if kind == terms.STRING:
        return {"S": term.content}
    if kind == terms.NUMBER:
        return {"N": _number(term.content, path)}
    if kind == terms.PARAMETER:
        value: Value = parameters[term.content]
        return value
    if kind == terms.BOOLEAN:
        return {"BOOL": term.content}
    if kind == terms.NULL:
        return {"NULL": True}
    if kind == terms.BAG:
        return _set_of(term, path)
    if kind not in (terms.LIST, terms.STRUCT):
        raise _unsupported(term, path)
    if depth >= limits.NESTING_LEVELS_MAX:
        raise errors.validation(f"{terms.TOO_DEEP} under {path}")
    if kind == terms.LIST:
        return {
            "L": [
                value_of(part, parameters, f"{path}[{position}]", depth + 1) for position, part in enumerate(term.parts)
            ]
        }
    return {"M": members_of(term, parameters, path, depth + 1)}


def members_of(term: Term, parameters: Parameters, path: str, depth: int, *, of_item: bool = False) -> Item:
    """The members of a map. of_item: it is an item to insert, each of whose attributes is a root."""
    members: Item = {}
    for name, value in zip(term.parts[::2], term.parts[1::2], strict=True):
        if name.kind != terms.STRING:
            called = {terms.ID: "VariableReference", terms.NUMBER: "INT"}.get(name.kind, name.kind)
            raise errors.validation(
                f"Tuple keys must be of type String. Actual type: {called} under {path} at {name.at}"
            )
        if name.content == "":
            raise errors.validation(EMPTY_COMPONENT)
        if name.content in members:
            raise errors.validation(f"Duplicate keys in tuple. Key: {name.content} under {path} at {name.at}")
        members[name.content] = value_of(value, parameters, ROOT if of_item else f"{path}.{name.content}", depth)
    return members


def _number(text: str, path: str) -> str:
    try:
        return numbers.normalise(text)
    except numbers.NumberFault as fault:
        raise errors.validation(f"{_range_text(text, fault)} under {path}") from None


def _range_text(text: str, fault: numbers.NumberFault) -> str:
    """At the very top of the exponent's range the service reads an underflow."""
    if fault.newer == numbers.OVERFLOW and Decimal(text).adjusted() >= 2**31 - 2:
        return numbers.UNDERFLOW
    return fault.newer


def _unsupported(term: Term, path: str) -> DynamoDBError:
    if term.kind == terms.ION:
        return errors.validation(
            f"Ion Literals are not supported: {_ion_type(term.content)} under key {path} at {term.at}"
        )
    called: str = "Call" if path != ROOT and term.kind in (terms.CALL, terms.INFIX, terms.SIGN) else _called(term)
    place = "" if term.kind == terms.PATH else f" at {term.at}"
    return errors.validation(f"Unsupported data type: {called} under key {path}{place}")


def _called(term: Term) -> str:
    if term.kind in (terms.CALL, terms.INFIX, terms.SIGN, terms.ID):
        return str(term.content)
    return term.kind.upper()


_ION_TYPES = (
    ('{{"', "CLOB"),
    ("{{'", "CLOB"),
    ("{{", "BLOB"),
    ("{", "STRUCT"),
    ("[", "LIST"),
    ("(", "SEXP"),
    ('"', "STRING"),
    ("'", "SYMBOL"),
)


def _ion_type(text: str) -> str:
    """The Ion type that a literal between backticks begins."""
    content = text.strip()
    for start, kind in _ION_TYPES:
        if content.startswith("'''"):
            return "STRING"
        if content.startswith(start):
            return kind
    if content.startswith("null"):
        return "NULL"
    if content in ("true", "false"):
        return "BOOL"
    body = content.lstrip("-")
    if not body[:1].isdigit():
        return "SYMBOL"
    if body[4:5] in ("T", "-") and body[:4].isdigit():
        return "TIMESTAMP"
    if "." in body or "d" in body.lower():
        return "DECIMAL"
    return "FLOAT" if "e" in body.lower() else "INT"


# ---- bags


def _set_of(term: Term, path: str) -> Value:
    parts = term.parts
    if not parts:
        raise errors.validation("Empty bags are not supported")
    first = parts[0]
    if first.kind not in (terms.STRING, terms.NUMBER):
        if first.kind == terms.PARAMETER:
            raise errors.validation(f"Unsupported data type: Parameter under key {path} at {first.at}")
        raise errors.validation(f"{_MIXED_BAG} at {first.at}")
    numeric = first.kind == terms.NUMBER
    for part in parts:
        if part.kind == first.kind:
            continue
        if part.kind == terms.PARAMETER:
            raise errors.validation(f"Unsupported data type: Parameter under key {path} at {part.at}")
        if numeric and part.kind == terms.NULL:
            raise errors.invalid_parameter(f"Numeric sets may not contain null under {path}")
        raise errors.validation(_MIXED_BAG if numeric else f"{_MIXED_BAG} at {part.at}")
    written = [part.content for part in parts]
    members = [_number(text, path) for text in written] if numeric else written
    if len(set(members)) != len(members):
        listed = ", ".join(written)
        raise errors.invalid_parameter(
            f"Input collection [{listed}] contains duplicates! under {path}"
            if numeric
            else f"Input collection [{listed}] contains duplicates."
        )
    return {"NS": sorted(members, key=Decimal)} if numeric else {"SS": sorted(members)}
