"""Statement text to tokens.

Rule: the whole text is cut before anything is parsed, so what starts no token is refused first, with no word on where
(recorded 2026). A token keeps its place as refusals print it: line, column, length, from 1, in characters as written.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dynarig.emulator.model import errors
from dynarig.emulator.partiql.keywords import KEYWORDS

NOT_WELL_FORMED = "Statement wasn't well formed, can't be processed: "

# Kinds of tokens; keywords are lower-cased, symbols as they are.
KEYWORD = "keyword"
NAME = "name"
NUMBER = "number"
STRING = "string"
ION = "ion"
PARAMETER = "parameter"
SYMBOL = "symbol"
END = "end"

_TOKENS = re.compile(
    r"(?P<blank>[ \t\n\r]+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_$.])"
    r"|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)"
    r"|(?P<quoted>\"(?:[^\"]|\"\")*\")"
    r"|(?P<string>'(?:[^']|'')*')"
    r"|(?P<ion>`[^`]*`)"
    r"|(?P<parameter>\?)"
    r"|(?P<symbol><<|>>|<>|!=|<=|>=|\|\||/(?!\*)|[()\[\]{},.;:=<>+\-*%@])",
    re.DOTALL | re.ASCII,
)


class Token(NamedTuple):
    """kind: of those above. value: a keyword in lower case, a text without its quotes, a symbol. at: its place."""

    kind: str
    value: str
    at: str


def malformed(detail: str = "") -> errors.DynamoDBError:
    """ValidationException for a text that is no statement."""
    return errors.validation(NOT_WELL_FORMED + detail)


def tokenise(text: str) -> list[Token]:
    """All tokens, closed by one of kind END. Raises ValidationException."""
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None:
            raise malformed()
        word, group = match[0], match.lastgroup or ""
        if group != "blank":
            tokens.append(_token(group, word, f"{line}:{position - line_start + 1}:{len(word)}"))
        breaks = word.count("\n")
        if breaks:
            line += breaks
            line_start = position + word.rindex("\n") + 1
        position = match.end()
    tokens.append(Token(END, "", f"{line}:{position - line_start + 1}:0"))
    return tokens


def _token(group: str, word: str, at: str) -> Token:
    if group == "name":
        lower = word.lower()
        return Token(KEYWORD, lower, at) if lower in KEYWORDS else Token(NAME, word, at)
    if group == "quoted":
        return Token(NAME, word[1:-1].replace('""', '"'), at)
    if group == "string":
        return Token(STRING, word[1:-1].replace("''", "'"), at)
    if group == "ion":
        return Token(ION, word[1:-1], at)
    if group == "number":
        return Token(NUMBER, _checked_number(word), at)
    return Token({"parameter": PARAMETER}.get(group, SYMBOL), word, at)


def _checked_number(word: str) -> str:
    """A number whose exponent or scale is outside 32 bits is no number to the service's reader."""
    digits, _, exponent = word.lower().partition("e")
    scale = len(digits.partition(".")[2])
    written = int(exponent or "0") if len(exponent) < 20 else 1 << 40
    if not (-(2**31) < scale - written < 2**31 and -(2**31) < written < 2**31):
        raise malformed()
    return word
