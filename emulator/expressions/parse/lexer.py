"""Text to tokens, and the one wording of a syntax error.

Rule: the lexer never refuses; a character that starts no token is a token of its own, which the parser then
refuses by name. Blanks are ASCII only. Token boundaries and the `near` window as recorded on the service in
2026.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dynarig.emulator.model import errors

CONDITION = "ConditionExpression"
FILTER = "FilterExpression"
KEY_CONDITION = "KeyConditionExpression"
UPDATE = "UpdateExpression"
PROJECTION = "ProjectionExpression"

KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})

# Kinds of tokens that are no symbol and no keyword; those two are their own kind, keywords in upper case.
NAME = "name"
NAME_REF = "#name"
VALUE_REF = ":value"
INDEX = "index"
OTHER = "other"
END = "end"

_TOKENS = re.compile(
    r"(?P<blank>[ \t\n\r]+)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<nameref>\#[A-Za-z0-9_]+)"
    r"|(?P<valueref>:[A-Za-z0-9_]+)"
    r"|(?P<index>0|[1-9][0-9]*)"
    r"|(?P<symbol><>|<=|>=|[()\[\],.=<>+-])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_KINDS = {"nameref": NAME_REF, "valueref": VALUE_REF, "index": INDEX, "other": OTHER}


class Token(NamedTuple):
    """One token: its kind, its text as written, and where it starts and ends in the expression, in characters."""

    kind: str
    text: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """All tokens of an expression, closed by one of kind END."""
    tokens: list[Token] = []
    for match in _TOKENS.finditer(text):
        group = match.lastgroup or "other"
        if group == "blank":
            continue
        word = match[0]
        if group == "name":
            upper = word.upper()
            kind = upper if upper in KEYWORDS else NAME
        elif group == "symbol":
            kind = word
        else:
            kind = _KINDS[group]
        tokens.append(Token(kind, word, match.start(), match.end()))
    tokens.append(Token(END, "<EOF>", len(text), len(text)))
    return tokens


def invalid(kind: str, text: str) -> errors.DynamoDBError:
    """ValidationException ``Invalid <kind>: <text>``."""
    return errors.validation(f"Invalid {kind}: {text}")


def syntax_error(kind: str, text: str, tokens: list[Token], position: int) -> errors.DynamoDBError:
    """The refusal of the token at `position`; near runs from the token before it to the end of the one after it."""
    token = tokens[position]
    start = tokens[position - 1].start if position else 0
    end = len(text) if token.kind == END else tokens[position + 1].end
    return invalid(kind, f'Syntax error; token: "{token.text}", near: "{text[start:end]}"')
