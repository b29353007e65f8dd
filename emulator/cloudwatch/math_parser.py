"""Metric math, from text to a tree: operators, calls, names of queries, numbers, arrays.

Source: CloudWatch User Guide, Using metric math. Precedence, loosest first: OR, AND, comparisons, + -, * /, ^, sign.
Depth is bounded. Knows no values.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dynarig.emulator.cloudwatch import faults

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<text>"[^"]*"|'[^']*')"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|==|!=|&&|\|\||[-+*/^<>(),\[\]]))""",
    re.ASCII,
)
_LEVELS: tuple[dict[str, str], ...] = (
    {"OR": "OR", "||": "OR"},
    {"AND": "AND", "&&": "AND"},
    {sign: sign for sign in ("==", "!=", "<", ">", "<=", ">=")},
    {sign: sign for sign in ("+", "-")},
    {sign: sign for sign in ("*", "/")},
    {"^": "^"},
)
_DEPTH_MAX = 32
_LENGTH_MAX = 2048


class Number(NamedTuple):
    value: float


class Text(NamedTuple):
    value: str


class Name(NamedTuple):
    id: str


class Apply(NamedTuple):
    """An operator or a function, by name, on its arguments."""

    function: str
    arguments: tuple[Node, ...]


class Array(NamedTuple):
    elements: tuple[Node, ...]


Node = Number | Text | Name | Apply | Array


def parse(text: str) -> Node:
    """The tree of an expression; ValidationError where it is none."""
    if len(text) > _LENGTH_MAX:
        raise faults.validation(f"The expression is longer than {_LENGTH_MAX} characters.")
    parser = _Parser(text)
    node = parser.level(0, 0)
    if parser.peek() is not None:
        raise parser.fault()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                raise self.fault()
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            position = found.end()
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else None

    def fault(self) -> Exception:
        return faults.validation(f"Error in expression '{self._text}': the expression cannot be parsed.")

    def level(self, number: int, depth: int) -> Node:
        """Operators of one level of precedence, from the left."""
        if depth > _DEPTH_MAX:
            raise self.fault()
        if number == len(_LEVELS):
            return self._signed(depth)
        node = self.level(number + 1, depth)
        while (sign := self.peek()) is not None and sign in _LEVELS[number] and self._tokens[self._at][0] != "text":
            self._at += 1
            node = Apply(_LEVELS[number][sign], (node, self.level(number + 1, depth)))
        return node

    def _signed(self, depth: int) -> Node:
        if self.peek() == "-":
            self._at += 1
            return Apply("-", (Number(0.0), self._signed(depth + 1))) if depth < _DEPTH_MAX else self._operand(depth)
        return self._operand(depth)

    def _operand(self, depth: int) -> Node:
        if self._at >= len(self._tokens):
            raise self.fault()
        kind, token = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return Number(float(token))
        if kind == "text":
            return Text(token[1:-1])
        if kind == "name":
            if self.peek() == "(":
                self._at += 1
                return Apply(token.upper(), self._list(")", depth))
            return Name(token)
        if token == "(":
            node = self.level(0, depth + 1)
            self._expect(")")
            return node
        if token == "[":
            return Array(self._list("]", depth))
        raise self.fault()

    def _list(self, end: str, depth: int) -> tuple[Node, ...]:
        elements: list[Node] = []
        while self.peek() != end:
            if elements:
                self._expect(",")
            elements.append(self.level(0, depth + 1))
        self._at += 1
        return tuple(elements)

    def _expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise self.fault()
        self._at += 1
