"""The reader that every kind of expression is parsed with: a cursor over tokens, document paths, and faults.

Rule: the first syntax error is raised where it stands; whatever else is wrong with a well-formed text is
noted with its position and told after the whole text has been read, in the service's order: redundant
parentheses; names, functions and indexes as they stand in the text; a repeated section; the count of
operators; then the depth of paths and the operands. Recorded on the service in 2026; the order among the
last two groups was observed on DynamoDB Local 3.1.
"""

from __future__ import annotations

from dynarig.emulator.expressions.parse.ast import NameRef, Path, Step, ValueRef
from dynarig.emulator.expressions.parse.lexer import (
    END,
    INDEX,
    NAME,
    NAME_REF,
    VALUE_REF,
    Token,
    invalid,
    syntax_error,
    tokenise,
)
from dynarig.emulator.expressions.parse.reserved import RESERVED_WORDS
from dynarig.emulator.model import errors

OPERATORS_MAX = 300  # Developer Guide, Constraints: operators in an expression
PATH_STEPS_MAX = 32  # Developer Guide, Constraints: nesting levels
LIST_INDEX_MAX = 2_147_483_647

Noted = list[tuple[int, str]]


class Reader:
    """A cursor over an expression's tokens.

    placeholders: those met, in written order. operators: how many were met.
    """

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text
        self.tokens = tokenise(text)
        self.position = 0
        self.placeholders: dict[str, None] = {}
        self.operators = 0
        self.redundant_parentheses = False
        self.repeated_section: str | None = None
        self._naming: Noted = []
        self._operands: Noted = []

    @property
    def token(self) -> Token:
        """The token under the cursor."""
        return self.tokens[self.position]

    def next_kind(self) -> str:
        """The kind of the token after the cursor; END stays END."""
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)].kind

    def take(self) -> Token:
        """The token under the cursor, which moves on."""
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expect(self, kind: str) -> Token:
        """The token under the cursor if it is of the kind; else its refusal."""
        if self.token.kind != kind:
            raise self.refusal()
        return self.take()

    def refusal(self) -> errors.DynamoDBError:
        """The syntax error at the cursor."""
        return syntax_error(self.kind, self.text, self.tokens, self.position)

    def note_naming(self, start: int, text: str) -> None:
        """A name, function or index that may not stand here."""
        self._naming.append((start, text))

    def note_operands(self, start: int, text: str) -> None:
        """A path too deep, or operands that do not fit their function."""
        self._operands.append((start, text))

    def read_path(self) -> Path:
        """A document path at the cursor: a name, then names after points and indexes in brackets."""
        start = self.token.start
        steps: list[Step] = [self._read_name()]
        while True:
            kind = self.token.kind
            if kind == ".":
                self.take()
                steps.append(self._read_name())
            elif kind == "[":
                self.take()
                steps.append(self._read_index())
                self.expect("]")
            else:
                break
        if len(steps) > PATH_STEPS_MAX:
            self.note_operands(start, f"The document path has too many nesting levels; nesting levels: {len(steps)}")
        return Path(tuple(steps))

    def _read_name(self) -> Step:
        token = self.token
        if token.kind == NAME_REF:
            self.take()
            self.placeholders[token.text] = None
            return NameRef(token.text)
        self.expect(NAME)
        if token.text.upper() in RESERVED_WORDS:
            self.note_naming(token.start, f"Attribute name is a reserved keyword; reserved keyword: {token.text}")
        return token.text

    def _read_index(self) -> int:
        token = self.expect(INDEX)
        index = int(token.text)
        if index > LIST_INDEX_MAX:
            self.note_naming(token.start, f"List index is not within the allowable range; index: [{token.text}]")
        return index

    def read_value(self) -> ValueRef:
        """A value placeholder at the cursor."""
        token = self.expect(VALUE_REF)
        self.placeholders[token.text] = None
        return ValueRef(token.text)

    def finish(self) -> None:
        """The text must end here; then what was noted is told, the first in the service's order."""
        if self.token.kind != END:
            raise self.refusal()
        fault = self._first_fault()
        if fault is not None:
            raise invalid(self.kind, fault)

    def _first_fault(self) -> str | None:
        if self.redundant_parentheses:
            return "The expression has redundant parentheses;"
        if self._naming:
            return min(self._naming)[1]
        if self.repeated_section is not None:
            return f'The "{self.repeated_section}" section can only be used once in an update expression;'
        if self.operators > OPERATORS_MAX:
            # The service stops counting at the first operator too many, so the count is always this one.
            return f"The expression contains too many operators; operator count: {OPERATORS_MAX + 1}"
        if self._operands:
            return min(self._operands)[1]
        return None
